package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/fleet"
	"github.com/riglet/riglet/stacks/config"
)

// rolling makes the fleet in the app tier, behind the balancer.
func (e *environment) rolling() error {
	section := e.Config.Rolling
	if section == nil {
		return nil
	}
	made, err := fleet.NewFleet(e.ctx, "rolling", e.rollingArgs(*section))
	if err != nil {
		return err
	}
	e.exportRolling(made)
	return nil
}

func (e *environment) rollingArgs(section config.Rolling) *fleet.Args {
	args := &fleet.Args{
		VPCID:                   e.network.VPCID,
		SubnetIDs:               e.network.AppSubnetIDs,
		BalancerSecurityGroupID: e.front.SecurityGroupID,
		ListenerARN:             e.front.ListenerARN,
		BalancerARNSuffix:       e.front.ARNSuffix,
		Rolling:                 fleet.Rolling(section.Way),
		DeadlineSeconds:         section.DeadlineSeconds,
		DeleteTimeoutSeconds:    section.DeleteTimeoutSeconds,
		Image:                   rollingImage(section),
		Container:               rollingContainer(section.Container),
		InstanceType:            section.InstanceType,
		MoreInstanceTypes:       section.MoreInstanceTypes,
		SpotPercent:             section.SpotPercent,
		VolumeGiB:               section.VolumeGiB,
		MinInstances:            section.MinInstances,
		DesiredInstances:        section.DesiredInstances,
		MaxInstances:            section.MaxInstances,
		Port:                    section.Port,
		Health:                  fleet.Health(section.Health),
		HealthGraceSeconds:      section.HealthGraceSeconds,
		WarmupSeconds:           section.WarmupSeconds,
		DrainSeconds:            section.DrainSeconds,
		StickySeconds:           section.StickySeconds,
		Hosts:                   section.Hosts,
		Paths:                   section.Paths,
		Priority:                section.Priority,
		LogRetentionDays:        section.LogRetentionDays,
		AlarmTopicARN:           e.network.OperationsTopicARN,
		Prefix:                  e.prefix(),
		Tags:                    e.tags(),
	}
	if section.Way == config.RollingRefresh {
		args.MaxHealthyPercent = section.MaxHealthyPercent
	}
	if section.Script != "" {
		args.Parts = []fleet.Part{{ContentType: "text/x-shellscript", Body: section.Script}}
	}
	if section.ScaleCPUPercent+section.ScaleRequests > 0 {
		args.Scaling = &fleet.Scaling{
			CPUPercent: section.ScaleCPUPercent, RequestsPerTarget: section.ScaleRequests,
		}
	}
	return args
}

func rollingImage(section config.Rolling) fleet.Image {
	image := fleet.Image{
		Parameter: section.ImageParameter, AtLaunch: section.ImageAtLaunch, Architecture: section.ImageArchitecture,
		BootSeconds: section.BootSeconds,
	}
	if section.ImageID != "" {
		image.ID = pulumi.String(section.ImageID)
	}
	return image
}

func rollingContainer(section *config.RollingContainer) *fleet.Container {
	if section == nil {
		return nil
	}
	return &fleet.Container{
		Image: pulumi.String(section.Image), Environment: section.Environment, Secrets: section.Secrets,
		Command: section.Command, StopSeconds: section.StopSeconds,
	}
}

// exportRolling exports where the fleet is reached, what it is called, and what it stands in.
func (e *environment) exportRolling(made *fleet.Fleet) {
	e.ctx.Export("rolling", pulumi.Map{
		"balancerDnsName": e.front.DNSName,
		"url":             e.front.URL,
		"groupName":       made.GroupName,
		"imageId":         made.ImageID,
		"natAddresses":    e.network.NATAddresses,
		"vpcId":           e.network.VPCID,
		"subnetIds":       e.network.AppSubnetIDs,
		"logGroup":        made.LogGroupName,
	})
}
