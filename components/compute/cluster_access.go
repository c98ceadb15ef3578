package compute

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

const (
	// firstDynamicPort and lastDynamicPort enclose the host ports that ECS gives to tasks in bridge mode: 49153 to
	// 65535, or the kernel's own range from 32768 on (PortMapping, "hostPort").
	firstDynamicPort = 32768
	lastDynamicPort  = 65535

	anyProtocol = "-1"
	anywhere    = "0.0.0.0/0"
)

// securityGroup lets the balancer reach what tasks listen on, and nobody else anything.
func (b *clusterBuilder) securityGroup() error {
	var err error
	if b.group, err = ec2.NewSecurityGroup(b.Context(), b.Child("hosts"), &ec2.SecurityGroupArgs{
		VpcId:       b.args.VPCID,
		Description: pulumi.String("ECS hosts: in from the load balancer, out to anywhere"),
		Tags:        b.Tags("hosts"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.HostSecurityGroupID = b.group.ID().ToStringOutput()
	out, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("hosts", "out"),
		&vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: b.group.ID(),
			Description:     pulumi.String("images, AWS, and whatever tasks ask for"),
			IpProtocol:      pulumi.String(anyProtocol),
			CidrIpv4:        pulumi.String(anywhere),
			Tags:            b.Tags("hosts", "out"),
		}, b.Options()...)
	if err != nil {
		return err
	}
	b.ready = append(b.ready, out)
	return b.balancerRules()
}

// balancerRules are both halves of the way from the balancer: its group lets nothing out by itself.
func (b *clusterBuilder) balancerRules() error {
	if b.args.BalancerSecurityGroupID == nil {
		return nil
	}
	from, err := vpc.NewSecurityGroupIngressRule(b.Context(), b.Child("hosts", "from", "balancer"),
		&vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId:           b.group.ID(),
			ReferencedSecurityGroupId: b.args.BalancerSecurityGroupID.ToStringOutput(),
			Description:               pulumi.String("ports of tasks, from the load balancer"),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(firstDynamicPort),
			ToPort:                    pulumi.Int(lastDynamicPort),
			Tags:                      b.Tags("hosts", "from", "balancer"),
		}, b.Options()...)
	if err != nil {
		return err
	}
	to, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("balancer", "to", "hosts"),
		&vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId:           b.args.BalancerSecurityGroupID,
			ReferencedSecurityGroupId: b.group.ID(),
			Description:               pulumi.String("ports of tasks, on the ECS hosts"),
			IpProtocol:                pulumi.String("tcp"),
			FromPort:                  pulumi.Int(firstDynamicPort),
			ToPort:                    pulumi.Int(lastDynamicPort),
			Tags:                      b.Tags("balancer", "to", "hosts"),
		}, b.Options()...)
	b.ready = append(b.ready, from, to)
	return err
}

// role lets a host join its one cluster, and be reached by Session Manager. Images are pulled and logs are written
// with the execution role of each task.
func (b *clusterBuilder) role() error {
	assume, err := policy.Assume("ec2.amazonaws.com", "").JSON()
	if err != nil {
		return err
	}
	role, err := iam.NewRole(b.Context(), b.Child("host"), &iam.RoleArgs{
		Name:             b.Physical(naming.Role, "host"),
		Description:      pulumi.String("ECS hosts of " + b.NameTag()),
		AssumeRolePolicy: pulumi.String(assume),
		Tags:             b.Tags("host"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.HostRoleARN = role.Arn
	own, err := iam.NewRolePolicy(b.Context(), b.Child("host"), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: component.Policy1(b.made.Arn, hostPolicy),
	}, b.Options()...)
	if err != nil {
		return err
	}
	sessions, err := iam.NewRolePolicyAttachment(b.Context(), b.Child("host", "sessions"),
		&iam.RolePolicyAttachmentArgs{
			Role:      role.ID(),
			PolicyArn: pulumi.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
		}, b.Options()...)
	if err != nil {
		return err
	}
	b.ready = append(b.ready, own, sessions)
	return b.instanceProfile(role)
}

func (b *clusterBuilder) instanceProfile(role *iam.Role) error {
	profile, err := iam.NewInstanceProfile(b.Context(), b.Child("host"), &iam.InstanceProfileArgs{
		Name: b.Physical(naming.InstanceProfile, "host"),
		Role: role.ID(),
		Tags: b.Tags("host"),
	}, b.Options()...)
	if err == nil {
		b.profile = &ec2.LaunchTemplateIamInstanceProfileArgs{Arn: profile.Arn}
	}
	return err
}

// hostPolicy is what AWS's own policy for hosts grants, less the making of clusters, the pulling of images and the
// writing of logs, and on one cluster only.
func hostPolicy(clusterARN string) policy.Document {
	account, _, _ := strings.Cut(clusterARN, ":cluster/")
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "JoinCluster", Effect: policy.Allow,
			Action: []string{
				"ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance", "ecs:SubmitAttachmentStateChanges",
				"ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange",
			},
			Resource: []string{clusterARN},
		},
		{
			Sid: "TakeOrders", Effect: policy.Allow,
			Action: []string{
				"ecs:Poll", "ecs:StartTelemetrySession",
				// A Spot host that is about to be taken away drains itself.
				"ecs:UpdateContainerInstancesState",
			},
			Resource:  []string{account + ":container-instance/*"},
			Condition: policy.Condition{"ArnEquals": {"ecs:cluster": {clusterARN}}},
		},
		{
			// ECS has no narrower permission for it.
			Sid: "FindECS", Effect: policy.Allow,
			Action: []string{"ecs:DiscoverPollEndpoint"}, Resource: []string{"*"},
		},
	}}
}
