package model

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Scene is one object being created, updated or deleted, and the world around
// it. Rules read it; Fill functions set outputs through it.
type Scene struct {
	World  *World
	Kind   *Kind
	Object *Object
	Old    *Object // nil on create
}

// In returns a string input.
func (s *Scene) In(path string) string { return Str(s.Object.Inputs, path) }

// Ins returns the strings at an input path.
func (s *Scene) Ins(path string) []string { return Strs(s.Object.Inputs, path) }

// Expand fills a template for the object.
func (s *Scene) Expand(template string) string {
	return s.World.expander(s.Object).expand(template)
}

// Set sets an output.
func (s *Scene) Set(name string, value any) {
	s.Object.Outputs[resource.PropertyKey(name)] = resource.NewPropertyValue(value)
}

// Default sets an output that neither the inputs nor an earlier step gave.
func (s *Scene) Default(name string, value any) {
	v, ok := s.Object.Outputs[resource.PropertyKey(name)]
	if !ok || isZero(v) {
		s.Set(name, value)
	}
}

// Keep sets an output to what it was before the update, or else to what make
// returns: an address, once given, stays.
func (s *Scene) Keep(name string, create func() any) {
	if s.Old != nil {
		if v, ok := s.Old.Outputs[resource.PropertyKey(name)]; ok && !isZero(v) {
			s.Object.Outputs[resource.PropertyKey(name)] = v
			return
		}
	}
	s.Default(name, create())
}

// Target returns the object that an input names, or nil.
func (s *Scene) Target(token, path string) *Object {
	if v := s.In(path); v != "" {
		return s.World.Find(token, "", v)
	}
	return nil
}

// Others returns the objects that reference target, without the scene's own.
func (s *Scene) Others(target *Object, tokens ...string) []*Object {
	return s.without(s.World.Users(target, tokens...))
}

// Peers returns the other objects of the scene's own type.
func (s *Scene) Peers() []*Object { return s.without(s.World.All(s.Object.Token)) }

func (s *Scene) without(objects []*Object) []*Object {
	var out []*Object
	for _, o := range objects {
		if o.Token != s.Object.Token || o.ID != s.Object.ID {
			out = append(out, o)
		}
	}
	return out
}

func isZero(v resource.PropertyValue) bool {
	switch {
	case v.IsNull():
		return true
	case v.IsString():
		return v.StringValue() == ""
	case v.IsNumber():
		return v.NumberValue() == 0
	case v.IsArray():
		return len(v.ArrayValue()) == 0
	case v.IsObject():
		return len(v.ObjectValue()) == 0
	case v.IsBool():
		return !v.BoolValue()
	default:
		return false
	}
}

// AWSError is a refusal in the words of an AWS API.
type AWSError struct{ Code, Message string }

func (e *AWSError) Error() string { return e.Code + ": " + e.Message }

// Refuse returns an AWSError.
func Refuse(code, format string, args ...any) error {
	return &AWSError{Code: code, Message: fmt.Sprintf(format, args...)}
}
