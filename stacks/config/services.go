package config

import "github.com/riglet/riglet/internal/instancetype"

// ServiceNames are the names that services get below a domain. Left out, it is that of the balancer.
type ServiceNames struct {
	// Domain is the domain that names are made in: a service answers to <environment>-<service>.<domain>.
	Domain string `json:"domain" required:"true" form:"domain"`
	// HostedZoneID is the public hosted zone that the domain belongs to, where each name gets a record. Left out:
	// records are made elsewhere.
	HostedZoneID string `json:"hostedZoneId" form:"hostedZone"`
}

// Launch is what the tasks of a service run on.
type Launch string

// The two kinds of capacity.
const (
	LaunchEC2     Launch = "ec2"
	LaunchFargate Launch = "fargate"
)

// NetworkMode is how a container reaches the network.
type NetworkMode string

// The network modes.
const (
	NetworkBridge NetworkMode = "bridge"
	NetworkVPC    NetworkMode = "awsvpc"
	NetworkHost   NetworkMode = "host"
)

// Service is a container that is kept running.
type Service struct {
	// Image is what runs.
	Image Image `json:"image"`
	// Launch is what the tasks run on: the hosts of the cluster, or capacity without hosts.
	Launch Launch `json:"launch" default:"ec2"`
	// Architecture is the processor that the image is built for. On the cluster's hosts it is theirs.
	Architecture instancetype.Arch `json:"architecture" default:"arm64" only:"launch=fargate"`
	// Command is run in place of the image's own.
	Command []string `json:"command" range:"0,100" form:"text" repeats:"true"`
	// User is who the process runs as, such as "1000" or "node:node". Left out: who the image says.
	User string `json:"user" form:"user"`
	// CPU is in units of 1/1024 of a processor. 0 is a share of what the host has to spare; Fargate wants one of its
	// sizes.
	CPU int `json:"cpu" range:"0,16384" default:"0"`
	// MemoryMiB is what the container may use before it is killed. Fargate wants one that fits cpu.
	MemoryMiB int `json:"memoryMiB" range:"6,122880" default:"256"`
	// Environment is what the container is told, by variable. It can be read by everybody who may look at the
	// service, so that secrets are refused.
	Environment map[string]string `json:"environment" form:"variable"`
	// Secrets are variables whose values are fetched when a task starts: by the path of an SSM parameter, or by the
	// ARN of a parameter or of a secret.
	Secrets map[string]string `json:"secrets" form:"variable"`
	// SecretPath is a path of SSM parameters that the container itself may read.
	SecretPath string `json:"secretPath" form:"parameterPath"`
	// DatabaseVariable is the variable that gets the address of the environment's CouchDB,
	// http://couchdb.<project>.internal:5984.
	DatabaseVariable string `json:"databaseVariable" form:"variable"`
	// WritablePaths are the directories that the container may write to. Everything else is read-only.
	WritablePaths []string `json:"writablePaths" range:"0,20" form:"folder"`
	// WritableMiB is the size of each writable path on the cluster's hosts. What is in it counts as memory.
	WritableMiB int `json:"writableMiB" range:"1,65536" default:"64"`
	// Volumes are directories on EFS, by name.
	Volumes map[string]Volume `json:"volumes" form:"volume"`
	// Exec is whether people with the permission may open a shell in a running task. The root file system is then
	// not read-only.
	Exec bool `json:"exec" default:"false"`
	// StopTimeoutSeconds is how long a task may take to end after SIGTERM.
	StopTimeoutSeconds int `json:"stopTimeoutSeconds" range:"2,120" default:"30"`

	// NetworkMode is how containers get their addresses. Left out: bridge, and awsvpc on Fargate.
	NetworkMode NetworkMode `json:"networkMode"`
	// Port is what the container listens on. 0 is nothing: no balancer leads to it.
	Port int `json:"port" range:"0,65535" default:"0"`
	// HostPort is the port of the host, in bridge mode. 0 is any that is free.
	HostPort int `json:"hostPort" range:"0,65535" default:"0"`
	// Priority orders the services behind the balancer: each its own, the smallest first. Required with port.
	Priority int `json:"priority" range:"0,50000" default:"0"`
	// Hosts are the names that lead to the service. Left out: <hostPrefix><environment>-<service>.<domain>.
	Hosts []string `json:"hosts" range:"0,5" form:"host"`
	// HostPrefix is what comes before the name that is made where hosts is left out, so that copies can stand side by
	// side.
	HostPrefix string `json:"hostPrefix" form:"hostPrefix"`
	// ShortName is whether the service answers to <service>.<domain> too, as production does.
	ShortName bool `json:"shortName" default:"false"`
	// Paths lead to the service, such as /api/*. Left out: every path.
	Paths []string `json:"paths" range:"0,5" form:"pathPattern"`
	// HealthPath is what the balancer asks for every ten seconds.
	HealthPath string `json:"healthPath" form:"pathPattern" default:"/"`
	// Matcher is the status codes that are good answers there.
	Matcher string `json:"matcher" form:"matcher" default:"200-301"`
	// HealthGraceSeconds is how long the balancer's opinion of a new task is ignored: longer than a boot takes.
	HealthGraceSeconds int `json:"healthGraceSeconds" range:"1,7199" default:"60"`
	// DeregistrationDelaySeconds is how long requests under way may take when a task goes, up to stopTimeoutSeconds.
	DeregistrationDelaySeconds int `json:"deregistrationDelaySeconds" range:"1,120" default:"30"`

	// DesiredCount is the number of tasks; with scaling it is only the first one, and min at least.
	DesiredCount int `json:"desiredCount" range:"1,1000" default:"1"`
	// Scaling is how the number of tasks follows the load. Left out: desiredCount holds.
	Scaling *Scaling `json:"scaling"`
	// MinimumHealthyPercent is how many tasks stay while they are replaced.
	MinimumHealthyPercent int `json:"minimumHealthyPercent" range:"1,100" default:"100"`
	// MaximumPercent is how many tasks there may be while they are replaced.
	MaximumPercent int `json:"maximumPercent" range:"101,400" default:"200"`
	// DeadlineSeconds is how long a deployment may take before the update fails.
	DeadlineSeconds int `json:"deadlineSeconds" range:"60,7200" default:"900"`
	// Migrations is a task that is run to its end before the service moves to another image.
	Migrations *Migrations `json:"migrations"`

	// Repo is the source repository, in the name of the log group. Left out: the name of the service.
	Repo string `json:"repo" form:"branch"`
	// Branch is the source branch, in the name of the log group.
	Branch string `json:"branch" form:"branch" default:"main"`
	// LogRetentionDays is for how many days logs are kept: a period that CloudWatch Logs offers.
	LogRetentionDays int `json:"logRetentionDays" default:"60" form:"retentionDays"`
	// Protected is whether the logs, and the repository of a build, are kept when the service is removed.
	Protected bool `json:"protected" default:"false"`
}

// Image is what runs. It must say where it comes from: reference, released: true or build.
type Image struct {
	_ struct{} `choice:"reference,released,build"`

	// Reference is a complete reference, by digest or by a tag that never moves.
	Reference string `json:"reference" form:"reference"`
	// Released is whether to run what was released to this environment last: the digest is in the SSM parameter
	// /<owner>/<project>/<environment>/release/<service>, so that no update from elsewhere takes it back.
	Released bool `json:"released" default:"false"`
	// Repository is where released images are kept, without a tag.
	Repository string `json:"repository" required:"true" form:"imageRepository" only:"released=true"`
	// Build is a folder to build the image from, into a repository of its own.
	Build *Build `json:"build"`
}

// Build is a folder to build an image from. It needs Docker where the update runs.
type Build struct {
	// Context is the folder, relative to the project.
	Context string `json:"context" required:"true" form:"text"`
	// Dockerfile is the file to build by. Left out: Dockerfile in the folder.
	Dockerfile string `json:"dockerfile" form:"text"`
	// Target is the stage to build. Left out: the last one.
	Target string `json:"target" form:"text"`
	// Args are build arguments. They can be read in the image's history, so that secrets are refused.
	Args map[string]string `json:"args" form:"variable"`
}

// Scaling is how the number of tasks follows the load.
type Scaling struct {
	// Min is how few tasks there are. One that is raised holds at once.
	Min int `json:"min" required:"true" range:"1,1000"`
	// Max is how many tasks there are.
	Max int `json:"max" required:"true" range:"1,1000"`
	// CPUPercent is the use of the reserved CPU to keep, 10 at least. 0 is not followed; where neither this nor memory
	// nor requests are given, it is 60.
	CPUPercent int `json:"cpuPercent" range:"0,90" default:"0"`
	// MemoryPercent is the use of the reserved memory to keep, 10 at least. 0 is not followed.
	MemoryPercent int `json:"memoryPercent" range:"0,90" default:"0"`
	// RequestsPerTarget is how many requests each task gets in a minute. 0 is not followed.
	RequestsPerTarget int `json:"requestsPerTarget" range:"0,1000000" default:"0"`
	// StepOn5xx is how many requests of a minute may be answered with 5xx before a task is added. 0 is not followed.
	StepOn5xx int `json:"stepOn5xx" range:"0,1000000" default:"0"`
	// OutSeconds is how long to wait after a change before tasks are added.
	OutSeconds int `json:"outSeconds" range:"1,3600" default:"60"`
	// InSeconds is how long to wait after a change before tasks are removed.
	InSeconds int `json:"inSeconds" range:"1,3600" default:"300"`
}

// Migrations is a task that is run to its end before the service moves. It has to stand being run twice.
type Migrations struct {
	// Command is what to run.
	Command []string `json:"command" required:"true" range:"1,100" form:"text" repeats:"true"`
	// TimeoutSeconds is how long it may take.
	TimeoutSeconds int `json:"timeoutSeconds" range:"10,7200" default:"900"`
}

// Volume is a directory on EFS, reached through TLS.
type Volume struct {
	// Path is where the container finds it.
	Path string `json:"path" required:"true" form:"folder"`
	// FileSystemID is the file system.
	FileSystemID string `json:"fileSystemId" required:"true" form:"fileSystem"`
	// AccessPointID is the access point, which fixes a directory, a user and a group.
	AccessPointID string `json:"accessPointId" required:"true" form:"accessPoint"`
	// ReadOnly is whether writing is forbidden.
	ReadOnly bool `json:"readOnly" default:"false"`
}
