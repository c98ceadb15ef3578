package compute

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/taskdef"
)

const (
	balancerMetrics = "AWS/ApplicationELB"
	taskErrors      = "HTTPCode_Target_5XX_Count"

	serviceMinute = 60
	// noTargetMinutes is longer than a balancer needs to find a target healthy.
	noTargetMinutes = 3
	// errorPercent of the answers in five minutes, of which there are fewRequests at least: one failed request of two
	// would wake somebody at night.
	errorPercent = 5
	errorMinutes = 5
	fewRequests  = 20
	// usedPercent for a quarter of an hour is more than a deployment's start.
	usedPercent = 90
	usedMinutes = 15
	// maxEventRule is the limit of a rule's name.
	maxEventRule = 64
)

// deploymentEvents are those of one service's failed deployments, in the words of EventBridge.
type deploymentEvents struct {
	Source     []string            `json:"source"`
	DetailType []string            `json:"detail-type"`
	Resources  []string            `json:"resources"`
	Detail     map[string][]string `json:"detail"`
}

// deploymentAlarm tells of deployments that fail. It comes before the service: the first deployment may fail, too.
func (b *serviceBuilder) deploymentAlarm() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	pattern := pulumix.Apply2Err(b.args.ClusterARN.ToStringOutput(), b.args.ClusterName.ToStringOutput(),
		func(arn, cluster string) (string, error) {
			at, err := taskdef.PlaceOf(arn)
			if err != nil {
				return "", err
			}
			text, err := json.Marshal(deploymentEvents{
				Source: []string{"aws.ecs"}, DetailType: []string{"ECS Deployment State Change"},
				Resources: []string{at.ARN("ecs", "service/"+cluster+"/"+b.called)},
				Detail:    map[string][]string{"eventName": {"SERVICE_DEPLOYMENT_FAILED"}},
			})
			return string(text), err
		})
	rule, err := cloudwatch.NewEventRule(b.Context(), b.Child("deployments"), &cloudwatch.EventRuleArgs{
		Name:         pulumi.String(naming.Cut(naming.Join(b.called, "deployments"), maxEventRule)),
		Description:  pulumi.String("deployments that fail"),
		EventPattern: pulumix.Cast[pulumi.StringOutput](pattern), Tags: b.Tags("deployments"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	told, err := cloudwatch.NewEventTarget(b.Context(), b.Child("deployments"), &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("topic"), Arn: b.args.AlarmTopicARN,
		InputTransformer: cloudwatch.EventTargetInputTransformerArgs{
			InputPaths:    pulumi.StringMap{"reason": pulumi.String("$.detail.reason")},
			InputTemplate: pulumi.String(fmt.Sprintf("%q", "deployment of "+b.called+" failed: <reason>")),
		},
	}, b.Options()...)
	b.before = append(b.before, told)
	return err
}

// alarms watch the tasks. They come after the service: before it there is no target to be healthy.
func (b *serviceBuilder) alarms() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	for _, role := range []struct{ role, metric, what string }{
		{"cpu", "CPUUtilization", "the CPU that they reserve"},
		{"memory", "MemoryUtilization", "the memory that they may have: beyond it they are killed"},
	} {
		if err := b.usedAlarm(role.role, role.metric, role.what); err != nil {
			return err
		}
	}
	if b.target == nil {
		return nil
	}
	if err := b.noTargetAlarm(); err != nil {
		return err
	}
	return b.errorAlarm()
}

func (b *serviceBuilder) usedAlarm(role, metric, what string) error {
	return b.alarm(role, &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("tasks use more than 90 % of " + what),
		Namespace:        pulumi.String("AWS/ECS"), MetricName: pulumi.String(metric),
		Dimensions: pulumi.StringMap{"ClusterName": b.args.ClusterName, "ServiceName": b.made.Name},
		Statistic:  pulumi.String("Average"), Period: pulumi.Int(serviceMinute),
		EvaluationPeriods:  pulumi.Int(usedMinutes),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(usedPercent),
		TreatMissingData: pulumi.String("notBreaching"),
	})
}

// noTargetAlarm takes no data for no target: a balancer says nothing of a group that is empty.
func (b *serviceBuilder) noTargetAlarm() error {
	return b.alarm("targets", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("no task is healthy: nobody is served"),
		Namespace:        pulumi.String(balancerMetrics), MetricName: pulumi.String("HealthyHostCount"),
		Dimensions: b.targetDimensions(),
		Statistic:  pulumi.String("Maximum"), Period: pulumi.Int(serviceMinute),
		EvaluationPeriods:  pulumi.Int(noTargetMinutes),
		ComparisonOperator: pulumi.String("LessThanThreshold"), Threshold: pulumi.Float64(1),
		TreatMissingData: pulumi.String("breaching"),
	})
}

// errorAlarm compares with what was asked, so that it means the same by day and by night.
func (b *serviceBuilder) errorAlarm() error {
	return b.alarm("errors", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("tasks answer more than 5 % of the requests with 5xx"),
		MetricQueries: cloudwatch.MetricAlarmMetricQueryArray{
			cloudwatch.MetricAlarmMetricQueryArgs{
				Id: pulumi.String("share"), Label: pulumi.String("5xx answers in percent"), ReturnData: pulumi.Bool(true),
				Expression: pulumi.String(fmt.Sprintf(
					"IF(requests >= %d, 100 * FILL(errors, 0) / requests, 0)", fewRequests)),
			},
			b.counted("errors", taskErrors), b.counted("requests", "RequestCount"),
		},
		EvaluationPeriods:  pulumi.Int(1),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(errorPercent),
		TreatMissingData: pulumi.String("notBreaching"),
	})
}

func (b *serviceBuilder) counted(id, metric string) cloudwatch.MetricAlarmMetricQueryArgs {
	return cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String(id), ReturnData: pulumi.Bool(false),
		Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
			Namespace: pulumi.String(balancerMetrics), MetricName: pulumi.String(metric),
			Dimensions: b.targetDimensions(), Stat: pulumi.String("Sum"),
			Period: pulumi.Int(errorMinutes * serviceMinute),
		},
	}
}

func (b *serviceBuilder) targetDimensions() pulumi.StringMap {
	return pulumi.StringMap{"TargetGroup": b.target.ArnSuffix, "LoadBalancer": b.args.BalancerARNSuffix}
}

func (b *serviceBuilder) alarm(role string, args *cloudwatch.MetricAlarmArgs) error {
	args.AlarmActions = pulumi.Array{b.args.AlarmTopicARN}
	args.OkActions = pulumi.Array{b.args.AlarmTopicARN}
	args.Tags = b.Tags(role)
	_, err := cloudwatch.NewMetricAlarm(b.Context(), b.Child(role), args,
		b.Options(pulumi.DependsOn([]pulumi.Resource{b.made}))...)
	return err
}
