package image

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/imagebuilder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/tags"
)

// Type is the type token of an Image. It is part of every child's identity and never changes.
const Type = "riglet:image:Image"

// Image bakes machine images.
type Image struct {
	pulumi.ResourceState

	// ParameterName is the SSM parameter that has the id of the newest image that passed its tests: what [Resolve] takes.
	ParameterName pulumi.StringOutput `pulumi:"parameterName"`
	// ParameterARN is the same, as policies name it.
	ParameterARN pulumi.StringOutput `pulumi:"parameterArn"`
	// PipelineARN is what is started to bake.
	PipelineARN pulumi.StringOutput `pulumi:"pipelineArn"`
	// RecipeARN is the recipe that the next image is made by.
	RecipeARN pulumi.StringOutput `pulumi:"recipeArn"`
	// RecipeVersion follows from the parent and the components alone.
	RecipeVersion pulumi.StringOutput `pulumi:"recipeVersion"`
	// Architecture is what hosts of this image must have: arm64 or amd64.
	Architecture pulumi.StringOutput `pulumi:"architecture"`
}

// NewImage makes a pipeline of Image Builder that bakes an image, tests it and publishes its id.
//
// Image Builder itself costs nothing. A bake costs an instance for about half an hour ($0.02 for a t4g.medium in
// us-west-2), an image $0.05 a month for each GB of its snapshot that is in use. Source: AWS's on-demand price pages.
//
// The error names every argument that is at fault; nothing is registered then.
func NewImage(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Image, error) {
	full := args.withDefaults(name)
	if err := full.validate(); err != nil {
		return nil, fmt.Errorf("image %q: %w", name, err)
	}
	image := &Image{}
	inputs := pulumi.Map{"region": pulumi.String(full.Region), "instanceType": pulumi.String(full.InstanceType)}
	if err := ctx.RegisterComponentResourceV2(Type, name, inputs, image, opts...); err != nil {
		return nil, fmt.Errorf("image %q: %w", name, err)
	}
	b := &builder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), image),
		args: full, out: image,
	}
	b.account = aws.GetCallerIdentityOutput(ctx, aws.GetCallerIdentityOutputArgs{}, pulumi.Parent(image)).AccountId()
	for _, step := range []func() error{
		b.recipe,
		b.securityGroup,
		b.instanceRole,
		b.infrastructure,
		b.parameter,
		b.distribution,
		b.executionRole,
		b.pipeline,
		b.lifecycle,
		b.events,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("image %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(image, image.outputs()); err != nil {
		return nil, fmt.Errorf("image %q: %w", name, err)
	}
	return image, nil
}

// builder is what the steps share.
type builder struct {
	component.Base
	args Args
	out  *Image

	account      pulumi.StringOutput
	parent       pulumi.StringOutput
	recipeName   string
	made         *imagebuilder.ImageRecipe
	group        *ec2.SecurityGroup
	role         *iam.Role
	profile      *iam.InstanceProfile
	permissions  []pulumi.Resource
	infra        *imagebuilder.InfrastructureConfiguration
	published    *ssm.Parameter
	distributing *imagebuilder.DistributionConfiguration
	executing    *iam.Role
	baking       *imagebuilder.ImagePipeline
}

func (i *Image) outputs() pulumi.Map {
	return pulumi.Map{
		"parameterName": i.ParameterName,
		"parameterArn":  i.ParameterARN,
		"pipelineArn":   i.PipelineARN,
		"recipeArn":     i.RecipeARN,
		"recipeVersion": i.RecipeVersion,
		"architecture":  i.Architecture,
	}
}
