package foundation

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
	"github.com/riglet/riglet/internal/tags"
)

// anyProtocol is EC2's name for all protocols.
const anyProtocol = "-1"

// natSecurityGroup lets in what comes from the private subnets, and everything out. Nothing comes in from the
// Internet: the host has no service of its own.
func (b *builder) natSecurityGroup() (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(b.Context(), b.Child("nat"), &ec2.SecurityGroupArgs{
		VpcId:       b.network.ID(),
		Name:        b.Physical(naming.SecurityGroup, "nat"),
		Description: pulumi.String("NAT host: in from private subnets, out to anywhere"),
		Tags:        b.Tags("nat"),
	}, b.Options()...)
	if err != nil {
		return nil, err
	}
	for _, planned := range b.plan.Subnets() {
		if planned.Tier == "public" {
			continue
		}
		role := []string{"nat", "from", planned.Key()}
		if _, err = vpc.NewSecurityGroupIngressRule(b.Context(), b.Child(role...),
			&vpc.SecurityGroupIngressRuleArgs{
				SecurityGroupId: group.ID(),
				Description:     pulumi.String("from " + planned.Key()),
				IpProtocol:      pulumi.String(anyProtocol),
				CidrIpv4:        pulumi.String(planned.CIDR.String()),
				Tags:            b.Tags(role...),
			}, b.Options()...); err != nil {
			return nil, err
		}
	}
	rule, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("nat", "out"), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String("whatever private subnets ask for"),
		IpProtocol:      pulumi.String(anyProtocol),
		CidrIpv4:        pulumi.String(everywhere),
		Tags:            b.Tags("nat", "out"),
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
		Role: role.ID(),
		Policy: component.Policy2(face.Arn, b.out.AccountID, func(interfaceARN, account string) policy.Document {
			return b.natPolicy(interfaceARN, account)
		}),
	}, b.Options()...)
	if err != nil {
		return none, nil, err
	}
	sessions, err := iam.NewRolePolicyAttachment(b.Context(), b.Child("nat", "sessions"),
		&iam.RolePolicyAttachmentArgs{
			Role:      role.ID(),
			PolicyArn: pulumi.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
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
	return profile.Arn, []pulumi.Resource{own, sessions}, nil
}

// natPolicy is what the host itself may do. Attaching and detaching name the interface and the instance both, so
// the instances are narrowed to those that carry the host's own name and group.
func (b *builder) natPolicy(interfaceARN, account string) policy.Document {
	own := b.TagSet("nat")
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "TakeOverInterface", Effect: policy.Allow,
			Action:   []string{"ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"},
			Resource: []string{interfaceARN},
		},
		{
			Sid: "OnOwnInstances", Effect: policy.Allow,
			Action:   []string{"ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface"},
			Resource: []string{"arn:aws:ec2:*:" + account + ":instance/*"},
			Condition: policy.Condition{"StringEquals": {
				"ec2:ResourceTag/" + tags.Name:  {own[tags.Name]},
				"ec2:ResourceTag/" + tags.Group: {own[tags.Group]},
			}},
		},
		{
			// Describing takes no resource: EC2 has no narrower permission.
			Sid: "SeeInterfaces", Effect: policy.Allow,
			Action:   []string{"ec2:DescribeNetworkInterfaces"},
			Resource: []string{"*"},
		},
		{
			Sid: "ReportToGroup", Effect: policy.Allow,
			Action: []string{"autoscaling:CompleteLifecycleAction"},
			Resource: []string{
				"arn:aws:autoscaling:*:" + account + ":autoScalingGroup:*:autoScalingGroupName/" + b.natGroupName(),
			},
		},
	}}
}
