package compute

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/tags"
	"github.com/riglet/riglet/internal/taskdef"
)

const (
	// minMemoryMiB is what Docker needs to start a container at all.
	minMemoryMiB = 6
	maxCPU       = 196608
	maxMemoryMiB = 1 << 22
	maxPort      = 65535
	// maxTasks is ECS's limit for one service.
	maxTasks        = 5000
	minStopSeconds  = 2
	maxStopSeconds  = 120
	minWaitSeconds  = 60
	minRunSeconds   = 10
	maxWaitSeconds  = 7200
	maxCoolSeconds  = 3600
	lowPercent      = 10
	highPercent     = 90
	maxRolloutShare = 400
)

var (
	servicePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,127}$`)
	// imagePattern is a repository with a tag, a digest, or both.
	imagePattern = regexp.MustCompile(`^[a-z0-9][A-Za-z0-9._/-]*(:[0-9]+/[A-Za-z0-9._/-]+)?` +
		`(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64})?$`)
	fixedPattern    = regexp.MustCompile(`(@sha256:[a-f0-9]{64}|:[A-Za-z0-9_][A-Za-z0-9_.-]*)$`)
	movingPattern   = regexp.MustCompile(`:latest$`)
	logGroupPattern = regexp.MustCompile(`^[A-Za-z0-9_./#-]{1,512}$`)
	fargateNames    = regexp.MustCompile(`^FARGATE(_SPOT)?$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a ServiceArgs) validate(name string) error {
	f := check.New("")
	f.At("name").Match(name, servicePattern, "a letter, then letters, digits, hyphens and underscores, 128 at most")
	a.checkCapacity(f)
	a.checkContainer(f)
	a.checkFiles(f)
	a.checkSecrets(f)
	a.checkNetwork(f)
	a.checkTraffic(f)
	a.checkHealth(f)
	a.checkCounts(f)
	if a.LogGroupName != "" {
		f.At("logGroupName").Match(a.LogGroupName, logGroupPattern, "1 to 512 letters, digits and _./#-")
	}
	f.At("logRetentionDays").RetentionDays(a.LogRetentionDays)
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

func wanted(f check.Faults, key string, given bool, want string) {
	if !given {
		f.At(key).Want(want, nil)
	}
}

func (a ServiceArgs) checkCapacity(f check.Faults) {
	wanted(f, "clusterArn", a.ClusterARN != nil, "the ARN of a cluster")
	wanted(f, "clusterName", a.ClusterName != nil, "the name of a cluster")
	check.OneOf(f.At("launch"), a.Launch, LaunchEC2, LaunchFargate)
	name, known := a.CapacityProviderName.(pulumi.String)
	switch at := f.At("capacityProviderName"); {
	case a.Launch == LaunchEC2 && a.CapacityProviderName == nil:
		at.Want("the capacity provider of the hosts with launch ec2", nil)
	case a.Launch == LaunchEC2 && known && fargateNames.MatchString(string(name)):
		at.Want("the capacity provider of the hosts with launch ec2: one strategy cannot mix the two", string(name))
	case a.Launch == LaunchFargate && known && !fargateNames.MatchString(string(name)):
		at.Want("FARGATE or FARGATE_SPOT with launch fargate", string(name))
	}
}

func (a ServiceArgs) checkContainer(f check.Faults) {
	wanted(f, "image", a.Image != nil, "the reference of an image, by digest or by a tag that never moves")
	if image, known := a.Image.(pulumi.String); known {
		checkImage(f.At("image"), string(image))
	}
	check.OneOf(f.At("architecture"), a.Architecture, X86, ARM64)
	if a.Launch == LaunchFargate {
		taskdef.CheckFargate(f, a.CPU, a.MemoryMiB)
	} else {
		f.At("cpu").Range(a.CPU, 0, maxCPU)
		f.At("memoryMiB").Range(a.MemoryMiB, minMemoryMiB, maxMemoryMiB)
	}
	if a.Launch == LaunchEC2 && a.HostMemoryMiB > 0 && a.MemoryMiB > a.HostMemoryMiB {
		f.At("memoryMiB").Want(fmt.Sprintf("%d at most, which is what one host has", a.HostMemoryMiB), a.MemoryMiB)
	}
	f.At("stopTimeoutSeconds").Range(a.StopTimeoutSeconds, minStopSeconds, maxStopSeconds)
	if a.Migrations != nil {
		wanted(f, "migrations.command", len(a.Migrations.Command) > 0, "a command to run")
		f.At("migrations.timeoutSeconds").Range(a.Migrations.TimeoutSeconds, minRunSeconds, maxWaitSeconds)
	}
}

func checkImage(f check.Faults, image string) {
	f.Match(image, imagePattern, "the reference of an image")
	if !fixedPattern.MatchString(image) || movingPattern.MatchString(image) {
		f.Want("an image by digest or by a tag that never moves: what latest means differs from task to task", image)
	}
}

func (a ServiceArgs) checkSecrets(f check.Faults) {
	known := map[string]string{}
	for name, value := range a.Environment {
		switch v := value.(type) {
		case nil:
			f.At("environment").At(name).Want("a value", nil)
		case pulumi.String:
			known[name] = string(v)
		}
	}
	names := slices.Collect(maps.Keys(a.Environment))
	taskdef.CheckEnvironment(f.At("environment"), names, known)
	taskdef.CheckSecrets(f.At("secrets"), a.Secrets, names)
	if a.SecretPathPrefix != "" {
		taskdef.CheckPath(f.At("secretPathPrefix"), a.SecretPathPrefix)
	}
}

func (a ServiceArgs) checkCounts(f check.Faults) {
	f.At("desiredCount").Range(a.DesiredCount, 1, maxTasks)
	f.At("minimumHealthyPercent").Range(a.MinimumHealthyPercent, 0, 100)
	f.At("maximumPercent").Range(a.MaximumPercent, 101, maxRolloutShare)
	f.At("deadlineSeconds").Range(a.DeadlineSeconds, minWaitSeconds, maxWaitSeconds)
	if a.Scaling == nil {
		return
	}
	a.Scaling.check(f.At("scaling"), a.Port)
	if low, high := a.Scaling.MinCount, a.Scaling.MaxCount; a.DesiredCount < low || a.DesiredCount > high && low <= high {
		f.At("desiredCount").Want(fmt.Sprintf("%d to %d, which scaling keeps to", low, high), a.DesiredCount)
	}
}

func (s *Scaling) check(f check.Faults, port int) {
	f.At("minCount").Range(s.MinCount, 1, maxTasks)
	f.At("maxCount").Range(s.MaxCount, 1, maxTasks)
	if s.MinCount > s.MaxCount {
		f.At("minCount").Want(fmt.Sprintf("maxCount of %d at most", s.MaxCount), s.MinCount)
	}
	checkPercent(f.At("cpuPercent"), s.CPUPercent)
	checkPercent(f.At("memoryPercent"), s.MemoryPercent)
	checkRequests(f.At("requestsPerTarget"), s.RequestsPerTarget, port)
	checkRequests(f.At("stepOn5xx"), s.StepOn5xx, port)
	f.At("outSeconds").Range(s.OutSeconds, 0, maxCoolSeconds)
	f.At("inSeconds").Range(s.InSeconds, 0, maxCoolSeconds)
}

func checkPercent(f check.Faults, value int) {
	if value != 0 {
		f.Range(value, lowPercent, highPercent)
	}
}

func checkRequests(f check.Faults, value, port int) {
	switch {
	case value < 0:
		f.Want("a number of requests", value)
	case value > 0 && port == 0:
		f.Want("nothing without port: only a balancer counts requests", value)
	}
}
