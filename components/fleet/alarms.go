package fleet

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
)

const (
	aMinute = 60
	// nobodyMinutes is longer than a balancer needs to find an instance healthy.
	nobodyMinutes = 3
	// unhealthyMinutes is longer than a broken instance is kept.
	unhealthyMinutes = 15
	maximumMinutes   = 15
)

// failures are what Auto Scaling says when instances do not start, or a roll did not come to its end (Auto Scaling
// user guide, "EventBridge event reference").
var failures = []string{
	"EC2 Instance Launch Unsuccessful",
	"EC2 Auto Scaling Instance Refresh Failed",
	"EC2 Auto Scaling Instance Refresh Cancelled",
	"EC2 Auto Scaling Instance Refresh Rollback Started",
	"EC2 Auto Scaling Instance Refresh Rollback Succeeded",
	"EC2 Auto Scaling Instance Refresh Rollback Failed",
}

// eventPattern selects events of EventBridge.
type eventPattern struct {
	Source     []string            `json:"source"`
	DetailType []string            `json:"detail-type"`
	Detail     map[string][]prefix `json:"detail"`
}

type prefix struct {
	Prefix string `json:"prefix"`
}

// failureEvents tells the topic of launches and rolls that fail. It goes by the beginning of the group's name, so that
// it is there before the first group and for every one that takes its place.
func (b *builder) failureEvents() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	pattern, err := json.Marshal(eventPattern{
		Source: []string{"aws.autoscaling"}, DetailType: failures,
		Detail: map[string][]prefix{"AutoScalingGroupName": {{b.groupPrefix()}}},
	})
	if err != nil {
		return err
	}
	rule, err := cloudwatch.NewEventRule(b.Context(), b.Child("failures"), &cloudwatch.EventRuleArgs{
		Name:         b.Physical(naming.EventRule, "failures"),
		Description:  pulumi.String("instances that do not start, and rolls that fail"),
		EventPattern: pulumi.String(pattern),
		Tags:         b.Tags("failures"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	told, err := cloudwatch.NewEventTarget(b.Context(), b.Child("failures"), &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("operations"), Arn: b.args.AlarmTopicARN,
	}, b.Options()...)
	b.ready = append(b.ready, told)
	return err
}

// alarms watch the instances. They come after the group: before it there is no target to be healthy.
func (b *builder) alarms() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	for _, step := range []func() error{b.nobodyAlarm, b.unhealthyAlarm, b.maximumAlarm} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// nobodyAlarm takes no data for no target: a balancer says nothing of a group that is empty.
func (b *builder) nobodyAlarm() error {
	return b.alarm("targets", nobodyMinutes, &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("no instance is healthy at the balancer: nobody is served"),
		Namespace:        pulumi.String("AWS/ApplicationELB"), MetricName: pulumi.String("HealthyHostCount"),
		Dimensions: b.atBalancer(), Statistic: pulumi.String("Maximum"),
		ComparisonOperator: pulumi.String("LessThanThreshold"), Threshold: pulumi.Float64(1),
		TreatMissingData: pulumi.String("breaching"),
	})
}

func (b *builder) unhealthyAlarm() error {
	return b.alarm("unhealthy", unhealthyMinutes, &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("there are instances that fail the health check, and others do not do better: " +
			"look at the log of the newest"),
		Namespace: pulumi.String("AWS/ApplicationELB"), MetricName: pulumi.String("UnHealthyHostCount"),
		Dimensions: b.atBalancer(), Statistic: pulumi.String("Maximum"),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(0),
		TreatMissingData: pulumi.String("notBreaching"),
	})
}

// maximumAlarm tells of a group that cannot grow, unless it never was to.
func (b *builder) maximumAlarm() error {
	if b.args.Scaling == nil || b.args.MinInstances == b.args.MaxInstances {
		return nil
	}
	return b.alarm("maximum", maximumMinutes, &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("all instances that there may be are running: raise MaxInstances"),
		Namespace:        pulumi.String("AWS/AutoScaling"), MetricName: pulumi.String("GroupInServiceInstances"),
		Dimensions: pulumi.StringMap{"AutoScalingGroupName": b.made.Name}, Statistic: pulumi.String("Minimum"),
		ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"),
		Threshold:          pulumi.Float64(b.args.MaxInstances), TreatMissingData: pulumi.String("notBreaching"),
	})
}

func (b *builder) atBalancer() pulumi.StringMap {
	return pulumi.StringMap{"TargetGroup": b.target.ArnSuffix, "LoadBalancer": b.args.BalancerARNSuffix}
}

func (b *builder) alarm(role string, minutes int, args *cloudwatch.MetricAlarmArgs) error {
	args.Period, args.EvaluationPeriods = pulumi.Int(aMinute), pulumi.Int(minutes)
	args.AlarmActions = pulumi.Array{b.args.AlarmTopicARN}
	args.OkActions = pulumi.Array{b.args.AlarmTopicARN}
	args.Tags = b.Tags(role)
	_, err := cloudwatch.NewMetricAlarm(b.Context(), b.Child(role), args,
		b.Options(pulumi.DependsOn([]pulumi.Resource{b.made}))...)
	return err
}
