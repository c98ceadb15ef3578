package conform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func keys(m resource.PropertyMap) []string {
	names := make([]string, 0, len(m))
	for key := range m {
		names = append(names, string(key))
	}
	return names
}

func contains(list []string, v string) bool { return slices.Contains(list, v) }

// empty tells whether an output says nothing.
func empty(v resource.PropertyValue) bool {
	switch {
	case v.IsNull():
		return true
	case v.IsSecret():
		return empty(v.SecretValue().Element)
	case v.IsString():
		return v.StringValue() == ""
	case v.IsArray():
		return len(v.ArrayValue()) == 0
	case v.IsObject():
		return len(v.ObjectValue()) == 0
	default:
		return false
	}
}

// tagsOf reads tags in either of their forms: a map, or an Auto Scaling group's list.
func tagsOf(v resource.PropertyValue) map[string]string {
	got := map[string]string{}
	if v.IsArray() {
		for _, one := range v.ArrayValue() {
			if one.ObjectValue()["propagateAtLaunch"].BoolValue() {
				got[one.ObjectValue()["key"].StringValue()] = one.ObjectValue()["value"].StringValue()
			}
		}
		return got
	}
	if v.IsObject() {
		for key, value := range v.ObjectValue() {
			got[string(key)] = value.StringValue()
		}
	}
	return got
}
