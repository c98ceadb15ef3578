package pulumitest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is one registration.
type Resource struct {
	// Type is the type token and Name the logical name.
	Type, Name string
	// URN is the resource's identity, Parent that of its parent.
	URN, Parent string
	// ID is what the cloud calls it. Empty at a preview.
	ID string
	// Custom tells a resource of a provider from a component.
	Custom bool
	// Provider is the reference of the provider that was asked for, empty for the default one.
	Provider string
	// Inputs are what the program gave, Outputs what it was given back. Of a component, Outputs are those that it
	// registered.
	Inputs, Outputs resource.PropertyMap
	// DependsOn are the URNs of all that the resource waits for.
	DependsOn []string
	// Protect and RetainOnDelete are set where the program set them.
	Protect, RetainOnDelete bool
	// IgnoreChanges are the properties whose changes are ignored.
	IgnoreChanges []string
	// SecretOutputs are the outputs that are secret beside those that the provider says are.
	SecretOutputs []string
	// Aliases are the former identities.
	Aliases []string
	// Hooks are the names of the hooks that are bound to the resource.
	Hooks []string
}

// Line is the resource in one line: "type name <- parent".
func (r *Resource) Line() string {
	return fmt.Sprintf("%s %s <- %s", r.Type, r.Name, nameOf(r.Parent))
}

// Recorder is what a program did. It is safe for concurrent use.
type Recorder struct {
	mu        sync.Mutex
	resources []*Resource
	messages  []string
	invokes   []string
}

// Resources are all registrations but the stack's own, in the order in which they came.
func (r *Recorder) Resources() []*Resource {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.resources), func(r *Resource) bool {
		return r.Type == string(resource.RootStackType)
	})
}

// Lines are the lines of all resources, sorted.
func (r *Recorder) Lines() []string {
	all := r.Resources()
	lines := make([]string, len(all))
	for i, resource := range all {
		lines[i] = resource.Line()
	}
	slices.Sort(lines)
	return lines
}

// Of are the resources of one type, sorted by name.
func (r *Recorder) Of(typ string) []*Resource {
	some := slices.DeleteFunc(r.Resources(), func(r *Resource) bool { return r.Type != typ })
	slices.SortFunc(some, func(a, b *Resource) int { return strings.Compare(a.Name, b.Name) })
	return some
}

// Find is the resource of that type and name, or nil.
func (r *Recorder) Find(typ, name string) *Resource {
	for _, found := range r.Of(typ) {
		if found.Name == name {
			return found
		}
	}
	return nil
}

// Exports are the outputs of the stack.
func (r *Recorder) Exports() resource.PropertyMap {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, found := range r.resources {
		if found.Type == string(resource.RootStackType) {
			return found.Outputs
		}
	}
	return nil
}

// Messages are what the program logged, as "warning: ...".
func (r *Recorder) Messages() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.messages)
}

// Invokes are the tokens of the functions that the program called.
func (r *Recorder) Invokes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.invokes)
}

func (r *Recorder) add(one *Resource) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources = append(r.resources, one)
}

func (r *Recorder) made(one *Resource, id string, outputs resource.PropertyMap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one.ID, one.Outputs = id, outputs
}

func (r *Recorder) outputs(urn string, outputs resource.PropertyMap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.resources {
		if one.URN == urn {
			one.Outputs = outputs
		}
	}
}

func (r *Recorder) note(list *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*list = append(*list, text)
}

func nameOf(urn string) string {
	if urn == "" {
		return ""
	}
	if resource.URN(urn).QualifiedType() == resource.RootStackType {
		return "stack"
	}
	return resource.URN(urn).Name()
}

// Input is the value at a property path of the inputs, such as "ingress[0].fromPort", as a plain Go value. It is
// nil where there is none and Unknown where it is not known yet.
func (r *Resource) Input(path string) any { return at(r.Inputs, path) }

// Output is the value at a property path of the outputs, as Input gives it.
func (r *Resource) Output(path string) any { return at(r.Outputs, path) }

// Unknown stands for a value that only AWS can know.
const Unknown = "<unknown>"

func at(properties resource.PropertyMap, path string) any {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return err
	}
	value, found := parsed.Get(resource.NewProperty(properties))
	if !found {
		return nil
	}
	return plain(value)
}

func plain(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return plain(value.SecretValue().Element)
	case value.IsComputed():
		return Unknown
	case value.IsOutput():
		return plain(value.OutputValue().Element)
	default:
		return value.Mappable()
	}
}
