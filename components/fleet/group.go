package fleet

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/fleet/internal/host"
)

const (
	templatePath = "mixedInstancesPolicy.launchTemplate"
	hooksPath    = "initialLifecycleHooks"
)

// group makes the Auto Scaling group and waits until it serves, see hooks.
func (b *builder) group() error {
	args := &autoscaling.GroupArgs{
		NamePrefix:             pulumi.String(b.groupPrefix()),
		MixedInstancesPolicy:   b.mix(),
		MinSize:                pulumi.Int(b.args.MinInstances),
		MaxSize:                pulumi.Int(b.args.MaxInstances),
		DesiredCapacity:        pulumi.Int(b.args.DesiredInstances),
		VpcZoneIdentifiers:     b.args.SubnetIDs,
		TargetGroupArns:        pulumi.StringArray{b.target.Arn},
		HealthCheckType:        pulumi.String("ELB"),
		HealthCheckGracePeriod: pulumi.Int(b.args.HealthGraceSeconds),
		DefaultInstanceWarmup:  pulumi.Int(b.args.WarmupSeconds),
		CapacityRebalance:      pulumi.Bool(b.args.SpotPercent > 0),
		InitialLifecycleHooks:  b.lifecycleHooks(),
		// What a roll does holds for an instance that fails or moves to another zone too.
		InstanceMaintenancePolicy: autoscaling.GroupInstanceMaintenancePolicyArgs{
			MinHealthyPercentage: pulumi.Int(percent), MaxHealthyPercentage: pulumi.Int(b.most()),
		},
		EnabledMetrics: pulumi.ToStringArray([]string{
			"GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupPendingInstances",
			"GroupTerminatingInstances",
		}),
		// The provider's own wait says nothing of the reason, compares with a number that scaling has long changed,
		// and does not look again at a group that it has given up on once: see hooks.
		WaitForCapacityTimeout: pulumi.String("0"),
		ForceDelete:            pulumi.Bool(b.args.ForceDelete),
		Tags:                   b.groupTags(),
	}
	if b.args.Rolling == Refresh {
		args.InstanceRefresh = b.refresh()
	}
	var err error
	if b.made, err = autoscaling.NewGroup(b.Context(), b.Child("group"), args, b.groupOptions()...); err != nil {
		return err
	}
	b.out.GroupARN, b.out.GroupName = b.made.Arn, b.settled()
	return nil
}

func (b *builder) groupOptions() []pulumi.ResourceOption {
	timeout := fmt.Sprintf("%ds", b.args.DeleteTimeoutSeconds)
	options := []pulumi.ResourceOption{
		pulumi.DependsOn(b.ready),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Delete: timeout, Update: timeout}),
		// Hooks of a group that exists would have to change before the instances that know how to answer them.
		pulumi.ReplaceOnChanges(b.replacedBy()),
	}
	if b.args.Scaling != nil {
		options = append(options, pulumi.IgnoreChanges([]string{"desiredCapacity"}))
	}
	if b.binding != nil {
		options = append(options, pulumi.ResourceHooks(b.binding))
	}
	return b.Options(options...)
}

// replacedBy is what a new group is made for, beside the old one: its name is never fixed.
func (b *builder) replacedBy() []string {
	if b.args.Rolling == Replace {
		return []string{templatePath, hooksPath}
	}
	return []string{hooksPath}
}

// most is how many of the wanted instances there may be for a while, in percent.
func (b *builder) most() int { return max(b.args.MaxHealthyPercent, defaultMost) }

// refresh replaces instances a few at a time, new ones first, so that there are never fewer.
func (b *builder) refresh() autoscaling.GroupInstanceRefreshArgs {
	return autoscaling.GroupInstanceRefreshArgs{
		Strategy: pulumi.String("Rolling"),
		Preferences: autoscaling.GroupInstanceRefreshPreferencesArgs{
			MinHealthyPercentage: pulumi.Int(percent), MaxHealthyPercentage: pulumi.Int(b.most()),
			AutoRollback: pulumi.Bool(true), SkipMatching: pulumi.Bool(true),
			InstanceWarmup: pulumi.String(strconv.Itoa(b.args.WarmupSeconds)),
			// An instance that somebody looks into is left alone; without a word AWS waits for it and then fails.
			StandbyInstances: pulumi.String("Ignore"), ScaleInProtectedInstances: pulumi.String("Refresh"),
		},
	}
}

// lifecycleHooks hold an instance back until it serves, and keep it until it has drained. They are part of the group:
// made beside it, they would miss its first instances.
func (b *builder) lifecycleHooks() autoscaling.GroupInitialLifecycleHookArray {
	return autoscaling.GroupInitialLifecycleHookArray{
		autoscaling.GroupInitialLifecycleHookArgs{
			Name: pulumi.String(launchHook), LifecycleTransition: pulumi.String("autoscaling:EC2_INSTANCE_LAUNCHING"),
			// Silence is a failure: an instance that cannot answer is ended and another one is tried.
			DefaultResult: pulumi.String("ABANDON"), HeartbeatTimeout: pulumi.Int(host.SetupSeconds + hookMargin),
		},
		autoscaling.GroupInitialLifecycleHookArgs{
			Name: pulumi.String(terminateHook), LifecycleTransition: pulumi.String("autoscaling:EC2_INSTANCE_TERMINATING"),
			DefaultResult: pulumi.String("CONTINUE"), HeartbeatTimeout: pulumi.Int(b.args.terminateTimeout()),
		},
	}
}

// mix is which instances are bought how. The template's version is a number: with $Latest nothing would ever differ,
// and a refresh could not be rolled back.
func (b *builder) mix() autoscaling.GroupMixedInstancesPolicyArgs {
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
func (b *builder) overrides() autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArray {
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

// groupTags are the group's tags, which it passes on to its instances.
func (b *builder) groupTags() autoscaling.GroupTagArray {
	mark := b.tag()
	set := b.TagSet("instance").With(mark.Key, mark.Value)
	list := make(autoscaling.GroupTagArray, 0, len(set))
	for _, key := range set.Keys() {
		list = append(list, autoscaling.GroupTagArgs{
			Key: pulumi.String(key), Value: pulumi.String(set[key]), PropagateAtLaunch: pulumi.Bool(true),
		})
	}
	return list
}
