package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var matcher = regexp.MustCompile(`^\d{1,3}([,-]\d{1,3})*$`)

var targets = []model.Kind{
	{
		Token: tokenTargetGroup, Args: lb.TargetGroupArgs{}, State: lb.TargetGroup{},
		ID: "{arn}", ARN: "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}",
		Name: &model.Naming{Property: "name", Max: 32, By: "namePrefix"},
		Replace: []string{
			"ipAddressType", "name", "namePrefix", "port", "protocol", "protocolVersion", "targetType", "vpcId",
		},
		Refs: []model.Ref{{Path: "vpcId", To: tokenVpc, Loose: true}},
		Keys: []model.Key{{
			Of: "{name}",
			Error: "DuplicateTargetGroupName: A target group with the same name '{name}' exists, " +
				"but with different settings",
		}},
		Outputs: map[string]any{
			"ipAddressType": "ipv4", "targetType": "instance", "deregistrationDelay": 300, "slowStart": 0,
			"loadBalancingAlgorithmType": "round_robin", "loadBalancingAnomalyMitigation": "off",
			"loadBalancingCrossZoneEnabled": "use_load_balancer_configuration", "protocolVersion": "HTTP1",
		},
		Missing: "TargetGroupNotFound: Target group '{value}' not found",
		Busy:    "ResourceInUse: Target group '{id}' is currently in use by a listener or a rule",
		Rules: []model.Rule{
			pattern("name", balancerNameWant, balancerName), noPrefix("name", "internal-"),
			length("namePrefix", 1, 6), between("port", 1, 65535),
			oneOf("protocol", "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"),
			oneOf("targetType", "instance", "ip", "lambda", "alb"),
			given("vpcId", "targets other than lambda need a VPC", notLambda),
			given("port", "targets other than lambda need a port", notLambda),
			given("protocol", "targets other than lambda need a protocol", notLambda),
			between("deregistrationDelay", 0, 3600), slowStart,
			between("healthCheck.interval", 5, 300), between("healthCheck.timeout", 2, 120),
			between("healthCheck.healthyThreshold", 2, 10), between("healthCheck.unhealthyThreshold", 2, 10),
			pattern("healthCheck.matcher", "codes such as 200 or 200-299", matcher), healthTimeout,
			between("stickiness.cookieDuration", 1, 604800),
		},
		Fill: fillTargets,
	},
	{
		Token: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
		Args:  lb.TargetGroupAttachmentArgs{}, State: lb.TargetGroupAttachment{},
		ID:      "{targetGroupArn}-{num26}",
		Replace: []string{"availabilityZone", "port", "targetGroupArn", "targetId"},
		Refs:    []model.Ref{{Path: "targetGroupArn", To: tokenTargetGroup, Loose: true}},
		Rules:   []model.Rule{between("port", 1, 65535)},
		Admit:   admits(targetExists),
	},
}

func notLambda(c *model.Check) bool { return !input("targetType", "lambda")(c) }

func slowStart(c *model.Check) {
	if n, ok := model.Num(c.Props, "slowStart"); ok && n != 0 && (n < 30 || n > 900) {
		c.Fault("slowStart", "want 0 or 30 to 900, got %v", n)
	}
}

func healthTimeout(c *model.Check) {
	interval := model.Int(c.Props, "healthCheck.interval", 30)
	timeout, ok := model.Num(c.Props, "healthCheck.timeout")
	if ok && int(timeout) >= interval {
		c.Fault("healthCheck.timeout", "want less than the interval of %d, got %v", interval, timeout)
	}
}

func targetExists(s *model.Scene) error {
	group, id := s.Target(tokenTargetGroup, "targetGroupArn"), s.In("targetId")
	if group == nil || group.Out("targetType") != "instance" || s.World.Get(tokenInstance, id) != nil {
		return nil
	}
	return model.Refuse("InvalidTarget", "The following targets are not in a running state and cannot be "+
		"registered: '%s'", id)
}

func fillTargets(s *model.Scene) {
	s.Set("arnSuffix", afterSlash(s.Object.Out("arn")))
	s.Default("healthCheck", map[string]any{
		"enabled": true, "healthyThreshold": 3, "unhealthyThreshold": 3, "interval": 30, "timeout": 6,
		"matcher": "200", "path": "/", "port": "traffic-port", "protocol": "HTTP",
	})
	s.Default("stickiness", map[string]any{"enabled": false, "type": "lb_cookie", "cookieDuration": 86400})
}
