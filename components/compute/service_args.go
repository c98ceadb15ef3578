package compute

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Launch is what a service's tasks run on.
type Launch string

// The two kinds of capacity. One strategy cannot mix them.
const (
	// LaunchEC2 is the cluster's own hosts.
	LaunchEC2 Launch = "ec2"
	// LaunchFargate is capacity without hosts: about $36 a month in us-west-2 for one CPU and 2 GiB.
	LaunchFargate Launch = "fargate"
)

// NetworkMode is how a container reaches the network. It decides how the balancer addresses a task.
type NetworkMode string

// The network modes.
const (
	// NetworkBridge shares the host's address: the balancer finds a task by instance and port.
	NetworkBridge NetworkMode = "bridge"
	// NetworkVPC gives each task an address and a security group of its own: the balancer finds it by address.
	NetworkVPC NetworkMode = "awsvpc"
	// NetworkHost opens the container's port on the host itself: one task per host.
	NetworkHost NetworkMode = "host"
)

// ServiceArgs are the arguments of a Service.
type ServiceArgs struct {
	// ClusterARN and ClusterName are the cluster to run in. Required.
	ClusterARN, ClusterName pulumi.StringInput
	// CapacityProviderName is the provider of the hosts: take it from the Cluster, which hands it out once its
	// providers are attached. Required with LaunchEC2. With LaunchFargate it may be FARGATE_SPOT; the Cluster's is
	// waited for there and FARGATE used. Default: FARGATE with LaunchFargate.
	CapacityProviderName pulumi.StringInput
	// Launch is what the tasks run on. Default: LaunchEC2.
	Launch Launch

	// Image is the complete reference of what to run, by digest or by a tag that never moves. Required.
	Image pulumi.StringInput
	// Command is run in place of the image's own. Default: the image's.
	Command []string
	// User is who the process runs as, such as "1000" or "node:node". Default: the image's.
	User string
	// CPU is in units of 1/1024 of a processor. With LaunchFargate one of 256, 512, 1024, 2048, 4096, 8192 or
	// 16384. Default: 0, a share of what the host has to spare; 256 with LaunchFargate.
	CPU int
	// MemoryMiB is what the container may use before it is killed, 6 MiB at least. With LaunchFargate one that fits
	// CPU. Default: 256; 512 with LaunchFargate.
	MemoryMiB int
	// HostMemoryMiB is what one host of the cluster has to offer, to refuse a container that fits none. Default: 0,
	// not checked.
	HostMemoryMiB int
	// Architecture is the processor that the image is built for, on Fargate: X86_64 or ARM64. Default: X86_64.
	Architecture Architecture
	// StopTimeoutSeconds is how long a task may take to end after SIGTERM, 2 to 120. Default: 30.
	StopTimeoutSeconds int
	// Environment is what the container is told, by variable. Nothing secret: it can be read by everybody who may
	// look at the service. Default: nothing.
	Environment map[string]pulumi.StringInput
	// Secrets are variables whose values AWS fetches when a task starts: the path of an SSM parameter ("/shop/key")
	// or the ARN of a secret in Secrets Manager, optionally with ":json-key::". Default: none.
	Secrets map[string]string
	// SecretPathPrefix is a path of SSM parameters that the task itself may read, such as "/acme/shop". Default: none.
	SecretPathPrefix string
	// WritablePaths are the directories that the container may write to: everything else is read-only. Each is empty
	// when a task starts and gone when it ends: in memory on EC2, WritableMiB each, on disk on Fargate.
	// Default: none.
	WritablePaths []string
	// WritableMiB is the size of each writable path on EC2. What is written counts as the container's memory.
	// Default: 64.
	WritableMiB int
	// Volumes are directories on EFS, reached through TLS and with the task's own identity. Default: none.
	Volumes []Volume
	// Exec lets people with the permission open a shell in a running task. Its agent writes to the root file system,
	// which is therefore not read-only then. Default: false.
	Exec bool
	// ExecLogGroupARN is where the cluster records such shells: the task role has to be able to write there.
	// Default: none.
	ExecLogGroupARN pulumi.StringInput

	// NetworkMode decides addresses. Default: NetworkBridge; NetworkVPC with LaunchFargate, which has no other.
	NetworkMode NetworkMode
	// Port is what the container listens on. Default: 0, nothing: no balancer leads to it.
	Port int
	// HostPort is the host's port in NetworkBridge. With a fixed one there is one task per host. Default: 0, a free
	// one of 32768 to 65535, which the hosts' security group has open to the balancer already.
	HostPort int
	// VPCID is the VPC of the tasks. Required with Port, and in NetworkVPC.
	VPCID pulumi.StringInput
	// SubnetIDs are where tasks get their addresses. Required in NetworkVPC.
	SubnetIDs pulumi.StringArrayInput
	// HostSecurityGroupID is the hosts' security group, which is opened on a fixed port. Required with HostPort, and
	// with Port in NetworkHost.
	HostSecurityGroupID pulumi.StringInput
	// BalancerSecurityGroupID is the balancer's security group. Required with Port, but for NetworkBridge without a
	// HostPort.
	BalancerSecurityGroupID pulumi.StringInput

	// ListenerARN is the listener that leads to the service. Required with Port.
	ListenerARN pulumi.StringInput
	// BalancerARNSuffix names the balancer in CloudWatch. Required with Port.
	BalancerARNSuffix pulumi.StringInput
	// Hosts are the names that lead to the service, such as "app.example.com" or "*.example.com". With Port, Hosts
	// or Paths are required: five of both together at most.
	Hosts []string
	// Paths lead to the service, such as "/api/*". Default: every path.
	Paths []string
	// Priority orders the listener's rules, 1 to 50000, each once per listener. Required with Port.
	Priority int
	// PlainHTTP says that the listener has no certificate, which changes URL alone. Default: false.
	PlainHTTP bool
	// Records are names to lead to the balancer. Default: none.
	Records []Record
	// BalancerDNSName and BalancerZoneID are what records point at. Required with Records.
	BalancerDNSName, BalancerZoneID pulumi.StringInput

	// HealthPath is asked every 10 seconds; two good answers in turn make a target healthy. Default: "/".
	HealthPath string
	// Matcher is the status codes that are good answers. Default: "200-301".
	Matcher string
	// HealthGraceSeconds is how long the balancer's opinion of a new task is ignored, longer than a boot takes, or
	// the deployment never ends. Less than DeadlineSeconds. Default: 60.
	HealthGraceSeconds int
	// DeregistrationDelaySeconds is how long requests under way may take when a task goes, up to StopTimeoutSeconds.
	// Default: 30.
	DeregistrationDelaySeconds int

	// DesiredCount is the number of tasks; with Scaling only the first one. Default: 1, or Scaling.MinCount.
	DesiredCount int
	// Scaling changes the number of tasks with the load. Default: none, and DesiredCount holds.
	Scaling *Scaling
	// MinimumHealthyPercent and MaximumPercent bound how many tasks there are while they are replaced, 0 to 100 and
	// 101 to 400. Default: 100 and 200, so that none is missing.
	MinimumHealthyPercent, MaximumPercent int
	// Migrations is run once to its end before the service moves to another task definition. Default: nothing.
	Migrations *Migrations
	// DoNotWait ends an update before the tasks run, whatever becomes of them. Default: false, and an update is over
	// once they run, or fails.
	DoNotWait bool
	// DeadlineSeconds is how long a deployment may take, 60 to 7200. Default: 900.
	DeadlineSeconds int

	// LogGroupName is the full name of the log group. Default: that of the service, see NewService.
	LogGroupName string
	// LogRetentionDays is how long logs are kept, one of the periods of CloudWatch Logs. Default: 60.
	LogRetentionDays int
	// AlarmTopicARN is the topic that alarms and failed deployments go to. Default: none, and there are no alarms.
	AlarmTopicARN pulumi.StringInput
	// Protected keeps the log group when the service is removed. Default: false.
	Protected bool
	// Prefix begins the names that AWS shows: "acme-demo-integration". Default: the project and the stack.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

// Architecture is a processor architecture by ECS's name.
type Architecture string

// The architectures.
const (
	X86   Architecture = "X86_64"
	ARM64 Architecture = "ARM64"
)

// Scaling is how the number of tasks follows the load. Several rules may hold: the one that wants most tasks wins.
type Scaling struct {
	// MinCount and MaxCount bound the number. Required, 1 at least. A minimum that is raised holds at once.
	MinCount, MaxCount int
	// CPUPercent is the use of the reserved CPU to keep, 10 to 90. Default: 60 where no other use is given.
	CPUPercent int
	// MemoryPercent is the use of the reserved memory to keep, 10 to 90. Default: 0, not followed.
	MemoryPercent int
	// RequestsPerTarget is how many requests each task gets in a minute. Default: 0, not followed.
	RequestsPerTarget int
	// StepOn5xx adds a task where tasks answered so many requests of a minute with 5xx, and three at three times as
	// many. Default: 0, not followed.
	StepOn5xx int
	// OutSeconds and InSeconds are how long to wait after a change before tasks are added or removed, 0 to 3600.
	// Default: 60 and 300: adding is cheap and removing early is not.
	OutSeconds, InSeconds int
}

// Record is a name to lead to the service.
type Record struct {
	// Name is the name, such as "app.example.com". Required.
	Name string
	// HostedZoneID is the hosted zone that answers for it. Required.
	HostedZoneID pulumi.StringInput
}

// Volume is a directory on EFS.
type Volume struct {
	// Name is unique in the service: letters, digits, hyphens and underscores. Required.
	Name string
	// Path is where the container finds it. Required.
	Path string
	// FileSystemID is the file system. Required.
	FileSystemID pulumi.StringInput
	// AccessPointID fixes a directory, a user and a group. Required: without one a container that runs as root is
	// root on everybody's files.
	AccessPointID pulumi.StringInput
	// ReadOnly forbids writing. Default: false.
	ReadOnly bool
}

// Migrations is a task that is run to its end, with the new image, before the service moves to it. Where the task
// fails, the service stays as it was and the update fails. It has to stand being run twice: an update that fails
// later runs it again.
type Migrations struct {
	// Command is what to run. Required.
	Command []string
	// TimeoutSeconds is how long it may take, 10 to 7200. It is not stopped when the time is over, but the update
	// fails. Default: 900.
	TimeoutSeconds int
}
