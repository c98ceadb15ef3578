package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/taskdef"
)

// checkServices records the faults of the services: each by itself, then among each other. A service of which some
// key could not be read is not held against its other keys.
func (c Config) checkServices(f check.Faults, unread []string) {
	if len(c.Services) == 0 {
		return
	}
	at := f.At(Namespace + ":services")
	if c.Cluster == nil {
		f.At(Namespace+":cluster").Want("a section, for riglet:services to run on ({} for its defaults)", nil)
	}
	before := len(f.List())
	for _, name := range c.ServiceOrder() {
		s := serviceCheck{Service: c.Services[name], f: at.At(name), name: name, config: c}
		s.variables()
		if !touched(at.At(name).Path(), unread) {
			s.check(unread)
		}
	}
	c.checkPriorities(at)
	c.checkRoutes(at)
	if len(f.List()) == before && len(unread) == 0 {
		c.checkRoom(at)
	}
}

// touched tells whether a key, or one around it or within it, could not be read.
func touched(path string, unread []string) bool {
	return below(path, unread) ||
		slices.ContainsFunc(unread, func(one string) bool { return below(one, []string{path}) })
}

// ServiceOrder are the names of the services, in the order of the alphabet.
func (c Config) ServiceOrder() []string { return slices.Sorted(maps.Keys(c.Services)) }

// serviceCheck is one service with what it stands in.
type serviceCheck struct {
	Service

	f      check.Faults
	name   string
	config Config
}

// check holds the keys of the service against each other and against the rest of the environment.
func (s serviceCheck) check(unread []string) {
	s.capacity()
	s.network()
	if s.Port == 0 {
		s.noNames()
	} else if !touched(Namespace+":network", unread) && !touched(Namespace+":serviceNames", unread) {
		s.names()
	}
	s.files()
	s.timing()
	s.counts()
}

// capacity wants a container that can be placed.
func (s serviceCheck) capacity() {
	cluster := s.config.Cluster
	if s.Launch == LaunchFargate {
		taskdef.CheckFargate(s.f, s.CPU, s.MemoryMiB)
		if cluster != nil && !cluster.Fargate {
			s.f.At("launch").Want("ec2, or fargate: true in riglet:cluster", string(s.Launch))
		}
		return
	}
	if cluster == nil {
		return
	}
	if most := hostMemoryMiB(cluster.InstanceType); most > 0 && s.MemoryMiB > most {
		s.f.At("memoryMiB").Want(fmt.Sprintf("%d at most, what a host of %s has to give", most, cluster.InstanceType),
			s.MemoryMiB)
	}
	if size, known := instancetype.SizeOf(cluster.InstanceType); known && s.CPU > size.VCPUs*cpuUnits {
		s.f.At("cpu").Want(fmt.Sprintf("%d at most, what a host of %s has", size.VCPUs*cpuUnits, cluster.InstanceType),
			s.CPU)
	}
}

// network wants a mode and ports that go together.
func (s serviceCheck) network() {
	if s.Launch == LaunchFargate && s.NetworkMode != "" && s.NetworkMode != NetworkVPC {
		s.f.At("networkMode").Want("awsvpc with fargate, which has no other", string(s.NetworkMode))
	}
	own := s.NetworkMode == NetworkVPC || s.Launch == LaunchFargate
	at := s.f.At("hostPort")
	switch {
	case s.HostPort == 0:
	case own:
		at.Want("nothing with awsvpc: each task has an address of its own", s.HostPort)
	case s.Port == 0:
		at.Want("nothing without port", s.HostPort)
	case s.NetworkMode == NetworkHost && s.HostPort != s.Port:
		at.Want(fmt.Sprintf("nothing with host, or the same as port, %d", s.Port), s.HostPort)
	}
}

// onePerHost tells whether two tasks cannot share a host, since both want its port.
func (s serviceCheck) onePerHost() bool {
	return s.Launch == LaunchEC2 && (s.HostPort > 0 || (s.NetworkMode == NetworkHost && s.Port > 0))
}

// names wants a way from the balancer to what listens.
func (s serviceCheck) names() {
	if s.config.Network == nil || s.config.Network.Balancer == nil {
		s.f.At("port").Want("a section riglet:network.balancer, to lead to it", s.Port)
	}
	if s.Priority == 0 {
		s.f.At("priority").Want("1 to 50000 with port", s.Priority)
	}
	hosts := s.config.HostsOf("<environment>", s.name)
	if len(hosts) == 0 && len(s.Paths) == 0 {
		s.f.At("hosts").Want("names, or a domain to make them in (riglet:serviceNames)", nil)
	}
	if s.ShortName && s.config.Domain() == "" {
		s.f.At("shortName").Want("a domain to make the name in (riglet:serviceNames)", true)
	}
	if n := len(hosts) + len(s.Paths); n > maxConditions {
		s.f.At("hosts").Want(fmt.Sprintf("%d names and paths together at most", maxConditions), n)
	}
	s.covered()
}

// covered wants names that the certificate is for, where the balancer has one made: a domain, and what is one label
// below it.
func (s serviceCheck) covered() {
	network := s.config.Network
	if network == nil || network.Balancer == nil || network.Balancer.Domain == nil {
		return
	}
	domain := network.Balancer.Domain.Name
	for i, host := range s.Hosts {
		if _, above, _ := strings.Cut(host, "."); host != domain && above != domain {
			s.f.At("hosts").Index(i).Want("a name that the balancer's certificate is for: "+domain+
				" or one label below it", host)
		}
	}
	if s.config.Domain() != domain && len(s.Hosts) == 0 {
		s.f.At("hosts").Want("names that the balancer's certificate is for: riglet:serviceNames has another domain than "+
			domain, s.config.Domain())
	}
}

// files wants each folder once, and no more of them in memory than there is.
func (s serviceCheck) files() {
	taken := slices.Clone(s.WritablePaths)
	for _, name := range slices.Sorted(maps.Keys(s.Volumes)) {
		if path := s.Volumes[name].Path; slices.Contains(taken, path) {
			s.f.At("volumes").At(name).At("path").Want("a folder that nothing else is at", path)
		} else {
			taken = append(taken, path)
		}
	}
	if s.Launch == LaunchEC2 && len(s.WritablePaths) > 0 && s.WritableMiB > s.MemoryMiB {
		s.f.At("writableMiB").Want(fmt.Sprintf("memoryMiB at most, %d", s.MemoryMiB), s.WritableMiB)
	}
}

// noNames wants nothing that leads to a service which does not listen.
func (s serviceCheck) noNames() {
	for _, one := range []struct {
		key   string
		given bool
	}{
		{"priority", s.Priority > 0},
		{"hosts", len(s.Hosts) > 0},
		{"hostPrefix", s.HostPrefix != ""},
		{"shortName", s.ShortName},
		{"paths", len(s.Paths) > 0},
	} {
		if one.given {
			s.f.At(one.key).Want("nothing without port", bare("something"))
		}
	}
}

// secretValue is what keys of well-known services look like, whatever the variable is called.
var secretValue = regexp.MustCompile(
	`\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}|\bglpat-[A-Za-z0-9_-]{20}|` +
		`\bxox[abprs]-[A-Za-z0-9-]{10}|\b[rs]k_live_[A-Za-z0-9]{16}|\bAIza[A-Za-z0-9_-]{35}|\bSG\.[A-Za-z0-9_-]{22}\.|` +
		`\bnpm_[A-Za-z0-9]{36}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.`)

// variables wants nothing secret where it can be read, and each variable once.
func (s serviceCheck) variables() {
	checkPlain(s.f.At("environment"), s.Environment)
	if s.Image.Build != nil {
		checkPlain(s.f.At("image").At("build").At("args"), s.Image.Build.Args)
	}
	taken := slices.Collect(maps.Keys(s.Environment))
	taskdef.CheckSecrets(s.f.At("secrets"), s.Secrets, taken)
	_, secret := s.Secrets[s.DatabaseVariable]
	if s.DatabaseVariable != "" && (secret || slices.Contains(taken, s.DatabaseVariable)) {
		s.f.At("databaseVariable").Want("a variable that is not in environment or secrets", s.DatabaseVariable)
	}
}

func checkPlain(f check.Faults, values map[string]string) {
	names := slices.Sorted(maps.Keys(values))
	taskdef.CheckEnvironment(f, names, values)
	for _, name := range names {
		if !taskdef.SecretName(name) && secretValue.MatchString(values[name]) {
			f.At(name).Want("it under secrets, where nobody reads it", "a value that holds a key or a password")
		}
	}
}

// timing wants waits that do not contradict each other.
func (s serviceCheck) timing() {
	if s.DeregistrationDelaySeconds > s.StopTimeoutSeconds {
		s.f.At("deregistrationDelaySeconds").Want(
			fmt.Sprintf("stopTimeoutSeconds at most, %d", s.StopTimeoutSeconds), s.DeregistrationDelaySeconds)
	}
	if s.HealthGraceSeconds >= s.DeadlineSeconds {
		s.f.At("healthGraceSeconds").Want(
			fmt.Sprintf("less than deadlineSeconds, %d", s.DeadlineSeconds), s.HealthGraceSeconds)
	}
}

// counts wants numbers of tasks that can come true.
func (s serviceCheck) counts() {
	if s.Scaling != nil {
		s.scaling(s.f.At("scaling"))
	}
	cluster := s.config.Cluster
	if cluster == nil || !s.onePerHost() || s.MinimumHealthyPercent < 100 || s.Desired() < cluster.MaxHosts {
		return
	}
	s.f.At("desiredCount").Want(fmt.Sprintf("less than the %d hosts of riglet:cluster.maxHosts: with a fixed port, a "+
		"deployment needs a free host", cluster.MaxHosts), s.Desired())
}

func (s serviceCheck) scaling(f check.Faults) {
	if s.Scaling.Min > s.Scaling.Max {
		f.At("min").Want(fmt.Sprintf("max at most, %d", s.Scaling.Max), s.Scaling.Min)
	} else if s.Scaling.Max > 0 && s.DesiredCount > s.Scaling.Max {
		s.f.At("desiredCount").Want(fmt.Sprintf("scaling.max at most, %d", s.Scaling.Max), s.DesiredCount)
	}
	for _, one := range []struct {
		key   string
		value int
	}{{"cpuPercent", s.Scaling.CPUPercent}, {"memoryPercent", s.Scaling.MemoryPercent}} {
		if one.value > 0 && one.value < leastPercent {
			f.At(one.key).Want(fmt.Sprintf("0, or %d to 90", leastPercent), one.value)
		}
	}
	if s.Port > 0 {
		return
	}
	for _, one := range []struct {
		key   string
		value int
	}{{"requestsPerTarget", s.Scaling.RequestsPerTarget}, {"stepOn5xx", s.Scaling.StepOn5xx}} {
		if one.value > 0 {
			f.At(one.key).Want("nothing without port: only a balancer counts", one.value)
		}
	}
}

// Desired is the number of tasks to begin with.
func (s Service) Desired() int {
	if s.Scaling == nil {
		return s.DesiredCount
	}
	return max(s.DesiredCount, s.Scaling.Min)
}

const (
	cpuUnits     = 1024
	leastPercent = 10
	// maxConditions is how many values the conditions of a listener's rule may hold.
	maxConditions = 5
	// keptPercent is what a host's memory is after the kernel, and keptMiB what the cluster keeps of it for itself:
	// the same as compute.HostMemoryMiB, which the tests compare.
	keptPercent = 97
	keptMiB     = 256
)

// hostMemoryMiB is what tasks can have on one host of a type, or 0 for a type that is not known.
func hostMemoryMiB(instanceType string) int {
	size, known := instancetype.SizeOf(instanceType)
	if !known {
		return 0
	}
	return size.MemoryMiB*keptPercent/100 - keptMiB
}
