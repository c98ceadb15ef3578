package model

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The length of the random part of an automatic name.
const suffixLength = 7

// The key under which the real provider remembers which inputs it chose.
const defaultsKey resource.PropertyKey = "__defaults"

// NameRequest is what decides an automatic name.
type NameRequest struct {
	Logical    string
	Seed       []byte
	Olds, News resource.PropertyMap
	Proposed   string // a name that the engine proposes or enforces, or ""
	Disabled   bool   // the program must give names itself
}

// AutoName returns the inputs with a name in them, where the type takes one and
// the program gave none. A name chosen earlier is kept.
func (k *Kind) AutoName(r NameRequest) (resource.PropertyMap, error) {
	out := r.News.Copy()
	delete(out, defaultsKey)
	chosen := []resource.PropertyValue{}
	if k.takesName(out) {
		name, err := k.choose(r)
		if err != nil {
			return out, err
		}
		out[resource.PropertyKey(k.Name.Property)] = name
		chosen = append(chosen, resource.NewProperty(k.Name.Property))
	}
	out[defaultsKey] = resource.NewProperty(chosen)
	return out, nil
}

func (k *Kind) takesName(inputs resource.PropertyMap) bool {
	if k.Name == nil {
		return false
	}
	given := Has(inputs, k.Name.Property)
	return !given && (k.Name.By == "" || !Has(inputs, k.Name.By))
}

func (k *Kind) choose(r NameRequest) (resource.PropertyValue, error) {
	property := resource.PropertyKey(k.Name.Property)
	if old, ok := r.Olds[property]; ok && AutoNamed(r.Olds, k.Name.Property) {
		return old, nil
	}
	switch {
	case r.Disabled:
		return resource.PropertyValue{}, fmt.Errorf(
			"automatic naming is off, and no %s is given", k.Name.Property)
	case r.Proposed != "":
		return resource.NewProperty(r.Proposed), nil
	}
	prefix := k.Name.Prefix + r.Logical + "-"
	if k.Name.Lower {
		prefix = strings.ToLower(prefix)
	}
	name, err := resource.NewUniqueName(r.Seed, prefix, suffixLength, k.Name.Max, nil)
	return resource.NewProperty(name), err
}

// AutoNamed says whether an input was chosen by the provider.
func AutoNamed(inputs resource.PropertyMap, property string) bool {
	for _, name := range Strs(inputs, string(defaultsKey)+"[]") {
		if name == property {
			return true
		}
	}
	return false
}

// fill sets the name of an object that asked for one by prefix.
func fill(out resource.PropertyMap, n *Naming, e *expander) {
	if n == nil || n.By == "" || Has(out, n.Property) {
		return
	}
	if prefix := Str(out, n.By); prefix != "" {
		out[resource.PropertyKey(n.Property)] = resource.NewProperty(prefix + e.expand("{num26:name}"))
	}
}
