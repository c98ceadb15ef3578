package fleet

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// unchanged leaves a size as it is, in the words of a scheduled action.
const unchanged = -1

// scaling lets the number of instances follow the load and the clock. It comes after the group serves.
func (b *builder) scaling() error {
	s := b.args.Scaling
	if s == nil {
		return nil
	}
	if s.CPUPercent > 0 {
		if err := b.follow("cpu", "ASGAverageCPUUtilization", nil, s.CPUPercent); err != nil {
			return err
		}
	}
	if s.RequestsPerTarget > 0 {
		label := pulumi.Sprintf("%s/%s", b.args.BalancerARNSuffix, b.target.ArnSuffix)
		if err := b.follow("requests", "ALBRequestCountPerTarget", label, s.RequestsPerTarget); err != nil {
			return err
		}
	}
	if s.Steps != nil {
		if err := b.steps(*s.Steps); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Schedules)) {
		if err := b.schedule(name, s.Schedules[name]); err != nil {
			return err
		}
	}
	return nil
}

// follow keeps a measure near a value.
func (b *builder) follow(role, metric string, label pulumi.StringPtrInput, value int) error {
	_, err := autoscaling.NewPolicy(b.Context(), b.Child("scaling", role), &autoscaling.PolicyArgs{
		AutoscalingGroupName: b.made.Name, PolicyType: pulumi.String("TargetTrackingScaling"),
		TargetTrackingConfiguration: autoscaling.PolicyTargetTrackingConfigurationArgs{
			TargetValue: pulumi.Float64(value),
			PredefinedMetricSpecification: autoscaling.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs{
				PredefinedMetricType: pulumi.String(metric), ResourceLabel: label,
			},
		},
	}, b.Options()...)
	return err
}

// steps adds instances above one threshold and removes them below the other.
func (b *builder) steps(s Steps) error {
	if err := b.step("high", s.By, s.HighCPUPercent, s); err != nil {
		return err
	}
	return b.step("low", -s.By, s.LowCPUPercent, s)
}

func (b *builder) step(role string, change, threshold int, s Steps) error {
	adjustment := autoscaling.PolicyStepAdjustmentArgs{ScalingAdjustment: pulumi.Int(change)}
	comparison := "GreaterThanOrEqualToThreshold"
	if change > 0 {
		adjustment.MetricIntervalLowerBound = pulumi.String("0")
	} else {
		adjustment.MetricIntervalUpperBound = pulumi.String("0")
		comparison = "LessThanOrEqualToThreshold"
	}
	policy, err := autoscaling.NewPolicy(b.Context(), b.Child("scaling", role), &autoscaling.PolicyArgs{
		AutoscalingGroupName: b.made.Name, PolicyType: pulumi.String("StepScaling"),
		AdjustmentType:  pulumi.String("ChangeInCapacity"),
		StepAdjustments: autoscaling.PolicyStepAdjustmentArray{adjustment},
	}, b.Options()...)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewMetricAlarm(b.Context(), b.Child("scaling", role), &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String(fmt.Sprintf("the fleet's average CPU use is at %d %%: change by %d", threshold,
			change)),
		Namespace: pulumi.String("AWS/EC2"), MetricName: pulumi.String("CPUUtilization"),
		Dimensions: pulumi.StringMap{"AutoScalingGroupName": b.made.Name}, Statistic: pulumi.String("Average"),
		Period: pulumi.Int(aMinute), EvaluationPeriods: pulumi.Int(s.Minutes),
		ComparisonOperator: pulumi.String(comparison), Threshold: pulumi.Float64(threshold),
		TreatMissingData: pulumi.String("notBreaching"), AlarmActions: pulumi.Array{policy.Arn},
		Tags: b.Tags("scaling", role),
	}, b.Options()...)
	return err
}

func (b *builder) schedule(name string, s Schedule) error {
	args := &autoscaling.ScheduleArgs{
		AutoscalingGroupName: b.made.Name, ScheduledActionName: pulumi.String(name),
		Recurrence: pulumi.String(s.Recurrence), MinSize: sizeOf(s.MinInstances),
		DesiredCapacity: sizeOf(s.DesiredInstances), MaxSize: sizeOf(s.MaxInstances),
	}
	if s.TimeZone != "" {
		args.TimeZone = pulumi.String(s.TimeZone)
	}
	_, err := autoscaling.NewSchedule(b.Context(), b.Child("schedule", name), args, b.Options()...)
	return err
}

func sizeOf(count int) pulumi.IntInput {
	if count == 0 {
		return pulumi.Int(unchanged)
	}
	return pulumi.Int(count)
}
