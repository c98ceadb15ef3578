package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// TokenScalingGroup is the type of Auto Scaling groups, which the Auto Scaling API describes.
const TokenScalingGroup = tokenScalingGroup

// GroupTemplate is what a group says of its launch template, under the name that it has in a mixed policy or without.
func GroupTemplate(group *model.Object, mixed, plain string) string {
	if value := group.Out(mixedTemplate + mixed); value != "" {
		return value
	}
	return group.Out("launchTemplate." + plain)
}

// GroupVersionPaths are where a group names the version of its launch template.
func GroupVersionPaths() []string {
	return []string{mixedTemplate + "version", "launchTemplate.version"}
}

var recurrence = regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+$`)

// groupSchedules are sizes that a group gets at certain times.
var groupSchedules = []model.Kind{{
	Token: "aws:autoscaling/schedule:Schedule", Args: autoscaling.ScheduleArgs{}, State: autoscaling.Schedule{},
	ID: "{autoscalingGroupName}/{scheduledActionName}",
	ARN: "arn:aws:autoscaling:{region}:{account}:scheduledUpdateGroupAction:{uuid}:" +
		"autoScalingGroupName/{autoscalingGroupName}:scheduledActionName/{scheduledActionName}",
	Replace: []string{"autoscalingGroupName", "scheduledActionName"},
	Refs:    []model.Ref{{Path: "autoscalingGroupName", To: tokenScalingGroup, Loose: true}},
	Keys: []model.Key{{
		Of:    "{autoscalingGroupName}|{scheduledActionName}",
		Error: upsert("scheduled action {scheduledActionName} of {autoscalingGroupName}"),
	}},
	Rules: []model.Rule{
		length("scheduledActionName", 1, 255), someOf("recurrence", "startTime"), scheduledSizes,
		pattern("recurrence", "five fields of cron such as 0 8 * * MON-FRI", recurrence),
		someOf("minSize", "maxSize", "desiredCapacity"),
	},
}}

// scheduledSizes are in order. -1 leaves a size as it is.
func scheduledSizes(c *model.Check) {
	low, hasLow := scheduledSize(c, "minSize")
	high, hasHigh := scheduledSize(c, "maxSize")
	want, hasWant := scheduledSize(c, "desiredCapacity")
	switch {
	case hasLow && hasHigh && low > high:
		c.Fault("minSize", "want minSize <= maxSize, got %v and %v", low, high)
	case hasWant && (hasLow && want < low || hasHigh && want > high):
		c.Fault("desiredCapacity", "want it between minSize and maxSize, got %v", want)
	}
}

func scheduledSize(c *model.Check, path string) (float64, bool) {
	n, ok := model.Num(c.Props, path)
	return n, ok && n >= 0
}
