package catalog

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/imagebuilder"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// The types of Image Builder that others refer to.
const (
	tokenComponent    = "aws:imagebuilder/component:Component"
	tokenRecipe       = "aws:imagebuilder/imageRecipe:ImageRecipe"
	tokenBuild        = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
	tokenDistribution = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration"
)

const builderARN = "arn:aws:imagebuilder:{region}:{account}:"

var (
	builderName    = regexp.MustCompile(`^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$`)
	builderVersion = regexp.MustCompile(`^[0-9]{1,10}\.[0-9]{1,10}\.[0-9]{1,10}$`)
	anyVersion     = regexp.MustCompile(`^([0-9]+|x)\.([0-9]+|x)\.([0-9]+|x)$`)
	anyParent      = regexp.MustCompile(
		`^(ami-([0-9a-f]{8}|[0-9a-f]{17})|arn:aws[a-z-]*:imagebuilder:.*:image/.+|ssm:.+)$`)
	anyComponent = regexp.MustCompile(`^arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):component/.+`)
	buildDate    = "{{ imagebuilder:buildDate }}"
)

// builderKeys: a name, with its version where there is one, is made only once.
func builderKeys(of string) []model.Key {
	return []model.Key{{
		Of:    of,
		Error: "ResourceAlreadyExistsException: The resource with the name and version specified already exists: " + of,
	}}
}

func builderNaming() *model.Naming { return &model.Naming{Property: "name", Max: 128} }

const builderMissing = "ResourceNotFoundException: The resource with ARN '{value}' does not exist."

const builderBusy = "ResourceDependencyException: The resource ARN '{id}' has other resources depended on it."

var imageBuilder = []model.Kind{
	{
		Token: tokenComponent, Args: imagebuilder.ComponentArgs{}, State: imagebuilder.Component{},
		ID: "{arn}", ARN: builderARN + "component/{name}/{version}/1",
		Name: builderNaming(), Keys: builderKeys("{name}/{version}"), Missing: builderMissing, Busy: builderBusy,
		Replace: []string{
			"changeDescription", "data", "description", "kmsKeyId", "name", "platform", "supportedOsVersions", "uri", "version",
		},
		Refs:    []model.Ref{{Path: "kmsKeyId", To: tokenKey, By: "arn", Loose: true, Outside: anyKey}},
		Outputs: map[string]any{"type": "BUILD", "owner": "{account}", "encrypted": true, "skipDestroy": false},
		Rules: []model.Rule{
			pattern("name", "3 to 128 letters, digits, _, - and blanks", builderName),
			pattern("version", "three numbers such as 1.0.0", builderVersion), versionNodes,
			oneOf("platform", "Linux", "Windows", "macOS"), exactlyOne("data", "uri"), length("data", 1, 16000), componentData,
		},
	},
	{
		Token: tokenRecipe, Args: imagebuilder.ImageRecipeArgs{}, State: imagebuilder.ImageRecipe{},
		ID: "{arn}", ARN: builderARN + "image-recipe/{name}/{version}",
		Name: builderNaming(), Keys: builderKeys("{name}/{version}"), Missing: builderMissing, Busy: builderBusy,
		Replace: []string{
			"blockDeviceMappings", "components", "description", "name", "parentImage", "systemsManagerAgent",
			"userDataBase64", "version", "workingDirectory",
		},
		Required: []string{"components"},
		Refs: []model.Ref{
			{Path: "components[].componentArn", To: tokenComponent, By: "arn", Outside: anyComponent},
			{
				Path: "blockDeviceMappings[].ebs.kmsKeyId", To: tokenKey, By: "arn", Loose: true, Outside: anyKey,
			},
		},
		Outputs: map[string]any{"owner": "{account}", "platform": "Linux"},
		Rules: []model.Rule{
			pattern("name", "3 to 128 letters, digits, _, - and blanks", builderName),
			pattern("version", "three numbers such as 1.0.0", builderVersion), versionNodes,
			pattern("parentImage", "an AMI, an image or a parameter", anyParent), recipeComponents,
			between("blockDeviceMappings[].ebs.volumeSize", 1, 16000), length("userDataBase64", 1, 21847),
			oneOf("blockDeviceMappings[].ebs.volumeType", "gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"),
		},
	},
	{
		Token: tokenBuild, Args: imagebuilder.InfrastructureConfigurationArgs{},
		State: imagebuilder.InfrastructureConfiguration{},
		ID:    "{arn}", ARN: builderARN + "infrastructure-configuration/{name}",
		Name: builderNaming(), Keys: builderKeys("{name}"), Replace: []string{"name"},
		Missing: builderMissing, Busy: builderBusy, Sets: []string{"instanceTypes", "securityGroupIds"},
		Refs: []model.Ref{
			{Path: "instanceProfileName", To: tokenProfile, By: "name", Loose: true},
			{Path: "subnetId", To: tokenSubnet, Loose: true},
			{Path: "securityGroupIds[]", To: tokenGroup, Loose: true},
			{Path: "snsTopicArn", To: tokenTopic, By: "arn", Loose: true},
		},
		Rules: []model.Rule{
			pattern("name", "3 to 128 letters, digits, _, - and blanks", builderName), subnetWithGroups,
			oneOf("instanceMetadataOptions.httpTokens", "required", "optional"),
			between("instanceMetadataOptions.httpPutResponseHopLimit", 1, 64),
		},
	},
	{
		Token: tokenDistribution, Args: imagebuilder.DistributionConfigurationArgs{},
		State: imagebuilder.DistributionConfiguration{},
		ID:    "{arn}", ARN: builderARN + "distribution-configuration/{name}",
		Name: builderNaming(), Keys: builderKeys("{name}"), Replace: []string{"name"}, Required: []string{"distributions"},
		Missing: builderMissing, Busy: builderBusy, Sets: []string{"distributions"},
		Refs: []model.Ref{{
			Path: "distributions[].amiDistributionConfiguration.kmsKeyId", To: tokenKey, By: "arn", Loose: true, Outside: anyKey,
		}},
		Rules: []model.Rule{
			pattern("name", "3 to 128 letters, digits, _, - and blanks", builderName), imageNames,
			oneOf("distributions[].ssmParameterConfigurations[].dataType", "text", "aws:ec2:image"),
		},
	},
	{
		Token: "aws:imagebuilder/imagePipeline:ImagePipeline", Args: imagebuilder.ImagePipelineArgs{},
		State: imagebuilder.ImagePipeline{},
		ID:    "{arn}", ARN: builderARN + "image-pipeline/{name}",
		Name: builderNaming(), Keys: builderKeys("{name}"), Replace: []string{"name"}, Missing: builderMissing,
		Refs: []model.Ref{
			{Path: "imageRecipeArn", To: tokenRecipe, By: "arn"},
			{Path: "infrastructureConfigurationArn", To: tokenBuild, By: "arn"},
			{Path: "distributionConfigurationArn", To: tokenDistribution, By: "arn"},
			{Path: "executionRole", To: tokenRole, By: "arn", Loose: true},
		},
		Outputs: map[string]any{"platform": "Linux", "status": "ENABLED"},
		Rules: []model.Rule{
			pattern("name", "3 to 128 letters, digits, _, - and blanks", builderName),
			exactlyOne("imageRecipeArn", "containerRecipeArn"), oneOf("status", "ENABLED", "DISABLED"),
			between("imageTestsConfiguration.timeoutMinutes", 60, 1440),
			oneOf("schedule.pipelineExecutionStartCondition",
				"EXPRESSION_MATCH_ONLY", "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"),
		},
		Admit: admits(parametersNeedARole),
	},
	{
		Token: "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy", Args: imagebuilder.LifecyclePolicyArgs{},
		State: imagebuilder.LifecyclePolicy{},
		ID:    "{arn}", ARN: builderARN + "lifecycle-policy/{name}",
		Name: builderNaming(), Keys: builderKeys("{name}"), Replace: []string{"name"}, Missing: builderMissing,
		Refs:    []model.Ref{{Path: "executionRole", To: tokenRole, By: "arn", Loose: true}},
		Outputs: map[string]any{"status": "ENABLED"},
		Rules: []model.Rule{
			pattern("name", "3 to 128 letters, digits, _, - and blanks", builderName),
			oneOf("resourceType", "AMI_IMAGE", "CONTAINER_IMAGE"),
			oneOf("policyDetails[].action.type", "DELETE", "DEPRECATE", "DISABLE"),
			oneOf("policyDetails[].filter.type", "AGE", "COUNT"), between("policyDetails[].filter.value", 1, 1000),
			pattern("resourceSelection.recipes[].semanticVersion", "a version, or x in its place", anyVersion),
			countsOnlyDelete,
		},
	},
}

// versionNodes: each part of a version is below 2^30.
func versionNodes(c *model.Check) {
	for part := range strings.SplitSeq(model.Str(c.Props, "version"), ".") {
		if len(part) > 10 || len(part) == 10 && part > "1073741823" {
			c.Fault("version", "want parts of at most 1073741823, got %s", part)
		}
	}
}

func componentData(c *model.Check) {
	data := model.Str(c.Props, "data")
	if data != "" && (!strings.Contains(data, "schemaVersion:") || !strings.Contains(data, "phases:")) {
		c.Fault("data", "want a document with schemaVersion and phases")
	}
}

func recipeComponents(c *model.Check) {
	if n := len(model.Values(c.Props, "components[].componentArn")); n < 1 || n > 20 {
		c.Fault("components", "want 1 to 20, got %d", n)
	}
}

func subnetWithGroups(c *model.Check) {
	if model.Has(c.Props, "subnetId") != model.Has(c.Props, "securityGroupIds") {
		c.Fault("securityGroupIds", "want subnetId and securityGroupIds together")
	}
}

// imageNames: an image's name is used once, so it has to have the time of its build in it.
func imageNames(c *model.Check) {
	for _, name := range model.Values(c.Props, "distributions[].amiDistributionConfiguration.name") {
		if text := name.StringValue(); !strings.Contains(text, buildDate) || len(text) > 127 {
			c.Fault("distributions", "want a name with %s of at most 127 characters, got %q", buildDate, text)
		}
	}
}

// countsOnlyDelete: images are counted only to be deleted.
func countsOnlyDelete(c *model.Check) {
	types := model.Values(c.Props, "policyDetails[].action.type")
	for i, filter := range model.Values(c.Props, "policyDetails[].filter.type") {
		if filter.StringValue() == "COUNT" && i < len(types) && types[i].StringValue() != "DELETE" {
			c.Fault("policyDetails", "want the action DELETE with the filter COUNT, got %s", types[i].StringValue())
		}
	}
}

// parametersNeedARole: the role that Image Builder has by itself may not write parameters.
func parametersNeedARole(s *model.Scene) error {
	made := s.World.Find(tokenDistribution, "arn", s.In("distributionConfigurationArn"))
	if made == nil || len(model.Values(made.Outputs, "distributions[].ssmParameterConfigurations[].parameterName")) == 0 {
		return nil
	}
	if s.In("executionRole") == "" {
		return model.Refuse("InvalidParameterCombinationException",
			"An execution role is required to write the SSM parameters of %s", made.ID)
	}
	return nil
}
