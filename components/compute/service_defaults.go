package compute

const (
	defaultMemoryMiB        = 256
	defaultFargateCPU       = 256
	defaultFargateMemoryMiB = 512
	defaultWritableMiB      = 64
	// defaultStopSeconds is ECS's own default. Requests under way end before it: so long is the delay below, too.
	defaultStopSeconds  = 30
	defaultDelaySeconds = 30
	defaultHealthPath   = "/"
	// defaultMatcher takes redirects to a login for a sign of life.
	defaultMatcher = "200-301"
	// defaultGraceSeconds is what most containers need to boot. Without any, a slow boot looks like a failure, and the
	// circuit breaker never lets a deployment end.
	defaultGraceSeconds    = 60
	defaultDeadlineSeconds = 900
	defaultMinimumPercent  = 100
	defaultMaximumPercent  = 200
	defaultRetentionDays   = 60
	defaultCPUPercent      = 60
	defaultOutSeconds      = 60
	defaultInSeconds       = 300
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero ServiceArgs.
func (a *ServiceArgs) withDefaults() ServiceArgs {
	var full ServiceArgs
	if a != nil {
		full = *a
	}
	full.Launch = or(full.Launch, LaunchEC2)
	full.Architecture = or(full.Architecture, X86)
	if full.Launch == LaunchFargate {
		full.NetworkMode = or(full.NetworkMode, NetworkVPC)
		full.CPU = or(full.CPU, defaultFargateCPU)
		full.MemoryMiB = or(full.MemoryMiB, defaultFargateMemoryMiB)
	}
	full.NetworkMode = or(full.NetworkMode, NetworkBridge)
	full.MemoryMiB = or(full.MemoryMiB, defaultMemoryMiB)
	full.WritableMiB = or(full.WritableMiB, defaultWritableMiB)
	full.StopTimeoutSeconds = or(full.StopTimeoutSeconds, defaultStopSeconds)
	full.DeregistrationDelaySeconds = or(full.DeregistrationDelaySeconds, defaultDelaySeconds)
	full.HealthPath = or(full.HealthPath, defaultHealthPath)
	full.Matcher = or(full.Matcher, defaultMatcher)
	full.HealthGraceSeconds = or(full.HealthGraceSeconds, defaultGraceSeconds)
	full.DeadlineSeconds = or(full.DeadlineSeconds, defaultDeadlineSeconds)
	full.MinimumHealthyPercent = or(full.MinimumHealthyPercent, defaultMinimumPercent)
	full.MaximumPercent = or(full.MaximumPercent, defaultMaximumPercent)
	full.LogRetentionDays = or(full.LogRetentionDays, defaultRetentionDays)
	full.Scaling = full.Scaling.withDefaults()
	full.Migrations = full.Migrations.withDefaults()
	if full.Scaling != nil {
		full.DesiredCount = or(full.DesiredCount, full.Scaling.MinCount)
	}
	full.DesiredCount = or(full.DesiredCount, 1)
	return full
}

func (s *Scaling) withDefaults() *Scaling {
	if s == nil {
		return nil
	}
	full := *s
	// A step adds tasks and never takes one away: something else has to.
	if full.CPUPercent == 0 && full.MemoryPercent == 0 && full.RequestsPerTarget == 0 {
		full.CPUPercent = defaultCPUPercent
	}
	full.OutSeconds = or(full.OutSeconds, defaultOutSeconds)
	full.InSeconds = or(full.InSeconds, defaultInSeconds)
	return &full
}

func (m *Migrations) withDefaults() *Migrations {
	if m == nil {
		return nil
	}
	full := *m
	full.TimeoutSeconds = or(full.TimeoutSeconds, defaultDeadlineSeconds)
	return &full
}

// or is v, or the default where v is nothing.
func or[T comparable](v, otherwise T) T {
	var nothing T
	if v == nothing {
		return otherwise
	}
	return v
}
