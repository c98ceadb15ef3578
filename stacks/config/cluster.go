package config

import (
	"fmt"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
)

// Cluster is the ECS cluster that services run on, and its hosts.
type Cluster struct {
	// InstanceType is the EC2 instance type of the hosts. Its family decides between arm64 and x86. Changing it
	// rolls the hosts, at full capacity.
	InstanceType string `json:"instanceType" default:"t3.small" form:"instanceType"`
	// MoreInstanceTypes are types to take where the first one is not to be had: of the same architecture, and no
	// smaller. With spotPercent, name three or more.
	MoreInstanceTypes []string `json:"moreInstanceTypes" form:"instanceType"`
	// MinHosts is how few hosts there are.
	MinHosts int `json:"minHosts" range:"1,5000" default:"1"`
	// MaxHosts is how many hosts there may be. Between the two there are as many as tasks reserve.
	MaxHosts int `json:"maxHosts" range:"1,5000" default:"4"`
	// TargetCapacityPercent is how much of the hosts tasks reserve. Below 100 some hosts wait for new tasks.
	TargetCapacityPercent int `json:"targetCapacityPercent" range:"1,100" default:"100"`
	// SpotPercent is how many of the hosts beyond the first are Spot: cheaper, and taken away at two minutes' notice.
	SpotPercent int `json:"spotPercent" range:"0,100" default:"0"`
	// Fargate is whether services may also run without hosts, on Fargate.
	Fargate bool `json:"fargate" default:"false"`
	// ImageID is the image of the hosts, an ECS-optimised Amazon Linux 2023. Left out: the newest one at each update,
	// which rolls the hosts when AWS has released another.
	ImageID string `json:"imageId" form:"machineImage"`
	// VolumeGiB is the size of a host's disk, which holds images and containers.
	VolumeGiB int `json:"volumeGib" range:"30,16384" default:"30"`
	// LogRetentionDays is for how many days the records of Container Insights and of ECS Exec sessions are kept: a
	// period that CloudWatch Logs offers.
	LogRetentionDays int `json:"logRetentionDays" default:"30" form:"retentionDays"`
	// Protected is whether a destroy waits until the hosts have drained, in place of ending them at once.
	Protected bool `json:"protected" default:"false"`
}

// check records what the keys of the section say about each other.
func (c Cluster) check(f check.Faults) {
	if c.MinHosts > c.MaxHosts {
		f.At("minHosts").Want(fmt.Sprintf("no more than maxHosts, %d", c.MaxHosts), c.MinHosts)
	}
	instancetype.CheckAlternatives(f.At("moreInstanceTypes"), c.InstanceType, c.MoreInstanceTypes)
}

// checkCluster records the faults of the cluster, which stands in the network.
func (c Config) checkCluster(f check.Faults) {
	if c.Cluster == nil {
		return
	}
	if c.Network == nil {
		f.At(Namespace+":network").Want("a section, for riglet:cluster to stand in", nil)
	}
	c.Cluster.check(f.At(Namespace + ":cluster"))
}
