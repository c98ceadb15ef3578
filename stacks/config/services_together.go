package config

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// checkPriorities wants each priority once: the balancer has one order for all.
func (c Config) checkPriorities(f check.Faults) {
	holder := map[int]string{}
	for _, name := range c.ServiceOrder() {
		priority := c.Services[name].Priority
		if first, taken := holder[priority]; taken && priority > 0 {
			f.At(name).At("priority").Want("a priority of its own ("+first+" has this one)", priority)
			continue
		}
		holder[priority] = name
	}
}

// checkRoutes wants no two services behind one name and path: the balancer would never get to the second.
func (c Config) checkRoutes(f check.Faults) {
	holder := map[string]string{}
	for _, name := range c.ServiceOrder() {
		s := c.Services[name]
		if s.Port == 0 {
			continue
		}
		for _, host := range orAny(c.HostsOf("<environment>", name)) {
			for _, path := range orAny(s.Paths) {
				if first, taken := holder[host+" "+path]; taken {
					f.At(name).At("hosts").Want("a name of its own ("+first+" has this one)", routeText(host, path))
				}
				holder[host+" "+path] = cmp.Or(holder[host+" "+path], name)
			}
		}
	}
}

func orAny(values []string) []string {
	if len(values) == 0 {
		return []string{"*"}
	}
	return values
}

func routeText(host, path string) string { return strings.TrimSuffix(host+path, "*") }

// checkRoom wants room for one task more than there are, or a deployment would wait for ever for a place to put the
// first new one.
func (c Config) checkRoom(f check.Faults) {
	if c.Cluster == nil {
		return
	}
	host := hostMemoryMiB(c.Cluster.InstanceType)
	total, largest := 0, 0
	for _, s := range c.Services {
		if s.Launch == LaunchEC2 && s.MemoryMiB <= host {
			total += s.Desired() * s.MemoryMiB
			largest = max(largest, s.MemoryMiB)
		}
	}
	if room := c.Cluster.MaxHosts * host; total+largest > room {
		f.Want(fmt.Sprintf("%d MiB at most, what the %d hosts of riglet:cluster.maxHosts have to give, with room for "+
			"one task more", room-largest, c.Cluster.MaxHosts), bare(fmt.Sprintf("%d MiB", total)))
	}
}
