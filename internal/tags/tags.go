// Package tags holds the tags that every resource carries.
package tags

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/naming"
)

// The keys that riglet sets.
const (
	Name        = "Name"
	Owner       = "Owner"
	Project     = "Project"
	Environment = "Environment"
	Group       = "Group"
	App         = "App"
)

// Limits of the tagging API (General Reference, "Tag naming limits").
const (
	maxTags  = 50
	maxKey   = 128
	maxValue = 256
)

// Set is the tags of a component: the same on each of its resources but for the name.
type Set map[string]string

// With is the set with one more tag; the set itself stays as it was.
func (s Set) With(key, value string) Set {
	grown := make(Set, len(s)+1)
	maps.Copy(grown, s)
	grown[key] = value
	return grown
}

// Named is the set for one resource.
func (s Set) Named(name string) pulumi.StringMap {
	return pulumi.ToStringMap(s.With(Name, naming.Fit(naming.TagValue, name)))
}

// Keys are the keys in order.
func (s Set) Keys() []string { return slices.Sorted(maps.Keys(s)) }

// Check records every fault of the set.
func (s Set) Check(f check.Faults) {
	// Name comes on top, and a deployment tool may add one.
	f.At("count").Range(len(s), 0, maxTags-2)
	for _, key := range s.Keys() {
		at := f.At(key)
		if key == "" || len(key) > maxKey || strings.HasPrefix(strings.ToLower(key), "aws:") {
			at.Want("a key of 1 to 128 characters that does not begin with aws:", key)
		}
		if len(s[key]) > maxValue {
			at.Want("a value of 256 characters at most", s[key])
		}
	}
}
