package fleet

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
	"github.com/riglet/riglet/internal/taskdef"
)

const (
	anyProtocol = "-1"
	anywhere    = "0.0.0.0/0"
)

// ports are what the balancer reaches: what serves, and what tells that it does where that is another one.
func (b *builder) ports() []int {
	if b.args.Health.Port == b.args.Port {
		return []int{b.args.Port}
	}
	return []int{b.args.Port, b.args.Health.Port}
}

// securityGroup lets the balancer in and nobody else.
func (b *builder) securityGroup() error {
	var err error
	if b.security, err = ec2.NewSecurityGroup(b.Context(), b.Child("instances"), &ec2.SecurityGroupArgs{
		VpcId:       b.args.VPCID,
		Description: pulumi.String("fleet: in from the load balancer, out to anywhere"),
		Tags:        b.Tags("instances"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.SecurityGroupID = b.security.ID().ToStringOutput()
	out, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("instances", "out"),
		&vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: b.security.ID(), Description: pulumi.String("images, packages, AWS and what the fleet asks"),
			IpProtocol: pulumi.String(anyProtocol), CidrIpv4: pulumi.String(anywhere), Tags: b.Tags("instances", "out"),
		}, b.Options()...)
	b.ready = append(b.ready, out)
	for _, port := range b.ports() {
		if err == nil {
			err = b.open(port)
		}
	}
	return err
}

// open makes both halves of the way from the balancer: its group lets nothing out by itself.
func (b *builder) open(port int) error {
	number := strconv.Itoa(port)
	in := []string{"instances", number, "from", "balancer"}
	from, err := vpc.NewSecurityGroupIngressRule(b.Context(), b.Child(in...), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           b.security.ID(),
		ReferencedSecurityGroupId: b.args.BalancerSecurityGroupID.ToStringOutput(),
		Description:               pulumi.String("port " + number + " from the load balancer"),
		IpProtocol:                pulumi.String("tcp"), FromPort: pulumi.Int(port), ToPort: pulumi.Int(port),
		Tags: b.Tags(in...),
	}, b.Options()...)
	if err != nil {
		return err
	}
	out := []string{"balancer", "to", number}
	to, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child(out...), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           b.args.BalancerSecurityGroupID,
		ReferencedSecurityGroupId: b.security.ID(),
		Description:               pulumi.String("port " + number + " of fleet " + b.name),
		IpProtocol:                pulumi.String("tcp"), FromPort: pulumi.Int(port), ToPort: pulumi.Int(port),
		Tags: b.Tags(out...),
	}, b.Options()...)
	b.ready = append(b.ready, from, to)
	return err
}

// role is who an instance is.
func (b *builder) role() error {
	assume, err := policy.Assume("ec2.amazonaws.com", "").JSON()
	if err != nil {
		return err
	}
	role, err := iam.NewRole(b.Context(), b.Child("instance"), &iam.RoleArgs{
		Name:             b.Physical(naming.Role, "instance"),
		Description:      pulumi.String("instances of " + b.NameTag()),
		AssumeRolePolicy: pulumi.String(assume),
		Tags:             b.Tags("instance"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.RoleARN, b.out.RoleName = role.Arn, role.Name
	own, err := iam.NewRolePolicy(b.Context(), b.Child("instance"), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: b.policy(),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.ready = append(b.ready, own)
	b.profile, err = iam.NewInstanceProfile(b.Context(), b.Child("instance"), &iam.InstanceProfileArgs{
		Name: b.Physical(naming.InstanceProfile, "instance"), Role: role.ID(), Tags: b.Tags("instance"),
	}, b.Options()...)
	return err
}

// policy is written once the log group tells region and account.
func (b *builder) policy() pulumi.StringOutput {
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply2Err(b.logs.Arn, b.containerImage(),
		func(arn, image string) (string, error) {
			at, err := taskdef.PlaceOf(arn)
			if err != nil {
				return "", err
			}
			return b.rights(at, image).JSON()
		}))
}

// containerImage is the image that an instance fetches, or nothing.
func (b *builder) containerImage() pulumi.StringOutput {
	if b.args.Container == nil {
		return pulumi.String("").ToStringOutput()
	}
	return b.args.Container.Image.ToStringOutput()
}

// rights are what an instance itself may do: write its log, fetch its image and its secrets, answer the hooks of its
// own groups, and be reached by Session Manager. The managed policy for sessions also reads every parameter of the
// account, so that the actions are named here.
func (b *builder) rights(at taskdef.Place, image string) policy.Document {
	document := taskdef.Execution(at, taskdef.Container{Image: image, LogGroup: b.logName()})
	document.Statements = append(document.Statements, b.secretRights(at)...)
	document.Statements = append(document.Statements, policy.Statement{
		Sid: "AnswerHooks", Effect: policy.Allow, Action: []string{"autoscaling:CompleteLifecycleAction"},
		Resource: []string{at.ARN("autoscaling", "autoScalingGroup:*:autoScalingGroupName/"+b.groupPrefix()+"*")},
	}, policy.Statement{
		// None of these takes a resource: AWS has no narrower permission.
		Sid: "OpenSessions", Effect: policy.Allow,
		Action: []string{
			"ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		},
		Resource: []string{"*"},
	})
	return document
}

// secretRights are for exactly the secrets that the container gets.
func (b *builder) secretRights(at taskdef.Place) []policy.Statement {
	if b.args.Container == nil {
		return nil
	}
	var list []policy.Statement
	for _, kind := range []struct{ service, sid, action string }{
		{"ssm", "ReadParameters", "ssm:GetParameter"},
		{"secretsmanager", "ReadSecrets", "secretsmanager:GetSecretValue"},
	} {
		var arns []string
		for _, source := range slices.Sorted(maps.Values(b.args.Container.Secrets)) {
			if arn := secretARN(at, source); strings.Contains(arn, ":"+kind.service+":") {
				arns = append(arns, arn)
			}
		}
		if len(arns) == 0 {
			continue
		}
		list = append(list, policy.Statement{
			Sid: kind.sid, Effect: policy.Allow, Action: []string{kind.action}, Resource: slices.Compact(arns),
		}, policy.Statement{
			// Whoever reads a secret has to decrypt it, through that service alone.
			Sid: kind.sid + "Decrypt", Effect: policy.Allow, Action: []string{"kms:Decrypt"},
			Resource: []string{at.ARN("kms", "key/*")},
			Condition: policy.Condition{"StringEquals": {
				"kms:ViaService": {kind.service + "." + at.Region + ".amazonaws.com"},
			}},
		})
	}
	return list
}

// secretARN is the ARN of a secret, which may be named by the path of a parameter.
func secretARN(at taskdef.Place, source string) string {
	if strings.HasPrefix(source, "/") {
		return at.ARN("ssm", "parameter"+source)
	}
	return source
}
