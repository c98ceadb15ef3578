package screen

import (
	"maps"
	"slices"
	"strings"
)

// networkOutput is the name of the output that is drawn as a grid.
const networkOutput = "network"

// Network draws the address plan out of the output "network", zones across and tiers down, and returns the outputs
// that are left. The grid is empty if there is no such output.
func (s Style) Network(outputs map[string]any) (string, map[string]any) {
	network, ok := outputs[networkOutput].(map[string]any)
	if !ok {
		return "", outputs
	}
	grid := newGrid(network["subnets"])
	if len(grid.zones) == 0 {
		return "", outputs
	}
	rest := maps.Clone(outputs)
	left := maps.Clone(network)
	delete(left, "subnets")
	delete(left, "cidr")
	rest[networkOutput] = left
	cidr, _ := network["cidr"].(string)
	return s.paint(bold, strings.TrimSpace("network  "+cidr)) + "\n" + grid.draw(), rest
}

// grid is the subnets by tier and zone. Tiers keep the order in which they are listed.
type grid struct {
	tiers, zones []string
	cells        map[[2]string]string
}

func newGrid(subnets any) grid {
	g := grid{cells: map[[2]string]string{}}
	list, _ := subnets.([]any)
	for _, item := range list {
		subnet, _ := item.(map[string]any)
		tier, _ := subnet["tier"].(string)
		zone, _ := subnet["zone"].(string)
		cidr, _ := subnet["cidr"].(string)
		if tier == "" || zone == "" {
			continue
		}
		if !slices.Contains(g.tiers, tier) {
			g.tiers = append(g.tiers, tier)
		}
		if !slices.Contains(g.zones, zone) {
			g.zones = append(g.zones, zone)
		}
		g.cells[[2]string{tier, zone}] = cidr
	}
	slices.Sort(g.zones)
	return g
}

func (g grid) draw() string {
	first := widest(g.tiers)
	widths := make([]int, len(g.zones))
	for i, zone := range g.zones {
		column := []string{zone}
		for _, tier := range g.tiers {
			column = append(column, g.cells[[2]string{tier, zone}])
		}
		widths[i] = widest(column)
	}
	var out strings.Builder
	out.WriteString(gridLine(pad("", first), g.zones, widths))
	for _, tier := range g.tiers {
		var cells []string
		for _, zone := range g.zones {
			cell := g.cells[[2]string{tier, zone}]
			if cell == "" {
				cell = "-"
			}
			cells = append(cells, cell)
		}
		out.WriteString(gridLine(pad(tier, first), cells, widths))
	}
	return out.String()
}

func gridLine(first string, cells []string, widths []int) string {
	text := "    " + first
	for i, cell := range cells {
		text += "   " + pad(cell, widths[i])
	}
	return strings.TrimRight(text, " ") + "\n"
}
