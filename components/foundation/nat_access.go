package foundation

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/netplan"
	"github.com/riglet/riglet/internal/policy"
)

// anyProtocol is EC2's name for all protocols.
const anyProtocol = "-1"

// natSecurityGroups are those of the fixed interface, which lets in what comes from the private subnets, and of the
// host's own interface, which lets in nothing. Neither lets anything in from the Internet.
func (b *builder) natSecurityGroups() (face, host *ec2.SecurityGroup, err error) {
	face, err = b.outboundGroup("nat-interface", "NAT interface: in from private subnets, out to anywhere")
	if err != nil {
		return nil, nil, err
	}
	for _, planned := range b.plan.Subnets() {
		if planned.Tier == netplan.Public {
			continue
		}
		role := []string{"nat-interface", "from", planned.Key()}
		if _, err = vpc.NewSecurityGroupIngressRule(b.Context(), b.Child(role...),
			&vpc.SecurityGroupIngressRuleArgs{
				SecurityGroupId: face.ID(),
				Description:     pulumi.String("from " + planned.Key()),
				IpProtocol:      pulumi.String(anyProtocol),
				CidrIpv4:        pulumi.String(planned.CIDR.String()),
				Tags:            b.Tags(role...),
			}, b.Options()...); err != nil {
			return nil, nil, err
		}
	}
	host, err = b.outboundGroup("nat", "NAT host itself: nothing in, out to AWS and to packages")
	return face, host, err
}

// outboundGroup is a security group that lets everything out and, by itself, nothing in.
func (b *builder) outboundGroup(role, description string) (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(b.Context(), b.Child(role), &ec2.SecurityGroupArgs{
		VpcId:       b.network.ID(),
		Description: pulumi.String(description),
		Tags:        b.Tags(role),
	}, b.Options()...)
	if err != nil {
		return nil, err
	}
	rule, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child(role, "out"), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("out to anywhere"),
		IpProtocol:      pulumi.String(anyProtocol),
		CidrIpv4:        pulumi.String(everywhere),
		Tags:            b.Tags(role, "out"),
	}, b.Options()...)
	b.publicWay = append(b.publicWay, rule)
	return group, err
}

// natRole lets the host take over its one interface, report to its one group, and be reached by Session Manager.
// It returns the profile's ARN and what must exist before the host may start.
func (b *builder) natRole(face *ec2.NetworkInterface) (pulumi.StringOutput, []pulumi.Resource, error) {
	none := pulumi.StringOutput{}
	assume, err := policy.Assume("ec2.amazonaws.com", "").JSON()
	if err != nil {
		return none, nil, err
	}
	role, err := iam.NewRole(b.Context(), b.Child("nat"), &iam.RoleArgs{
		Name:             b.Physical(naming.Role, "nat"),
		Description:      pulumi.String("NAT host of " + b.NameTag()),
		AssumeRolePolicy: pulumi.String(assume),
		Tags:             b.Tags("nat"),
	}, b.Options()...)
	if err != nil {
		return none, nil, err
	}
	own, err := iam.NewRolePolicy(b.Context(), b.Child("nat"), &iam.RolePolicyArgs{
		Role:   role.ID(),
		Policy: component.Policy2(face.Arn, b.out.AccountID, b.natPolicy),
	}, b.Options()...)
	if err != nil {
		return none, nil, err
	}
	profile, err := iam.NewInstanceProfile(b.Context(), b.Child("nat"), &iam.InstanceProfileArgs{
		Name: b.Physical(naming.InstanceProfile, "nat"),
		Role: role.ID(),
		Tags: b.Tags("nat"),
	}, b.Options()...)
	if err != nil {
		return none, nil, err
	}
	return profile.Arn, []pulumi.Resource{own}, nil
}

// natPolicy is what the host itself may do. Attaching and detaching name the interface and the instance both: the
// instances are narrowed to those of the host's own group, by the tag that Auto Scaling alone can set.
//
// Session Manager has a managed policy, which also reads every parameter of the account: the host gets the actions
// that a session needs and no others.
func (b *builder) natPolicy(interfaceARN, account string) policy.Document {
	here := netplan.Region(b.args.Zones[0]) + ":" + account
	takeOver := []string{"ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"}
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "TakeOverInterface", Effect: policy.Allow,
			Action: takeOver, Resource: []string{interfaceARN},
		},
		{
			Sid: "OnOwnInstances", Effect: policy.Allow,
			Action: takeOver, Resource: []string{"arn:aws:ec2:" + here + ":instance/*"},
			Condition: policy.Condition{"StringEquals": {
				"ec2:ResourceTag/aws:autoscaling:groupName": {b.natGroupName()},
			}},
		},
		{
			Sid: "ReportToGroup", Effect: policy.Allow,
			Action:   []string{"autoscaling:CompleteLifecycleAction"},
			Resource: []string{"arn:aws:autoscaling:" + here + ":autoScalingGroup:*:autoScalingGroupName/" + b.natGroupName()},
		},
		{
			// None of these takes a resource: AWS has no narrower permission.
			Sid: "SeeInterfacesAndOpenSessions", Effect: policy.Allow,
			Action: []string{
				"ec2:DescribeNetworkInterfaces", "ssm:UpdateInstanceInformation",
				"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
			},
			Resource: []string{"*"},
		},
	}}
}
