package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// unknown records every key that no field has, with the one that was probably meant.
func (d *decoder) unknown(at check.Faults, prefix string, object any, fields []field) {
	var known []string
	for _, f := range fields {
		known = append(known, f.key)
	}
	given := keysIn(object)
	for _, key := range given {
		if slices.Contains(known, key) {
			continue
		}
		want := "one of " + check.List(known)
		if near := nearest(key, known); near != "" {
			if !slices.Contains(given, near) {
				d.meant = append(d.meant, at.At(prefix+near).Path())
			}
			want += " (did you mean " + near + "?)"
		}
		at.At(prefix+key).Want(want, key)
	}
}

// keysIn are the keys of a map in order.
func keysIn(object any) []string {
	switch m := object.(type) {
	case map[string]string:
		return slices.Sorted(maps.Keys(m))
	case map[string]any:
		return slices.Sorted(maps.Keys(m))
	default:
		return nil
	}
}

// report puts faults in the order of the fields, says each once, and names the file at the head of each.
func report(file string, faults []error) error {
	sorted := slices.Clone(faults)
	slices.SortStableFunc(sorted, func(a, b error) int {
		return slices.CompareFunc(placeOf(a), placeOf(b), compareTurns)
	})
	seen := map[string]bool{}
	var lines []error
	for _, fault := range sorted {
		if seen[fault.Error()] {
			continue
		}
		seen[fault.Error()] = true
		if file != "" {
			fault = fmt.Errorf("%s: %w", file, fault)
		}
		lines = append(lines, fault)
	}
	return errors.Join(lines...)
}

func join(path, key string) string {
	if path == "" {
		return Namespace + ":" + key
	}
	return path + "." + key
}

// turn is one step of the way from the file to a key: the number of a field or of an element, from 1, or a name
// that the file gives.
type turn struct {
	number int
	name   string
}

func compareTurns(a, b turn) int {
	return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name))
}

// placeOf is the way to the key of a fault, or to the nearest known key around it: a shorter way comes first.
func placeOf(fault error) []turn {
	path, inFile := strings.CutPrefix(pathOf(fault), Namespace+":")
	if !inFile {
		return nil
	}
	return place(reflect.TypeFor[Config](), path)
}

// place is the way to a path within a struct.
func place(t reflect.Type, path string) []turn {
	for _, f := range fieldsOf(t) {
		rest, ok := strings.CutPrefix(path, f.key)
		if !ok || (rest != "" && rest[0] != '.' && rest[0] != '[') {
			continue
		}
		way := []turn{{number: f.index + 1}}
		switch {
		case rest == "":
			return way
		case f.kind == section:
			return append(way, place(f.typ, rest[1:])...)
		case f.named():
			return append(way, placeNamed(f, rest[1:])...)
		default:
			return append(way, turn{number: element(rest)})
		}
	}
	return nil
}

// placeNamed is the way to a path within a section of names.
func placeNamed(f field, path string) []turn {
	name, rest, deeper := strings.Cut(path, ".")
	way := []turn{{name: name}}
	if !deeper || f.kind != several {
		return way
	}
	return append(way, place(f.typ.Elem(), rest)...)
}

// element is the place in a list that the rest of a path begins with, from 1, or 0.
func element(rest string) int {
	place, _, _ := strings.Cut(strings.TrimPrefix(rest, "["), "]")
	n, err := strconv.Atoi(place)
	if err != nil {
		return 0
	}
	return n + 1
}

func pathOf(err error) string {
	var fault check.Fault
	if !errors.As(err, &fault) {
		return ""
	}
	return fault.Path
}

// below tells whether path is one of keys or lies within one.
func below(path string, keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool {
		rest, ok := strings.CutPrefix(path, key)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}
