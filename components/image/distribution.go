package image

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/imagebuilder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

// imageType makes SSM look whether a value is an image that exists.
const imageType = "aws:ec2:image"

// parameter is made here, so that it is there before the first bake and goes with the rest. What is in it afterwards
// is Image Builder's: an update never puts an older image back.
func (b *builder) parameter() error {
	first := b.args.FirstImageID
	if first == nil {
		first = b.parent
	}
	var err error
	if b.published, err = ssm.NewParameter(b.Context(), b.Child("published"), &ssm.ParameterArgs{
		Name:          pulumi.String(b.args.ParameterName),
		Description:   pulumi.String("newest image " + b.NameTag() + " that passed its tests"),
		Type:          pulumi.String("String"),
		DataType:      pulumi.String(imageType),
		InsecureValue: first.ToStringOutput().ToStringPtrOutput(),
		Tags:          b.Tags("published"),
	}, b.Options(pulumi.IgnoreChanges([]string{"insecureValue", "value"}))...); err != nil {
		return err
	}
	b.out.ParameterName, b.out.ParameterARN = b.published.Name, b.published.Arn
	return nil
}

// distribution names, tags, encrypts and shares an image that passed, and publishes its id.
func (b *builder) distribution() error {
	ami := imagebuilder.DistributionConfigurationDistributionAmiDistributionConfigurationArgs{
		Name: pulumi.String(naming.Fit(naming.MachineImage, b.args.Prefix, b.Child("image")) +
			" {{ imagebuilder:buildDate }}"),
		AmiTags: b.Tags("image"),
	}
	if b.args.KMSKeyARN != nil {
		ami.KmsKeyId = b.args.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
	}
	if len(b.args.ShareWith) > 0 {
		ami.LaunchPermission = imagebuilder.DistributionConfigurationDistributionAmiDistributionConfigurationLaunchPermissionArgs{ //nolint:lll // the name is the SDK's
			UserIds: pulumi.ToStringArray(b.args.ShareWith),
		}
	}
	var err error
	b.distributing, err = imagebuilder.NewDistributionConfiguration(b.Context(), b.Child("distribution"),
		&imagebuilder.DistributionConfigurationArgs{
			Name: pulumi.String(naming.Fit(naming.ImageBuilder, b.args.Prefix, b.Child("distribution"))),
			Distributions: imagebuilder.DistributionConfigurationDistributionArray{
				imagebuilder.DistributionConfigurationDistributionArgs{
					Region: pulumi.String(b.args.Region), AmiDistributionConfiguration: ami,
					SsmParameterConfigurations: imagebuilder.DistributionConfigurationDistributionSsmParameterConfigurationArray{
						imagebuilder.DistributionConfigurationDistributionSsmParameterConfigurationArgs{
							ParameterName: b.published.Name, DataType: pulumi.String(imageType),
						},
					},
				},
			},
			Tags: b.Tags("distribution"),
		}, b.Options()...)
	return err
}

// executionRole is what Image Builder itself acts as: the role that AWS would use otherwise may not write parameters.
func (b *builder) executionRole() error {
	var err error
	if b.executing, err = b.serviceRole("execution", "bakes image "+b.NameTag()); err != nil {
		return err
	}
	return b.allow("execution", b.executing, component.Policy2(b.published.Arn, b.role.Arn, b.executionPolicy))
}

func (b *builder) serviceRole(name, description string) (*iam.Role, error) {
	assume := component.Policy1(b.account, func(account string) policy.Document {
		return policy.Assume("imagebuilder.amazonaws.com", account)
	})
	return iam.NewRole(b.Context(), b.Child(name), &iam.RoleArgs{
		Name: b.Physical(naming.Role, name), Description: pulumi.String(description),
		AssumeRolePolicy: assume, Tags: b.Tags(name),
	}, b.Options()...)
}

// testMinutes is long for a test, and short against a build that hangs for a day.
const testMinutes = 90

// pipeline bakes when it is started, or at its schedule when there is something new.
func (b *builder) pipeline() error {
	args := &imagebuilder.ImagePipelineArgs{
		Name:                           pulumi.String(naming.Fit(naming.ImageBuilder, b.args.Prefix, b.Child("pipeline"))),
		ImageRecipeArn:                 b.made.Arn,
		InfrastructureConfigurationArn: b.infra.Arn,
		DistributionConfigurationArn:   b.distributing.Arn,
		ExecutionRole:                  b.executing.Arn,
		EnhancedImageMetadataEnabled:   pulumi.Bool(true),
		ImageTestsConfiguration: imagebuilder.ImagePipelineImageTestsConfigurationArgs{
			ImageTestsEnabled: pulumi.Bool(true), TimeoutMinutes: pulumi.Int(testMinutes),
		},
		Tags: b.Tags("pipeline"),
	}
	if b.args.Schedule != "" {
		args.Schedule = imagebuilder.ImagePipelineScheduleArgs{
			ScheduleExpression:              pulumi.String(b.args.Schedule),
			PipelineExecutionStartCondition: pulumi.String("EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"),
		}
	}
	var err error
	if b.baking, err = imagebuilder.NewImagePipeline(b.Context(), b.Child("pipeline"), args,
		b.Options(pulumi.DependsOn(b.permissions))...); err != nil {
		return err
	}
	b.out.PipelineARN = b.baking.Arn
	return nil
}
