package couchdb

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/datavolume"
	"github.com/riglet/riglet/internal/naming"
)

const dataRole = "data"

// volume makes the data volume and its daily snapshots. It comes first: what it refuses stops all that follows.
func (b *builder) volume() error {
	var err error
	if b.data, err = datavolume.New(b.Base, b.volumeArgs()); err != nil {
		return err
	}
	b.out.VolumeID = b.data.ID().ToStringOutput()
	return datavolume.Snapshot(b.Base, b.data, datavolume.Schedule{
		Volume: dataRole,
		// An hour after the backup begins, so that the two do not read the volume at once.
		HourUTC: (*b.args.BackupHourUTC + 1) % (lastHour + 1),
		Keep:    b.args.SnapshotNights,
	})
}

func (b *builder) volumeArgs() datavolume.Args {
	return datavolume.Args{
		Role:              dataRole,
		Zone:              b.args.Zone,
		SizeGiB:           b.args.VolumeGiB,
		KMSKeyARN:         b.key(),
		SkipFinalSnapshot: b.args.SkipFinalSnapshot,
		Protected:         b.args.Protected,
	}
}

// attach gives the volume to the host, which waits for it.
func (b *builder) attach() error { return datavolume.Attach(b.Base, b.volumeArgs(), b.data, b.server) }

// key is the key to encrypt with, or nil for AWS's own.
func (b *builder) key() pulumi.StringPtrInput {
	if b.args.KMSKeyARN == nil {
		return nil
	}
	return b.args.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
}

// recoveryDays is how long a secret that was deleted by mistake can be had back, where it is protected.
const recoveryDays = 30

// secret makes the secret that the administrator's password goes into, and leaves it empty: the host makes the
// password at its first boot, so that it is never in the state, in user data or in an output.
func (b *builder) secret() error {
	recovery := 0
	if b.args.Protected {
		recovery = recoveryDays
	}
	var err error
	b.admin, err = secretsmanager.NewSecret(b.Context(), b.Child("admin"), &secretsmanager.SecretArgs{
		// A name that was deleted stays taken for the time of its recovery, so each secret has one of its own.
		NamePrefix:           pulumi.String(naming.Join(b.args.Prefix, b.Child("admin")) + "-"),
		Description:          pulumi.String("administrator of " + b.NameTag()),
		KmsKeyId:             b.key(),
		RecoveryWindowInDays: pulumi.Int(recovery),
		Tags:                 b.Tags("admin"),
	}, b.Options(pulumi.Protect(b.args.Protected))...)
	if err != nil {
		return err
	}
	b.out.SecretARN = b.admin.Arn
	return nil
}

// logs makes the group that the host and CouchDB log to.
func (b *builder) logs() error {
	var err error
	b.logGroup, err = cloudwatch.NewLogGroup(b.Context(), b.Child("host"), &cloudwatch.LogGroupArgs{
		Name:            b.Physical(naming.LogGroup, "host"),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		Tags:            b.Tags("host"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.LogGroup = b.logGroup.Name
	return nil
}

// metricNamespace is the host's own, so that it may write no other's metrics.
func (b *builder) metricNamespace() string {
	if b.args.Prefix != "" {
		return naming.Join(b.args.Prefix, b.name)
	}
	return naming.Join(b.Context().Project(), b.Context().Stack(), b.name)
}
