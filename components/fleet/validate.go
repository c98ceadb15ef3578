package fleet

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/fleet/internal/host"
	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/tags"
)

const (
	percent      = 100
	maxInstances = 500
	maxPort      = 65535
	maxPriority  = 50000
	// maxRuleValues is how many names and paths one rule of a listener compares.
	maxRuleValues = 5
	maxSticky     = 604800
	minVolume     = 8
	maxVolume     = 16384
	maxBoot       = 900
	maxDrain      = 3600
	minDeadline   = 10
	maxDeadline   = 86400
	maxGrace      = 7200
	minZones      = 2
)

var (
	namePattern    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
	imagePattern   = regexp.MustCompile(`^ami-[0-9a-f]{8,17}$`)
	matcherPattern = regexp.MustCompile(`^[2-4][0-9]{2}([,-][2-4][0-9]{2})*$`)
	hostPattern    = regexp.MustCompile(`^[a-z0-9*?]([a-z0-9.*?-]{0,126}[a-z0-9*?])?$`)
	pathPattern    = regexp.MustCompile(`^/[A-Za-z0-9_.$/~"'@:+*?&-]{0,127}$`)
	healthPattern  = regexp.MustCompile(`^/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]{0,999}$`)
	paramPattern   = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+)+$|^[A-Za-z0-9_.-]+$`)
	devicePattern  = regexp.MustCompile(`^/dev/[a-z0-9]{3,20}$`)
	// tagPattern is what a key of a tag may have that instances read from their metadata service.
	tagPattern  = regexp.MustCompile(`^[A-Za-z0-9+=.,_:@-]{1,128}$`)
	cronPattern = regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a Args) validate(name string) error {
	f := check.New("")
	f.At("name").Match(name, namePattern, "a letter, then letters, digits, hyphens and underscores, 64 at most")
	for _, one := range []struct {
		key, want string
		given     bool
	}{
		{"vpcId", "the id of a VPC", a.VPCID != nil},
		{"balancerSecurityGroupId", "the security group of the balancer", a.BalancerSecurityGroupID != nil},
		{"listenerArn", "the listener of a balancer", a.ListenerARN != nil},
	} {
		if !one.given {
			f.At(one.key).Want(one.want, nil)
		}
	}
	a.checkSubnets(f.At("subnetIds"))
	a.checkRolling(f)
	a.checkImage(f.At("image"))
	a.checkTypes(f)
	a.checkSizes(f)
	a.checkScaling(f)
	a.checkTraffic(f)
	a.Health.check(f.At("health"))
	a.checkHost(f)
	a.checkTimes(f)
	f.At("logRetentionDays").RetentionDays(a.LogRetentionDays)
	if a.AlarmTopicARN != nil && a.BalancerARNSuffix == nil {
		f.At("balancerArnSuffix").Want("the balancer's name in CloudWatch, which the alarms watch", nil)
	}
	for _, key := range tags.Set(a.Tags).Keys() {
		f.At("tags").At(key).Match(key, tagPattern, "a key that instances can read: letters, digits and +-=.,_:@")
	}
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

// checkSubnets counts a list that is known already. One that arrives as an Output is AWS's to count.
func (a Args) checkSubnets(f check.Faults) {
	list, known := a.SubnetIDs.(pulumi.StringArray)
	if a.SubnetIDs == nil {
		f.Want("private subnets in two zones at least", nil)
	} else if known && len(list) < minZones {
		f.Want("private subnets in two zones at least", len(list))
	}
}

func (a Args) checkRolling(f check.Faults) {
	check.OneOf(f.At("rolling"), a.Rolling, Replace, Refresh)
	switch {
	case a.Rolling == Refresh:
		f.At("maxHealthyPercent").Range(a.MaxHealthyPercent, defaultMost, 2*percent)
	case a.MaxHealthyPercent != 0:
		f.At("maxHealthyPercent").Want("nothing unless rolling is refresh", a.MaxHealthyPercent)
	}
	if a.ForceDelete && a.Rolling != Refresh {
		f.At("forceDelete").Want("false with rolling replace, which removes a group at every roll", a.ForceDelete)
	}
}

func (a Args) checkImage(f check.Faults) {
	image := a.Image
	switch {
	case image.ID == nil && image.Parameter == "":
		f.Want("id or parameter, of an image that brings what serves", nil)
	case image.ID != nil && image.Parameter != "":
		f.At("parameter").Want("nothing next to id", image.Parameter)
	case image.Parameter != "":
		f.At("parameter").Match(image.Parameter, paramPattern, "the name of an SSM parameter such as /acme/shop/image")
	}
	if id, known := image.ID.(pulumi.String); known {
		f.At("id").Match(string(id), imagePattern, "the id of an image such as ami-0123456789abcdef0")
	}
	if image.AtLaunch && image.Parameter == "" {
		f.At("atLaunch").Want("false without parameter", image.AtLaunch)
	}
	if image.AtLaunch && a.Rolling == Refresh {
		f.At("atLaunch").Want("false with rolling refresh: AWS cannot roll back to an image that a parameter names",
			image.AtLaunch)
	}
	f.At("bootSeconds").Range(image.BootSeconds, 0, maxBoot)
	f.At("rootDevice").Match(image.RootDevice, devicePattern, "a device such as /dev/xvda")
	if image.Architecture == "" {
		return
	}
	at := f.At("architecture")
	check.OneOf(at, image.Architecture, instancetype.AMD64, instancetype.ARM64)
	if have := instancetype.ArchOf(a.InstanceType); image.Architecture != have && instancetype.Valid(a.InstanceType) {
		at.Want(fmt.Sprintf("%s, as %s is", have, a.InstanceType), string(image.Architecture))
	}
}

func (a Args) checkTypes(f check.Faults) {
	if !instancetype.Valid(a.InstanceType) {
		f.At("instanceType").Want("an instance type such as t3.small", a.InstanceType)
	} else {
		instancetype.CheckAlternatives(f.At("moreInstanceTypes"), a.InstanceType, a.MoreInstanceTypes)
	}
	f.At("spotPercent").Range(a.SpotPercent, 0, percent)
	f.At("volumeGib").Range(a.VolumeGiB, minVolume, maxVolume)
}

func (a Args) checkSizes(f check.Faults) {
	f.At("minInstances").Range(a.MinInstances, 1, maxInstances)
	f.At("desiredInstances").Range(a.DesiredInstances, 1, maxInstances)
	f.At("maxInstances").Range(a.MaxInstances, 1, maxInstances)
	if a.MinInstances > a.DesiredInstances {
		f.At("minInstances").Want(fmt.Sprintf("no more than desiredInstances, %d", a.DesiredInstances), a.MinInstances)
	}
	if a.DesiredInstances > a.MaxInstances {
		f.At("desiredInstances").Want(fmt.Sprintf("no more than maxInstances, %d", a.MaxInstances), a.DesiredInstances)
	}
}

func (a Args) checkTraffic(f check.Faults) {
	f.At("port").Range(a.Port, 1, maxPort)
	f.At("stickySeconds").Range(a.StickySeconds, 0, maxSticky)
	f.At("priority").Range(a.Priority, 1, maxPriority)
	f.At("hosts").Unique(a.Hosts)
	f.At("paths").Unique(a.Paths)
	for i, one := range a.Hosts {
		f.At("hosts").Index(i).Match(one, hostPattern, "a name such as app.example.com or *.example.com")
	}
	for i, one := range a.Paths {
		f.At("paths").Index(i).Match(one, pathPattern, "a path pattern such as /api/*")
	}
	if count := len(a.Hosts) + len(a.Paths); count > maxRuleValues {
		f.At("hosts").Want(fmt.Sprintf("%d at most, together with paths", maxRuleValues), count)
	}
}

func (h Health) check(f check.Faults) {
	f.At("path").Match(h.Path, healthPattern, "a path such as /health")
	f.At("port").Range(h.Port, 1, maxPort)
	f.At("matcher").Match(h.Matcher, matcherPattern, "status codes such as 200 or 200-299")
	f.At("intervalSeconds").Range(h.IntervalSeconds, 5, 300)
	f.At("timeoutSeconds").Range(h.TimeoutSeconds, 2, 120)
	if h.TimeoutSeconds >= h.IntervalSeconds {
		f.At("timeoutSeconds").Want(fmt.Sprintf("less than intervalSeconds, %d", h.IntervalSeconds), h.TimeoutSeconds)
	}
	f.At("healthyThreshold").Range(h.HealthyThreshold, 2, 10)
	f.At("unhealthyThreshold").Range(h.UnhealthyThreshold, 2, 10)
}

// checkHost has the boot document rendered, with stand-ins for what only AWS knows: it says itself what it cannot
// take, and whether it fits.
func (a Args) checkHost(f check.Faults) {
	image := standInImage
	if a.Container != nil {
		if a.Container.Image == nil {
			image = ""
		} else if plain, known := a.Container.Image.(pulumi.String); known {
			image = string(plain)
		}
	}
	params := a.host(standInRegion, standInLog, image)
	// These have been checked already, under the names that the caller knows.
	params.DrainSeconds, params.HealthPort, params.HealthPath = 0, 1, defaultPath
	if params.Container != nil {
		params.Container.Port = 1
	}
	_, err := host.Render(params)
	var several interface{ Unwrap() []error }
	switch {
	case err == nil:
	case errors.As(err, &several):
		for _, fault := range several.Unwrap() {
			f.Add(fault)
		}
	default:
		f.Add(err)
	}
}

const (
	standInRegion = "us-west-2"
	standInLog    = "log"
	standInImage  = "image:1"
)

// checkTimes records times that contradict each other.
func (a Args) checkTimes(f check.Faults) {
	f.At("drainSeconds").Range(a.DrainSeconds, 1, maxDrain)
	f.At("warmupSeconds").Range(a.WarmupSeconds, 1, maxDrain)
	f.At("healthGraceSeconds").Range(a.HealthGraceSeconds, 1, maxGrace)
	if a.HealthGraceSeconds < a.Image.BootSeconds {
		f.At("healthGraceSeconds").Want(fmt.Sprintf("the %d seconds at least that the image says it takes to boot",
			a.Image.BootSeconds), a.HealthGraceSeconds)
	}
	f.At("deadlineSeconds").Range(a.DeadlineSeconds, minDeadline, maxDeadline)
	if a.terminateTimeout() > maxGrace {
		f.At("drainSeconds").Want(fmt.Sprintf("a drain and a stop of %d seconds together at most, which a lifecycle hook "+
			"can wait", maxGrace-host.LeaveSeconds(0, 0)-hookMargin), a.DrainSeconds+a.stopSeconds())
	}
	if need := a.leaveSeconds(); need > a.DeleteTimeoutSeconds {
		f.At("drainSeconds").Want(fmt.Sprintf("a drain that ends within deleteTimeoutSeconds, %d", a.DeleteTimeoutSeconds),
			fmt.Sprintf("%d, with which an instance takes up to %d seconds to go", a.DrainSeconds, need))
	}
}

func (a Args) checkScaling(f check.Faults) {
	s := a.Scaling
	if s == nil {
		return
	}
	f = f.At("scaling")
	if s.CPUPercent != 0 {
		f.At("cpuPercent").Range(s.CPUPercent, 10, 90)
	}
	if s.RequestsPerTarget < 0 {
		f.At("requestsPerTarget").Want("0 or more", s.RequestsPerTarget)
	}
	if s.RequestsPerTarget > 0 && a.BalancerARNSuffix == nil {
		f.At("requestsPerTarget").Want("nothing without balancerArnSuffix", s.RequestsPerTarget)
	}
	if s.CPUPercent != 0 && s.Steps != nil {
		f.At("steps").Want("nothing next to cpuPercent: one would undo what the other does", "both")
	}
	if s.Steps != nil {
		s.Steps.check(f.At("steps"))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Schedules)) {
		a.checkSchedule(f.At("schedules").At(name), name, s.Schedules[name])
	}
}

func (s Steps) check(f check.Faults) {
	f.At("highCpuPercent").Range(s.HighCPUPercent, 1, percent)
	f.At("lowCpuPercent").Range(s.LowCPUPercent, 1, percent)
	if s.LowCPUPercent >= s.HighCPUPercent {
		f.At("lowCpuPercent").Want(fmt.Sprintf("less than highCpuPercent, %d", s.HighCPUPercent), s.LowCPUPercent)
	}
	f.At("minutes").Range(s.Minutes, 1, 60)
	f.At("by").Range(s.By, 1, percent)
}

func (a Args) checkSchedule(f check.Faults, name string, s Schedule) {
	f.Match(name, namePattern, "a letter, then letters, digits, hyphens and underscores, 64 at most")
	f.At("recurrence").Match(s.Recurrence, cronPattern, "five fields of cron such as 0 8 * * MON-FRI")
	low, want, high := s.MinInstances, s.DesiredInstances, s.MaxInstances
	for _, size := range []struct {
		key   string
		count int
	}{{"minInstances", low}, {"desiredInstances", want}, {"maxInstances", high}} {
		f.At(size.key).Range(size.count, 0, maxInstances)
	}
	switch {
	case low+want+high == 0:
		f.Want("one of minInstances, desiredInstances and maxInstances at least", nil)
	case low > 0 && want > 0 && low > want:
		f.At("minInstances").Want(fmt.Sprintf("no more than desiredInstances, %d", want), low)
	case want > 0 && high > 0 && want > high:
		f.At("desiredInstances").Want(fmt.Sprintf("no more than maxInstances, %d", high), want)
	case low > 0 && high > 0 && low > high:
		f.At("minInstances").Want(fmt.Sprintf("no more than maxInstances, %d", high), low)
	}
}
