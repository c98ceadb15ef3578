package catalog

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var (
	logGroupName = regexp.MustCompile(`^[A-Za-z0-9_\-/.#]{1,512}$`)
	ruleName     = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)
	schedule     = regexp.MustCompile(`^(rate\(\d+ (minutes?|hours?|days?)\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\))$`)
	anyARN       = regexp.MustCompile(`^arn:aws:`)
)

// The retentions that CloudWatch Logs offers. 0 is for ever.
var retentions = []float64{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

var watching = []model.Kind{
	{
		Token: tokenLogGroup, Args: cloudwatch.LogGroupArgs{}, State: cloudwatch.LogGroup{},
		ID: "{name}", ARN: "arn:aws:logs:{region}:{account}:log-group:{name}",
		Name:    &model.Naming{Property: "name", Max: 512, By: "namePrefix"},
		Replace: []string{"logGroupClass", "name", "namePrefix"},
		Refs:    []model.Ref{{Path: "kmsKeyId", To: tokenKey, By: "arn", Loose: true, Outside: anyKey}},
		Keys: []model.Key{{
			Of: "{name}", Error: "ResourceAlreadyExistsException: The specified log group already exists: {name}",
		}},
		Outputs: map[string]any{"logGroupClass": "STANDARD"},
		Missing: "ResourceNotFoundException: The specified log group does not exist: {value}",
		Rules: []model.Rule{
			pattern("name", "1 to 512 letters, digits and _-/.#", logGroupName), noPrefix("name", "aws/"),
			oneOfNumbers("retentionInDays", retentions...),
			oneOf("logGroupClass", "STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
		},
	},
	{
		Token: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
		Args:  cloudwatch.LogMetricFilterArgs{}, State: cloudwatch.LogMetricFilter{},
		ID: "{name}", Name: &model.Naming{Property: "name", Max: 512},
		Replace: []string{"logGroupName", "name"},
		Refs:    []model.Ref{{Path: "logGroupName", To: tokenLogGroup, Loose: true}},
		Keys:    []model.Key{{Of: "{logGroupName}|{name}", Error: upsert("metric filter {name} of {logGroupName}")}},
		Rules:   []model.Rule{length("pattern", 0, 1024), length("name", 1, 512)},
	},
	{
		Token: "aws:cloudwatch/metricAlarm:MetricAlarm",
		Args:  cloudwatch.MetricAlarmArgs{}, State: cloudwatch.MetricAlarm{},
		ID: "{name}", ARN: "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
		Name:    &model.Naming{Property: "name", Max: 255},
		Replace: []string{"name"},
		Sets:    []string{"alarmActions", "okActions", "insufficientDataActions", "metricQueries"},
		Refs: []model.Ref{
			topicAction("alarmActions[]"), topicAction("okActions[]"), topicAction("insufficientDataActions[]"),
		},
		Keys:    []model.Key{{Of: "{name}", Error: upsert("alarm {name}")}},
		Outputs: map[string]any{"actionsEnabled": true, "treatMissingData": "missing"},
		Rules:   alarmRules(),
	},
	{
		Token: tokenEventRule, Args: cloudwatch.EventRuleArgs{}, State: cloudwatch.EventRule{},
		ID: "{name}", ARN: "arn:aws:events:{region}:{account}:rule/{name}",
		Name:    &model.Naming{Property: "name", Max: 64, By: "namePrefix"},
		Replace: []string{"eventBusName", "name", "namePrefix"},
		JSON:    []string{"eventPattern"},
		Keys:    []model.Key{{Of: "{name}", Error: upsert("rule {name}")}},
		Outputs: map[string]any{"eventBusName": "default", "state": "ENABLED"},
		Missing: "ResourceNotFoundException: Rule {value} does not exist on EventBus default.",
		Busy:    "ValidationException: Rule can't be deleted since it has targets.",
		Rules: []model.Rule{
			pattern("name", "1 to 64 letters, digits and ._-", ruleName), someOf("eventPattern", "scheduleExpression"),
			pattern("scheduleExpression", "rate(5 minutes) or cron(0 4 * * ? *)", schedule),
			isObject("eventPattern"),
			oneOf("state", "ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
		},
	},
	{
		Token: "aws:cloudwatch/eventTarget:EventTarget",
		Args:  cloudwatch.EventTargetArgs{}, State: cloudwatch.EventTarget{},
		ID: "{rule}-{targetId}", Identify: targetID,
		Replace: []string{"eventBusName", "rule", "targetId"},
		Refs: []model.Ref{
			{Path: "rule", To: tokenEventRule},
			topicAction("arn"),
			{Path: "roleArn", To: tokenRole, By: "arn", Loose: true},
		},
		Keys: []model.Key{{Of: "{rule}|{targetId}", Error: upsert("target {targetId} of rule {rule}")}},
		Rules: []model.Rule{
			pattern("arn", "an ARN", anyARN), atMostOne("input", "inputPath", "inputTransformer"),
			pattern("targetId", "1 to 64 letters, digits and ._-", ruleName),
		},
		Admit: admits(perParent("rule", tokenEventRule, 5, "LimitExceededException", "targets of the rule")),
		Fill:  func(s *model.Scene) { s.Default("targetId", s.Expand("terraform-{num26}")) },
	},
}

// upsert is the refusal where AWS would overwrite: two resources of one name
// take turns at it, without anybody noticing.
func upsert(what string) string {
	return "ResourceAlreadyExists: " + what + " already exists, and AWS would overwrite it"
}

func targetID(s *model.Scene) string {
	if s.In("targetId") == "" {
		return s.Expand("{rule}-terraform-{num26}")
	}
	return s.Expand("{rule}-{targetId}")
}

// topicAction checks actions that are topics. Other ARNs are AWS's own.
func topicAction(path string) model.Ref {
	return model.Ref{
		Path: path, To: tokenTopic, Loose: true,
		Outside: regexp.MustCompile(`^arn:aws:`),
		Missing: "ValidationError: Invalid action {value}: the topic does not exist",
	}
}

// isObject wants a JSON object.
func isObject(path string) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			if !strings.HasPrefix(strings.TrimSpace(v), "{") || !isJSON(v) {
				c.Fault(path, "want a JSON object, got %q", v)
			}
		}
	}
}

// someOf wants at least one of several inputs.
func someOf(names ...string) model.Rule {
	return func(c *model.Check) {
		if countGiven(c, names) == 0 {
			c.Fault(names[0], "want %s", strings.Join(names, " or "))
		}
	}
}
