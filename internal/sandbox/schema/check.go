package schema

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Fault is one thing wrong with a property map.
type Fault struct {
	Path   string // for example "ingress[0].fromPort"
	Reason string
}

// Check compares a property map with an object shape and returns every fault,
// ordered by path. Unknown values fit every shape, and null counts as absent.
// Keys that begin with two underscores belong to the engine and are passed over.
func Check(s *Shape, props resource.PropertyMap) []Fault {
	var c checker
	c.object("", s, props)
	slices.SortStableFunc(c.faults, func(a, b Fault) int { return strings.Compare(a.Path, b.Path) })
	return c.faults
}

type checker struct{ faults []Fault }

func (c *checker) add(path, format string, args ...any) {
	c.faults = append(c.faults, Fault{Path: path, Reason: fmt.Sprintf(format, args...)})
}

func (c *checker) object(path string, s *Shape, props resource.PropertyMap) {
	for key, v := range props {
		name := string(key)
		if f, ok := s.Field(name); ok {
			c.value(join(path, name), f.Shape, v)
		} else if !strings.HasPrefix(name, "__") {
			c.add(join(path, name), "unknown property %q%s", name, suggestion(s, name))
		}
	}
	for _, f := range s.Fields {
		if v, ok := props[resource.PropertyKey(f.Name)]; f.Required && (!ok || v.IsNull()) {
			c.add(join(path, f.Name), "missing required property %q", f.Name)
		}
	}
}

func (c *checker) value(path string, s *Shape, v resource.PropertyValue) {
	v = Plain(v)
	if v.IsNull() || v.IsComputed() || s.Kind == Any {
		return
	}
	if !fits(s.Kind, v) {
		c.add(path, "want %s, got %s", s.Kind, kindOf(v))
		return
	}
	switch s.Kind { //nolint:exhaustive // the others have nothing inside
	case Object:
		c.object(path, s, v.ObjectValue())
	case Map:
		for k, e := range v.ObjectValue() {
			c.value(join(path, string(k)), s.Elem, e)
		}
	case List:
		for i, e := range v.ArrayValue() {
			c.value(fmt.Sprintf("%s[%d]", path, i), s.Elem, e)
		}
	}
}

func fits(k Kind, v resource.PropertyValue) bool {
	switch k {
	case Any:
		return true
	case Bool:
		return v.IsBool()
	case Int:
		return v.IsNumber() && v.NumberValue() == math.Trunc(v.NumberValue())
	case Number:
		return v.IsNumber()
	case String:
		return v.IsString()
	case List:
		return v.IsArray()
	case Map, Object:
		return v.IsObject()
	}
	return false
}

func kindOf(v resource.PropertyValue) Kind {
	switch {
	case v.IsBool():
		return Bool
	case v.IsNumber():
		return Number
	case v.IsString():
		return String
	case v.IsArray():
		return List
	case v.IsObject():
		return Object
	default:
		return Kind("an " + v.TypeString())
	}
}

// Plain takes a value out of its secret and output wrappers. A reference to a
// resource becomes that resource's id, as it does for the real provider.
func Plain(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return Plain(v.SecretValue().Element)
	case v.IsOutput() && !v.OutputValue().Known:
		return resource.MakeComputed(resource.NewProperty(""))
	case v.IsOutput():
		return Plain(v.OutputValue().Element)
	case v.IsResourceReference():
		return Plain(v.ResourceReferenceValue().ID)
	default:
		return v
	}
}

// PlainMap applies Plain to everything in a property map and leaves out nulls.
func PlainMap(m resource.PropertyMap) resource.PropertyMap {
	out := make(resource.PropertyMap, len(m))
	for k, v := range m {
		if p := plainDeep(v); !p.IsNull() {
			out[k] = p
		}
	}
	return out
}

func plainDeep(v resource.PropertyValue) resource.PropertyValue {
	v = Plain(v)
	switch {
	case v.IsObject():
		return resource.NewProperty(PlainMap(v.ObjectValue()))
	case v.IsArray():
		list := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			list[i] = plainDeep(e)
		}
		return resource.NewProperty(list)
	default:
		return v
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
