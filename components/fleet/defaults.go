package fleet

import (
	"strings"

	"github.com/riglet/riglet/components/fleet/internal/host"
	"github.com/riglet/riglet/internal/instancetype"
)

const (
	defaultType = "t3.small"
	// defaultMost starts one instance at a time for groups of up to ten.
	defaultMost = 110
	// defaultVolume holds Debian, Docker and a few images.
	defaultVolume = 20
	defaultMin    = 1
	// defaultDesired is the least that survives the loss of a zone.
	defaultDesired = 2
	defaultPort    = 80
	defaultPath    = "/"
	// defaultGrace is Auto Scaling's own.
	defaultGrace  = 300
	defaultWarmup = 120
	// defaultDrain is longer than most requests take.
	defaultDrain    = 30
	defaultStop     = 30
	defaultLogDays  = 60
	defaultDevice   = "/dev/xvda"
	defaultDeadline = 1800
	defaultDelete   = 1800
	// unsaidBoot is what an image may take that does not say: Debian with a container takes about two minutes.
	unsaidBoot = 180

	// deleteMargin is what EC2 takes to end an instance, and Auto Scaling to notice.
	deleteMargin = 600
	// hookMargin is what a hook's timeout is longer than what the instance takes at most.
	hookMargin = 60
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero Args.
func (a *Args) withDefaults() Args {
	var full Args
	if a != nil {
		full = *a
	}
	fill(&full.Rolling, Replace)
	if full.Rolling == Refresh {
		fill(&full.MaxHealthyPercent, defaultMost)
	}
	fill(&full.InstanceType, defaultType)
	fill(&full.VolumeGiB, defaultVolume)
	fill(&full.Port, defaultPort)
	fill(&full.WarmupSeconds, defaultWarmup)
	fill(&full.DrainSeconds, defaultDrain)
	fill(&full.LogRetentionDays, defaultLogDays)
	if len(full.Hosts)+len(full.Paths) == 0 {
		fill(&full.Priority, maxPriority)
	}
	full.sizes()
	full.Image = full.image()
	full.Health = full.Health.withDefaults(full.Port)
	fill(&full.HealthGraceSeconds, max(defaultGrace, full.Image.BootSeconds))
	full.Container, full.Scaling = full.Container.withDefaults(), full.Scaling.withDefaults()
	fill(&full.DeleteTimeoutSeconds, max(defaultDelete, full.leaveSeconds()+deleteMargin))
	fill(&full.DeadlineSeconds, max(defaultDeadline, 2*full.rollSeconds()))
	return full
}

// fill gives a value that was left out its default.
func fill[T comparable](at *T, otherwise T) {
	var zero T
	if *at == zero {
		*at = otherwise
	}
}

func (a *Args) sizes() {
	fill(&a.MinInstances, defaultMin)
	if a.DesiredInstances == 0 {
		a.DesiredInstances = max(defaultDesired, a.MinInstances)
		if a.MaxInstances > 0 {
			a.DesiredInstances = min(a.DesiredInstances, a.MaxInstances)
		}
	}
	fill(&a.MaxInstances, max(a.DesiredInstances, a.MinInstances))
}

// image is what instances boot from, with Debian for instances that bring what serves by themselves.
func (a Args) image() Image {
	image := a.Image
	if image.ID == nil && image.Parameter == "" && (a.Container != nil || len(a.Parts) > 0) {
		image.Parameter = "/aws/service/debian/release/12/latest/" + string(instancetype.ArchOf(a.InstanceType))
	}
	fill(&image.RootDevice, defaultDevice)
	if image.Architecture == "" && strings.HasPrefix(image.Parameter, "/aws/service/") {
		image.Architecture = publicArchitecture(image.Parameter)
	}
	return image
}

// publicArchitecture is what the name of one of AWS's own parameters says.
func publicArchitecture(parameter string) instancetype.Arch {
	switch {
	case strings.Contains(parameter, "arm64"):
		return instancetype.ARM64
	case strings.Contains(parameter, "amd64"), strings.Contains(parameter, "x86_64"):
		return instancetype.AMD64
	}
	return ""
}

func (h Health) withDefaults(port int) Health {
	fill(&h.Path, defaultPath)
	fill(&h.Port, port)
	fill(&h.Matcher, "200")
	fill(&h.IntervalSeconds, 30)
	fill(&h.TimeoutSeconds, 10)
	fill(&h.HealthyThreshold, 3)
	fill(&h.UnhealthyThreshold, 2)
	return h
}

func (c *Container) withDefaults() *Container {
	if c == nil {
		return nil
	}
	full := *c
	fill(&full.StopSeconds, defaultStop)
	return &full
}

func (s *Scaling) withDefaults() *Scaling {
	if s == nil {
		return nil
	}
	full := *s
	if s.Steps != nil {
		steps := *s.Steps
		fill(&steps.HighCPUPercent, 90)
		fill(&steps.LowCPUPercent, 70)
		fill(&steps.Minutes, 10)
		fill(&steps.By, 1)
		full.Steps = &steps
	}
	return &full
}

// stopSeconds is how long what serves may take to end.
func (a Args) stopSeconds() int {
	if a.Container == nil {
		return defaultStop
	}
	return a.Container.StopSeconds
}

// leaveSeconds is the timeout of the terminate hook, and what the balancer waits before it.
func (a Args) leaveSeconds() int { return a.DrainSeconds + a.terminateTimeout() }

func (a Args) terminateTimeout() int {
	return host.LeaveSeconds(a.DrainSeconds, a.stopSeconds()) + hookMargin
}

// rollSeconds is what all instances need, as many at a time as there may be more of them.
func (a Args) rollSeconds() int {
	boot := a.Image.BootSeconds
	fill(&boot, unsaidBoot)
	one := boot + a.Health.HealthyThreshold*a.Health.IntervalSeconds + a.WarmupSeconds + a.DrainSeconds
	if a.Rolling != Refresh {
		return one
	}
	atOnce := max(1, a.MaxInstances*(a.MaxHealthyPercent-percent)/percent)
	return one * ((a.MaxInstances + atOnce - 1) / atOnce)
}
