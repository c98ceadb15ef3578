package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/schema"
)

// Create makes an object, or says why AWS would not.
func (w *World) Create(token, urn string, inputs resource.PropertyMap) (*Object, error) {
	if err := w.table.Known(token); err != nil {
		return nil, err
	}
	life := w.lives[urn] + 1
	s := w.scene(&Object{
		Token: token, URN: urn, Seed: seed(urn, life), Life: life,
		Inputs: schema.PlainMap(inputs), Secrets: secretNames(inputs),
	}, nil)
	if err := w.settle(s); err != nil {
		return nil, err
	}
	if old := w.Get(token, s.Object.ID); old != nil {
		if s.Kind.TakesOver == "" || !Flag(s.Object.Inputs, s.Kind.TakesOver, false) {
			return nil, Refuse("ResourceAlreadyExists", "%s %s already exists", typeName(token), old.ID)
		}
		w.remove(old)
	}
	w.lives[urn] = life
	w.insert(s.Object)
	return s.Object, nil
}

// Update changes an object, or says why AWS would not.
func (w *World) Update(token, id, urn string, inputs resource.PropertyMap) (*Object, error) {
	old := w.Get(token, id)
	if old == nil {
		return nil, w.notFound(token, id)
	}
	s := w.scene(&Object{
		Token: token, ID: id, URN: urn, Seed: old.Seed, Life: old.Life,
		Inputs: schema.PlainMap(inputs), Secrets: secretNames(inputs),
	}, old)
	if err := w.settle(s); err != nil {
		return nil, err
	}
	w.remove(old)
	w.insert(s.Object)
	return s.Object, nil
}

// Delete removes an object, or says why AWS would not. Deleting what does not
// exist is no error.
func (w *World) Delete(token, id string) (*Object, error) {
	o := w.Get(token, id)
	if o == nil {
		return nil, nil //nolint:nilnil // nothing was there, and that is fine
	}
	if err := w.release(w.scene(o, o)); err != nil {
		return nil, err
	}
	w.bury(o)
	return o, nil
}

func (w *World) bury(o *Object) {
	for _, name := range w.namesOf(o) {
		w.gone[name] = true
	}
	w.remove(o)
}

func (w *World) notFound(token, id string) error {
	if err := w.table.Known(token); err != nil {
		return err
	}
	template := w.table.Kind(token).Missing
	if template == "" {
		template = "NotFound: {value} does not exist"
	}
	return w.refuse(&Object{}, template, map[string]string{"value": id})
}

func (w *World) scene(o, old *Object) *Scene {
	return &Scene{World: w, Kind: w.table.Kind(o.Token), Object: o, Old: old}
}

// settle admits an object and computes its id and outputs.
func (w *World) settle(s *Scene) error {
	o := s.Object
	o.Outputs = maps.Clone(o.Inputs)
	fill(o.Outputs, s.Kind.Name, w.expander(o))
	constants(o.Outputs, s.Kind)
	if s.Old == nil {
		o.ID = w.identify(s)
	}
	if err := w.admit(s); err != nil {
		return err
	}
	return w.outputs(s)
}

// constants come first, as ids and ARNs may contain them.
func constants(out resource.PropertyMap, k *Kind) {
	for name, v := range k.Outputs {
		_, given := out[resource.PropertyKey(name)]
		if text, ok := v.(string); !given && (!ok || !placeholder.MatchString(text)) {
			out[resource.PropertyKey(name)] = resource.NewPropertyValue(v)
		}
	}
}

func (w *World) identify(s *Scene) string {
	if s.Kind.Identify != nil {
		return s.Kind.Identify(s)
	}
	e := w.expander(s.Object)
	e.fixed["arn"] = e.expand(s.Kind.ARN)
	return e.expand(s.Kind.ID)
}

// outputs computes what the object shows: its inputs, the table's constant and
// templated outputs, what Fill adds, and a zero for each other output that the
// SDK says is never null.
func (w *World) outputs(s *Scene) error {
	out, e := s.Object.Outputs, w.expander(s.Object)
	if s.Kind.ARN != "" {
		out["arn"] = resource.NewProperty(e.expand(s.Kind.ARN))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Kind.Outputs)) {
		if _, ok := out[resource.PropertyKey(name)]; !ok {
			out[resource.PropertyKey(name)] = expandAll(e, s.Kind.Outputs[name])
		}
	}
	shape, err := w.table.Outputs(s.Object.Token)
	if err != nil {
		return err
	}
	w.tag(shape, out)
	if s.Kind.Fill != nil {
		s.Kind.Fill(s)
	}
	return conform(shape, out)
}

func expandAll(e *expander, v any) resource.PropertyValue {
	if text, ok := v.(string); ok {
		return resource.NewProperty(e.expand(text))
	}
	return resource.NewPropertyValue(v)
}

// tag sets tagsAll: the provider's default tags with the object's own over them.
func (w *World) tag(shape *schema.Shape, out resource.PropertyMap) {
	if _, ok := shape.Field("tagsAll"); !ok {
		return
	}
	all := resource.PropertyMap{}
	for k, v := range w.DefaultTags {
		all[resource.PropertyKey(k)] = resource.NewProperty(v)
	}
	if own, ok := out["tags"]; ok && own.IsObject() {
		maps.Copy(all, own.ObjectValue())
	}
	out["tagsAll"] = resource.NewProperty(all)
}

// conform leaves exactly what the SDK's resource type has.
func conform(shape *schema.Shape, out resource.PropertyMap) error {
	maps.DeleteFunc(out, func(k resource.PropertyKey, _ resource.PropertyValue) bool {
		_, ok := shape.Field(string(k))
		return !ok
	})
	for _, f := range shape.Fields {
		if _, ok := out[resource.PropertyKey(f.Name)]; f.Required && !ok {
			out[resource.PropertyKey(f.Name)] = zero(f.Shape)
		}
	}
	for _, fault := range schema.Check(shape, topLevel(out)) {
		return fmt.Errorf("offline cloud: output %s: %s", fault.Path, fault.Reason)
	}
	return nil
}

// topLevel drops what is inside objects: the inputs were checked already, and
// AWS leaves out what is not set.
func topLevel(out resource.PropertyMap) resource.PropertyMap {
	shallow := resource.PropertyMap{}
	for k, v := range out {
		if v.IsObject() || v.IsArray() {
			v = resource.MakeComputed(resource.NewProperty(""))
		}
		shallow[k] = v
	}
	return shallow
}

func zero(s *schema.Shape) resource.PropertyValue {
	switch s.Kind {
	case schema.Bool:
		return resource.NewProperty(false)
	case schema.Int, schema.Number:
		return resource.NewProperty(0.0)
	case schema.List:
		return resource.NewProperty([]resource.PropertyValue{})
	case schema.Map, schema.Object:
		return resource.NewProperty(resource.PropertyMap{})
	case schema.String, schema.Any:
	}
	return resource.NewProperty("")
}

func seed(urn string, life int) string {
	sum := sha256.Sum256([]byte(urn + "#" + strconv.Itoa(life)))
	return hex.EncodeToString(sum[:8])
}

func secretNames(inputs resource.PropertyMap) []string {
	var names []string
	for k, v := range inputs {
		if v.ContainsSecrets() {
			names = append(names, string(k))
		}
	}
	slices.Sort(names)
	return names
}
