package screen

import (
	"fmt"
	"strings"

	"github.com/riglet/riglet/internal/engine"
)

// Groups of resources of one type are drawn as one line from this many on. Changes to what exists are worth more
// lines than what is new.
const (
	collapseNew     = 3
	collapseChanged = 6
)

// node is a component with what is in it. The root is the stack.
type node struct {
	step      engine.Step
	leaves    []engine.Step
	children  []*node
	unchanged int
}

// Tree draws the resources by component, one line per resource or per group of the same type.
func (s Style) Tree(resources []engine.Step) string {
	root := plant(resources)
	lines := s.inside(root, 0)
	if len(lines) == 0 {
		return ""
	}
	return s.align(lines)
}

// plant sorts the resources into the components that hold them, however deep below other resources they are.
func plant(resources []engine.Step) *node {
	root := &node{}
	nodes := map[string]*node{"": root}
	parents := map[string]string{}
	for _, step := range resources {
		parents[step.URN] = step.Parent
		if step.Component {
			nodes[step.URN] = &node{step: step}
		}
	}
	home := func(step engine.Step) *node {
		parent := step.Parent
		for depth := 0; nodes[parent] == nil && depth < len(resources); depth++ {
			parent = parents[parent]
		}
		return nodes[parent]
	}
	for _, step := range resources {
		home(step).add(step, nodes[step.URN])
	}
	return root
}

func (n *node) add(step engine.Step, component *node) {
	switch {
	case component != nil:
		n.children = append(n.children, component)
	case step.Op == engine.OpSame && !step.Failed:
		n.unchanged++
	case step.Done || step.Failed:
		n.leaves = append(n.leaves, step)
	}
}

// total adds up what is in the component and below it.
func (n *node) total() (changed, unchanged int) {
	changed, unchanged = len(n.leaves), n.unchanged
	for _, child := range n.children {
		c, u := child.total()
		changed += c
		unchanged += u
	}
	return changed, unchanged
}

// line is one line of the tree, before its columns are aligned.
type line struct {
	depth       int
	mark        mark
	kind, count string
	name, note  string
	heading     bool
}

func (s Style) inside(n *node, depth int) []line {
	var lines []line
	for _, group := range groups(n.leaves) {
		lines = append(lines, group.lines(depth)...)
	}
	for _, child := range n.children {
		lines = append(lines, s.component(child, depth)...)
	}
	if n.unchanged > 0 && len(lines) > 0 {
		note := fmt.Sprintf("%d unchanged", n.unchanged)
		lines = append(lines, line{depth: depth, mark: markOf(engine.OpSame), kind: note})
	}
	return lines
}

func (s Style) component(n *node, depth int) []line {
	changed, unchanged := n.total()
	head := line{
		depth: depth, mark: markOf(n.step.Op), heading: true,
		kind: engine.ShortType(n.step.Type), name: n.step.Name,
	}
	if changed == 0 && n.step.Op == engine.OpSame {
		head.note = fmt.Sprintf("%d unchanged", unchanged)
		return []line{head}
	}
	if n.step.Op == engine.OpSame {
		head.mark = markOf(engine.OpUpdate)
	}
	return append([]line{head}, s.inside(n, depth+1)...)
}

// align puts the names of all resources into one column, whatever their depth. The name of a component follows its
// type at once: it is a heading.
func (s Style) align(lines []line) string {
	var kinds, counts []string
	for _, l := range lines {
		if !l.heading {
			kinds = append(kinds, l.indent()+"   "+l.kind)
			counts = append(counts, l.count)
		}
	}
	kindWidth, countColumn := widest(kinds), widest(counts)
	if countColumn > 0 {
		countColumn += 2
	}
	var out strings.Builder
	for _, l := range lines {
		body := l.kind + "  " + l.name
		if !l.heading {
			body = pad(l.kind, kindWidth-len(l.indent())-3) + "  " + pad(l.count, countColumn) + l.name
		}
		out.WriteString(s.draw(l, strings.TrimRight(body, " ")))
	}
	return out.String()
}

func (s Style) draw(l line, body string) string {
	body = s.fit(body, len(l.indent())+3)
	if l.heading {
		body = s.paint(bold, body)
	}
	if l.note != "" {
		body += "  " + s.paint(dim, l.note)
	}
	return l.indent() + s.paint(l.mark.color, pad(l.mark.symbol, 2)) + " " + body + "\n"
}

func (l line) indent() string { return strings.Repeat("    ", l.depth) }
