package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Account is the account that everything in the offline cloud belongs to.
const Account = "123456789012"

// World is all objects of the offline cloud with the indexes to find them. It
// is not safe for concurrent use.
type World struct {
	Region      string
	DefaultTags map[string]string

	table   *Table
	objects map[string]map[string]*Object // by token, by id
	names   map[string][]*Object          // by what references may call them
	users   map[string]map[*Object]bool   // who references a name, and whether that holds it
	keys    map[string]*Object
	lives   map[string]int
	gone    map[string]bool // names that this cloud made and deleted
}

// NewWorld returns an empty cloud that knows the types of a table.
func NewWorld(table *Table) *World {
	return &World{
		table:   table,
		objects: map[string]map[string]*Object{},
		names:   map[string][]*Object{},
		users:   map[string]map[*Object]bool{},
		keys:    map[string]*Object{},
		lives:   map[string]int{},
		gone:    map[string]bool{},
	}
}

// Get returns the object of a type with an id, or nil.
func (w *World) Get(token, id string) *Object { return w.objects[token][id] }

// Find returns the object that a reference by the given property means, or nil.
func (w *World) Find(token, by, value string) *Object {
	found := w.names[nameKey(token, by, value)]
	if len(found) == 0 {
		return nil
	}
	return found[len(found)-1]
}

// All returns the objects of a type, ordered by id.
func (w *World) All(token string) []*Object {
	return slices.SortedFunc(maps.Values(w.objects[token]), byID)
}

// Count returns the number of objects of a type.
func (w *World) Count(token string) int { return len(w.objects[token]) }

// Objects returns everything, ordered by type and then by id.
func (w *World) Objects() []*Object {
	var all []*Object
	for _, token := range slices.Sorted(maps.Keys(w.objects)) {
		all = append(all, w.All(token)...)
	}
	return all
}

// Users returns the objects of the given types that reference an object,
// ordered by type and id. No types means all types.
func (w *World) Users(o *Object, tokens ...string) []*Object {
	return w.usersOf(w.namesOf(o), func(user *Object, _ bool) bool {
		return user != o && (len(tokens) == 0 || slices.Contains(tokens, user.Token))
	})
}

// holders returns the objects that keep an object from being deleted.
func (w *World) holders(o *Object) []*Object {
	return w.usersOf(w.namesOf(o), func(user *Object, holds bool) bool { return holds && user != o })
}

// UsersOf returns the objects of the given types that reference an id of a
// type, also where that id belongs to something without a resource of its own.
func (w *World) UsersOf(token, id string, tokens ...string) []*Object {
	return w.usersOf([]string{nameKey(token, "", id)}, func(user *Object, _ bool) bool {
		return len(tokens) == 0 || slices.Contains(tokens, user.Token)
	})
}

func (w *World) usersOf(names []string, want func(user *Object, holds bool) bool) []*Object {
	found := map[*Object]bool{}
	for _, name := range names {
		for user, holds := range w.users[name] {
			if want(user, holds) {
				found[user] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), byID)
}

func byID(a, b *Object) int {
	if c := strings.Compare(a.Token, b.Token); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

func nameKey(token, by, value string) string { return token + "\x00" + by + "\x00" + value }

// namesOf returns the keys under which references find an object.
func (w *World) namesOf(o *Object) []string {
	k := w.table.Kind(o.Token)
	var keys []string
	for _, token := range append([]string{o.Token}, k.As...) {
		keys = append(keys, nameKey(token, "", o.ID))
		for _, by := range w.table.calledBy(token) {
			if v := o.Out(by); v != "" {
				keys = append(keys, nameKey(token, by, v))
			}
		}
	}
	return keys
}

// insert puts an object into all indexes.
func (w *World) insert(o *Object) {
	k := w.table.Kind(o.Token)
	if w.objects[o.Token] == nil {
		w.objects[o.Token] = map[string]*Object{}
	}
	w.objects[o.Token][o.ID] = o
	for _, name := range append(w.namesOf(o), heldNames(k, o)...) {
		w.names[name] = append(w.names[name], o)
	}
	for name, holds := range usedNames(k, o.Inputs) {
		if w.users[name] == nil {
			w.users[name] = map[*Object]bool{}
		}
		w.users[name][o] = holds
	}
	for _, key := range w.keysOf(k, o) {
		w.keys[key] = o
	}
}

// remove takes an object out of all indexes.
func (w *World) remove(o *Object) {
	k := w.table.Kind(o.Token)
	delete(w.objects[o.Token], o.ID)
	for _, name := range append(w.namesOf(o), heldNames(k, o)...) {
		w.names[name] = slices.DeleteFunc(w.names[name], func(x *Object) bool { return x == o })
		if len(w.names[name]) == 0 {
			delete(w.names, name)
		}
	}
	for name := range usedNames(k, o.Inputs) {
		delete(w.users[name], o)
		if len(w.users[name]) == 0 {
			delete(w.users, name)
		}
	}
	for _, key := range w.keysOf(k, o) {
		if w.keys[key] == o {
			delete(w.keys, key)
		}
	}
}

func heldNames(k *Kind, o *Object) []string {
	var names []string
	for token, output := range k.Holds {
		if id := o.Out(output); id != "" {
			names = append(names, nameKey(token, "", id))
		}
	}
	return names
}

// usedNames returns what inputs reference, and whether that holds the target.
func usedNames(k *Kind, inputs resource.PropertyMap) map[string]bool {
	names := map[string]bool{}
	for _, ref := range k.Refs {
		for _, v := range Strs(inputs, ref.Path) {
			name := nameKey(ref.To, ref.By, v)
			names[name] = names[name] || !ref.Loose
		}
	}
	return names
}

func (w *World) keysOf(k *Kind, o *Object) []string {
	var keys []string
	for _, key := range k.Keys {
		if s := w.keyOf(k, key, o); s != "" {
			keys = append(keys, s)
		}
	}
	return keys
}

func (w *World) keyOf(k *Kind, key Key, o *Object) string {
	space := k.Token
	if key.Over != "" {
		space = key.Over
	}
	if key.Make != nil {
		if s := key.Make(o.Inputs); s != "" {
			return space + "|" + s
		}
		return ""
	}
	e := w.expander(o)
	s := e.expand(key.Of)
	if e.empty {
		return ""
	}
	return space + "|" + key.Of + "|" + s
}

func (w *World) expander(o *Object) *expander {
	return &expander{
		seed: o.Seed,
		fixed: map[string]string{
			"region": w.Region, "account": Account, "partition": "aws", "id": o.ID,
		},
		props: []resource.PropertyMap{o.Inputs, o.Outputs},
	}
}
