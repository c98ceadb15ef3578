package fleet

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
)

// maxTargetPrefix is what AWS leaves for the beginning of a name that it ends itself, less the hyphen.
const maxTargetPrefix = 5

// targets is where the balancer finds the instances. It is the same through every roll.
func (b *builder) targets() error {
	health := b.args.Health
	var err error
	if b.target, err = lb.NewTargetGroup(b.Context(), b.Child("targets"), &lb.TargetGroupArgs{
		// A name that is fixed would have the old one go first, which AWS refuses while a rule leads there.
		NamePrefix: pulumi.String(naming.Cut(b.name, maxTargetPrefix) + "-"),
		VpcId:      b.args.VPCID, Port: pulumi.Int(b.args.Port), Protocol: pulumi.String("HTTP"),
		TargetType:          pulumi.String("instance"),
		DeregistrationDelay: pulumi.Int(b.args.DrainSeconds),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Enabled: pulumi.Bool(true), Protocol: pulumi.String("HTTP"), Port: pulumi.String(strconv.Itoa(health.Port)),
			Path: pulumi.String(health.Path), Matcher: pulumi.String(health.Matcher),
			Interval: pulumi.Int(health.IntervalSeconds), Timeout: pulumi.Int(health.TimeoutSeconds),
			HealthyThreshold:   pulumi.Int(health.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(health.UnhealthyThreshold),
		},
		Stickiness: b.stickiness(),
		Tags:       b.Tags("targets"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.TargetGroupARN = b.target.Arn
	return nil
}

// stickiness is written out either way: the block alone turns it on.
func (b *builder) stickiness() lb.TargetGroupStickinessArgs {
	args := lb.TargetGroupStickinessArgs{
		Enabled: pulumi.Bool(b.args.StickySeconds > 0), Type: pulumi.String("lb_cookie"),
	}
	if b.args.StickySeconds > 0 {
		args.CookieDuration = pulumi.Int(b.args.StickySeconds)
	}
	return args
}

// listenerRule leads requests to the instances. Without it the target group has no balancer, and no target is ever
// checked: the group comes after it.
func (b *builder) listenerRule() error {
	conditions := lb.ListenerRuleConditionArray{}
	if len(b.args.Hosts) > 0 {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray(b.args.Hosts)},
		})
	}
	paths := b.args.Paths
	if len(b.args.Hosts)+len(paths) == 0 {
		paths = []string{"/*"}
	}
	if len(paths) > 0 {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			PathPattern: lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(paths)},
		})
	}
	rule, err := lb.NewListenerRule(b.Context(), b.Child("rule"), &lb.ListenerRuleArgs{
		ListenerArn: b.args.ListenerARN, Priority: pulumi.Int(b.args.Priority), Conditions: conditions,
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: b.target.Arn,
		}},
		Tags: b.Tags("rule"),
	}, b.Options()...)
	b.ready = append(b.ready, rule)
	return err
}
