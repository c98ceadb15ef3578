package datavolume

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
)

// Least and most of a volume, in GiB: what a file system and its journal need, and what gp3 offers.
const (
	MinGiB = 10
	MaxGiB = 16384
)

// Args are the arguments of a volume.
type Args struct {
	// Role is the volume's role among the component's children, such as "data".
	Role string
	// Zone is the availability zone. The volume stays in the zone that it was made in.
	Zone string
	// SizeGiB is the size, MinGiB to MaxGiB. It can grow and never shrinks.
	SizeGiB int
	// KMSKeyARN is the key to encrypt with, for good: a change has no effect on a volume that is there. Left out:
	// the account's key for EBS.
	KMSKeyARN pulumi.StringPtrInput
	// SkipFinalSnapshot deletes the volume without a last snapshot.
	SkipFinalSnapshot bool
	// Protected makes Pulumi refuse to delete the volume and to detach it.
	Protected bool
}

// tagZone carries the zone, so that a change of it is seen though no change of the zone itself ever gets through.
const tagZone = "Zone"

// forGood are the inputs whose change would replace the volume, and lose what is on it.
var forGood = []string{"availabilityZone", "encrypted", "kmsKeyId", "snapshotId"}

// New makes an encrypted gp3 volume. It costs $0.08 per GiB and month in us-west-2.
func New(b component.Base, args Args) (*ebs.Volume, error) {
	keeper, err := b.Context().RegisterResourceHook(b.Child(args.Role, "keeper"),
		func(hook *pulumi.ResourceHookArgs) error {
			return kept(b.Child(args.Role), args, hook.OldInputs)
		}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, fmt.Errorf("data volume: %w", err)
	}
	tags := b.Tags(args.Role)
	tags[tagZone] = pulumi.String(args.Zone)
	tags[tagSnapshots] = pulumi.String(b.NameTag(args.Role))
	return ebs.NewVolume(b.Context(), b.Child(args.Role), &ebs.VolumeArgs{
		AvailabilityZone: pulumi.String(args.Zone),
		Size:             pulumi.Int(args.SizeGiB),
		Type:             pulumi.String("gp3"),
		Encrypted:        pulumi.Bool(true),
		KmsKeyId:         args.KMSKeyARN,
		FinalSnapshot:    pulumi.Bool(!args.SkipFinalSnapshot),
		Tags:             tags,
	}, b.Options(
		pulumi.Protect(args.Protected), pulumi.IgnoreChanges(forGood),
		pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{keeper}}),
	)...)
}

// deviceName is the first name that EC2 recommends for data volumes. The kernel gives the device a name of its own.
const deviceName = "/dev/sdf"

// Attach attaches the volume that args made to an instance. When the instance is replaced, it is stopped and the
// volume detached before it goes: a file system is never pulled away from under a host that writes to it.
func Attach(b component.Base, args Args, volume *ebs.Volume, instance *ec2.Instance) error {
	_, err := ec2.NewVolumeAttachment(b.Context(), b.Child(args.Role), &ec2.VolumeAttachmentArgs{
		DeviceName:                  pulumi.String(deviceName),
		InstanceId:                  instance.ID(),
		VolumeId:                    volume.ID(),
		StopInstanceBeforeDetaching: pulumi.Bool(true),
		// A volume can be attached to one instance only, so the old attachment goes first. It is protected as well, or
		// a destroy that is about to be refused would have stopped the host already.
	}, b.Options(pulumi.DeleteBeforeReplace(true), pulumi.Protect(args.Protected))...)
	return err
}
