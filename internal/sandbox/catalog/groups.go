package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	maxRulesPerGroup = 60
	maxGroups        = 2500
)

var (
	groupText     = regexp.MustCompile(`^[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*$`)
	groupTextWant = "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
)

var groups = []model.Kind{
	{
		Token: tokenGroup, Args: ec2.SecurityGroupArgs{}, State: ec2.SecurityGroup{},
		ID: "sg-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:security-group/{id}",
		Name:    &model.Naming{Property: "name", Max: 255, By: "namePrefix"},
		Replace: []string{"description", "name", "namePrefix", "vpcId"},
		Sets:    inlineSets,
		Refs: append([]model.Ref{{Path: "vpcId", To: tokenVpc}},
			inlineRefs...),
		Keys: []model.Key{{
			Of:    "{vpcId}|{name}",
			Error: "InvalidGroup.Duplicate: The security group '{name}' already exists for VPC '{vpcId}'",
		}},
		Outputs: map[string]any{"ownerId": "{account}", "description": "Managed by Pulumi"},
		Missing: "InvalidGroup.NotFound: The security group '{value}' does not exist",
		Busy:    "DependencyViolation: resource {id} has a dependent object",
		Rules: append([]model.Rule{
			length("name", 1, 255), length("description", 1, 255),
			noPrefix("name", "sg-"),
			pattern("name", groupTextWant, groupText), pattern("description", groupTextWant, groupText),
		}, inlineRules("ingress", "egress")...),
		Admit: admits(inlineQuota, quota(maxGroups, "SecurityGroupLimitExceeded",
			"The maximum number of security groups has been reached.")),
		Release: admits(groupOfScaling),
	},
	{
		Token: tokenDefaultGroup, Args: ec2.DefaultSecurityGroupArgs{}, State: ec2.DefaultSecurityGroup{},
		Identify: adoptedGroup,
		ARN:      "arn:aws:ec2:{region}:{account}:security-group/{id}",
		Replace:  []string{"vpcId"},
		Sets:     inlineSets,
		Refs:     append([]model.Ref{{Path: "vpcId", To: tokenVpc, Loose: true}}, inlineRefs...),
		As:       []string{tokenGroup},
		Kept:     true,
		Outputs: map[string]any{
			"ownerId": "{account}", "name": "default", "description": "default VPC security group",
		},
		Required: []string{"vpcId"},
		Rules:    inlineRules("ingress", "egress"),
		Admit:    admits(inlineQuota),
	},
	groupRule(tokenIngressRule, vpc.SecurityGroupIngressRuleArgs{}, vpc.SecurityGroupIngressRule{}),
	groupRule(tokenEgressRule, vpc.SecurityGroupEgressRuleArgs{}, vpc.SecurityGroupEgressRule{}),
}

var inlineSets = []string{
	"ingress", "egress", "ingress.cidrBlocks", "egress.cidrBlocks",
	"ingress.securityGroups", "egress.securityGroups",
}

// Rules inside a group reference other groups, and hold them.
var inlineRefs = []model.Ref{
	{Path: "ingress[].securityGroups[]", To: tokenGroup},
	{Path: "egress[].securityGroups[]", To: tokenGroup},
}

func inlineRules(lists ...string) []model.Rule {
	var rules []model.Rule
	for _, list := range lists {
		rules = append(rules,
			cidr(list+"[].cidrBlocks[]", 0, 32),
			between(list+"[].fromPort", -1, 65535), between(list+"[].toPort", -1, 65535),
			pattern(list+"[].description", groupTextWant, groupText),
		)
	}
	return rules
}

func groupRule(token string, args, state any) model.Kind {
	return model.Kind{
		Token: token, Args: args, State: state,
		ID: "sgr-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:security-group-rule/{id}",
		Replace: []string{"securityGroupId"},
		ReplaceIf: conditions{
			// A rule keeps its kind of peer for life.
			"cidrIpv4":                  addedOrRemoved("cidrIpv4"),
			"cidrIpv6":                  addedOrRemoved("cidrIpv6"),
			"prefixListId":              addedOrRemoved("prefixListId"),
			"referencedSecurityGroupId": addedOrRemoved("referencedSecurityGroupId"),
		},
		Refs: []model.Ref{
			{Path: "securityGroupId", To: tokenGroup, Loose: true},
			{Path: "referencedSecurityGroupId", To: tokenGroup},
		},
		Keys: []model.Key{{
			Make: rulePermission, Describe: describeRule,
			Error: `InvalidPermission.Duplicate: the specified rule "{key}" already exists`,
		}},
		Outputs: map[string]any{"securityGroupRuleId": "{id}"},
		Rules: []model.Rule{
			exactlyOne("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"),
			cidr("cidrIpv4", 0, 32), rulePorts, length("description", 0, 255),
			pattern("description", groupTextWant, groupText),
		},
		Admit: admits(ruleQuota),
	}
}

// rulePermission is what makes two rules of a group the same.
func rulePermission(in resource.PropertyMap) string {
	return model.Str(in, "securityGroupId") + "|" + describeRule(in)
}

func describeRule(in resource.PropertyMap) string {
	protocol := strings.ToUpper(model.Str(in, "ipProtocol"))
	peer := model.Str(in, "cidrIpv4") + model.Str(in, "cidrIpv6") + model.Str(in, "prefixListId") +
		model.Str(in, "referencedSecurityGroupId")
	if protocol == "-1" {
		return fmt.Sprintf("peer: %s, ALL, ALLOW", peer)
	}
	return fmt.Sprintf("peer: %s, %s, from port: %d, to port: %d, ALLOW",
		peer, protocol, model.Int(in, "fromPort", -1), model.Int(in, "toPort", -1))
}

// adoptedGroup is the group that its VPC came with.
func adoptedGroup(s *model.Scene) string {
	if vpc := s.Target(tokenVpc, "vpcId"); vpc != nil {
		return vpc.Out("defaultSecurityGroupId")
	}
	return ""
}

// ruleQuota counts IPv4 and IPv6 rules apart, as AWS does, and rules that name
// a group with both.
func ruleQuota(s *model.Scene) error {
	group := s.In("securityGroupId")
	v6 := s.In("cidrIpv6") != ""
	n := inlineCount(s.World.Find(tokenGroup, "", group), s.Object.Token)
	for _, other := range s.World.UsersOf(tokenGroup, group, s.Object.Token) {
		counts := other.ID != s.Object.ID && other.In("securityGroupId") == group
		if counts && (other.In("cidrIpv6") != "") == v6 {
			n++
		}
	}
	if n < maxRulesPerGroup {
		return nil
	}
	return tooManyRules(group)
}

func tooManyRules(group string) error {
	return model.Refuse("RulesPerSecurityGroupLimitExceeded",
		"The maximum number of rules per security group (%d) has been reached: %s", maxRulesPerGroup, group)
}

func inlineCount(group *model.Object, token string) int {
	if group == nil || group.Token == tokenVpc {
		return 0
	}
	list := "ingress"
	if token == tokenEgressRule {
		list = "egress"
	}
	n := 0
	for _, rule := range model.Objects(group.Inputs, list+"[]") {
		n += len(model.Values(rule, "cidrBlocks[]")) + len(model.Values(rule, "securityGroups[]")) +
			len(model.Values(rule, "prefixListIds[]"))
		if model.Flag(rule, "self", false) {
			n++
		}
	}
	return n
}

func inlineQuota(s *model.Scene) error {
	for _, token := range []string{tokenIngressRule, tokenEgressRule} {
		if inlineCount(s.Object, token) > maxRulesPerGroup {
			return tooManyRules(s.Object.Out("name"))
		}
	}
	return nil
}

// rulePorts wants ports for the protocols that have them, and none for all.
func rulePorts(c *model.Check) {
	from, hasFrom := model.Num(c.Props, "fromPort")
	to, hasTo := model.Num(c.Props, "toPort")
	switch model.Str(c.Props, "ipProtocol") {
	case "-1", "all":
		if hasFrom || hasTo {
			c.Fault("fromPort", "want no ports with protocol -1")
		}
	case "tcp", "udp", "6", "17":
		checkPorts(c, hasFrom && hasTo, from, to)
	}
}

func checkPorts(c *model.Check, both bool, from, to float64) {
	switch {
	case !both && !unknownPorts(c):
		c.Fault("fromPort", "want fromPort and toPort with protocol %s", model.Str(c.Props, "ipProtocol"))
	case !both:
	case from < 0 || to > 65535 || from > to:
		c.Fault("fromPort", "want ports 0 to 65535 in order, got %v to %v", from, to)
	}
}

func unknownPorts(c *model.Check) bool {
	return model.Has(c.Props, "fromPort") && model.Has(c.Props, "toPort")
}

// groupOfScaling keeps a group that running instances of a scaling group have.
func groupOfScaling(s *model.Scene) error {
	for _, template := range s.World.Users(s.Object, tokenTemplate) {
		if len(s.World.Users(template, tokenScalingGroup)) > 0 {
			return model.Refuse("DependencyViolation", "resource %s has a dependent object", s.Object.ID)
		}
	}
	return nil
}
