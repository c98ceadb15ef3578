package fleet

import (
	"encoding/base64"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/components/fleet/internal/host"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/taskdef"
)

const (
	launchHook    = "boot"
	terminateHook = "drain"
)

// image is what instances boot from. A parameter is looked up here and not by EC2 at each launch: another image is
// then a change that shows and rolls the instances, and that Auto Scaling can take back.
func (b *builder) image() pulumi.StringOutput {
	switch image := b.args.Image; {
	case image.ID != nil:
		return image.ID.ToStringOutput()
	case image.AtLaunch:
		return pulumi.String("resolve:ssm:" + image.Parameter).ToStringOutput()
	}
	return ssm.LookupParameterOutput(b.Context(), ssm.LookupParameterOutputArgs{
		Name: pulumi.String(b.args.Image.Parameter),
		// The plain value: the other one is a secret, and would make one of the whole template.
	}, pulumi.Parent(b.out)).InsecureValue()
}

// launchTemplate says what an instance is. It has no key: instances are reached by Session Manager.
func (b *builder) launchTemplate() error {
	b.out.ImageID = b.image()
	var err error
	if b.template, err = ec2.NewLaunchTemplate(b.Context(), b.Child("instances"), &ec2.LaunchTemplateArgs{
		Name:                 b.Physical(naming.LaunchTemplate, "instances"),
		ImageId:              b.out.ImageID,
		InstanceType:         pulumi.String(b.args.InstanceType),
		UpdateDefaultVersion: pulumi.Bool(true),
		UserData:             b.userData(),
		IamInstanceProfile:   ec2.LaunchTemplateIamInstanceProfileArgs{Arn: b.profile.Arn},
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint: pulumi.String("enabled"), HttpTokens: pulumi.String("required"),
			// One hop ends at the instance itself: a container never gets a token for its credentials.
			HttpPutResponseHopLimit: pulumi.Int(1),
			// How an instance learns its group, whose name is not known when the template is made.
			InstanceMetadataTags: pulumi.String("enabled"),
		},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{b.volume()},
		NetworkInterfaces: ec2.LaunchTemplateNetworkInterfaceArray{
			ec2.LaunchTemplateNetworkInterfaceArgs{
				DeviceIndex: pulumi.Int(0), AssociatePublicIpAddress: pulumi.String("false"),
				DeleteOnTermination: pulumi.String("true"), SecurityGroups: pulumi.StringArray{b.security.ID()},
			},
		},
		TagSpecifications: b.instanceTags(),
		Tags:              b.Tags("instances"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.LaunchTemplateID = b.template.ID().ToStringOutput()
	return nil
}

func (b *builder) volume() ec2.LaunchTemplateBlockDeviceMappingArgs {
	return ec2.LaunchTemplateBlockDeviceMappingArgs{
		DeviceName: pulumi.String(b.args.Image.RootDevice),
		Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
			Encrypted: pulumi.String("true"), VolumeType: pulumi.String("gp3"),
			VolumeSize: pulumi.Int(b.args.VolumeGiB), DeleteOnTermination: pulumi.String("true"),
		},
	}
}

func (b *builder) instanceTags() ec2.LaunchTemplateTagSpecificationArray {
	var list ec2.LaunchTemplateTagSpecificationArray
	for _, kind := range []string{"instance", "volume", "network-interface"} {
		list = append(list, ec2.LaunchTemplateTagSpecificationArgs{
			ResourceType: pulumi.String(kind), Tags: b.Tags("instance"),
		})
	}
	return list
}

// userData is the boot document, as EC2 takes it.
func (b *builder) userData() pulumi.StringOutput {
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply2Err(b.logs.Arn, b.containerImage(),
		func(arn, image string) (string, error) {
			at, err := taskdef.PlaceOf(arn)
			if err != nil {
				return "", err
			}
			document, err := host.Render(b.args.host(at.Region, b.logName(), image))
			return base64.StdEncoding.EncodeToString([]byte(document)), err
		}))
}

// host is what an instance is told.
func (a Args) host(region, logGroup, image string) host.Params {
	params := host.Params{
		Region: region, LogGroup: logGroup, LaunchHook: launchHook, TerminateHook: terminateHook,
		DrainSeconds: a.DrainSeconds, HealthPort: a.Health.Port, HealthPath: a.Health.Path,
	}
	for _, part := range a.Parts {
		params.Parts = append(params.Parts, host.Part{ContentType: part.ContentType, Body: part.Body})
	}
	if c := a.Container; c != nil {
		params.Container = &host.Container{
			Image: image, Port: a.Port, Environment: c.Environment, Secrets: c.Secrets, Command: c.Command,
			StopSeconds: c.StopSeconds,
		}
	}
	return params
}
