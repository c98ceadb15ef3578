package fleetapi

import (
	"fmt"
	"slices"
)

// Script is what happens to groups.
type Script struct {
	// Bad are versions of a launch template whose instances never become healthy.
	Bad []string
	// Looks are how often a refresh, and the start of instances, is still under way when it is asked for.
	Looks int
	// Stuck is that a refresh never ends.
	Stuck bool
	// End is how a refresh to a bad version ends: Failed where it is empty.
	End string
	// Reason is what AWS says of that end.
	Reason string
	// Launches are why instances did not start.
	Launches []string
	// Throttled calls are refused first.
	Throttled int
}

func (s Script) bad(version string) bool { return slices.Contains(s.Bad, version) }

// group is what became of what the cloud was told.
type group struct {
	told      Told
	instances []instance
	refreshes []*refresh // the oldest first
	looks     int
	made      int
}

type instance struct{ id, version string }

type refresh struct {
	id, version, status, reason string
	percent, looks              int
}

// learn brings the groups to what the cloud has been told since.
func (h *Handler) learn() {
	all := map[string]bool{}
	for _, told := range h.store.Groups() {
		all[told.Name] = true
		known := h.groups[told.Name]
		if known == nil {
			known = &group{told: told, looks: h.script.Looks}
			h.groups[told.Name] = known
		} else if known.told.Version != told.Version && told.Refreshes {
			known.start(told.Version, h.script.Looks)
		}
		known.told = told
		known.fill()
	}
	for name := range h.groups {
		if !all[name] {
			delete(h.groups, name)
		}
	}
}

// fill has as many instances as were asked for, of the version of the moment.
func (g *group) fill() {
	serving := g.told.Desired
	if len(g.refreshes) > 0 && g.last().status != "Successful" {
		serving++ // the one that is tried, or was
	}
	for len(g.instances) < serving {
		g.add(g.told.Version)
	}
	g.instances = g.instances[:max(serving, 0)]
}

func (g *group) add(version string) {
	g.made++
	g.instances = append(g.instances, instance{
		fmt.Sprintf("i-%08x%09x", len(g.told.Name)*7919+g.sum(), g.made), version,
	})
}

// sum tells groups apart.
func (g *group) sum() int {
	sum := 0
	for _, r := range g.told.Name {
		sum = (sum*31 + int(r)) % 0xffffff
	}
	return sum
}

func (g *group) start(version string, looks int) *refresh {
	for _, one := range g.refreshes {
		if one.underWay() {
			one.status, one.reason = "Cancelled", "Cancelled due to user request."
		}
	}
	g.refreshes = append(g.refreshes, &refresh{
		id: fmt.Sprintf("refresh-%d", len(g.refreshes)+1), version: version, status: "InProgress", looks: looks,
	})
	return g.last()
}

func (g *group) last() *refresh { return g.refreshes[len(g.refreshes)-1] }

func (r *refresh) underWay() bool { return r.status == "InProgress" }

// advance is one step of a group's refresh.
func (h *Handler) advance(g *group) {
	if len(g.refreshes) == 0 || !g.last().underWay() {
		return
	}
	last := g.last()
	switch {
	case h.script.Stuck, last.looks > 0:
		last.looks--
		last.percent, last.reason = 50, "Waiting for remaining instances to be available."
	case h.script.bad(last.version):
		last.percent, last.status, last.reason = 50, or(h.script.End, "Failed"), or(h.script.Reason,
			"Instance refresh failed: instances did not become healthy")
	default:
		last.percent, last.status, last.reason = 100, "Successful", ""
		g.instances = nil
		g.fill()
	}
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}
