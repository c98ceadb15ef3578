package compute

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
)

const (
	healthInterval = 10
	healthTimeout  = 5
	healthyAfter   = 2
	// unhealthyAfter is one more: a single answer that comes late does not take a task out.
	unhealthyAfter = 3
)

// securityGroup is for tasks with addresses of their own. It lets nothing in by itself and everything out: what a task
// needs from the start (image, logs, secrets) has no fixed address.
func (b *serviceBuilder) securityGroup() error {
	if b.args.NetworkMode != NetworkVPC {
		return nil
	}
	var err error
	if b.group, err = ec2.NewSecurityGroup(b.Context(), b.Child("tasks"), &ec2.SecurityGroupArgs{
		VpcId:       b.args.VPCID,
		Description: pulumi.String("tasks: in from the balancer on their port"),
		Tags:        b.Tags("tasks"),
	}, b.Options()...); err != nil {
		return err
	}
	out, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("tasks", "out"), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: b.group.ID(), Description: pulumi.String("image, logs, secrets and what the tasks ask"),
		IpProtocol: pulumi.String("-1"), CidrIpv4: pulumi.String(anywhere), Tags: b.Tags("tasks", "out"),
	}, b.Options()...)
	b.before = append(b.before, out)
	return err
}

// targetType is how the balancer addresses a task: by its own address where it has one, or by host and port.
func (a ServiceArgs) targetType() string {
	if a.NetworkMode == NetworkVPC {
		return "ip"
	}
	return "instance"
}

// targets is where the balancer finds the tasks. AWS ends its name: when port or type change there is a new group
// beside the old one for a while, which a name that stays would not allow.
func (b *serviceBuilder) targets() error {
	if b.args.Port == 0 {
		return nil
	}
	args := &lb.TargetGroupArgs{
		VpcId: b.args.VPCID, Port: pulumi.Int(b.args.Port), Protocol: pulumi.String("HTTP"),
		TargetType:          pulumi.String(b.args.targetType()),
		DeregistrationDelay: pulumi.Int(b.args.DeregistrationDelaySeconds),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Enabled: pulumi.Bool(true), Protocol: pulumi.String("HTTP"), Port: pulumi.String("traffic-port"),
			Path: pulumi.String(b.args.HealthPath), Matcher: pulumi.String(b.args.Matcher),
			Interval: pulumi.Int(healthInterval), Timeout: pulumi.Int(healthTimeout),
			HealthyThreshold: pulumi.Int(healthyAfter), UnhealthyThreshold: pulumi.Int(unhealthyAfter),
		},
		NamePrefix: pulumi.String(naming.Cut(b.container, maxTargetPrefix) + "-"),
		Stickiness: lb.TargetGroupStickinessArgs{Enabled: pulumi.Bool(false), Type: pulumi.String("lb_cookie")},
		Tags:       b.Tags("targets"),
	}
	var err error
	b.target, err = lb.NewTargetGroup(b.Context(), b.Child("targets"), args, b.Options()...)
	return err
}

// maxTargetPrefix is what AWS leaves for the beginning of a name that it ends itself, less the hyphen.
const maxTargetPrefix = 5

// listenerRule leads names and paths to the tasks. ECS refuses a service whose target group has no balancer yet.
func (b *serviceBuilder) listenerRule() error {
	if b.args.Port == 0 {
		return nil
	}
	conditions := lb.ListenerRuleConditionArray{}
	if len(b.args.Hosts) > 0 {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray(b.args.Hosts)},
		})
	}
	if len(b.args.Paths) > 0 {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			PathPattern: lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(b.args.Paths)},
		})
	}
	rule, err := lb.NewListenerRule(b.Context(), b.Child("rule"), &lb.ListenerRuleArgs{
		ListenerArn: b.args.ListenerARN, Priority: pulumi.Int(b.args.Priority), Conditions: conditions,
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: b.target.Arn,
		}},
		Tags: b.Tags("rule"),
	}, b.Options()...)
	b.before = append(b.before, rule)
	return err
}

// openPort lets the balancer reach the tasks, from both sides. The ports that Docker hands out on hosts are open
// already: AWS refuses the same rule twice, and every service of a cluster would need it.
func (b *serviceBuilder) openPort() error {
	if !b.args.opensPort() {
		return nil
	}
	tasks := b.args.HostSecurityGroupID
	if b.group != nil {
		tasks = b.group.ID()
	}
	port := or(b.args.HostPort, b.args.Port)
	in, err := vpc.NewSecurityGroupIngressRule(b.Context(), b.Child("balancer", "in"), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: tasks, ReferencedSecurityGroupId: b.args.BalancerSecurityGroupID,
		Description: pulumi.String("port of the tasks from the balancer"), IpProtocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(port), ToPort: pulumi.Int(port), Tags: b.Tags("balancer", "in"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	out, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("balancer", "out"), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: b.args.BalancerSecurityGroupID, ReferencedSecurityGroupId: tasks,
		Description: pulumi.String("to the port of the tasks"), IpProtocol: pulumi.String("tcp"),
		FromPort: pulumi.Int(port), ToPort: pulumi.Int(port), Tags: b.Tags("balancer", "out"),
	}, b.Options()...)
	b.before = append(b.before, in, out)
	return err
}

// records lead names to the balancer.
func (b *serviceBuilder) records() error {
	for _, record := range b.args.Records {
		if _, err := route53.NewRecord(b.Context(), b.Child("record", record.Name), &route53.RecordArgs{
			ZoneId: record.HostedZoneID, Name: pulumi.String(record.Name), Type: pulumi.String("A"),
			Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
				Name: b.args.BalancerDNSName, ZoneId: b.args.BalancerZoneID, EvaluateTargetHealth: pulumi.Bool(true),
			}},
		}, b.Options()...); err != nil {
			return err
		}
	}
	return nil
}

// url is where the service answers, or nothing.
func (a ServiceArgs) url() string {
	scheme := "https://"
	if a.PlainHTTP {
		scheme = "http://"
	}
	if len(a.Records) > 0 {
		return scheme + a.Records[0].Name
	}
	for _, host := range a.Hosts {
		if !strings.ContainsAny(host, "*?") {
			return scheme + host
		}
	}
	return ""
}
