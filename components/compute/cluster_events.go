package compute

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/naming"
)

// failures are what Auto Scaling says when hosts do not start, or when a roll did not come to its end: nobody waits
// for either (Auto Scaling user guide, "EventBridge event reference").
var failures = []string{
	"EC2 Instance Launch Unsuccessful",
	"EC2 Auto Scaling Instance Refresh Failed",
	"EC2 Auto Scaling Instance Refresh Cancelled",
	"EC2 Auto Scaling Instance Refresh Rollback Failed",
}

// eventPattern selects events of EventBridge.
type eventPattern struct {
	Source     []string            `json:"source"`
	DetailType []string            `json:"detail-type"`
	Detail     map[string][]string `json:"detail"`
}

// events sends the group's failures to the topic. The group could also do so by itself, but not to a topic that is
// encrypted with a key that its role has no part in.
func (b *clusterBuilder) events() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	rule, err := cloudwatch.NewEventRule(b.Context(), b.Child("failures"), &cloudwatch.EventRuleArgs{
		Name:         b.Physical(naming.EventRule, "failures"),
		Description:  pulumi.String("hosts that do not start, and rolls that fail"),
		EventPattern: pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(b.scaling.Name, failuresOf)),
		Tags:         b.Tags("failures"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(b.Context(), b.Child("failures"), &cloudwatch.EventTargetArgs{
		Rule:     rule.Name,
		TargetId: pulumi.String("operations"),
		Arn:      b.args.AlarmTopicARN,
	}, b.Options()...)
	return err
}

// failuresOf is the pattern of one group's failures.
func failuresOf(group string) (string, error) {
	text, err := json.Marshal(eventPattern{
		Source: []string{"aws.autoscaling"}, DetailType: failures,
		Detail: map[string][]string{"AutoScalingGroupName": {group}},
	})
	return string(text), err
}
