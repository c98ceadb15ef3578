package image_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/image"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	recipeType       = "aws:imagebuilder/imageRecipe:ImageRecipe"
	buildType        = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
	distributionType = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration"
	pipelineType     = "aws:imagebuilder/imagePipeline:ImagePipeline"
	oldImagesType    = "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy"
	parameterType    = "aws:ssm/parameter:Parameter"
	policyType       = "aws:iam/rolePolicy:RolePolicy"
	ruleType         = "aws:cloudwatch/eventRule:EventRule"
)

const installs = "schemaVersion: 1.0\nphases: [{name: build, steps: [{name: Install, action: ExecuteBash}]}]\n"

func args() image.Args {
	return image.Args{
		Region: "us-west-2",
		VPCID:  pulumi.String("vpc-0123456789abcdef0"), SubnetID: pulumi.String("subnet-0123456789abcdef0"),
		ParentImageID: pulumi.String("ami-0123456789abcdef0"),
		Components:    []image.Component{{Name: "web", Data: installs}},
	}
}

// program makes an image in a subnet beside it.
func program(given image.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		network, err := ec2.NewVpc(ctx, "network", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")})
		if err != nil {
			return err
		}
		subnet, err := ec2.NewSubnet(ctx, "subnet", &ec2.SubnetArgs{
			VpcId: network.ID(), CidrBlock: pulumi.String("10.0.0.0/24"), AvailabilityZone: pulumi.String("us-west-2a"),
		})
		if err != nil {
			return err
		}
		full := given
		full.VPCID, full.SubnetID = network.ID(), subnet.ID()
		_, err = image.NewImage(ctx, "shop", &full)
		return err
	}
}

// alone makes nothing but the image, if anything.
func alone(given image.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := image.NewImage(ctx, "shop", &given)
		return err
	}
}

func TestNewImage_refuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*image.Args)
		want   string
	}{
		"no components": {func(a *image.Args) { a.Components = nil }, "components: want at least one, got nothing"},
		"a component of neither": {
			func(a *image.Args) { a.Components[0].Data = "" }, "components[0]: want either data or arn, got nothing",
		},
		"a component that may change": {
			func(a *image.Args) {
				a.Components = []image.Component{{
					Name: "x1", ARN: "arn:aws:imagebuilder:us-west-2:aws:component/update-linux/x.x.x",
				}}
			},
			"components[0].arn: want the ARN of a component with its version",
		},
		"a document that is none": {
			func(a *image.Args) { a.Components[0].Data = "schemaVersion: 2.0\nphases: [{name: bake}]\n" },
			`components[0].data.schemaVersion: want 1.0, got "2.0"`,
		},
		"two of one name": {
			func(a *image.Args) { a.Tests = []image.Component{{Name: "web", Data: installs}} },
			`components[1]: want each value once, got "web"`,
		},
		"sharing under the key of AWS": {
			func(a *image.Args) { a.ShareWith = []string{"123456789012"} },
			"shareWith: want nobody unless kmsKeyArn is given: AWS's own key opens to no other account",
		},
		"a parameter of AWS": {
			func(a *image.Args) { a.ParameterName = "/aws/shop" },
			`parameterName: want a path such as /acme/shop/image, not beginning with /aws or /ssm, got "/aws/shop"`,
		},
		"two parents": {
			func(a *image.Args) { a.ParentParameter = "/x" }, `parentParameter: want nothing beside parentImageId, got "/x"`,
		},
		"logs to nowhere": {func(a *image.Args) { a.LogPrefix = "x" }, `logPrefix: want nothing without logBucket, got "x"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := args()
			tt.change(&given)
			recorder, err := pulumitest.RunE(alone(given))
			require.ErrorContains(t, err, tt.want)
			assert.Empty(t, recorder.Resources())
		})
	}
}

func TestNewImage_isSafeByDefault(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(args()))
	recipe := recorder.Find(recipeType, "shop-recipe")
	assert.Equal(t, "true", recipe.Input("blockDeviceMappings[0].ebs.encrypted"))
	assert.Equal(t, "ami-0123456789abcdef0", recipe.Input("parentImage"))
	build := recorder.Find(buildType, "shop-build")
	assert.Equal(t, "required", build.Input("instanceMetadataOptions.httpTokens"))
	assert.InDelta(t, 1, build.Input("instanceMetadataOptions.httpPutResponseHopLimit"), 0)
	assert.Equal(t, true, build.Input("terminateInstanceOnFailure"))
	assert.Nil(t, build.Input("keyPair"))
	pipeline := recorder.Find(pipelineType, "shop-pipeline")
	assert.Equal(t, true, pipeline.Input("imageTestsConfiguration.imageTestsEnabled"))
	assert.Nil(t, pipeline.Input("schedule"), "nothing is baked that nobody asked for")
	distribution := recorder.Find(distributionType, "shop-distribution")
	assert.Nil(t, distribution.Input("distributions[0].amiDistributionConfiguration.launchPermission"))
	assert.Equal(t, "aws:ec2:image", distribution.Input("distributions[0].ssmParameterConfigurations[0].dataType"))
}

func TestNewImage_clearsOutWhatNobodyUses(t *testing.T) {
	t.Parallel()
	policy := pulumitest.Run(t, program(args())).Find(oldImagesType, "shop-lifecycle")
	assert.Equal(t, "x.x.x", policy.Input("resourceSelection.recipes[0].semanticVersion"), "every version of the recipe")
	assert.Equal(t, "DELETE", policy.Input("policyDetails[0].action.type"))
	assert.Equal(t, true, policy.Input("policyDetails[0].action.includeResources.snapshots"))
	assert.InDelta(t, 10, policy.Input("policyDetails[0].filter.value"), 0)
	assert.InDelta(t, 60, policy.Input("policyDetails[0].exclusionRules.amis.lastLaunched.value"), 0)
}

// The recipe's version is of its content alone.
func TestNewImage_versionsTheRecipeByItsContent(t *testing.T) {
	t.Parallel()
	versionOf := func(change func(*image.Args)) any {
		given := args()
		change(&given)
		return pulumitest.Run(t, program(given)).Find(recipeType, "shop-recipe").Input("version")
	}
	base := versionOf(func(*image.Args) {})
	assert.Regexp(t, `^1\.[0-9]{1,10}\.[0-9]{1,10}$`, base)
	for name, same := range map[string]func(*image.Args){
		"nothing":     func(*image.Args) {},
		"a tag":       func(a *image.Args) { a.Tags = map[string]string{"team": "shop"} },
		"a schedule":  func(a *image.Args) { a.Schedule = "cron(0 3 ? * mon *)" },
		"the account": func(a *image.Args) { a.KeepImages = 5 },
	} {
		assert.Equal(t, base, versionOf(same), name)
	}
	for name, other := range map[string]func(*image.Args){
		"the parent":   func(a *image.Args) { a.ParentImageID = pulumi.String("ami-0fedcba9876543210") },
		"a component":  func(a *image.Args) { a.Components[0].Data += "# more\n" },
		"another test": func(a *image.Args) { a.Tests = []image.Component{{Name: "answers", Data: installs}} },
		"the disk":     func(a *image.Args) { a.VolumeGiB = 20 },
		"the key": func(a *image.Args) {
			a.KMSKeyARN = pulumi.String("arn:aws:kms:us-west-2:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000")
		},
	} {
		assert.NotEqual(t, base, versionOf(other), name)
	}
}

// No statement that changes anything is open to everything of the account.
func TestNewImage_givesRolesNoMoreThanTheyNeed(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(args()))
	for _, name := range []string{"shop-build", "shop-execution", "shop-lifecycle"} {
		var document struct {
			Statement []struct {
				Sid              string
				Action, Resource []string
				Condition        map[string]any
			}
		}
		text, _ := recorder.Find(policyType, name).Input("policy").(string)
		require.NoError(t, json.Unmarshal([]byte(text), &document), name)
		for _, statement := range document.Statement {
			for _, action := range statement.Action {
				assert.NotContains(t, action, "*", statement.Sid)
			}
			reads := statement.Sid == "See" || statement.Sid == "SeeImages" || statement.Sid == "TakeCommands"
			if !reads && len(statement.Condition) == 0 {
				assert.NotContains(t, statement.Resource, "*", "%s: %s", name, statement.Sid)
			}
		}
	}
}

func TestNewImage_tellsOfFailures(t *testing.T) {
	t.Parallel()
	given := args()
	given.AlarmTopicARN = pulumi.String("arn:aws:sns:us-west-2:123456789012:operations")
	pattern, _ := pulumitest.Run(t, program(given)).Find(ruleType, "shop-failures").Input("eventPattern").(string)
	assert.Contains(t, pattern, `"status":["FAILED","CANCELLED"]`)
	assert.Contains(t, pattern, `:image/shop-recipe/"`)
}

// What is published afterwards stays: an update does not put the first image back.
func TestNewImage_publishesToAParameterOfItsOwn(t *testing.T) {
	t.Parallel()
	given := args()
	given.Prefix, given.FirstImageID = "acme-shop", pulumi.String("ami-0fedcba9876543210")
	parameter := pulumitest.Run(t, program(given)).Find(parameterType, "shop-published")
	assert.Equal(t, "/riglet/acme-shop/image", parameter.Input("name"))
	assert.Equal(t, "ami-0fedcba9876543210", parameter.Input("insecureValue"))
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "debian", "ami-1", "/a b", "/shop:0", "shop/image"} {
		err := resolve(bad)
		require.ErrorContains(t, err, "image: want an id such as", bad)
	}
	for _, good := range []string{"ami-0123456789abcdef0", "/acme/shop/image", "/acme/shop/image:3"} {
		require.NoError(t, resolve(good), good)
	}
}

func resolve(reference string) error {
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		_, err := image.Resolve(ctx, reference)
		return err
	})
	return err
}
