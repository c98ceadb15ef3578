package image

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/imagebuilder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/naming"
)

// boots is the test that every image has to pass.
var boots = Component{Name: "boots", Data: `name: boots
description: The image comes up whole, and its metadata answers nobody without a token
schemaVersion: 1.0
phases:
  - name: test
    steps:
      - name: Boots
        action: ExecuteBash
        timeoutSeconds: 600
        inputs:
          commands:
            - cloud-init status --wait
            - failed=$(systemctl list-units --failed --no-legend --plain); echo "failed: $failed"; test -z "$failed"
            - test "$(curl --silent --output /dev/null --write-out '%{http_code}' http://169.254.169.254/latest/)" = 401
`}

// agent is what the build instance runs at its start. Image Builder speaks to it through the Session Manager agent,
// which Debian lacks; where there is one already nothing is done. It stays in the image.
const agent = `#!/bin/bash
set -euo pipefail
command -v amazon-ssm-agent >/dev/null && exit 0
[ -e /snap/bin/amazon-ssm-agent ] && exit 0
package=$(mktemp --suffix .deb)
machine=$(dpkg --print-architecture)
url=https://s3.REGION.amazonaws.com/amazon-ssm-REGION/latest/debian_$machine/amazon-ssm-agent.deb
if command -v curl >/dev/null; then curl --silent --show-error --fail --retry 5 --output "$package" "$url"
else wget --quiet --tries 5 --output-document "$package" "$url"; fi
dpkg --install "$package"
systemctl enable --now amazon-ssm-agent
`

// createFirst makes a new version beside the one that is in use. Without it Pulumi deletes first what has a name of its
// own, which AWS refuses for as long as the pipeline uses it. The version tells the two apart.
var createFirst = pulumi.DeleteBeforeReplace(false)

// recipe makes the components and the recipe of them. Its version follows from the parent, the disk and every
// component, so that a change makes a new recipe before the old one goes, and no change makes none.
func (b *builder) recipe() error {
	b.parent = b.parentImage()
	parts := imagebuilder.ImageRecipeComponentArray{}
	content := []string{b.args.RootDevice, strconv.Itoa(b.args.VolumeGiB), agent}
	for _, c := range slices.Concat(b.args.Components, b.args.Tests) {
		arn, err := b.component(c)
		if err != nil {
			return err
		}
		parts = append(parts, imagebuilder.ImageRecipeComponentArgs{ComponentArn: arn})
		content = append(content, c.Name, c.Data, c.ARN)
	}
	b.recipeName = naming.Fit(naming.ImageBuilder, b.args.Prefix, b.Child("recipe"))
	b.out.RecipeVersion = pulumix.Cast[pulumi.StringOutput](pulumix.Apply2Err(b.parent, b.key(),
		func(parent, key string) (string, error) {
			return version(append([]string{parent, key}, content...)...)
		}))
	var err error
	b.made, err = imagebuilder.NewImageRecipe(b.Context(), b.Child("recipe"), b.recipeArgs(parts),
		b.Options(createFirst)...)
	if err != nil {
		return err
	}
	b.out.RecipeARN = b.made.Arn
	b.out.Architecture = pulumi.String(b.args.arch()).ToStringOutput()
	return nil
}

func (b *builder) recipeArgs(parts imagebuilder.ImageRecipeComponentArray) *imagebuilder.ImageRecipeArgs {
	disk := imagebuilder.ImageRecipeBlockDeviceMappingEbsArgs{
		VolumeType: pulumi.String("gp3"), VolumeSize: pulumi.Int(b.args.VolumeGiB),
		Encrypted: pulumi.String("true"), DeleteOnTermination: pulumi.String("true"),
	}
	if b.args.KMSKeyARN != nil {
		disk.KmsKeyId = b.args.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
	}
	return &imagebuilder.ImageRecipeArgs{
		Name: pulumi.String(b.recipeName), Version: b.out.RecipeVersion, ParentImage: b.parent, Components: parts,
		Description: pulumi.String("image " + b.NameTag()),
		BlockDeviceMappings: imagebuilder.ImageRecipeBlockDeviceMappingArray{
			imagebuilder.ImageRecipeBlockDeviceMappingArgs{DeviceName: pulumi.String(b.args.RootDevice), Ebs: disk},
		},
		// Image Builder encodes nothing itself; its own installation of the agent knows no Debian.
		UserDataBase64: pulumi.String(base64.StdEncoding.EncodeToString([]byte(
			strings.ReplaceAll(agent, "REGION", b.args.Region)))),
		Tags: b.Tags("recipe"),
	}
}

// key is part of the recipe's content: another key is another image.
func (b *builder) key() pulumi.StringOutput {
	if b.args.KMSKeyARN == nil {
		return pulumi.String("").ToStringOutput()
	}
	return b.args.KMSKeyARN.ToStringOutput()
}

// parentImage is the one that was given, or what the parameter has at the time of the preview. A newer one is a new
// version of the recipe: the preview shows it.
func (b *builder) parentImage() pulumi.StringOutput {
	if b.args.ParentImageID != nil {
		return b.args.ParentImageID.ToStringOutput()
	}
	return lookUp(b.Context(), b.args.ParentParameter, pulumi.Parent(b.out))
}

// component makes one of its text, or takes one that exists. One component is never changed: its version follows from
// its text.
func (b *builder) component(c Component) (pulumi.StringInput, error) {
	if c.ARN != "" {
		return pulumi.String(c.ARN), nil
	}
	number, err := version(c.Data)
	if err != nil {
		return nil, err
	}
	made, err := imagebuilder.NewComponent(b.Context(), b.Child("component", c.Name), &imagebuilder.ComponentArgs{
		Name:     pulumi.String(naming.Fit(naming.ImageBuilder, b.args.Prefix, b.Child("component", c.Name))),
		Version:  pulumi.String(number),
		Platform: pulumi.String("Linux"),
		Data:     pulumi.String(c.Data),
		KmsKeyId: b.componentKey(),
		Tags:     b.Tags("component", c.Name),
	}, b.Options(createFirst)...)
	if err != nil {
		return nil, err
	}
	return made.Arn, nil
}

func (b *builder) componentKey() pulumi.StringPtrInput {
	if b.args.KMSKeyARN == nil {
		return nil
	}
	return b.args.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
}
