package image

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/imagebuilder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

const (
	// anyVersion is every version of the recipe: each change makes another.
	anyVersion = "x.x.x"
	// keepTag on an image keeps it for good.
	keepTag = "riglet:keep"
)

// lifecycle deletes images and their snapshots beyond the newest, but none that was launched lately or is to be kept.
func (b *builder) lifecycle() error {
	role, err := b.serviceRole("lifecycle", "clears out old images "+b.NameTag())
	if err != nil {
		return err
	}
	if err = b.allow("lifecycle", role, component.Policy1(b.account, b.lifecyclePolicy)); err != nil {
		return err
	}
	detail := imagebuilder.LifecyclePolicyPolicyDetailArgs{
		Action: imagebuilder.LifecyclePolicyPolicyDetailActionArgs{
			Type: pulumi.String("DELETE"),
			IncludeResources: imagebuilder.LifecyclePolicyPolicyDetailActionIncludeResourcesArgs{
				Amis: pulumi.Bool(true), Snapshots: pulumi.Bool(true),
			},
		},
		Filter: imagebuilder.LifecyclePolicyPolicyDetailFilterArgs{
			Type: pulumi.String("COUNT"), Value: pulumi.Int(b.args.KeepImages),
		},
		ExclusionRules: imagebuilder.LifecyclePolicyPolicyDetailExclusionRulesArgs{
			Amis: imagebuilder.LifecyclePolicyPolicyDetailExclusionRulesAmisArgs{
				LastLaunched: imagebuilder.LifecyclePolicyPolicyDetailExclusionRulesAmisLastLaunchedArgs{
					Unit: pulumi.String("DAYS"), Value: pulumi.Int(b.args.KeepLaunchedDays),
				},
				TagMap: pulumi.StringMap{keepTag: pulumi.String("true")},
			},
		},
	}
	_, err = imagebuilder.NewLifecyclePolicy(b.Context(), b.Child("lifecycle"), &imagebuilder.LifecyclePolicyArgs{
		Name:          pulumi.String(naming.Fit(naming.ImageBuilder, b.args.Prefix, b.Child("lifecycle"))),
		Description:   pulumi.String("keeps the newest images and those in use"),
		ResourceType:  pulumi.String("AMI_IMAGE"),
		ExecutionRole: role.Arn,
		PolicyDetails: imagebuilder.LifecyclePolicyPolicyDetailArray{detail},
		ResourceSelection: imagebuilder.LifecyclePolicyResourceSelectionArgs{
			Recipes: imagebuilder.LifecyclePolicyResourceSelectionRecipeArray{
				imagebuilder.LifecyclePolicyResourceSelectionRecipeArgs{
					Name: b.made.Name, SemanticVersion: pulumi.String(anyVersion),
				},
			},
		},
		Tags: b.Tags("lifecycle"),
	}, b.Options(pulumi.DependsOn(b.permissions))...)
	return err
}

// eventPattern selects events of EventBridge.
type eventPattern struct {
	Source     []string `json:"source"`
	DetailType []string `json:"detail-type"`
	Resources  []prefix `json:"resources"`
	Detail     detail   `json:"detail"`
}

type prefix struct {
	Prefix string `json:"prefix"`
}

type detail struct {
	State struct {
		Status []string `json:"status"`
	} `json:"state"`
}

// events tells the topic of builds and tests that failed. Nobody waits for a bake.
func (b *builder) events() error {
	if b.args.AlarmTopicARN == nil {
		return nil
	}
	rule, err := cloudwatch.NewEventRule(b.Context(), b.Child("failures"), &cloudwatch.EventRuleArgs{
		Name:         b.Physical(naming.EventRule, "failures"),
		Description:  pulumi.String("images that could not be built, or did not pass"),
		EventPattern: pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(b.account, b.failures)),
		Tags:         b.Tags("failures"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(b.Context(), b.Child("failures"), &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("operations"), Arn: b.args.AlarmTopicARN,
	}, b.Options()...)
	return err
}

// failures is the pattern of this recipe's images.
func (b *builder) failures(account string) (string, error) {
	pattern := eventPattern{
		Source: []string{"aws.imagebuilder"}, DetailType: []string{"EC2 Image Builder Image State Change"},
		Resources: []prefix{{b.arn(account, "image/"+b.recipeName+"/")}},
	}
	pattern.Detail.State.Status = []string{"FAILED", "CANCELLED"}
	text, err := json.Marshal(pattern)
	return string(text), err
}

func (b *builder) arn(account, what string) string {
	return "arn:aws:imagebuilder:" + b.args.Region + ":" + account + ":" + what
}

// ours holds for what Image Builder has made, and for nothing else.
func ours(key string) policy.Condition {
	return policy.Condition{"StringEquals": {key: {"EC2 Image Builder"}}}
}
