package compute

import (
	"encoding/base64"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/components/compute/internal/ecshost"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/naming"
)

// imageParameters are where AWS publishes the ECS-optimised Amazon Linux 2023.
var imageParameters = map[instancetype.Arch]string{
	instancetype.AMD64: "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
	instancetype.ARM64: "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
}

// image is the image of the hosts. It is looked up here and not by EC2 at each launch: a new one is then a change
// that shows and rolls the hosts, and that Auto Scaling can take back, which it refuses for a parameter.
func (b *clusterBuilder) image() pulumi.StringInput {
	if b.args.ImageID != nil {
		return b.args.ImageID
	}
	parameter := ssm.LookupParameterOutput(b.Context(), ssm.LookupParameterOutputArgs{
		Name: pulumi.String(imageParameters[instancetype.ArchOf(b.args.InstanceType)]),
	}, pulumi.Parent(b.out))
	// Parameters are secrets, even those that AWS publishes, and this one would make one of the whole template.
	return pulumi.Unsecret(parameter.InsecureValue()).(pulumi.StringOutput)
}

// launchTemplate says what a host is. It has no key: hosts are reached by Session Manager.
func (b *clusterBuilder) launchTemplate() error {
	var err error
	b.template, err = ec2.NewLaunchTemplate(b.Context(), b.Child("hosts"), &ec2.LaunchTemplateArgs{
		Name:                 b.Physical(naming.LaunchTemplate, "hosts"),
		ImageId:              b.image().ToStringOutput(),
		InstanceType:         pulumi.String(b.args.InstanceType),
		UpdateDefaultVersion: pulumi.Bool(true),
		UserData:             b.userData(),
		IamInstanceProfile:   b.profile,
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			// One hop ends at the host itself: a container in bridge mode never gets a token for its credentials.
			HttpTokens: pulumi.String("required"), HttpPutResponseHopLimit: pulumi.Int(1),
			HttpEndpoint: pulumi.String("enabled"),
		},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{b.volume()},
		NetworkInterfaces: ec2.LaunchTemplateNetworkInterfaceArray{
			ec2.LaunchTemplateNetworkInterfaceArgs{
				DeviceIndex: pulumi.Int(0), AssociatePublicIpAddress: pulumi.String("false"),
				DeleteOnTermination: pulumi.String("true"), SecurityGroups: pulumi.StringArray{b.group.ID()},
			},
		},
		TagSpecifications: b.hostTags(),
		Tags:              b.Tags("hosts"),
	}, b.Options()...)
	return err
}

func (b *clusterBuilder) volume() ec2.LaunchTemplateBlockDeviceMappingArgs {
	return ec2.LaunchTemplateBlockDeviceMappingArgs{
		DeviceName: pulumi.String("/dev/xvda"),
		Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
			Encrypted: pulumi.String("true"), VolumeType: pulumi.String("gp3"),
			VolumeSize: pulumi.Int(b.args.VolumeGiB), DeleteOnTermination: pulumi.String("true"),
		},
	}
}

func (b *clusterBuilder) hostTags() ec2.LaunchTemplateTagSpecificationArray {
	var list ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "volume", "network-interface"} {
		list = append(list, ec2.LaunchTemplateTagSpecificationArgs{
			ResourceType: pulumi.String(kind), Tags: b.Tags("host"),
		})
	}
	return list
}

// userData is the boot script, as EC2 takes it.
func (b *clusterBuilder) userData() pulumi.StringOutput {
	return pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(b.made.Name, func(name string) (string, error) {
		script, err := ecshost.Render(name)
		return base64.StdEncoding.EncodeToString([]byte(script)), err
	}))
}
