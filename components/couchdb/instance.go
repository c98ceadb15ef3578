package couchdb

import (
	"encoding/base64"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/components/couchdb/internal/dbhost"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/netplan"
)

// rootGiB has room for Debian, the image of CouchDB twice (while it changes) and the logs that are not shipped yet.
const rootGiB = 16

// instance makes the host itself. All that it keeps is elsewhere, so that it can be replaced at any time.
func (b *builder) instance() error {
	size, err := b.sizeKeeper()
	if err != nil {
		return err
	}
	options := []pulumi.ResourceOption{
		pulumi.DependsOn(b.ready),
		// The next one takes over the address and the volume, so the old one goes first.
		pulumi.DeleteBeforeReplace(true),
		// AWS would refuse to end a protected host, but only after it has been stopped and its volume detached.
		pulumi.Protect(b.args.Protected),
		pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{size}}),
	}
	if b.args.ImageID == "" {
		// A newer image by itself is no reason to replace a database.
		options = append(options, pulumi.IgnoreChanges([]string{"ami"}))
	}
	b.server, err = ec2.NewInstance(b.Context(), b.Child("host"), b.instanceArgs(), b.Options(options...)...)
	if err != nil {
		return err
	}
	b.out.InstanceID = b.server.ID().ToStringOutput()
	return nil
}

func (b *builder) instanceArgs() *ec2.InstanceArgs {
	return &ec2.InstanceArgs{
		Ami:                b.image(),
		InstanceType:       pulumi.String(b.args.InstanceType),
		IamInstanceProfile: b.profile.Name,
		NetworkInterfaces: ec2.InstanceNetworkInterfaceArray{ec2.InstanceNetworkInterfaceArgs{
			DeviceIndex: pulumi.Int(0), NetworkInterfaceId: b.face.ID(),
		}},
		UserDataBase64: b.userData(),
		// A change of the boot document stops and starts the host, and never replaces it.
		UserDataReplaceOnChange: pulumi.Bool(false),
		// The metadata service answers the host and no container: CouchDB needs no credentials of AWS.
		MetadataOptions: ec2.InstanceMetadataOptionsArgs{
			HttpEndpoint: pulumi.String("enabled"), HttpTokens: pulumi.String("required"),
			HttpPutResponseHopLimit: pulumi.Int(1),
		},
		RootBlockDevice: ec2.InstanceRootBlockDeviceArgs{
			VolumeType: pulumi.String("gp3"), VolumeSize: pulumi.Int(rootGiB), Encrypted: pulumi.Bool(true),
			DeleteOnTermination: pulumi.Bool(true), Tags: b.Tags("host", "root"),
		},
		EbsOptimized:                      pulumi.Bool(true),
		Monitoring:                        pulumi.Bool(true),
		MaintenanceOptions:                ec2.InstanceMaintenanceOptionsArgs{AutoRecovery: pulumi.String("default")},
		InstanceInitiatedShutdownBehavior: pulumi.String("stop"),
		DisableApiTermination:             pulumi.Bool(b.args.Protected),
		Tags:                              b.Tags("host"),
	}
}

// image is the image that was asked for, or the newest Debian 12 of the host's architecture.
func (b *builder) image() pulumi.StringInput {
	if b.args.ImageID != "" {
		return pulumi.String(b.args.ImageID)
	}
	return ssm.LookupParameterOutput(b.Context(), ssm.LookupParameterOutputArgs{
		Name: pulumi.String("/aws/service/debian/release/12/latest/" + string(instancetype.ArchOf(b.args.InstanceType))),
	}, pulumi.Parent(b.out)).InsecureValue()
}

// userData is the host's boot document. It holds names and no secret.
func (b *builder) userData() pulumi.StringOutput {
	params := dbhost.Params{
		Region:          netplan.Region(b.args.Zone),
		ImageDigest:     b.args.ContainerImage,
		BackupPrefix:    b.name,
		BackupHourUTC:   *b.args.BackupHourUTC,
		RestoreFrom:     b.args.RestoreFrom,
		MetricNamespace: b.metricNamespace(),
	}
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply6Err(
		b.out.VolumeID, b.out.PrivateIP, b.args.PrivateDomain.ToStringOutput(),
		b.out.SecretARN, b.out.BackupBucket, b.out.LogGroup,
		func(volume, address, domain, secret, bucket, group string) (string, error) {
			full := params
			full.VolumeID, full.PrivateIP, full.NodeName = volume, address, "couchdb."+domain
			full.SecretID, full.BackupBucket, full.LogGroup = secret, bucket, group
			document, err := dbhost.Render(full)
			return base64.StdEncoding.EncodeToString([]byte(document)), err
		}))
}
