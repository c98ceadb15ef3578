package ingress

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	minute = 60
	day    = 24 * 60 * minute
	// balancerErrors in five minutes: below it a single client's retry storm would wake somebody.
	balancerErrors = 10
	// certificateDays is half of the 60 days in which ACM tries to renew: by then it has failed for a month.
	certificateDays = 30
)

// alarms watches what the balancer itself does wrong. What its targets do wrong is their services' to watch.
func (b *builder) alarms() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	balancer := pulumi.StringMap{"LoadBalancer": b.balancer.ArnSuffix}
	if err := b.alarm("errors", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("the balancer itself answers 5xx: no healthy target, or one that hangs up"),
		Namespace:        pulumi.String("AWS/ApplicationELB"), MetricName: pulumi.String("HTTPCode_ELB_5XX_Count"),
		Dimensions: balancer, Statistic: pulumi.String("Sum"), Period: pulumi.Int(5 * minute),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(balancerErrors),
		TreatMissingData: pulumi.String("notBreaching"),
	}); err != nil {
		return err
	}
	if err := b.alarm("rejected", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("the balancer refused connections: it is at its limit"),
		Namespace:        pulumi.String("AWS/ApplicationELB"), MetricName: pulumi.String("RejectedConnectionCount"),
		Dimensions: balancer, Statistic: pulumi.String("Sum"), Period: pulumi.Int(5 * minute),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(0),
		TreatMissingData: pulumi.String("notBreaching"),
	}); err != nil {
		return err
	}
	return b.certificateAlarm()
}

// certificateAlarm says in time that a certificate is not being renewed.
func (b *builder) certificateAlarm() error {
	if b.certificateARN == nil {
		return nil
	}
	watched := b.certificateARN
	if b.madeARN != nil {
		watched = b.madeARN
	}
	return b.alarm("certificate", &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String("the certificate runs out in less than 30 days and was not renewed"),
		Namespace:        pulumi.String("AWS/CertificateManager"), MetricName: pulumi.String("DaysToExpiry"),
		Dimensions: pulumi.StringMap{"CertificateArn": watched},
		Statistic:  pulumi.String("Minimum"), Period: pulumi.Int(day),
		ComparisonOperator: pulumi.String("LessThanThreshold"), Threshold: pulumi.Float64(certificateDays),
		TreatMissingData: pulumi.String("notBreaching"),
	})
}

func (b *builder) alarm(role string, args *cloudwatch.MetricAlarmArgs) error {
	args.EvaluationPeriods = pulumi.Int(1)
	args.AlarmActions = pulumi.Array{b.args.AlarmTopicARN}
	args.OkActions = pulumi.Array{b.args.AlarmTopicARN}
	args.Tags = b.Tags(role)
	_, err := cloudwatch.NewMetricAlarm(b.Context(), b.Child(role), args, b.Options()...)
	return err
}
