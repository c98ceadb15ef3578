package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/riglet/riglet/internal/sandbox/schema"
)

// Table is the set of known types.
type Table struct {
	kinds   map[string]*Kind
	by      map[string][]string // properties that references name a type by
	mu      sync.Mutex
	inputs  map[string]*schema.Shape
	outputs map[string]*schema.Shape
}

// NewTable returns the table of the given rows.
func NewTable(rows ...[]Kind) *Table {
	t := &Table{
		kinds:   map[string]*Kind{},
		by:      map[string][]string{},
		inputs:  map[string]*schema.Shape{},
		outputs: map[string]*schema.Shape{},
	}
	for _, kinds := range rows {
		for i := range kinds {
			t.add(&kinds[i])
		}
	}
	return t
}

func (t *Table) add(k *Kind) {
	t.kinds[k.Token] = k
	for _, ref := range k.Refs {
		if ref.By != "" && !slices.Contains(t.by[ref.To], ref.By) {
			t.by[ref.To] = append(t.by[ref.To], ref.By)
		}
	}
}

// Kind returns the row of a type, or nil.
func (t *Table) Kind(token string) *Kind { return t.kinds[token] }

// Tokens returns the known types in order.
func (t *Table) Tokens() []string { return slices.Sorted(maps.Keys(t.kinds)) }

// Known returns an error that says where to add a type that is not known.
func (t *Table) Known(token string) error {
	if t.kinds[token] != nil {
		return nil
	}
	return fmt.Errorf("the offline cloud does not know type %s: "+
		"add a row for it in internal/sandbox/catalog", token)
}

func (t *Table) calledBy(token string) []string { return t.by[token] }

// Inputs returns the shape of a type's inputs.
func (t *Table) Inputs(token string) (*schema.Shape, error) {
	return t.shape(t.inputs, token, func(k *Kind) (*schema.Shape, error) { return schema.Inputs(k.Args) })
}

// Outputs returns the shape of a type's outputs.
func (t *Table) Outputs(token string) (*schema.Shape, error) {
	return t.shape(t.outputs, token, func(k *Kind) (*schema.Shape, error) { return schema.Outputs(k.State) })
}

// shape reads each type once, when it is first met: a program uses few of them.
func (t *Table) shape(
	kept map[string]*schema.Shape, token string, read func(*Kind) (*schema.Shape, error),
) (*schema.Shape, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := kept[token]; ok {
		return s, nil
	}
	if err := t.Known(token); err != nil {
		return nil, err
	}
	s, err := read(t.kinds[token])
	if err == nil {
		kept[token] = s
	}
	return s, err
}

// PathExists says whether a path of a Kind leads to something that a shape has.
func PathExists(s *schema.Shape, path string) bool {
	for segment := range strings.SplitSeq(path, ".") {
		for s.Kind == schema.List && s.Elem != nil {
			s = s.Elem
		}
		f, ok := s.Field(strings.TrimSuffix(segment, "[]"))
		if !ok {
			return false
		}
		s = f.Shape
	}
	return true
}
