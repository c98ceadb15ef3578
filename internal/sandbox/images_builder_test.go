package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const document = "schemaVersion: 1.0\nphases: [{name: build}]\n"

// builtIn is a component.
func builtIn(change props) props {
	return with(props{"platform": "Linux", "version": "1.0.0", "data": document}, change)
}

// recipe is one of the component "component".
func recipe(change props) props {
	return with(props{
		"version": "1.0.0", "parentImage": ami, "components": []any{props{"componentArn": "@component.arn"}},
	}, change)
}

// distributed publishes to a parameter.
func distributed(name string) props {
	return props{"distributions": []any{props{
		"region": region, "amiDistributionConfiguration": props{"name": name},
		"ssmParameterConfigurations": []any{props{"parameterName": "/shop", "dataType": "aws:ec2:image"}},
	}}}
}

func baked(change props) props {
	return with(props{
		"imageRecipeArn": "@recipe.arn", "infrastructureConfigurationArn": "@imageBuild.arn",
		"distributionConfigurationArn": "@distribution.arn",
	}, change)
}

// oldImages counts images, and does with those beyond what it says.
func oldImages(action string) props {
	return props{
		"resourceType": "AMI_IMAGE", "executionRole": "@imageRole.arn",
		"policyDetails": []any{props{
			"action": props{"type": action}, "filter": props{"type": "COUNT", "value": 5},
		}},
		"resourceSelection": props{"recipes": []any{props{"name": "shop", "semanticVersion": "x.x.x"}}},
	}
}

// bakery is what a pipeline needs.
func bakery() []thing {
	return []thing{
		{componentT, "component", builtIn(props{"name": "shop"})},
		{recipeT, "recipe", recipe(props{"name": "shop"})},
		{roleT, "imageRole", props{"assumeRolePolicy": trust("imagebuilder.amazonaws.com")}},
		{profileT, "imageProfile", props{"role": "@imageRole"}},
		{buildT, "imageBuild", props{"instanceProfileName": "@imageProfile.name"}},
		{distributionT, "distribution", distributed("shop {{ imagebuilder:buildDate }}")},
	}
}

func TestCreate_refuses_images(t *testing.T) {
	t.Parallel()
	const exists = "ResourceAlreadyExistsException: The resource with the name and version specified already exists: "
	runRefusals(t, []refusal{
		{
			"a component of the same version", bakery(), componentT, builtIn(props{"name": "shop", "data": document + "#"}),
			exists + "shop/1.0.0",
		},
		{"a component of another version", bakery(), componentT, builtIn(props{"name": "shop", "version": "1.0.1"}), ""},
		{"a recipe of the same version", bakery(), recipeT, recipe(props{"name": "shop"}), exists + "shop/1.0.0"},
		{
			"a parameter without a role", bakery(), pipelineT, baked(props{}),
			"InvalidParameterCombinationException: An execution role is required to write the SSM parameters of " +
				"@{distribution}",
		},
		{"a parameter with a role", bakery(), pipelineT, baked(props{"executionRole": "@imageRole.arn"}), ""},
	})
}

func TestCheck_refuses_images(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range all() {
		l.make(th.token, th.name, th.props)
	}
	noRecipe := recipe(props{"components": []any{}})
	tests := []struct {
		name, token string
		give        props
		want        []string
	}{
		{"a version of two", componentT, builtIn(props{"version": "1.0"}), []string{
			`version: want three numbers such as 1.0.0, got "1.0"`,
		}},
		{"a version too large", componentT, builtIn(props{"version": "1.1073741824.0"}), []string{
			"version: want parts of at most 1073741823, got 1073741824",
		}},
		{"a component of neither", componentT, props{"platform": "Linux", "version": "1.0.0"}, []string{
			"data: want exactly one of data, uri, got 0",
		}},
		{
			"no document", componentT, builtIn(props{"data": "x"}),
			[]string{"data: want a document with schemaVersion and phases"},
		},
		{"nothing to install", recipeT, noRecipe, []string{"components: want 1 to 20, got 0"}},
		{"no parent", recipeT, recipe(props{"parentImage": "debian"}), []string{
			`parentImage: want an AMI, an image or a parameter, got "debian"`,
		}},
		{"a name for ever", distributionT, distributed("shop"), []string{
			`distributions: want a name with {{ imagebuilder:buildDate }} of at most 127 characters, got "shop"`,
		}},
		{"a count that deprecates", oldImagesT, oldImages("DEPRECATE"), []string{
			"policyDetails: want the action DELETE with the filter COUNT, got DEPRECATE",
		}},
		{"a subnet alone", buildT, props{"instanceProfileName": "@imageProfile.name", "subnetId": "@a"}, []string{
			"securityGroupIds: want subnetId and securityGroupIds together",
		}},
		{"a short test", pipelineT, baked(props{"imageTestsConfiguration": props{"timeoutMinutes": 5}}), []string{
			"imageTestsConfiguration.timeoutMinutes: want 60 to 1440, got 5",
		}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, l.faults(tt.token, tt.give), tt.name)
	}
}
