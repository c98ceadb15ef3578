package couchdb

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/couchdb/internal/dbhost"
	"github.com/riglet/riglet/internal/netplan"
)

const (
	minute = 60
	// lateSeconds is a day and two hours: the next backup should be there by then.
	lateSeconds = 26 * 60 * minute
	// fullPercent leaves the room that compacting takes while somebody makes the volume larger.
	fullPercent     = 80
	rootFullPercent = 85
	memoryPercent   = 90
	// reports is how many of the host's reports must say so, one every five minutes.
	reports = 3

	above = "GreaterThanThreshold"
	below = "LessThanThreshold"
	// What a missing report means: that the host is in trouble, nothing, or what the last one said.
	breaching, notBreaching, ignore = "breaching", "notBreaching", "ignore"
)

// alarm is one CloudWatch alarm.
type alarm struct {
	role, description string
	metric            string
	comparison        string
	threshold         float64
	missing           string
	// heal is what EC2 does to the instance, such as "recover". Left out: the alarm is about the host's own metrics.
	heal    string
	periods int
}

// alarms watches the host and heals it. Where there is no topic, nobody is told.
func (b *builder) alarms() error {
	for _, one := range b.healing() {
		if err := b.alarm(one); err != nil {
			return err
		}
	}
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	for _, one := range watching() {
		if err := b.alarm(one); err != nil {
			return err
		}
	}
	return nil
}

// healing are the alarms that EC2 acts upon. The two wait for different times, so that they do not race (EC2 user
// guide, "Create alarms that stop, terminate, reboot, or recover an EC2 instance").
func (b *builder) healing() []alarm {
	return []alarm{
		{
			role: "recover", description: "the machine under the CouchDB host failed: EC2 moves the host to another one",
			metric: "StatusCheckFailed_System", comparison: above, missing: notBreaching, heal: "recover", periods: 2,
		},
		{
			role: "reboot", description: "the CouchDB host itself is unwell: EC2 reboots it",
			metric: "StatusCheckFailed_Instance", comparison: above, missing: notBreaching, heal: "reboot", periods: 3,
		},
	}
}

// watching are the alarms on what the host reports.
func watching() []alarm {
	return []alarm{
		{
			role: "backup-late", description: "the newest CouchDB backup is more than 26 hours old, or nothing is known of it",
			metric: dbhost.MetricBackupAge, comparison: above, threshold: lateSeconds, missing: breaching,
		},
		{
			role: "down", description: "CouchDB does not answer, or its host reports nothing",
			metric: dbhost.MetricHealthy, comparison: below, threshold: 1, missing: breaching,
		},
		{
			role: "disk", description: "the data volume of CouchDB is more than 80 percent full: raise volumeGiB",
			metric: dbhost.MetricDiskUsed, comparison: above, threshold: fullPercent, missing: ignore,
		},
		{
			role: "disk-root", description: "the root volume of the CouchDB host is more than 85 percent full",
			metric: dbhost.MetricRootDiskUsed, comparison: above, threshold: rootFullPercent, missing: ignore,
		},
		{
			role: "memory", description: "the CouchDB host is short of memory: give it a larger instanceType",
			metric: dbhost.MetricMemoryUsed, comparison: above, threshold: memoryPercent, missing: ignore,
		},
	}
}

func (b *builder) alarm(a alarm) error {
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(a.description),
		MetricName:         pulumi.String(a.metric),
		Statistic:          pulumi.String(statistics[a.comparison]),
		ComparisonOperator: pulumi.String(a.comparison),
		Threshold:          pulumi.Float64(a.threshold),
		TreatMissingData:   pulumi.String(a.missing),
		Tags:               b.Tags(a.role),
	}
	actions, okActions := pulumi.Array{}, pulumi.Array{}
	if b.args.AlarmTopicARN != nil {
		actions, okActions = append(actions, b.args.AlarmTopicARN), append(okActions, b.args.AlarmTopicARN)
	}
	if a.heal != "" {
		actions = append(actions, pulumi.String("arn:aws:automate:"+netplan.Region(b.args.Zone)+":ec2:"+a.heal))
		args.Namespace, args.Dimensions = pulumi.String("AWS/EC2"), pulumi.StringMap{"InstanceId": b.server.ID()}
		args.Period, args.EvaluationPeriods = pulumi.Int(minute), pulumi.Int(a.periods)
	} else {
		args.Namespace = pulumi.String(b.metricNamespace())
		args.Dimensions = pulumi.StringMap{dbhost.MetricDimension: b.data.ID()}
		args.Period, args.EvaluationPeriods = pulumi.Int(dbhost.MetricPeriodSeconds), pulumi.Int(reports)
	}
	args.AlarmActions, args.OkActions = actions, okActions
	_, err := cloudwatch.NewMetricAlarm(b.Context(), b.Child(a.role), args, b.Options()...)
	return err
}

// statistics are the worst value within a period, by which side of the threshold is bad.
var statistics = map[string]string{above: "Maximum", below: "Minimum"}
