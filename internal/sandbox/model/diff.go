package model

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/riglet/riglet/internal/sandbox/schema"
)

var index = regexp.MustCompile(`\[[^\]]*\]`)

// Diff says which inputs changed, and whether the change replaces the object.
func (k *Kind) Diff(oldInputs, newInputs resource.PropertyMap) plugin.DiffResult {
	before, after := k.canonical(oldInputs), k.canonical(newInputs)
	detail := k.detail(before, after)
	replaces := false
	for path, d := range detail {
		if k.replaces(path, before, after) {
			detail[path], replaces = d.ToReplace(), true
		}
	}
	result := plugin.DiffResult{Changes: plugin.DiffNone, DetailedDiff: detail}
	if len(detail) > 0 {
		result.Changes = plugin.DiffSome
	}
	result.DeleteBeforeReplace = replaces && k.nameTaken(oldInputs, newInputs)
	return result
}

// detail lists changes by path. A changed set is one change: its elements have
// no place that a path could name.
func (k *Kind) detail(before, after resource.PropertyMap) map[string]plugin.PropertyDiff {
	raw := plugin.NewDetailedDiffFromObjectDiff(before.Diff(after, internalKey), true)
	detail := map[string]plugin.PropertyDiff{}
	for path, d := range raw {
		if set := k.setAround(path); set != path {
			path, d = set, plugin.PropertyDiff{Kind: plugin.DiffUpdate, InputDiff: true}
		}
		detail[path] = d
	}
	return detail
}

// setAround returns the path of the set that a path leads into, or the path.
func (k *Kind) setAround(path string) string {
	for _, set := range k.Sets {
		if strings.Contains(set, ".") {
			continue
		}
		if strings.HasPrefix(path, set+"[") {
			return set
		}
	}
	return path
}

func (k *Kind) replaces(path string, before, after resource.PropertyMap) bool {
	flat := index.ReplaceAllString(path, "")
	for _, p := range k.Replace {
		if touches(flat, p, before, after) {
			return true
		}
	}
	for p, when := range k.ReplaceIf {
		if touches(flat, p, before, after) && when(before, after) {
			return true
		}
	}
	return false
}

// touches says whether a change at one path changes what is at another: at it,
// below it, or above it when there is something there before or after.
func touches(changed, p string, before, after resource.PropertyMap) bool {
	if changed == p || strings.HasPrefix(changed, p+".") {
		return true
	}
	if !strings.HasPrefix(p, changed+".") {
		return false
	}
	return reaches(before, p) || reaches(after, p)
}

func reaches(props resource.PropertyMap, path string) bool {
	at := []resource.PropertyValue{resource.NewProperty(props)}
	for name := range strings.SplitSeq(path, ".") {
		var next []resource.PropertyValue
		for _, v := range step(at, resource.PropertyKey(name), false) {
			if v.IsArray() {
				next = append(next, v.ArrayValue()...)
			} else {
				next = append(next, v)
			}
		}
		at = next
	}
	return len(at) > 0
}

// nameTaken says whether the program gave the name and did not change it, so
// that the new object cannot exist beside the old one.
func (k *Kind) nameTaken(olds, news resource.PropertyMap) bool {
	if k.Name == nil || AutoNamed(news, k.Name.Property) {
		return false
	}
	given := Str(schema.PlainMap(news), k.Name.Property)
	return given != "" && given == Str(schema.PlainMap(olds), k.Name.Property)
}

// canonical brings inputs into a form in which equal means equal to AWS.
func (k *Kind) canonical(inputs resource.PropertyMap) resource.PropertyMap {
	out := schema.PlainMap(inputs)
	for _, path := range k.Sets {
		out = rewrite(out, strings.Split(path, "."), sorted)
	}
	for _, path := range k.JSON {
		out = rewrite(out, strings.Split(path, "."), tidy)
	}
	for _, path := range k.Ignore {
		out = rewrite(out, strings.Split(path, "."), blank)
	}
	return out
}

// rewrite returns the map with the value at a path put through f.
func rewrite(
	m resource.PropertyMap, path []string, f func(resource.PropertyValue) resource.PropertyValue,
) resource.PropertyMap {
	key := resource.PropertyKey(path[0])
	v, ok := m[key]
	if !ok {
		return m
	}
	out := maps.Clone(m)
	out[key] = into(v, path[1:], f)
	return out
}

func into(
	v resource.PropertyValue, path []string, f func(resource.PropertyValue) resource.PropertyValue,
) resource.PropertyValue {
	switch {
	case len(path) == 0:
		return f(v)
	case v.IsObject():
		return resource.NewProperty(rewrite(v.ObjectValue(), path, f))
	case v.IsArray():
		list := slices.Clone(v.ArrayValue())
		for i := range list {
			list[i] = into(list[i], path, f)
		}
		return resource.NewProperty(list)
	default:
		return v
	}
}

func sorted(v resource.PropertyValue) resource.PropertyValue {
	if !v.IsArray() {
		return v
	}
	list := slices.Clone(v.ArrayValue())
	slices.SortStableFunc(list, func(a, b resource.PropertyValue) int {
		return cmp.Compare(sortKey(a), sortKey(b))
	})
	return resource.NewProperty(list)
}

func sortKey(v resource.PropertyValue) string {
	if v.IsString() {
		return v.StringValue()
	}
	if b, err := json.Marshal(v.Mappable()); err == nil {
		return string(b)
	}
	return fmt.Sprint(v)
}

// blank makes all values equal.
func blank(resource.PropertyValue) resource.PropertyValue { return resource.NewProperty("") }

// tidy rewrites a JSON document with sorted keys and no spaces.
func tidy(v resource.PropertyValue) resource.PropertyValue {
	if !v.IsString() {
		return v
	}
	var doc any
	if err := json.Unmarshal([]byte(v.StringValue()), &doc); err != nil {
		return v
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return v
	}
	return resource.NewProperty(string(b))
}
