package compute

import (
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/rollout"
)

const (
	scaledService   = "ecs"
	scaledDimension = "ecs:service:DesiredCount"
	// stormFactor is how many times the threshold of 5xx answers calls for more than one task.
	stormFactor = 3
	fewTasks    = 1
	manyTasks   = 3
)

// scaling lets the number of tasks follow the load.
func (b *serviceBuilder) scaling() error {
	s := b.args.Scaling
	if s == nil {
		return nil
	}
	target, err := b.scalableTarget()
	if err != nil {
		return err
	}
	for _, rule := range []struct {
		role, metric string
		value        int
	}{
		{"cpu", "ECSServiceAverageCPUUtilization", s.CPUPercent},
		{"memory", "ECSServiceAverageMemoryUtilization", s.MemoryPercent},
		{"requests", "ALBRequestCountPerTarget", s.RequestsPerTarget},
	} {
		if rule.value == 0 {
			continue
		}
		if err := b.follow(target, rule.role, rule.metric, rule.value); err != nil {
			return err
		}
	}
	return b.stepOn5xx(target)
}

// scalableTarget bounds the number of tasks. AWS itself applies a bound only when it next scales, which may be never:
// a hook applies it at once.
func (b *serviceBuilder) scalableTarget() (*appautoscaling.Target, error) {
	options := []pulumi.ResourceOption{}
	if !b.Context().RunningWithMocks() {
		hook, err := b.Context().RegisterResourceHook(b.Child("bounds"), b.bound, nil)
		if err != nil {
			return nil, err
		}
		options = append(options, pulumi.ResourceHooks(&pulumi.ResourceHookBinding{
			AfterCreate: []*pulumi.ResourceHook{hook}, AfterUpdate: []*pulumi.ResourceHook{hook},
		}))
	}
	return appautoscaling.NewTarget(b.Context(), b.Child("scaling"), &appautoscaling.TargetArgs{
		MinCapacity: pulumi.Int(b.args.Scaling.MinCount), MaxCapacity: pulumi.Int(b.args.Scaling.MaxCount),
		// The service's own name makes the target wait for it.
		ResourceId:        pulumi.Sprintf("service/%s/%s", b.args.ClusterName, b.made.Name),
		ScalableDimension: pulumi.String(scaledDimension), ServiceNamespace: pulumi.String(scaledService),
		Tags: b.Tags("scaling"),
	}, b.Options(options...)...)
}

// bound brings the number of tasks between minimum and maximum.
func (b *serviceBuilder) bound(args *pulumi.ResourceHookArgs) error {
	parts := strings.Split(text(args.NewInputs, "resourceId"), "/")
	watcher, _, err := b.watcher(text(args.NewOutputs, "arn"))
	if err != nil || len(parts) != 3 {
		return err
	}
	return watcher.Bound(b.patience(), rollout.Ref{Cluster: parts[1], Name: parts[2]},
		b.args.Scaling.MinCount, b.args.Scaling.MaxCount)
}

// follow keeps a measure near a value.
func (b *serviceBuilder) follow(target *appautoscaling.Target, role, metric string, value int) error {
	measure := appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
		PredefinedMetricType: pulumi.String(metric),
	}
	if role == "requests" {
		measure.ResourceLabel = pulumi.Sprintf("%s/%s", b.args.BalancerARNSuffix, b.target.ArnSuffix)
	}
	_, err := appautoscaling.NewPolicy(b.Context(), b.Child("scaling", role), &appautoscaling.PolicyArgs{
		PolicyType: pulumi.String("TargetTrackingScaling"), ResourceId: target.ResourceId,
		ScalableDimension: target.ScalableDimension, ServiceNamespace: target.ServiceNamespace,
		TargetTrackingScalingPolicyConfiguration: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			TargetValue: pulumi.Float64(value), PredefinedMetricSpecification: measure,
			ScaleOutCooldown: pulumi.Int(b.args.Scaling.OutSeconds),
			ScaleInCooldown:  pulumi.Int(b.args.Scaling.InSeconds),
		},
	}, b.Options(pulumi.DependsOn(b.before))...)
	return err
}

// stepOn5xx adds tasks while tasks answer with errors: what is overloaded often fails before it is busy.
func (b *serviceBuilder) stepOn5xx(target *appautoscaling.Target) error {
	threshold := b.args.Scaling.StepOn5xx
	if threshold == 0 {
		return nil
	}
	step := appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs{
		MetricIntervalLowerBound: pulumi.String("0"), ScalingAdjustment: pulumi.Int(fewTasks),
	}
	storm := step
	edge := pulumi.Sprintf("%d", (stormFactor-1)*threshold)
	step.MetricIntervalUpperBound, storm.MetricIntervalLowerBound = edge, edge
	storm.ScalingAdjustment = pulumi.Int(manyTasks)
	made, err := appautoscaling.NewPolicy(b.Context(), b.Child("scaling", "errors"), &appautoscaling.PolicyArgs{
		PolicyType: pulumi.String("StepScaling"), ResourceId: target.ResourceId,
		ScalableDimension: target.ScalableDimension, ServiceNamespace: target.ServiceNamespace,
		StepScalingPolicyConfiguration: appautoscaling.PolicyStepScalingPolicyConfigurationArgs{
			AdjustmentType: pulumi.String("ChangeInCapacity"), MetricAggregationType: pulumi.String("Maximum"),
			Cooldown: pulumi.Int(b.args.Scaling.OutSeconds),
			StepAdjustments: appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArray{
				step, storm,
			},
		},
	}, b.Options()...)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewMetricAlarm(b.Context(), b.Child("scaling", "errors"), &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("tasks answer with 5xx: add tasks"),
		Namespace:        pulumi.String(balancerMetrics), MetricName: pulumi.String(taskErrors),
		Dimensions: b.targetDimensions(), Statistic: pulumi.String("Sum"),
		Period:             pulumi.Int(int(time.Minute.Seconds())),
		EvaluationPeriods:  pulumi.Int(1),
		ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"), Threshold: pulumi.Float64(threshold),
		TreatMissingData: pulumi.String("notBreaching"),
		AlarmActions:     pulumi.Array{made.Arn}, Tags: b.Tags("scaling", "errors"),
	}, b.Options()...)
	return err
}
