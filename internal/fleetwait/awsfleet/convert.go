package awsfleet

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/riglet/riglet/internal/fleetwait"
)

func groupOf(g types.AutoScalingGroup) fleetwait.Group {
	group := fleetwait.Group{
		Name: aws.ToString(g.AutoScalingGroupName), Status: aws.ToString(g.Status),
		Desired: int(aws.ToInt32(g.DesiredCapacity)), Most: int(aws.ToInt32(g.MaxSize)),
		Version: versionOf(g.LaunchTemplate, g.MixedInstancesPolicy),
	}
	for i := range g.Instances {
		one := g.Instances[i]
		group.Instances = append(group.Instances, fleetwait.Instance{
			ID: aws.ToString(one.InstanceId), State: string(one.LifecycleState), Version: versionOf(one.LaunchTemplate, nil),
		})
	}
	return group
}

// versionOf is the version of a template, wherever it is named.
func versionOf(plain *types.LaunchTemplateSpecification, mixed *types.MixedInstancesPolicy) string {
	if mixed != nil && mixed.LaunchTemplate != nil {
		plain = mixed.LaunchTemplate.LaunchTemplateSpecification
	}
	if plain == nil {
		return ""
	}
	return aws.ToString(plain.Version)
}

func refreshOf(r types.InstanceRefresh) fleetwait.Refresh {
	refresh := fleetwait.Refresh{
		ID: aws.ToString(r.InstanceRefreshId), Status: string(r.Status), Reason: aws.ToString(r.StatusReason),
		Percent: int(aws.ToInt32(r.PercentageComplete)), Left: int(aws.ToInt32(r.InstancesToUpdate)),
		Started: aws.ToTime(r.StartTime),
	}
	if wanted := r.DesiredConfiguration; wanted != nil {
		refresh.Version = versionOf(wanted.LaunchTemplate, wanted.MixedInstancesPolicy)
	}
	return refresh
}

func targetOf(t elb.TargetHealthDescription) fleetwait.Target {
	target := fleetwait.Target{}
	if t.Target != nil {
		target.ID = aws.ToString(t.Target.Id)
	}
	if health := t.TargetHealth; health != nil {
		target.State, target.Reason = string(health.State), string(health.Reason)
		if description := aws.ToString(health.Description); description != "" {
			target.Reason += ", " + description
		}
	}
	return target
}

// toVersion makes a change of a group's template to another version of it.
func toVersion(change *autoscaling.UpdateAutoScalingGroupInput, group *types.AutoScalingGroup, version string) bool {
	if mixed := group.MixedInstancesPolicy; mixed != nil && mixed.LaunchTemplate != nil &&
		mixed.LaunchTemplate.LaunchTemplateSpecification != nil {
		named := mixed.LaunchTemplate.LaunchTemplateSpecification
		// AWS gives id and name, and takes only one of them.
		named.LaunchTemplateName, named.Version = nil, aws.String(version)
		change.MixedInstancesPolicy = mixed
		return true
	}
	if group.LaunchTemplate == nil {
		return false
	}
	change.LaunchTemplate = &types.LaunchTemplateSpecification{
		LaunchTemplateId: group.LaunchTemplate.LaunchTemplateId, Version: aws.String(version),
	}
	return true
}
