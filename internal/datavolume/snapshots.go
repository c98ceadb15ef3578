package datavolume

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dlm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

// tagSnapshots names the volume: the policy finds the volume by it, and may delete only snapshots that carry it.
const tagSnapshots = "SnapshotsOf"

// MaxSnapshots is how many snapshots of a volume a lifecycle policy can keep (DLM, RetainRule).
const MaxSnapshots = 1000

// Schedule is when a volume's snapshots are taken and how many are kept.
type Schedule struct {
	// Volume is the role of the volume, as in Args.
	Volume string
	// HourUTC is the hour at which EBS begins, 0 to 23. A snapshot is of the moment at which it begins.
	HourUTC int
	// Keep is how many are kept, 1 to MaxSnapshots.
	Keep int
}

// Snapshot makes a daily snapshot of a volume. Snapshots cost $0.05 per GB and month in us-west-2, of the blocks that
// changed. They are as a power cut would leave the volume: a file system with a journal comes back from one.
func Snapshot(b component.Base, volume *ebs.Volume, s Schedule) error {
	role, err := snapshotRole(b, volume, s)
	if err != nil {
		return err
	}
	_, err = dlm.NewLifecyclePolicy(b.Context(), b.Child("snapshots"), &dlm.LifecyclePolicyArgs{
		Description:      pulumi.String("daily snapshots of " + description(b.NameTag(s.Volume))),
		ExecutionRoleArn: role.Arn,
		State:            pulumi.String("ENABLED"),
		PolicyDetails: dlm.LifecyclePolicyPolicyDetailsArgs{
			ResourceTypes: pulumi.ToStringArray([]string{"VOLUME"}),
			TargetTags:    pulumi.StringMap{tagSnapshots: pulumi.String(b.NameTag(s.Volume))},
			Schedules: dlm.LifecyclePolicyPolicyDetailsScheduleArray{dlm.LifecyclePolicyPolicyDetailsScheduleArgs{
				Name:     pulumi.String("daily"),
				CopyTags: pulumi.Bool(true),
				CreateRule: dlm.LifecyclePolicyPolicyDetailsScheduleCreateRuleArgs{
					Interval: pulumi.Int(hoursPerDay), IntervalUnit: pulumi.String("HOURS"),
					Times: pulumi.String(fmt.Sprintf("%02d:00", s.HourUTC)),
				},
				RetainRule: dlm.LifecyclePolicyPolicyDetailsScheduleRetainRuleArgs{Count: pulumi.Int(s.Keep)},
			}},
		},
		Tags: b.Tags("snapshots"),
	}, b.Options()...)
	return err
}

const hoursPerDay = 24

// notPlain is what DLM takes in no description.
var notPlain = regexp.MustCompile(`[^0-9A-Za-z _-]`)

func description(text string) string {
	return naming.Cut(notPlain.ReplaceAllString(text, "-"), maxDescription)
}

// maxDescription is DLM's 500, less the words in front.
const maxDescription = 450

// snapshotRole is what DLM acts as, for this account only.
func snapshotRole(b component.Base, volume *ebs.Volume, s Schedule) (*iam.Role, error) {
	account := pulumix.Cast[pulumi.StringOutput](pulumix.Apply(volume.Arn, accountOf))
	role, err := iam.NewRole(b.Context(), b.Child("snapshots"), &iam.RoleArgs{
		Name:        b.Physical(naming.Role, "snapshots"),
		Description: pulumi.String("daily snapshots of " + b.NameTag(s.Volume)),
		AssumeRolePolicy: component.Policy1(account, func(account string) policy.Document {
			return policy.Assume("dlm.amazonaws.com", account)
		}),
		Tags: b.Tags("snapshots"),
	}, b.Options()...)
	if err != nil {
		return nil, err
	}
	tag := b.NameTag(s.Volume)
	_, err = iam.NewRolePolicy(b.Context(), b.Child("snapshots"), &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: component.Policy1(volume.Arn, func(arn string) policy.Document {
			return snapshotPolicy(arn, tag)
		}),
	}, b.Options()...)
	return role, err
}
