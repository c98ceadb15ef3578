package compute

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	aMinute = 60
	// clusterAlarmMinutes is longer than a host takes to start, and than a deployment keeps two sets of tasks.
	clusterAlarmMinutes = 15
	// fullPercent of what the hosts may grow to leaves little for the next deployment.
	fullPercent = 90
)

// alarms says when there is no more room, or soon will not be.
func (b *clusterBuilder) alarms() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	for _, step := range []func() error{b.waitingAlarm, b.maximumAlarm} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := b.reservationAlarm("cpu", "CPUReservation"); err != nil {
		return err
	}
	return b.reservationAlarm("memory", "MemoryReservation")
}

// waitingAlarm tells of tasks that found no host: the group is at its maximum, or EC2 has none to give.
func (b *clusterBuilder) waitingAlarm() error {
	return b.alarm("waiting", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("tasks wait for a host that does not come: raise the most hosts, or allow " +
			"more instance types"),
		Namespace: pulumi.String("AWS/ECS/ManagedScaling"), MetricName: pulumi.String("CapacityProviderReservation"),
		Dimensions: pulumi.StringMap{"ClusterName": b.made.Name, "CapacityProviderName": b.provider.Name},
		Statistic:  pulumi.String("Average"), Period: pulumi.Int(aMinute),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(percent),
	})
}

// maximumAlarm tells of a group that cannot grow, unless it never was to.
func (b *clusterBuilder) maximumAlarm() error {
	if b.args.MinHosts == b.args.MaxHosts {
		return nil
	}
	return b.alarm("maximum", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String(fmt.Sprintf("all %d hosts that there may be are running: no more tasks fit "+
			"than these hold", b.args.MaxHosts)),
		Namespace: pulumi.String("AWS/AutoScaling"), MetricName: pulumi.String("GroupInServiceInstances"),
		Dimensions: pulumi.StringMap{"AutoScalingGroupName": b.scaling.Name},
		Statistic:  pulumi.String("Minimum"), Period: pulumi.Int(aMinute),
		ComparisonOperator: pulumi.String("GreaterThanOrEqualToThreshold"),
		Threshold:          pulumi.Float64(b.args.MaxHosts),
	})
}

// reservationAlarm compares what tasks reserve with what the hosts may grow to. Compared with the hosts of the
// moment it would always ring: the group is kept as small as its tasks allow.
func (b *clusterBuilder) reservationAlarm(role, metric string) error {
	return b.alarm(role, &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String(fmt.Sprintf("tasks reserve more than %d%% of the %s that %d hosts have: "+
			"little is left for the next deployment", fullPercent, role, b.args.MaxHosts)),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(fullPercent),
		MetricQueries: cloudwatch.MetricAlarmMetricQueryArray{
			cloudwatch.MetricAlarmMetricQueryArgs{
				Id: pulumi.String("share"), Label: pulumi.String("reserved, in % of the most hosts"),
				Expression: pulumi.String(fmt.Sprintf("reserved * hosts / %d", b.args.MaxHosts)),
				ReturnData: pulumi.Bool(true),
			},
			query("reserved", "AWS/ECS", metric, pulumi.StringMap{"ClusterName": b.made.Name}),
			query("hosts", "AWS/AutoScaling", "GroupInServiceInstances",
				pulumi.StringMap{"AutoScalingGroupName": b.scaling.Name}),
		},
	})
}

func query(id, namespace, metric string, dimensions pulumi.StringMap) cloudwatch.MetricAlarmMetricQueryArgs {
	return cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String(id), ReturnData: pulumi.Bool(false),
		Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
			Namespace: pulumi.String(namespace), MetricName: pulumi.String(metric),
			Dimensions: dimensions, Stat: pulumi.String("Average"), Period: pulumi.Int(aMinute),
		},
	}
}

func (b *clusterBuilder) alarm(role string, args *cloudwatch.MetricAlarmArgs) error {
	args.EvaluationPeriods = pulumi.Int(clusterAlarmMinutes)
	args.TreatMissingData = pulumi.String("notBreaching")
	args.AlarmActions = pulumi.Array{b.args.AlarmTopicARN}
	args.OkActions = pulumi.Array{b.args.AlarmTopicARN}
	args.Tags = b.Tags(role)
	_, err := cloudwatch.NewMetricAlarm(b.Context(), b.Child(role), args, b.Options()...)
	return err
}
