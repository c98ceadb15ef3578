package model

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/schema"
)

// PreviewCreate returns what is known of an object before it is made. What AWS
// will decide is unknown.
func (w *World) PreviewCreate(token string, inputs resource.PropertyMap) (resource.PropertyMap, error) {
	shape, err := w.table.Outputs(token)
	if err != nil {
		return nil, err
	}
	out := schema.PlainMap(inputs)
	w.foresee(token, shape, out)
	return out, nil
}

// PreviewUpdate returns what is known of an object before it is changed.
func (w *World) PreviewUpdate(
	token string, oldInputs, oldOutputs, newInputs resource.PropertyMap,
) (resource.PropertyMap, error) {
	shape, err := w.table.Outputs(token)
	if err != nil {
		return nil, err
	}
	out, news := schema.PlainMap(oldOutputs), schema.PlainMap(newInputs)
	for k := range oldInputs {
		if _, still := news[k]; !still {
			delete(out, k)
		}
	}
	maps.Copy(out, news)
	for _, name := range w.table.Kind(token).Volatile {
		out[resource.PropertyKey(name)] = unknown()
	}
	w.foresee(token, shape, out)
	return out, nil
}

// foresee adds constants and tags, and marks what else will be there as unknown.
func (w *World) foresee(token string, shape *schema.Shape, out resource.PropertyMap) {
	for name, v := range w.table.Kind(token).Outputs {
		if _, given := out[resource.PropertyKey(name)]; !given {
			out[resource.PropertyKey(name)] = constant(v)
		}
	}
	if tags, ok := out["tags"]; ok && tags.ContainsUnknowns() {
		out["tagsAll"] = unknown()
	} else {
		w.tag(shape, out)
	}
	for _, f := range shape.Fields {
		if _, given := out[resource.PropertyKey(f.Name)]; f.Required && !given {
			out[resource.PropertyKey(f.Name)] = unknown()
		}
	}
	maps.DeleteFunc(out, func(k resource.PropertyKey, _ resource.PropertyValue) bool {
		_, ok := shape.Field(string(k))
		return !ok
	})
}

func constant(v any) resource.PropertyValue {
	if text, ok := v.(string); ok && placeholder.MatchString(text) {
		return unknown()
	}
	return resource.NewPropertyValue(v)
}

func unknown() resource.PropertyValue { return resource.MakeComputed(resource.NewProperty("")) }

// Protect marks as secret each output whose input was a secret.
func Protect(out resource.PropertyMap, secrets []string) resource.PropertyMap {
	if len(secrets) == 0 {
		return out
	}
	marked := maps.Clone(out)
	for k, v := range marked {
		if slices.Contains(secrets, string(k)) {
			marked[k] = resource.MakeSecret(v)
		}
	}
	return marked
}

// SecretNames returns the inputs that are or hold secrets.
func SecretNames(inputs resource.PropertyMap) []string { return secretNames(inputs) }
