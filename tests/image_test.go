package tests_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/image"
	"github.com/riglet/riglet/internal/conform"
	"github.com/riglet/riglet/internal/engine"
)

// imageRow is the image's row of the conformance table.
func imageRow() conform.Component {
	return conform.Component{
		Type: image.Type,
		New: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return bakedImage(ctx, name, image.Args{Tags: conform.Tags()}, opts...)
		},
		Bad: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return image.NewImage(ctx, name, &image.Args{Region: "nowhere"}, opts...)
		},
		Nil: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return image.NewImage(ctx, name, nil, opts...)
		},
	}
}

const installs = `schemaVersion: 1.0
phases:
  - name: build
    steps: [{name: Install, action: ExecuteBash, inputs: {commands: [apt-get install -y nginx-light]}}]
`

// bakedImage makes an image in a network of its own.
func bakedImage(
	ctx *pulumi.Context, name string, args image.Args, opts ...pulumi.ResourceOption,
) (*image.Image, error) {
	network, err := foundation.NewFoundation(ctx, "under-"+name, &foundation.Args{
		Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
	})
	if err != nil {
		return nil, err
	}
	args.Region, args.VPCID = "us-west-2", network.VPCID
	args.SubnetID, args.AlarmTopicARN = network.AppSubnetIDs.Index(pulumi.Int(0)), network.OperationsTopicARN
	if args.Components == nil {
		args.Components = []image.Component{{Name: "web", Data: installs}}
	}
	return image.NewImage(ctx, name, &args, opts...)
}

// ofImage is a program of one image, called "shop".
func ofImage(args image.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		made, err := bakedImage(ctx, "shop", args)
		if err != nil {
			return err
		}
		ctx.Export("version", made.RecipeVersion)
		ctx.Export("parameter", made.ParameterName)
		return nil
	}
}

func TestImage_comesAndGoes(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]image.Args{
		"by default": {},
		"named": {
			Prefix: "acme-demo-test", Schedule: "cron(0 3 ? * mon *)", InstanceType: "t3.medium",
			Tests: []image.Component{{Name: "answers", Data: strings.ReplaceAll(installs, "build", "test")}},
		},
		"of a given image": {
			ParentImageID: pulumi.String("ami-0123456789abcdef0"), FirstImageID: pulumi.String("ami-0fedcba9876543210"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, program := newAccount(t), ofImage(args)
			plan := a.run(t, engine.Preview, program)
			assert.Empty(t, a.cloud.Resources(), "a preview makes nothing")
			up := a.run(t, engine.Up, program)
			assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
			assert.Zero(t, a.run(t, engine.Up, program).Changes(), "a second up changes nothing")
			a.run(t, engine.Destroy, program)
			assert.Empty(t, a.cloud.Resources(), "nothing is left behind")
		})
	}
}

// A recipe is never changed: another is made, the pipeline moves to it, and the old one goes last.
func TestImage_bumpsTheVersionWithTheRecipe(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	first := a.run(t, engine.Up, ofImage(image.Args{}))
	changed := []image.Component{{Name: "web", Data: strings.Replace(installs, "nginx-light", "nginx", 1)}}
	second := a.run(t, engine.Up, ofImage(image.Args{Components: changed}))
	assert.NotEqual(t, first.Outputs["version"], second.Outputs["version"])
	assert.Equal(t, first.Outputs["parameter"], second.Outputs["parameter"], "who uses the image sees the same name")
	assert.ElementsMatch(t, []string{
		"replace imagebuilder/component shop-component-web", "replace imagebuilder/imageRecipe shop-recipe",
		"update imagebuilder/imagePipeline shop-pipeline",
	}, lines(second))
	back := a.run(t, engine.Up, ofImage(image.Args{}))
	assert.Equal(t, first.Outputs["version"], back.Outputs["version"], "the same content has the same version")
	assert.Zero(t, a.run(t, engine.Up, ofImage(image.Args{})).Changes())
	a.run(t, engine.Destroy, ofImage(image.Args{}))
	require.Empty(t, a.cloud.Resources())
}

// A fleet reads the image by the parameter, by one version of it, or is given one: all three alike.
func TestImage_isUsedInThreeWays(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	args := image.Args{ParentImageID: pulumi.String("ami-0123456789abcdef0")}
	a.run(t, engine.Up, ofImage(args))
	for _, reference := range []string{"/riglet/shop/image", "/riglet/shop/image:1", "ami-0123456789abcdef0"} {
		result := a.run(t, engine.Up, ofReference(args, reference))
		assert.Equal(t, "ami-0123456789abcdef0", result.Outputs["image"], reference)
	}
	missing := a.try(t, engine.Preview, "integration", ofReference(args, "/riglet/shop/image:2"))
	assert.Contains(t, strings.Join(missing.Errors, "\n"), "ParameterVersionNotFound")
}

func ofReference(args image.Args, reference string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if err := ofImage(args)(ctx); err != nil {
			return err
		}
		id, err := image.Resolve(ctx, reference)
		if err != nil {
			return err
		}
		ctx.Export("image", id)
		return nil
	}
}
