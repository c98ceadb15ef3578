package catalog

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	typeScalableTarget = "aws:appautoscaling/target:Target"
	typeTaskScaling    = "aws:appautoscaling/policy:Policy"

	// Published quotas: scaling policies of a target.
	maxTaskPolicies = 50
)

// requestLabel names the target group whose requests are counted, as the balancer sees it.
var requestLabel = regexp.MustCompile(`^app/[^/]+/[0-9a-f]+/targetgroup/[^/]+/[0-9a-f]+$`)

var ecsScaling = []model.Kind{
	{
		Token: typeScalableTarget, Args: appautoscaling.TargetArgs{}, State: appautoscaling.Target{},
		ID: "{resourceId}", ARN: "arn:aws:application-autoscaling:{region}:{account}:scalable-target/{hex34}",
		Replace: []string{"resourceId", "scalableDimension", "serviceNamespace"},
		Keys:    []model.Key{{Of: "{resourceId}|{scalableDimension}", Error: upsert("scalable target {resourceId}")}},
		Outputs: map[string]any{
			"roleArn": "arn:aws:iam::{account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/" +
				"AWSServiceRoleForApplicationAutoScaling_ECSService",
		},
		Missing: "ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: {value}, " +
			"scalable dimension: ecs:service:DesiredCount",
		Rules: []model.Rule{
			between("minCapacity", 0, 5000), between("maxCapacity", 0, 5000), minBelowMax,
			oneOf("serviceNamespace", "ecs"), oneOf("scalableDimension", "ecs:service:DesiredCount"),
		},
		Admit: admits(scalesService),
	},
	{
		Token: typeTaskScaling, Args: appautoscaling.PolicyArgs{}, State: appautoscaling.Policy{},
		ID: "{name}", ARN: "arn:aws:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/{serviceNamespace}/" +
			"{resourceId}:policyName/{name}",
		Name:    &model.Naming{Property: "name", Max: 255},
		Replace: []string{"name", "resourceId", "scalableDimension", "serviceNamespace"},
		// A policy goes with its target.
		Refs:    []model.Ref{{Path: "resourceId", To: typeScalableTarget, Loose: true}},
		Keys:    []model.Key{{Of: "{resourceId}|{name}", Error: upsert("scaling policy {name}")}},
		Outputs: map[string]any{"policyType": "StepScaling"},
		Rules: []model.Rule{
			oneOf("policyType", "StepScaling", "TargetTrackingScaling"),
			exactlyOne("stepScalingPolicyConfiguration", "targetTrackingScalingPolicyConfiguration"),
			between("targetTrackingScalingPolicyConfiguration.targetValue", 0.001, 1e9),
			oneOf(tracked+"predefinedMetricType", "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization",
				"ALBRequestCountPerTarget"),
			pattern(tracked+"resourceLabel", "app/<balancer>/<id>/targetgroup/<name>/<id>", requestLabel),
			given(tracked+"resourceLabel", "requests are counted for a target group", input(
				tracked+"predefinedMetricType", "ALBRequestCountPerTarget")),
			oneOf("stepScalingPolicyConfiguration.adjustmentType", "ChangeInCapacity", "PercentChangeInCapacity",
				"ExactCapacity"),
			oneOf("stepScalingPolicyConfiguration.metricAggregationType", "Average", "Minimum", "Maximum"),
		},
		Admit: admits(perParent("resourceId", typeScalableTarget, maxTaskPolicies, "LimitExceededException",
			"scaling policies of the target"), countsRequests),
	},
}

const tracked = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification."

func minBelowMax(c *model.Check) {
	low, high := model.Int(c.Props, "minCapacity", 0), model.Int(c.Props, "maxCapacity", 0)
	if low > high {
		c.Fault("minCapacity", "maximum capacity cannot be less than minimum capacity, got %d and %d", low, high)
	}
}

// scalesService wants the service there before it is registered.
func scalesService(s *model.Scene) error {
	parts := strings.Split(s.In("resourceId"), "/")
	if len(parts) != 3 || parts[0] != "service" {
		return model.Refuse("ValidationException", "Unsupported service namespace, resource type or scalable dimension: %s",
			s.In("resourceId"))
	}
	for _, service := range s.World.All(TypeService) {
		if strings.HasSuffix(service.ID, ":"+s.In("resourceId")) {
			return nil
		}
	}
	return model.Refuse("ValidationException", "ECS service doesn't exist: %s", s.In("resourceId"))
}

// countsRequests wants the target group behind the balancer already.
func countsRequests(s *model.Scene) error {
	label := s.In(tracked + "resourceLabel")
	at := strings.Index(label, "targetgroup/")
	if at < 0 {
		return nil
	}
	for _, group := range s.World.All(tokenTargetGroup) {
		if group.Out("arnSuffix") == label[at:] && len(s.World.Users(group, tokenListener, tokenListenerRule)) > 0 {
			return nil
		}
	}
	return model.Refuse("ValidationException", "The target group associated with the resource label is not attached to "+
		"a load balancer. (%s)", label)
}
