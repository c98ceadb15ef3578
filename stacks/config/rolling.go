package config

import (
	"fmt"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
)

// RollingWay is how a new version reaches the instances of a fleet.
type RollingWay string

// The two ways.
const (
	RollingReplace RollingWay = "replace"
	RollingRefresh RollingWay = "refresh"
)

// Rolling is a group of instances behind the balancer that rolls without downtime. They run a container, a script of
// your own, or what their image brings.
type Rolling struct {
	// Way is how a new version reaches the instances: a new group beside the old one, which goes once the new one
	// serves, or one group that replaces a few instances at a time. Either waits for health at the balancer.
	Way RollingWay `json:"way" default:"replace"`
	// MaxHealthyPercent is how many of the wanted instances there may be during a refresh. More are faster.
	MaxHealthyPercent int `json:"maxHealthyPercent" range:"110,200" default:"110" only:"way=refresh"`
	// DeadlineSeconds is how long a roll may take before the update fails. Left out: half an hour, or twice what the
	// instances need one after the other.
	DeadlineSeconds int `json:"deadlineSeconds" range:"0,86400" default:"0"`
	// ImageID is the image that instances boot from. Giving the former one rolls back.
	ImageID string `json:"imageId" form:"machineImage"`
	// ImageParameter is an SSM parameter that holds the image's id, in place of imageId. It is read at each update.
	// Left out, with a container or a script: the newest Debian 12.
	ImageParameter string `json:"imageParameter" form:"parameterPath"`
	// ImageAtLaunch is whether EC2 reads the parameter whenever an instance starts. Not with a refresh, which AWS
	// could not roll back.
	ImageAtLaunch bool `json:"imageAtLaunch" default:"false"`
	// ImageArchitecture is what the image is built for. Left out: what the name of a public parameter says.
	ImageArchitecture instancetype.Arch `json:"imageArchitecture"`
	// BootSeconds is how long the image says that it takes to serve.
	BootSeconds int `json:"bootSeconds" range:"0,900" default:"0"`
	// Container is what an instance runs.
	Container *RollingContainer `json:"container"`
	// Script is a shell script that an instance runs at its first boot, in place of a container.
	Script string `json:"script" form:"text"`
	// InstanceType is the EC2 instance type. Its family decides between arm64 and x86.
	InstanceType string `json:"instanceType" default:"t3.small" form:"instanceType"`
	// MoreInstanceTypes are types to take where the first one is not to be had: of the same architecture, and no
	// smaller.
	MoreInstanceTypes []string `json:"moreInstanceTypes" form:"instanceType"`
	// SpotPercent is how many of the instances beyond the first are Spot: cheaper, and taken away at two minutes'
	// notice.
	SpotPercent int `json:"spotPercent" range:"0,100" default:"0"`
	// VolumeGiB is the size of an instance's disk.
	VolumeGiB int `json:"volumeGib" range:"8,16384" default:"20"`
	// MinInstances is how few instances there are.
	MinInstances int `json:"minInstances" range:"1,500" default:"1"`
	// DesiredInstances is how many instances there are, or begin with where they scale.
	DesiredInstances int `json:"desiredInstances" range:"1,500" default:"2"`
	// MaxInstances is how many instances there may be.
	MaxInstances int `json:"maxInstances" range:"1,500" default:"2"`
	// ScaleCPUPercent is the average use of CPU to stay near, with as many instances as that takes. 0 is not to.
	ScaleCPUPercent int `json:"scaleCpuPercent" range:"0,90" default:"0"`
	// ScaleRequests is how many requests a minute each instance should have. 0 is not to scale by them.
	ScaleRequests int `json:"scaleRequests" range:"0,10000000" default:"0"`
	// Port is what the instances listen on.
	Port int `json:"port" range:"1,65535" default:"80"`
	// Health is how the balancer tells that an instance serves.
	Health RollingHealth `json:"health"`
	// HealthGraceSeconds is how long a started instance may fail that check, at least what the image says it takes.
	HealthGraceSeconds int `json:"healthGraceSeconds" range:"1,7200" default:"300"`
	// WarmupSeconds is how long a new instance is not counted.
	WarmupSeconds int `json:"warmupSeconds" range:"1,3600" default:"120"`
	// DrainSeconds is how long an instance that is to go still serves the connections that it has.
	DrainSeconds int `json:"drainSeconds" range:"1,3600" default:"30"`
	// DeleteTimeoutSeconds is how long a group may take to drain and go. Left out: half an hour, or more where one
	// instance takes more.
	DeleteTimeoutSeconds int `json:"deleteTimeoutSeconds" range:"0,14400" default:"0"`
	// StickySeconds is how long a browser is led to the same instance. 0 is not to.
	StickySeconds int `json:"stickySeconds" range:"0,604800" default:"0"`
	// Hosts are the names that lead to the instances. Left out, with paths too: every request that no service takes.
	Hosts []string `json:"hosts" range:"0,5" form:"host"`
	// Paths are the path patterns that lead to the instances.
	Paths []string `json:"paths" range:"0,5" form:"pathPattern"`
	// Priority is that of the rule, among those of the balancer: lower ones are asked first.
	Priority int `json:"priority" range:"1,50000" default:"50000"`
	// LogRetentionDays is for how many days logs are kept: a period that CloudWatch Logs offers.
	LogRetentionDays int `json:"logRetentionDays" default:"60" form:"retentionDays"`
}

// RollingContainer is the container of an instance.
type RollingContainer struct {
	// Image is what runs: by digest, or by a tag that never moves.
	Image string `json:"image" required:"true" form:"reference"`
	// Environment is what the container is told, by variable. It can be read by everybody who may look at the fleet.
	Environment map[string]string `json:"environment" form:"variable"`
	// Secrets are variables whose values an instance reads at boot: by the path of an SSM parameter, or by the ARN of
	// a parameter or of a secret.
	Secrets map[string]string `json:"secrets" form:"variable"`
	// Command is run in place of the image's own.
	Command []string `json:"command" range:"0,100" form:"text" repeats:"true"`
	// StopSeconds is how long the container may take to end after SIGTERM.
	StopSeconds int `json:"stopSeconds" range:"1,3600" default:"30"`
}

// RollingHealth is how the balancer tells that an instance serves.
type RollingHealth struct {
	// Path is what is asked for.
	Path string `json:"path" default:"/" form:"healthPath"`
	// Port is where. 0 is the port of the fleet.
	Port int `json:"port" range:"0,65535" default:"0"`
	// Matcher are the status codes that are well.
	Matcher string `json:"matcher" default:"200" form:"matcher"`
	// IntervalSeconds is how often.
	IntervalSeconds int `json:"intervalSeconds" range:"5,300" default:"30"`
	// TimeoutSeconds is how long an answer may take, less than the interval.
	TimeoutSeconds int `json:"timeoutSeconds" range:"2,120" default:"10"`
	// HealthyThreshold is how many good answers in turn make an instance healthy.
	HealthyThreshold int `json:"healthyThreshold" range:"2,10" default:"3"`
	// UnhealthyThreshold is how many bad ones make it unhealthy.
	UnhealthyThreshold int `json:"unhealthyThreshold" range:"2,10" default:"2"`
}

// checkRolling records the faults of the fleet, which stands behind the balancer of the network.
func (c Config) checkRolling(f check.Faults) {
	if c.Rolling == nil {
		return
	}
	switch {
	case c.Network == nil:
		f.At(Namespace+":network").Want("a section, for riglet:rolling to stand in", nil)
	case c.Network.Balancer == nil:
		f.At(Namespace+":network.balancer").Want("a section, for riglet:rolling to stand behind", nil)
	}
	at := f.At(Namespace + ":rolling")
	c.Rolling.checkImage(at)
	c.Rolling.checkSizes(at)
	for name, service := range c.Services {
		if service.Priority == c.Rolling.Priority && service.Port > 0 {
			at.At("priority").Want("a priority of its own (service "+name+" has this one)", c.Rolling.Priority)
		}
	}
}

func (r Rolling) checkImage(f check.Faults) {
	if r.ImageID != "" && r.ImageParameter != "" {
		f.At("imageParameter").Want("nothing next to imageId", r.ImageParameter)
	}
	brings := r.Container != nil || r.Script != ""
	if r.ImageID == "" && r.ImageParameter == "" && !brings {
		f.At("imageId").Want("an image that brings what serves, or container or script", nil)
	}
	if r.Container != nil && r.Script != "" {
		f.At("script").Want("nothing next to container", bare("a script"))
	}
	if r.ImageAtLaunch && r.ImageParameter == "" {
		f.At("imageAtLaunch").Want("false without imageParameter", r.ImageAtLaunch)
	}
	if r.ImageAtLaunch && r.Way == RollingRefresh {
		f.At("imageAtLaunch").Want("false with way refresh: AWS cannot roll back to an image that a parameter names",
			r.ImageAtLaunch)
	}
	have := instancetype.ArchOf(r.InstanceType)
	if r.ImageArchitecture != "" && r.ImageArchitecture != have {
		f.At("imageArchitecture").Want(fmt.Sprintf("%s, as %s is", have, r.InstanceType), string(r.ImageArchitecture))
	}
	instancetype.CheckAlternatives(f.At("moreInstanceTypes"), r.InstanceType, r.MoreInstanceTypes)
}

func (r Rolling) checkSizes(f check.Faults) {
	if r.MinInstances > r.DesiredInstances {
		f.At("minInstances").Want(fmt.Sprintf("no more than desiredInstances, %d", r.DesiredInstances), r.MinInstances)
	}
	if r.DesiredInstances > r.MaxInstances {
		f.At("desiredInstances").Want(fmt.Sprintf("no more than maxInstances, %d", r.MaxInstances), r.DesiredInstances)
	}
	if r.HealthGraceSeconds < r.BootSeconds {
		f.At("healthGraceSeconds").Want(fmt.Sprintf("the %d seconds at least that the image says it takes to boot",
			r.BootSeconds), r.HealthGraceSeconds)
	}
	if r.Health.TimeoutSeconds >= r.Health.IntervalSeconds {
		f.At("health.timeoutSeconds").Want(fmt.Sprintf("less than intervalSeconds, %d", r.Health.IntervalSeconds),
			r.Health.TimeoutSeconds)
	}
}
