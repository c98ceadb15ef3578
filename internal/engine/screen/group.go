package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/engine"
)

// group is the resources of one type to which the same happens.
type group struct {
	kind   string
	op     engine.Op
	failed bool
	names  []string
}

// groups are in the order of the alphabet: the order in which the engine gets to them differs from run to run.
func groups(steps []engine.Step) []*group {
	var list []*group
	for _, step := range steps {
		kind := kindOf(step)
		at := slices.IndexFunc(list, func(g *group) bool {
			return g.kind == kind && g.op == step.Op && g.failed == step.Failed
		})
		if at < 0 {
			at = len(list)
			list = append(list, &group{kind: kind, op: step.Op, failed: step.Failed})
		}
		list[at].names = append(list[at].names, step.Name)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.op, b.op))
	})
	return list
}

func (g *group) lines(depth int) []line {
	m := markOf(g.op)
	if g.failed {
		m = failed
	}
	slices.Sort(g.names)
	if g.collapses() {
		count := fmt.Sprintf("x%d", len(g.names))
		return []line{{depth: depth, mark: m, kind: g.kind, count: count, name: pattern(g.names)}}
	}
	var lines []line
	for _, name := range g.names {
		lines = append(lines, line{depth: depth, mark: m, kind: g.kind, name: name})
	}
	return lines
}

func (g *group) collapses() bool {
	switch {
	case g.failed:
		return false
	case g.op == engine.OpUpdate || g.op == engine.OpReplace:
		return len(g.names) >= collapseChanged
	}
	return len(g.names) >= collapseNew
}

// pattern is what the names have in common at their start and at their end, up to a dash: network-*-us-west-2a.
func pattern(names []string) string {
	prefix, suffix := strings.Split(names[0], "-"), reversed(names[0])
	for _, name := range names[1:] {
		prefix = common(prefix, strings.Split(name, "-"))
		suffix = common(suffix, reversed(name))
	}
	slices.Reverse(suffix)
	parts := append(slices.Clone(prefix), "*")
	return strings.Join(append(parts, suffix...), "-")
}

func reversed(name string) []string {
	parts := strings.Split(name, "-")
	slices.Reverse(parts)
	return parts
}

func common(a, b []string) []string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}
