package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/riglet/riglet/internal/netplan"
)

// Schema is the JSON Schema of a stack's file, for editors: draft 7, which all of them read.
func Schema() ([]byte, error) {
	docs, err := readComments()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(fileSchema(docs)); err != nil {
		return nil, fmt.Errorf("stacks/config: %w", err)
	}
	return out.Bytes(), nil
}

// schema is the part of JSON Schema that is needed here.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        string             `json:"type,omitempty"`
	Default     json.RawMessage    `json:"default,omitempty"`
	Const       json.RawMessage    `json:"const,omitempty"`
	Enum        json.RawMessage    `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Maximum     *int               `json:"maximum,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	MinItems    *int               `json:"minItems,omitempty"`
	MaxItems    *int               `json:"maxItems,omitempty"`
	UniqueItems bool               `json:"uniqueItems,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Needs       []string           `json:"required,omitempty"`
	Names       *schema            `json:"propertyNames,omitempty"`
	Others      *others            `json:"additionalProperties,omitempty"`
	Not         *schema            `json:"not,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	OneOf       []*schema          `json:"oneOf,omitempty"`
	AllOf       []*schema          `json:"allOf,omitempty"`
	If          *schema            `json:"if,omitempty"`
	Then        *schema            `json:"then,omitempty"`
}

// others is what keys beside the properties hold; nil allows none.
type others struct{ each *schema }

// MarshalJSON writes the schema, or false.
func (o *others) MarshalJSON() ([]byte, error) {
	if o.each == nil {
		return []byte("false"), nil
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(o.each)
	return out.Bytes(), err
}

// fileSchema is the whole file: our keys are known, those of other namespaces are free.
func fileSchema(docs comments) *schema {
	keys := sectionSchema(docs, reflect.TypeFor[Config](), Namespace+":")
	region := &schema{
		Description: "The region of everything.", Type: "string", Pattern: netplan.RegionPattern,
	}
	keys.Names = &schema{AnyOf: []*schema{
		{Enum: raw(namespaced(Keys()))},
		{Not: &schema{Pattern: "^" + Namespace + ":"}},
	}}
	keys.Others = nil
	keys.Properties["aws:region"] = region
	keys.Needs = append(keys.Needs, "aws:region")
	keys.Description = "The configuration of the environment, by <namespace>:<key>."
	return &schema{
		Schema:      "http://json-schema.org/draft-07/schema#",
		Title:       "An environment of riglet",
		Description: "Pulumi.<environment>.yaml. Generated from stacks/config/types.go.",
		Type:        "object",
		Properties:  map[string]*schema{"config": keys},
		Needs:       []string{"config"},
	}
}

// sectionSchema is the schema of a struct, whose keys begin with prefix.
func sectionSchema(docs comments, t reflect.Type, prefix string) *schema {
	s := &schema{Type: "object", Properties: map[string]*schema{}, Others: &others{}}
	for _, f := range fieldsOf(t) {
		one := fieldSchema(docs, f)
		one.Description = docs.of(t, f)
		s.Properties[prefix+f.key] = one
		switch {
		case f.only.key != "":
			s.AllOf = append(s.AllOf, f.onlySchemas(t)...)
		case f.required:
			s.Needs = append(s.Needs, prefix+f.key)
		}
	}
	for _, keys := range choicesOf(t) {
		for _, key := range keys {
			s.OneOf = append(s.OneOf, givenSchema(key, s.Properties[key].Type == "boolean"))
		}
	}
	return s
}

// onlySchemas tie a key to the value of its sibling, and where the key is required, the value to the key.
func (f field) onlySchemas(t reflect.Type) []*schema {
	value := raw(f.only.value)
	for _, sibling := range fieldsOf(t) {
		if sibling.key == f.only.key && sibling.kind == flag {
			value = json.RawMessage(f.only.value)
		}
	}
	holds := &schema{Needs: []string{f.only.key}, Properties: map[string]*schema{f.only.key: {Const: value}}}
	given := &schema{Needs: []string{f.key}}
	if f.required {
		return []*schema{{If: given, Then: holds}, {If: holds, Then: given}}
	}
	return []*schema{{If: given, Then: holds}}
}

// givenSchema wants a key; a switch counts as given only when it is on.
func givenSchema(key string, isFlag bool) *schema {
	given := &schema{Needs: []string{key}}
	if isFlag {
		given.Properties = map[string]*schema{key: {Const: raw(true)}}
	}
	return given
}

func fieldSchema(docs comments, f field) *schema {
	switch f.kind {
	case section:
		return sectionSchema(docs, f.typ, "")
	case list:
		s := &schema{Type: "array", Items: f.form.schema("string"), UniqueItems: !f.repeats}
		if f.bounds != nil {
			s.MinItems, s.MaxItems = &f.bounds.low, &f.bounds.high
		}
		return s
	case table:
		return f.names(f.number())
	case texts:
		return f.names(&schema{Type: "string"})
	case several:
		return f.names(sectionSchema(docs, f.typ.Elem(), ""))
	case number:
		return f.number()
	case flag:
		return &schema{Type: "boolean", Default: f.rawDefault()}
	case text:
		s := f.form.schema("string")
		s.Default = f.rawDefault()
		return s
	case secret:
		return &schema{
			Type: "object", Properties: map[string]*schema{"secure": {Type: "string"}},
			Needs: []string{"secure"}, Others: &others{},
		}
	}
	return &schema{}
}

// names is a section of names, each with what each says.
func (f field) names(each *schema) *schema {
	return &schema{Type: "object", Names: &schema{Pattern: f.form.pattern}, Others: &others{each}}
}

func (f field) number() *schema {
	s := &schema{Type: "integer"}
	if f.form != nil && f.form.numbers != nil {
		s = f.form.schema("integer")
	}
	if f.bounds != nil {
		s.Minimum, s.Maximum = &f.bounds.low, &f.bounds.high
	}
	s.Default = f.rawDefault()
	return s
}

// schema is the form of a value; a nil form allows any value of the type.
func (f *form) schema(of string) *schema {
	s := &schema{Type: of}
	switch {
	case f == nil:
	case f.texts != nil:
		s.Enum = raw(f.texts)
	case f.numbers != nil:
		s.Enum = raw(f.numbers)
	default:
		s.Pattern = f.pattern
	}
	return s
}

// rawDefault is the default in JSON: quoted where it is text, else as the tag writes it.
func (f field) rawDefault() json.RawMessage {
	switch {
	case f.fallback == "":
		return nil
	case f.kind == text:
		return raw(f.fallback)
	default:
		return json.RawMessage(f.fallback)
	}
}

// raw is JSON of a value that JSON has: text, a truth, or a list of either or of numbers.
func raw[T string | bool | []string | []int](v T) json.RawMessage {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return encoded
}

func namespaced(keys []string) []string {
	full := make([]string, len(keys))
	for i, key := range keys {
		full[i] = Namespace + ":" + key
	}
	return full
}
