// Package schema reads what properties a resource type has from the Go types of
// its SDK, and checks property maps against them.
package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Kind is the kind of a property value.
type Kind string

// The kinds of property values. Any stands for a union, or for a value that the
// SDK leaves open.
const (
	Any    Kind = "any value"
	Bool   Kind = "a boolean"
	Int    Kind = "an integer"
	Number Kind = "a number"
	String Kind = "a string"
	List   Kind = "a list"
	Map    Kind = "a map"
	Object Kind = "an object"
)

// Shape describes a value.
type Shape struct {
	Kind   Kind
	Elem   *Shape  // of a List or a Map
	Fields []Field // of an Object, ordered by name
}

// Field is one property of an Object.
type Field struct {
	Name     string
	Required bool // always there: neither a pointer, nor a list, nor a map
	Shape    *Shape
}

// Field returns the named field.
func (s *Shape) Field(name string) (Field, bool) {
	i, ok := slices.BinarySearchFunc(s.Fields, name, func(f Field, n string) int {
		return strings.Compare(f.Name, n)
	})
	if !ok {
		return Field{}, false
	}
	return s.Fields[i], true
}

// Inputs reads the inputs of a resource type from its zero args, for example
// ec2.VpcArgs{}.
func Inputs(zero any) (*Shape, error) {
	e, ok := zero.(interface{ ElementType() reflect.Type })
	if !ok {
		return nil, fmt.Errorf("%T: want an args struct of an SDK", zero)
	}
	return newReader().shape(e.ElementType())
}

// Outputs reads the outputs of a resource type from its zero struct, for
// example ec2.Vpc{}. Required then means that the output is never null.
func Outputs(zero any) (*Shape, error) {
	t := reflect.TypeOf(zero)
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%T: want a resource struct of an SDK", zero)
	}
	return newReader().object(t)
}

// reader remembers the structs it has seen: some SDK types contain themselves.
type reader struct{ seen map[reflect.Type]*Shape }

func newReader() *reader { return &reader{seen: map[reflect.Type]*Shape{}} }

var outputType = reflect.TypeFor[pulumi.Output]()

func (r *reader) shape(t reflect.Type) (*Shape, error) {
	t = plain(t)
	switch t.Kind() { //nolint:exhaustive // other kinds are in no SDK type, and are reported
	case reflect.Bool:
		return &Shape{Kind: Bool}, nil
	case reflect.Int:
		return &Shape{Kind: Int}, nil
	case reflect.Float64:
		return &Shape{Kind: Number}, nil
	case reflect.String:
		return &Shape{Kind: String}, nil
	case reflect.Interface:
		return &Shape{Kind: Any}, nil
	case reflect.Slice:
		return r.container(List, t)
	case reflect.Map:
		return r.container(Map, t)
	case reflect.Struct:
		return r.object(t)
	default:
		return nil, fmt.Errorf("%s: a kind of property that no SDK type has", t)
	}
}

func (r *reader) container(k Kind, t reflect.Type) (*Shape, error) {
	elem, err := r.shape(t.Elem())
	if err != nil {
		return nil, err
	}
	return &Shape{Kind: k, Elem: elem}, nil
}

func (r *reader) object(t reflect.Type) (*Shape, error) {
	if s, ok := r.seen[t]; ok {
		return s, nil
	}
	s := &Shape{Kind: Object}
	r.seen[t] = s
	for f := range fieldsOf(t) {
		shape, err := r.shape(f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		s.Fields = append(s.Fields, Field{Name: tag(f), Required: required(f.Type), Shape: shape})
	}
	slices.SortFunc(s.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return s, nil
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); tag(f) != "" && !yield(f) {
				return
			}
		}
	}
}

func tag(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("pulumi"), ",")
	return name
}

// element unwraps an output type: StringPtrOutput stands for *string.
func element(t reflect.Type) reflect.Type {
	if !t.Implements(outputType) || t.Kind() == reflect.Interface {
		return t
	}
	out, ok := reflect.Zero(t).Interface().(pulumi.Output)
	if !ok {
		return t
	}
	return out.ElementType()
}

func plain(t reflect.Type) reflect.Type {
	t = element(t)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// required also holds for outputs that are lists or maps: the SDK has no
// pointer form of those, so a required output list may be empty but not null.
func required(t reflect.Type) bool {
	isOutput := t.Implements(outputType)
	switch element(t).Kind() { //nolint:exhaustive // the rest is always there
	case reflect.Pointer, reflect.Interface:
		return false
	case reflect.Slice, reflect.Map:
		return isOutput
	default:
		return true
	}
}
