package config

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// kind is the shape of a value, in the words of a fault.
type kind string

const (
	section kind = "a section"
	list    kind = "a list"
	table   kind = "a section of names, each with a whole number"
	texts   kind = "a section of names, each with text"
	several kind = "a section of names, each with a section"
	text    kind = "text"
	number  kind = "a whole number"
	flag    kind = "true or false"
	secret  kind = "a secret"
)

// field is what the tags of one struct field say.
type field struct {
	index    int
	name     string
	key      string
	kind     kind
	typ      reflect.Type
	required bool
	// absent is what a section is when its key is left out; others have their defaults then.
	absent   bool
	fallback string
	bounds   *bounds
	form     *form
	only     only
	// repeats is whether a list may hold a value twice.
	repeats bool
}

// bounds are the least and the most of a number, or of the elements of a list.
type bounds struct{ low, high int }

// only is the sibling and the value that a field depends on. The zero value depends on nothing.
type only struct{ key, value string }

// known are the fields of the types that were read already: a file with hundreds of services asks for the same few
// ever again.
var known sync.Map

// fieldsOf are the fields of a struct, in their order. Nobody changes what it returns.
func fieldsOf(t reflect.Type) []field {
	if fields, ok := known.Load(t); ok {
		return fields.([]field)
	}
	fields := readFields(t)
	known.Store(t, fields)
	return fields
}

// readFields reads the tags of a struct.
func readFields(t reflect.Type) []field {
	fields := make([]field, 0, t.NumField())
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("json") != "" {
			fields = append(fields, newField(i, f))
		}
	}
	return fields
}

func newField(index int, f reflect.StructField) field {
	typ := f.Type
	pointer := typ.Kind() == reflect.Pointer
	if pointer {
		typ = typ.Elem()
	}
	key, value, _ := strings.Cut(f.Tag.Get("only"), "=")
	return field{
		index:    index,
		name:     f.Name,
		key:      f.Tag.Get("json"),
		kind:     kindOf(typ),
		typ:      typ,
		required: f.Tag.Get("required") == "true",
		absent:   pointer,
		fallback: f.Tag.Get("default"),
		bounds:   parseBounds(f.Tag.Get("range")),
		form:     formOf(typ, f.Tag.Get("form")),
		only:     only{key: key, value: value},
		repeats:  f.Tag.Get("repeats") == "true",
	}
}

func kindOf(t reflect.Type) kind {
	switch {
	case t == reflect.TypeFor[Secret]():
		return secret
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return text
	}
	kinds := map[reflect.Kind]kind{
		reflect.Struct: section, reflect.Slice: list,
		reflect.String: text, reflect.Int: number, reflect.Bool: flag,
	}
	if t.Kind() == reflect.Map {
		return map[kind]kind{number: table, text: texts, section: several}[kindOf(t.Elem())]
	}
	return kinds[t.Kind()]
}

// element is what one entry of a list or of a section of names is. A list's form is that of its entries; a section's
// is that of its names.
func (f field) element() field {
	of := f.typ.Elem()
	one := field{kind: kindOf(of), typ: of}
	switch f.kind { //nolint:exhaustive // the rest has no entries
	case list:
		one.form = f.form
	case texts:
		one.form = &form{want: "text in quotes"}
	}
	return one
}

// named tells whether a field is a section whose keys are names of the file's own.
func (f field) named() bool { return f.kind == table || f.kind == texts || f.kind == several }

func parseBounds(tag string) *bounds {
	low, high, ok := strings.Cut(tag, ",")
	if !ok {
		return nil
	}
	least, lowErr := strconv.Atoi(low)
	most, highErr := strconv.Atoi(high)
	if lowErr != nil || highErr != nil {
		return nil
	}
	return &bounds{low: least, high: most}
}

// choicesOf are the groups of keys of which exactly one must be given.
func choicesOf(t reflect.Type) [][]string {
	var groups [][]string
	for i := range t.NumField() {
		if keys := t.Field(i).Tag.Get("choice"); keys != "" {
			groups = append(groups, strings.Split(keys, ","))
		}
	}
	return groups
}

// keysOf are the keys of a section, in the order of its fields.
func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, f.key)
	}
	return keys
}

// Namespace comes before every key of the program in a stack's file.
const Namespace = "riglet"

// Keys are the known keys, without the namespace, in the order of Config's fields.
func Keys() []string { return keysOf(reflect.TypeFor[Config]()) }

// SecretKeys are those of Keys whose values must be secrets.
func SecretKeys() []string {
	var keys []string
	for _, f := range fieldsOf(reflect.TypeFor[Config]()) {
		if f.kind == secret {
			keys = append(keys, f.key)
		}
	}
	return keys
}
