package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
)

const (
	// warmupSeconds is how long a new host is not counted: the image joins its cluster in about one minute.
	warmupSeconds = 120
	// managedTag marks a group that ECS scales. ECS adds it where it is missing, and the next update would take it
	// away again: then the group no longer grows from nothing, nor shrinks.
	managedTag = "AmazonECSManaged"
)

// hosts makes the Auto Scaling group. How many hosts it has is the capacity provider's to say.
func (b *clusterBuilder) hosts() error {
	var err error
	b.scaling, err = autoscaling.NewGroup(b.Context(), b.Child("hosts"), &autoscaling.GroupArgs{
		NamePrefix:           b.groupPrefix(),
		MixedInstancesPolicy: b.mix(),
		MinSize:              pulumi.Int(b.args.MinHosts),
		MaxSize:              pulumi.Int(b.args.MaxHosts),
		VpcZoneIdentifiers:   b.args.SubnetIDs,
		// ECS registers tasks with target groups, not hosts: a balancer knows nothing of a host's health.
		HealthCheckType:       pulumi.String("EC2"),
		DefaultInstanceWarmup: pulumi.Int(warmupSeconds),
		CapacityRebalance:     pulumi.Bool(b.args.SpotPercent > 0),
		InstanceRefresh:       refresh(),
		// What a refresh does holds for a host that fails or moves to another zone too.
		InstanceMaintenancePolicy: autoscaling.GroupInstanceMaintenancePolicyArgs{
			MinHealthyPercentage: pulumi.Int(percent), MaxHealthyPercentage: pulumi.Int(2 * percent),
		},
		EnabledMetrics: pulumi.ToStringArray([]string{
			"GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupPendingInstances",
			"GroupTerminatingInstances",
		}),
		ForceDelete: pulumi.Bool(!b.args.Protected),
		Tags:        b.groupTags(),
	}, b.Options(
		pulumi.IgnoreChanges([]string{"desiredCapacity"}), pulumi.DependsOn(b.ready),
	)...)
	if err == nil {
		b.out.GroupName = b.scaling.Name
	}
	return err
}

// groupPrefix begins the group's name and leaves room for an ending that AWS has not seen: a group that is replaced
// can stand beside the old one, and so can the capacity provider that is named after it.
func (b *clusterBuilder) groupPrefix() pulumi.StringPtrInput {
	if b.args.Prefix == "" {
		return nil
	}
	return pulumi.String(naming.Fit(naming.AutoScalingPrefix, b.args.Prefix, b.Child("hosts")) + "-")
}

// refresh replaces all hosts when their template changes: new ones first, so that there are never fewer.
func refresh() autoscaling.GroupInstanceRefreshArgs {
	return autoscaling.GroupInstanceRefreshArgs{
		Strategy: pulumi.String("Rolling"),
		Preferences: autoscaling.GroupInstanceRefreshPreferencesArgs{
			MinHealthyPercentage: pulumi.Int(percent), MaxHealthyPercentage: pulumi.Int(2 * percent),
			AutoRollback: pulumi.Bool(true),
		},
	}
}

// mix is which hosts are bought how. The template's version is a number: with $Latest nothing would ever differ, and
// no refresh would start.
func (b *clusterBuilder) mix() autoscaling.GroupMixedInstancesPolicyArgs {
	base := 1
	if b.args.SpotPercent == percent {
		base = 0
	}
	return autoscaling.GroupMixedInstancesPolicyArgs{
		InstancesDistribution: autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs{
			OnDemandAllocationStrategy:          pulumi.String("prioritized"),
			OnDemandBaseCapacity:                pulumi.Int(base),
			OnDemandPercentageAboveBaseCapacity: pulumi.Int(percent - b.args.SpotPercent),
			SpotAllocationStrategy:              pulumi.String("price-capacity-optimized"),
		},
		LaunchTemplate: autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs{
			LaunchTemplateSpecification: autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs{
				LaunchTemplateId: b.template.ID(), Version: pulumi.Sprintf("%d", b.template.LatestVersion),
			},
			Overrides: b.overrides(),
		},
	}
}

// overrides are the sizes by preference. A single one needs no list: the template has it.
func (b *clusterBuilder) overrides() autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArray {
	if len(b.args.MoreInstanceTypes) == 0 {
		return nil
	}
	var list autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArray
	for _, size := range append([]string{b.args.InstanceType}, b.args.MoreInstanceTypes...) {
		list = append(list, autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs{
			InstanceType: pulumi.String(size),
		})
	}
	return list
}

// groupTags are the group's tags, which it passes on to its hosts.
func (b *clusterBuilder) groupTags() autoscaling.GroupTagArray {
	set := b.TagSet("hosts").With(managedTag, "true")
	list := make(autoscaling.GroupTagArray, 0, len(set))
	for _, key := range set.Keys() {
		list = append(list, autoscaling.GroupTagArgs{
			Key: pulumi.String(key), Value: pulumi.String(set[key]), PropagateAtLaunch: pulumi.Bool(true),
		})
	}
	return list
}
