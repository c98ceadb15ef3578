package catalog

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const mixedTemplate = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification."

const distribution = "mixedInstancesPolicy.instancesDistribution."

const badTemplate = "ValidationError: You must use a valid fully-formed launch template. " +
	"The specified launch template {value} does not exist."

var scaling = []model.Kind{
	{
		Token: tokenScalingGroup, Args: autoscaling.GroupArgs{}, State: autoscaling.Group{},
		ID: "{name}", ARN: "arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
		Name:    &model.Naming{Property: "name", Max: 255, By: "namePrefix"},
		Replace: []string{"name", "namePrefix"},
		Sets: []string{
			"availabilityZones", "enabledMetrics", "loadBalancers", "suspendedProcesses", "tags",
			"targetGroupArns", "vpcZoneIdentifiers", "trafficSources",
		},
		Refs: []model.Ref{
			{Path: "vpcZoneIdentifiers[]", To: tokenSubnet},
			{Path: "targetGroupArns[]", To: tokenTargetGroup, Loose: true, Missing: "ValidationError: Provided Target " +
				"Groups may not be valid. Please ensure they exist and try again. ({value})"},
			{Path: "launchTemplate.id", To: tokenTemplate, Loose: true, Missing: badTemplate},
			{Path: "launchTemplate.name", To: tokenTemplate, By: "name", Loose: true, Missing: badTemplate},
			{Path: mixedTemplate + "launchTemplateId", To: tokenTemplate, Loose: true, Missing: badTemplate},
		},
		Keys: []model.Key{{
			Of: "{name}", Error: "AlreadyExists: AutoScalingGroup by this name already exists - A group with the " +
				"name {name} already exists",
		}},
		Outputs: map[string]any{
			"healthCheckType": "EC2", "healthCheckGracePeriod": 300, "defaultCooldown": 300,
			"serviceLinkedRoleArn": "arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/" +
				"AWSServiceRoleForAutoScaling",
		},
		Missing: "ValidationError: AutoScalingGroup name not found - AutoScalingGroup {value} not found",
		Rules: []model.Rule{
			length("name", 1, 255), groupSizes,
			exactlyOne("launchTemplate", "launchConfiguration", "mixedInstancesPolicy"),
			exactlyOne("vpcZoneIdentifiers", "availabilityZones"),
			atMostOne("launchTemplate.id", "launchTemplate.name"), oneOf("healthCheckType", "EC2", "ELB"),
			between("healthCheckGracePeriod", 0, 2147483647), maxLifetime,
			between("instanceRefresh.preferences.minHealthyPercentage", 0, 100),
			between("instanceRefresh.preferences.maxHealthyPercentage", 100, 200),
			between(distribution+"onDemandPercentageAboveBaseCapacity", 0, 100),
			oneOf(distribution+"onDemandAllocationStrategy", "prioritized", "lowest-price"),
			oneOf(distribution+"spotAllocationStrategy", "lowest-price", "capacity-optimized",
				"capacity-optimized-prioritized", "price-capacity-optimized"),
			rollbackNumbered,
			between("instanceMaintenancePolicy.minHealthyPercentage", -1, 100),
			between("instanceMaintenancePolicy.maxHealthyPercentage", -1, 200),
		},
		Admit: admits(templateComplete, groupNetwork, rollbackImage),
		Fill:  fillGroup,
	},
	{
		Token: "aws:autoscaling/lifecycleHook:LifecycleHook",
		Args:  autoscaling.LifecycleHookArgs{}, State: autoscaling.LifecycleHook{},
		ID: "{name}", Name: &model.Naming{Property: "name", Max: 255},
		Replace: []string{"autoscalingGroupName", "name"},
		Refs: []model.Ref{
			{Path: "autoscalingGroupName", To: tokenScalingGroup, Loose: true},
			{Path: "roleArn", To: tokenRole, By: "arn", Loose: true},
			topicAction("notificationTargetArn"),
		},
		Keys: []model.Key{{
			Of: "{autoscalingGroupName}|{name}", Error: upsert("lifecycle hook {name} of {autoscalingGroupName}"),
		}},
		Outputs: map[string]any{"defaultResult": "ABANDON", "heartbeatTimeout": 3600},
		Rules: []model.Rule{
			oneOf("lifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"),
			oneOf("defaultResult", "CONTINUE", "ABANDON"), between("heartbeatTimeout", 30, 7200),
		},
		Admit: admits(perParent("autoscalingGroupName", tokenScalingGroup, 50, "LimitExceeded", "lifecycle hooks")),
	},
	{
		Token: "aws:autoscaling/policy:Policy", Args: autoscaling.PolicyArgs{}, State: autoscaling.Policy{},
		ID: "{name}", ARN: "arn:aws:autoscaling:{region}:{account}:scalingPolicy:{uuid}:" +
			"autoScalingGroupName/{autoscalingGroupName}:policyName/{name}",
		Name:    &model.Naming{Property: "name", Max: 255},
		Replace: []string{"autoscalingGroupName", "name"},
		Refs:    []model.Ref{{Path: "autoscalingGroupName", To: tokenScalingGroup, Loose: true}},
		Keys: []model.Key{{
			Of: "{autoscalingGroupName}|{name}", Error: upsert("scaling policy {name} of {autoscalingGroupName}"),
		}},
		Outputs: map[string]any{"policyType": "SimpleScaling", "metricAggregationType": "Average", "enabled": true},
		Rules: []model.Rule{
			oneOf("policyType", "SimpleScaling", "StepScaling", "TargetTrackingScaling", "PredictiveScaling"),
			oneOf("adjustmentType", "ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"),
			given("targetTrackingConfiguration", "policy type TargetTrackingScaling needs it",
				input("policyType", "TargetTrackingScaling")),
			given("scalingAdjustment", "policy type SimpleScaling needs it", input("policyType", "", "SimpleScaling")),
			given("stepAdjustments", "policy type StepScaling needs it", input("policyType", "StepScaling")),
		},
	},
}

func groupSizes(c *model.Check) {
	low, hasLow := model.Num(c.Props, "minSize")
	high, hasHigh := model.Num(c.Props, "maxSize")
	if !hasLow || !hasHigh {
		return
	}
	want, ok := model.Num(c.Props, "desiredCapacity")
	switch {
	case low < 0 || low > high:
		c.Fault("minSize", "want 0 <= minSize <= maxSize, got %v and %v", low, high)
	case ok && (want < low || want > high):
		c.Fault("desiredCapacity", "want minSize <= desiredCapacity <= maxSize, got %v, %v, %v", low, want, high)
	}
}

func maxLifetime(c *model.Check) {
	if n, ok := model.Num(c.Props, "maxInstanceLifetime"); ok && n != 0 && (n < 86400 || n > 31536000) {
		c.Fault("maxInstanceLifetime", "want 0 or 86400 to 31536000 seconds, got %v", n)
	}
}

const autoRollback = "instanceRefresh.preferences.autoRollback"

// rollbackNumbered: Auto Scaling takes a refresh back only to a version that still means what it meant.
func rollbackNumbered(c *model.Check) {
	if !model.Flag(c.Props, autoRollback, false) {
		return
	}
	for _, path := range []string{"launchTemplate.version", mixedTemplate + "version"} {
		if version := model.Str(c.Props, path); strings.HasPrefix(version, "$") {
			c.Fault(path, "want a number where a failed refresh is rolled back, got %q", version)
		}
	}
}

// rollbackImage refuses the same for an image that a parameter names.
func rollbackImage(s *model.Scene) error {
	template := groupTemplate(s.World, s.Object)
	if template == nil || !model.Flag(s.Object.Inputs, autoRollback, false) ||
		!strings.HasPrefix(template.In("imageId"), "resolve:ssm:") {
		return nil
	}
	return model.Refuse("ValidationError", "AutoRollback cannot be set to true when the launch template uses an AWS "+
		"Systems Manager parameter instead of an AMI ID for the ImageId. (%s)", template.ID)
}

// templateComplete wants what an instance cannot start without.
func templateComplete(s *model.Scene) error {
	template := groupTemplate(s.World, s.Object)
	if template == nil {
		return nil
	}
	if template.In("imageId") == "" {
		return model.Refuse("ValidationError", "You must use a valid fully-formed launch template. "+
			"The request must contain the parameter ImageId")
	}
	if template.In("instanceType") == "" && !model.Has(template.Inputs, "instanceRequirements") {
		return model.Refuse("ValidationError", "You must use a valid fully-formed launch template. "+
			"The request must contain the parameter InstanceType")
	}
	return nil
}

// groupTemplate is the launch template of a group, however the group names it.
func groupTemplate(w *model.World, group *model.Object) *model.Object {
	for _, named := range []struct{ path, by string }{
		{"launchTemplate.id", ""},
		{"launchTemplate.name", "name"},
		{mixedTemplate + "launchTemplateId", ""},
		{mixedTemplate + "launchTemplateName", "name"},
	} {
		if value := group.In(named.path); value != "" {
			return w.Find(tokenTemplate, named.by, value)
		}
	}
	return nil
}

// groupNetwork refuses subnets of two VPCs.
func groupNetwork(s *model.Scene) error {
	vpc := ""
	for _, id := range s.Ins("vpcZoneIdentifiers[]") {
		subnet := s.World.Get(tokenSubnet, id)
		if subnet == nil {
			continue
		}
		if vpc != "" && vpc != subnet.Out("vpcId") {
			return model.Refuse("ValidationError", "The subnets must belong to the same VPC: '%s'", id)
		}
		vpc = subnet.Out("vpcId")
	}
	return nil
}

func fillGroup(s *model.Scene) {
	var zones []any
	for _, id := range s.Ins("vpcZoneIdentifiers[]") {
		if subnet := s.World.Get(tokenSubnet, id); subnet != nil {
			zones = append(zones, subnet.Out("availabilityZone"))
		}
	}
	s.Default("availabilityZones", zones)
	if template := s.World.Get(tokenTemplate, s.In("launchTemplate.id")); template != nil {
		s.Set("launchTemplate", map[string]any{
			"id": template.ID, "name": template.Out("name"),
			"version": orDefault(s.In("launchTemplate.version"), "$Default"),
		})
	}
	s.Keep("desiredCapacity", func() any { return model.Int(s.Object.Inputs, "minSize", 0) })
	if n, ok := model.Num(s.Object.Inputs, "desiredCapacity"); ok && resized(s) {
		s.Set("desiredCapacity", n)
	}
	keepInRange(s)
}

// resized tells a number of instances that is given anew from one that scaling has changed since: the provider sends
// only what differs from what it sent before.
func resized(s *model.Scene) bool {
	if s.Old == nil {
		return true
	}
	before, given := model.Num(s.Old.Inputs, "desiredCapacity")
	now, _ := model.Num(s.Object.Inputs, "desiredCapacity")
	return !given || before != now
}

// keepInRange moves the number of instances along with the least and the most of them, as AWS does.
func keepInRange(s *model.Scene) {
	wanted := model.Int(s.Object.Outputs, "desiredCapacity", 0)
	low, high := model.Int(s.Object.Inputs, "minSize", wanted), model.Int(s.Object.Inputs, "maxSize", wanted)
	s.Set("desiredCapacity", min(max(wanted, low), high))
}
