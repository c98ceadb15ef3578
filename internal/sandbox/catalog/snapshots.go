package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dlm"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	maxSnapshotText  = 500
	maxSnapshotCount = 1000
	maxSchedules     = 4
)

var (
	snapshotText = regexp.MustCompile(`^[0-9A-Za-z _-]+$`)
	snapshotTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

const snapshotSchedules = "policyDetails.schedules"

var snapshots = []model.Kind{{
	Token: "aws:dlm/lifecyclePolicy:LifecyclePolicy", Args: dlm.LifecyclePolicyArgs{}, State: dlm.LifecyclePolicy{},
	ID: "policy-0{hex16}", ARN: "arn:aws:dlm:{region}:{account}:policy/{id}",
	Sets:    []string{"policyDetails.resourceTypes"},
	Refs:    []model.Ref{{Path: "executionRoleArn", To: tokenRole, By: "arn", Loose: true}},
	Outputs: map[string]any{"state": "ENABLED"},
	Missing: "ResourceNotFoundException: The policy {value} does not exist",
	Rules: []model.Rule{
		pattern("description", "letters, digits, blanks, _ and -", snapshotText),
		length("description", 1, maxSnapshotText), oneOf("state", "ENABLED", "DISABLED"),
		oneOf("policyDetails.resourceTypes[]", "VOLUME", "INSTANCE"),
		pattern(snapshotSchedules+"[].createRule.times", "a time such as 03:00", snapshotTime),
		oneOfNumbers(snapshotSchedules+"[].createRule.interval", 1, 2, 3, 4, 6, 8, 12, 24),
		oneOf(snapshotSchedules+"[].createRule.intervalUnit", "HOURS"),
		between(snapshotSchedules+"[].retainRule.count", 1, maxSnapshotCount), snapshotTargets,
	},
	Admit: admits(snapshotTrust),
}}

// snapshotTargets wants what a policy of snapshots cannot do without.
func snapshotTargets(c *model.Check) {
	if kind := model.Str(c.Props, "policyDetails.policyType"); kind != "" && kind != "EBS_SNAPSHOT_MANAGEMENT" {
		return
	}
	for _, name := range []string{"resourceTypes", "targetTags", "schedules"} {
		if !model.Has(c.Props, "policyDetails."+name) {
			c.Fault("policyDetails."+name, "want it for a policy of snapshots")
		}
	}
	if n := len(model.Values(c.Props, "policyDetails.schedules[]")); n > maxSchedules {
		c.Fault("policyDetails.schedules", "want %d at most, got %d", maxSchedules, n)
	}
}

// snapshotTrust wants a role that the service may take.
func snapshotTrust(s *model.Scene) error {
	role := s.World.Find(tokenRole, "arn", s.In("executionRoleArn"))
	if role == nil {
		return nil // the reference was checked
	}
	doc, err := parsePolicy(role.Out("assumeRolePolicy"))
	if err != nil {
		return nil // checked with the role
	}
	for _, st := range doc.Statement {
		if named, ok := st.Principal.(map[string]any); ok && matches(named["Service"], "dlm.amazonaws.com") {
			return nil
		}
	}
	return model.Refuse("InvalidRequestException",
		"The role %s cannot be assumed by Amazon Data Lifecycle Manager", role.Out("arn"))
}
