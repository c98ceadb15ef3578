package compute

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/compute/internal/ecshost"
	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/tags"
)

// ClusterArgs are the arguments of a Cluster. Only VPCID and SubnetIDs have no default.
type ClusterArgs struct {
	// VPCID is the VPC to stand in. Required.
	VPCID pulumi.StringInput
	// SubnetIDs are private subnets in two zones at least, with a way out to the Internet or endpoints for ecs,
	// ecs-agent, ecs-telemetry, ecr.api, ecr.dkr, logs, ssm and ssmmessages. Required.
	SubnetIDs pulumi.StringArrayInput
	// BalancerSecurityGroupID is the only one that may reach the hosts, on the ports that Docker hands out, 32768
	// to 65535. The group is also let out to the hosts. Default: none, and nothing reaches them.
	BalancerSecurityGroupID pulumi.StringInput
	// InstanceType is the size of the hosts; its family decides between arm64 and x86. Changing it rolls them.
	// Default: t3.small.
	InstanceType string
	// MoreInstanceTypes are sizes to take where InstanceType is not to be had: of the same architecture, and with
	// no less memory or processors. Spot capacity comes and goes by size, so name three or more there.
	// Default: none.
	MoreInstanceTypes []string
	// MinHosts and MaxHosts are how few and how many hosts there are, 1 to 5000. Between them the cluster has as
	// many as its tasks reserve. Defaults: 1, and 4 or MinHosts where that is more.
	MinHosts, MaxHosts int
	// TargetCapacityPercent is how much of the hosts tasks reserve, 1 to 100. Below 100 some hosts wait, so that new
	// tasks start at once; at 100 a task that does not fit waits about three minutes for a host of its own.
	// Default: 100.
	TargetCapacityPercent int
	// SpotPercent is how many of the hosts beyond the first are Spot, 0 to 100: about 60 % cheaper, and taken away
	// with two minutes' notice, in which their tasks are drained. The first host is on demand, except at 100.
	// Default: 0.
	SpotPercent int
	// Fargate also lets services of the cluster run on FARGATE and FARGATE_SPOT. No service can mix these with the
	// hosts. Default: false.
	Fargate bool
	// ImageID is the image of the hosts, an ECS-optimised Amazon Linux 2023. With one that is given, hosts roll
	// only when it changes. Default: the newest one at each preview, from AWS's public parameter; when AWS has
	// released another, the next update rolls the hosts, and its preview says so.
	ImageID pulumi.StringInput
	// VolumeGiB is the root volume of a host, which holds images and containers, 30 to 16384. Default: 30.
	VolumeGiB int
	// LogRetentionDays is how long the records of Container Insights and of ECS Exec sessions are kept, one of the
	// periods that CloudWatch Logs takes. Default: 30.
	LogRetentionDays int
	// Protected makes a destroy wait until the hosts have drained, in place of ending them at once. Default: false.
	Protected bool
	// AlarmTopicARN is the topic that alarms and failures to start or to roll hosts go to. It must take messages
	// from CloudWatch and EventBridge. Default: none, and nobody is told.
	AlarmTopicARN pulumi.StringInput
	// Prefix begins the names that AWS shows: "acme-demo-integration". Lower-case letters, digits and hyphens. A
	// name that grows too long is cut and ends in a hash of the whole. Default: none, and Pulumi makes names up
	// from the logical ones.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

const (
	// defaultHostType holds two services of 256 MiB three times over, and bursts.
	defaultHostType = "t3.small"
	defaultMinHosts = 1
	defaultMaxHosts = 4
	// defaultTargetPercent pays for no host that nothing runs on: a deployment that needs more room waits for it,
	// and the tasks that are there run on meanwhile.
	defaultTargetPercent = 100
	// defaultVolumeGiB is the snapshot of the image, and the least that EC2 makes a volume of it with.
	defaultVolumeGiB = 30
	// defaultClusterLogDays covers the time in which an incident is looked into.
	defaultClusterLogDays = 30

	// maxHosts is how many container instances ECS takes in a cluster (Amazon ECS service quotas).
	maxHosts      = 5000
	maxVolumeGiB  = 16384
	percent       = 100
	minHostZones  = 2
	subnetsWanted = "private subnets in two zones at least"
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero ClusterArgs.
func (a *ClusterArgs) withDefaults() ClusterArgs {
	var full ClusterArgs
	if a != nil {
		full = *a
	}
	if full.InstanceType == "" {
		full.InstanceType = defaultHostType
	}
	for _, number := range []struct {
		at        *int
		otherwise int
	}{
		{&full.MinHosts, defaultMinHosts},
		{&full.TargetCapacityPercent, defaultTargetPercent},
		{&full.VolumeGiB, defaultVolumeGiB},
		{&full.LogRetentionDays, defaultClusterLogDays},
	} {
		if *number.at == 0 {
			*number.at = number.otherwise
		}
	}
	if full.MaxHosts == 0 {
		full.MaxHosts = max(defaultMaxHosts, full.MinHosts)
	}
	return full
}

var (
	// clusterName is what a cluster may be called, short enough to leave room for what is made from it.
	clusterName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`)
	hostImage   = regexp.MustCompile(`^ami-[0-9a-f]{8,17}$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a ClusterArgs) validate(name string) error {
	f := check.New("")
	f.At("name").Match(name, clusterName, "1 to 100 letters, digits, hyphens and underscores")
	if a.VPCID == nil {
		f.At("vpcId").Want("the id of a VPC", nil)
	}
	a.checkSubnets(f.At("subnetIds"))
	a.checkTypes(f)
	f.At("minHosts").Range(a.MinHosts, 1, maxHosts)
	f.At("maxHosts").Range(a.MaxHosts, 1, maxHosts)
	if a.MinHosts > a.MaxHosts {
		f.At("minHosts").Want(fmt.Sprintf("no more than maxHosts, %d", a.MaxHosts), a.MinHosts)
	}
	f.At("targetCapacityPercent").Range(a.TargetCapacityPercent, 1, percent)
	f.At("spotPercent").Range(a.SpotPercent, 0, percent)
	if image, known := a.ImageID.(pulumi.String); known {
		// EC2 could look a parameter up by itself, but then it cannot take a failed roll back.
		f.At("imageId").Match(string(image), hostImage, "the id of an image such as ami-0123456789abcdef0")
	}
	f.At("volumeGib").Range(a.VolumeGiB, defaultVolumeGiB, maxVolumeGiB)
	f.At("logRetentionDays").RetentionDays(a.LogRetentionDays)
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

// checkSubnets counts a list that is known already. One that arrives as an Output is AWS's to count.
func (a ClusterArgs) checkSubnets(f check.Faults) {
	switch list := a.SubnetIDs.(type) {
	case nil:
		f.Want(subnetsWanted, nil)
	case pulumi.StringArray:
		if len(list) < minHostZones {
			f.Want(subnetsWanted, len(list))
		}
	}
}

// checkTypes wants sizes that one image runs on, and on each of which whatever fits the first one fits.
func (a ClusterArgs) checkTypes(f check.Faults) {
	if !instancetype.Valid(a.InstanceType) {
		f.At("instanceType").Want("an instance type such as t3.small", a.InstanceType)
		return
	}
	instancetype.CheckAlternatives(f.At("moreInstanceTypes"), a.InstanceType, a.MoreInstanceTypes)
}

// kernelPercent is what the kernel keeps of a host's memory before anybody else sees it, at the least.
const kernelPercent = 3

// HostMemoryMiB is what tasks can reserve at most on one host of a type, in MiB: its memory less what the kernel
// and the cluster keep. A container that reserves more is never placed. 0 for a type that riglet does not know.
func HostMemoryMiB(instanceType string) int {
	size, known := instancetype.SizeOf(instanceType)
	if !known {
		return 0
	}
	return size.MemoryMiB*(percent-kernelPercent)/percent - ecshost.ReservedMemoryMiB
}
