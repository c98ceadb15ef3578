package fleet

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/instancetype"
)

// Rolling is how a new launch template reaches the instances.
type Rolling string

// The two ways. Neither has less capacity in service than there was before, and either leaves the old version serving
// where the new one does not become healthy.
const (
	// Replace makes a new group beside the old one. It is kept once as many of its instances as there should be are
	// healthy at the balancer; only then the old group drains and goes. It needs room for twice the instances.
	Replace Rolling = "replace"
	// Refresh replaces the instances of the one group, a few at a time and new ones first.
	Refresh Rolling = "refresh"
)

// Args are the arguments of a Fleet. The network, the balancer and what runs have no default.
type Args struct {
	// VPCID is the VPC to stand in. Required.
	VPCID pulumi.StringInput
	// SubnetIDs are private subnets in two zones at least, with a way out to the Internet or endpoints. Required.
	SubnetIDs pulumi.StringArrayInput
	// BalancerSecurityGroupID is the only one that may reach the instances. It is also let out to them. Required.
	BalancerSecurityGroupID pulumi.StringInput
	// ListenerARN is the balancer's listener that gets the rule. Required.
	ListenerARN pulumi.StringInput
	// BalancerARNSuffix names the balancer in CloudWatch. Required for alarms and for Scaling.RequestsPerTarget.
	BalancerARNSuffix pulumi.StringInput

	// Rolling is how a new version reaches the instances. Default: Replace.
	Rolling Rolling
	// MaxHealthyPercent is how many of the wanted instances there may be during a refresh, 110 to 200: more are
	// faster, and cost more for that time. Only with Refresh. Default: 110, which is one more for up to ten.
	MaxHealthyPercent int
	// DeadlineSeconds is how long a roll may take before the update fails, 10 to 86400. Default: half an hour, or
	// twice what the instances need one after the other where that is more.
	DeadlineSeconds int
	// DeleteTimeoutSeconds is how long a group may take to drain and go. Default: half an hour, or ten minutes more
	// than one instance needs where that is more.
	DeleteTimeoutSeconds int
	// ForceDelete ends the instances at once when the group is removed, without a drain: for trials. Refused with
	// Replace, which removes a group at every roll. Default: false.
	ForceDelete bool

	// Image is what instances boot from. Default: Debian 12, the newest at each preview, which rolls the instances
	// when there is another. Without Container and Parts it has to bring what serves, and is required.
	Image Image
	// Container is what an instance runs. Default: none.
	Container *Container
	// Parts are cloud-init parts of your own, in place of a container. Default: none.
	Parts []Part
	// InstanceType is the size of the instances; its family decides between arm64 and x86. Default: t3.small.
	InstanceType string
	// MoreInstanceTypes are sizes to take where InstanceType is not to be had: of the same architecture, and no
	// smaller. Default: none.
	MoreInstanceTypes []string
	// SpotPercent is how many of the instances beyond the first are Spot, 0 to 100: about 60 % cheaper, and taken
	// away with two minutes' notice. The first is on demand, except at 100. Default: 0.
	SpotPercent int
	// VolumeGiB is the root volume, encrypted gp3, 8 to 16384. Default: 20.
	VolumeGiB int

	// MinInstances, DesiredInstances and MaxInstances are how many instances there are, 1 to 500 each. With Scaling
	// the number moves between the outer two, and a roll goes on from the number of the moment; without, it is
	// DesiredInstances. Defaults: 1; 2 or the nearest to it between the others; what is desired.
	MinInstances, DesiredInstances, MaxInstances int
	// Scaling lets the number of instances follow the load and the clock. Default: none.
	Scaling *Scaling

	// Port is what the instances listen on, 1 to 65535. Default: 80.
	Port int
	// Health is how the balancer tells that an instance serves.
	Health Health
	// HealthGraceSeconds is how long a started instance may fail the balancer's check before it is replaced, 1 to
	// 7200. It may not be below the boot time of the image. Default: 300, or that time where it is more.
	HealthGraceSeconds int
	// WarmupSeconds is how long a new instance is not counted, 1 to 3600. Default: 120.
	WarmupSeconds int
	// DrainSeconds is how long an instance that is to go still serves the connections that it has, 1 to 3600.
	// Default: 30.
	DrainSeconds int
	// StickySeconds is how long a browser is led to the same instance by a cookie, 1 to 604800. Default: 0, and it
	// is not.
	StickySeconds int
	// Hosts and Paths are what the rule of the listener compares, five together at most. Default: every request.
	Hosts, Paths []string
	// Priority is the rule's, unique on its listener, 1 to 50000: lower ones are asked first. Default: 50000 for
	// every request, and none otherwise.
	Priority int

	// LogRetentionDays is how long logs are kept, one of the periods that CloudWatch Logs takes. Default: 60.
	LogRetentionDays int
	// AlarmTopicARN is the topic that alarms and failures go to. It must take messages from CloudWatch and
	// EventBridge. Default: none, and nobody is told.
	AlarmTopicARN pulumi.StringInput
	// Prefix begins the names that AWS shows: "acme-demo-integration". Lower-case letters, digits and hyphens. A
	// name that grows too long is cut and ends in a hash of the whole. Default: none, and Pulumi makes names up
	// from the logical ones.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

// Image is what instances boot from: ID or Parameter.
type Image struct {
	// ID is the image: "ami-0123456789abcdef0". Giving the former one rolls back.
	ID pulumi.StringInput
	// Parameter is an SSM parameter that holds the id. It is read at each preview, so that another image is a change
	// that shows.
	Parameter string
	// AtLaunch has EC2 read Parameter whenever it starts an instance, in place of the preview: another image then
	// reaches only instances that start later. Refused with Refresh. Default: false.
	AtLaunch bool
	// Architecture is what the image is built for, which the instance types must have. Default: what the name of a
	// public parameter says, or unchecked.
	Architecture instancetype.Arch
	// BootSeconds is how long the image says that it takes to serve, 0 to 900. Default: 0, it does not say.
	BootSeconds int
	// RootDevice is the name of its root volume. Default: /dev/xvda, as Debian's and Amazon's are called.
	RootDevice string
}

// Container is what an instance runs, on Port.
type Container struct {
	// Image is the image by digest, or by a tag other than latest. Required.
	Image pulumi.StringInput
	// Environment is what the container is told, by variable. It can be read by everybody who may look at the fleet.
	Environment map[string]string
	// Secrets are variables whose values an instance reads at boot: the path of an SSM parameter, its ARN, or the
	// ARN of a secret.
	Secrets map[string]string
	// Command is run in place of the image's own.
	Command []string
	// StopSeconds is how long it may take to end after SIGTERM, 1 to 3600. Default: 30.
	StopSeconds int
}

// Part is a cloud-init part.
type Part struct {
	// ContentType is its MIME type, such as "text/x-shellscript" or "text/cloud-config". Required.
	ContentType string
	// Body is the part itself. Required.
	Body string
}

// Health is how the balancer tells that an instance serves.
type Health struct {
	// Path is what is asked for, with a GET. Default: /.
	Path string
	// Port is where, 1 to 65535. Default: Port of the fleet.
	Port int
	// Matcher are the status codes that are well: "200", "200-299". Default: 200.
	Matcher string
	// IntervalSeconds is how often, 5 to 300. Default: 30.
	IntervalSeconds int
	// TimeoutSeconds is how long an answer may take, 2 to 120 and less than the interval. Default: 10.
	TimeoutSeconds int
	// HealthyThreshold is how many good answers in turn make an instance healthy, 2 to 10. Default: 3.
	HealthyThreshold int
	// UnhealthyThreshold is how many bad ones make it unhealthy, 2 to 10. Default: 2.
	UnhealthyThreshold int
}

// Scaling lets the number of instances follow the load and the clock.
type Scaling struct {
	// CPUPercent is the average use to stay near, 10 to 90. Default: 0, and it is not followed.
	CPUPercent int
	// RequestsPerTarget is how many requests a minute each instance should have. Default: 0, and it is not followed.
	RequestsPerTarget int
	// Steps adds and removes single instances at two thresholds of CPU use, in place of CPUPercent. Default: none.
	Steps *Steps
	// Schedules are sizes at certain times, by name. Default: none.
	Schedules map[string]Schedule
}

// Steps are two thresholds of CPU use.
type Steps struct {
	// HighCPUPercent and LowCPUPercent are the averages above and below which the number changes, 1 to 100.
	// Defaults: 90 and 70.
	HighCPUPercent, LowCPUPercent int
	// Minutes is for how long, 1 to 60. Default: 10.
	Minutes int
	// By is how many instances are added or removed at a time, 1 to 100. Default: 1.
	By int
}

// Schedule is a size at certain times.
type Schedule struct {
	// Recurrence are the five fields of cron: "0 8 * * MON-FRI". Required.
	Recurrence string
	// TimeZone is an IANA name such as "Europe/Berlin". Default: UTC.
	TimeZone string
	// MinInstances, DesiredInstances and MaxInstances are set then. 0 leaves one as it is; one at least is required.
	MinInstances, DesiredInstances, MaxInstances int
}
