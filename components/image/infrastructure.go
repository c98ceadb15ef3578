package image

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/imagebuilder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

const everywhere = "0.0.0.0/0"

// securityGroup lets nothing in: Image Builder speaks to the instance through the agent's own connection.
func (b *builder) securityGroup() error {
	var err error
	if b.group, err = ec2.NewSecurityGroup(b.Context(), b.Child("build"), &ec2.SecurityGroupArgs{
		VpcId:       b.args.VPCID.ToStringOutput().ToStringPtrOutput(),
		Description: pulumi.String("image build: nothing in, out to AWS and to packages"),
		Tags:        b.Tags("build"),
	}, b.Options()...); err != nil {
		return err
	}
	for _, port := range []struct {
		name   string
		number int
	}{{"http", 80}, {"https", 443}} {
		rule, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child("build", port.name),
			&vpc.SecurityGroupEgressRuleArgs{
				SecurityGroupId: b.group.ID(),
				Description:     pulumi.String(port.name + " to anywhere"),
				IpProtocol:      pulumi.String("tcp"),
				FromPort:        pulumi.Int(port.number),
				ToPort:          pulumi.Int(port.number),
				CidrIpv4:        pulumi.String(everywhere),
				Tags:            b.Tags("build", port.name),
			}, b.Options()...)
		if err != nil {
			return err
		}
		b.permissions = append(b.permissions, rule)
	}
	return nil
}

// instanceRole is what the build and test instances act as.
func (b *builder) instanceRole() error {
	assume, err := policy.Assume("ec2.amazonaws.com", "").JSON()
	if err != nil {
		return err
	}
	if b.role, err = iam.NewRole(b.Context(), b.Child("build"), &iam.RoleArgs{
		Name:             b.Physical(naming.Role, "build"),
		Description:      pulumi.String("build instances of image " + b.NameTag()),
		AssumeRolePolicy: pulumi.String(assume),
		Tags:             b.Tags("build"),
	}, b.Options()...); err != nil {
		return err
	}
	if err = b.allow("build", b.role, component.Policy2(b.account, b.logTarget(), b.buildPolicy)); err != nil {
		return err
	}
	b.profile, err = iam.NewInstanceProfile(b.Context(), b.Child("build"), &iam.InstanceProfileArgs{
		Name: b.Physical(naming.InstanceProfile, "build"),
		Role: b.role.ID(),
		Tags: b.Tags("build"),
	}, b.Options()...)
	return err
}

func (b *builder) allow(name string, role *iam.Role, text pulumi.StringInput) error {
	made, err := iam.NewRolePolicy(b.Context(), b.Child(name), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: text,
	}, b.Options()...)
	b.permissions = append(b.permissions, made)
	return err
}

// logTarget is the ARN below which build logs are written to S3, or empty.
func (b *builder) logTarget() pulumi.StringOutput {
	if b.args.LogBucket == nil {
		return pulumi.String("").ToStringOutput()
	}
	if b.args.LogPrefix == "" {
		return pulumi.Sprintf("arn:aws:s3:::%s/*", b.args.LogBucket)
	}
	return pulumi.Sprintf("arn:aws:s3:::%s/%s/*", b.args.LogBucket, b.args.LogPrefix)
}

// infrastructure is where and how images are built. A failed build's instance is ended: its logs are kept elsewhere.
func (b *builder) infrastructure() error {
	args := &imagebuilder.InfrastructureConfigurationArgs{
		Name:                pulumi.String(naming.Fit(naming.ImageBuilder, b.args.Prefix, b.Child("build"))),
		InstanceProfileName: b.profile.Name,
		InstanceTypes:       pulumi.StringArray{pulumi.String(b.args.InstanceType)},
		SubnetId:            b.args.SubnetID.ToStringOutput().ToStringPtrOutput(),
		SecurityGroupIds:    pulumi.StringArray{b.group.ID()},
		InstanceMetadataOptions: imagebuilder.InfrastructureConfigurationInstanceMetadataOptionsArgs{
			HttpTokens: pulumi.String("required"), HttpPutResponseHopLimit: pulumi.Int(1),
		},
		TerminateInstanceOnFailure: pulumi.Bool(true),
		ResourceTags:               b.Tags("build"),
		Tags:                       b.Tags("build"),
	}
	if b.args.LogBucket != nil {
		logs := imagebuilder.InfrastructureConfigurationLoggingS3LogsArgs{S3BucketName: b.args.LogBucket}
		if b.args.LogPrefix != "" {
			logs.S3KeyPrefix = pulumi.String(b.args.LogPrefix)
		}
		args.Logging = imagebuilder.InfrastructureConfigurationLoggingArgs{S3Logs: logs}
	}
	var err error
	b.infra, err = imagebuilder.NewInfrastructureConfiguration(b.Context(), b.Child("build"), args,
		b.Options(pulumi.DependsOn(b.permissions))...)
	return err
}
