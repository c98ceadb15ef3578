package model

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Values returns what is at a path such as "healthCheck.path" or
// "rules[].id", where [] stands for every element. Absent values give none.
func Values(props resource.PropertyMap, path string) []resource.PropertyValue {
	at := []resource.PropertyValue{resource.NewProperty(props)}
	for segment := range strings.SplitSeq(path, ".") {
		name, each := strings.CutSuffix(segment, "[]")
		at = step(at, resource.PropertyKey(name), each)
	}
	return at
}

func step(at []resource.PropertyValue, name resource.PropertyKey, each bool) []resource.PropertyValue {
	var next []resource.PropertyValue
	for _, v := range at {
		if !v.IsObject() {
			continue
		}
		e, ok := v.ObjectValue()[name]
		switch {
		case !ok || e.IsNull():
		case each && e.IsArray():
			next = append(next, e.ArrayValue()...)
		case !each:
			next = append(next, e)
		}
	}
	return next
}

// Value returns the first value at a path.
func Value(props resource.PropertyMap, path string) (resource.PropertyValue, bool) {
	if vs := Values(props, path); len(vs) > 0 {
		return vs[0], true
	}
	return resource.PropertyValue{}, false
}

// Has says whether there is something at a path, known or not.
func Has(props resource.PropertyMap, path string) bool {
	_, ok := Value(props, path)
	return ok
}

// Str returns the known string at a path, or "".
func Str(props resource.PropertyMap, path string) string {
	if v, ok := Value(props, path); ok && v.IsString() {
		return v.StringValue()
	}
	return ""
}

// Strs returns the known strings at a path.
func Strs(props resource.PropertyMap, path string) []string {
	var out []string
	for _, v := range Values(props, path) {
		if v.IsString() {
			out = append(out, v.StringValue())
		}
	}
	return out
}

// Num returns the known number at a path.
func Num(props resource.PropertyMap, path string) (float64, bool) {
	if v, ok := Value(props, path); ok && v.IsNumber() {
		return v.NumberValue(), true
	}
	return 0, false
}

// Int returns the known number at a path, or otherwise the given one.
func Int(props resource.PropertyMap, path string, otherwise int) int {
	if n, ok := Num(props, path); ok {
		return int(n)
	}
	return otherwise
}

// Flag returns the known boolean at a path, or otherwise the given one.
func Flag(props resource.PropertyMap, path string, otherwise bool) bool {
	if v, ok := Value(props, path); ok && v.IsBool() {
		return v.BoolValue()
	}
	return otherwise
}

// Objects returns the objects at a path.
func Objects(props resource.PropertyMap, path string) []resource.PropertyMap {
	var out []resource.PropertyMap
	for _, v := range Values(props, path) {
		if v.IsObject() {
			out = append(out, v.ObjectValue())
		}
	}
	return out
}

// internalKey says whether a property belongs to the engine or to this
// provider's bookkeeping rather than to the resource.
func internalKey(k resource.PropertyKey) bool { return strings.HasPrefix(string(k), "__") }
