package couchdb

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/policy"
)

const (
	// unfinishedDays is when the parts of an upload that was never finished go.
	unfinishedDays = 2
	// oldVersionDays is for how long a backup that was written over can be had back: the time to notice that the host
	// is in other hands.
	oldVersionDays = 14
)

// backups makes the bucket that backups go to.
func (b *builder) backups() error {
	var err error
	if b.bucket, err = s3.NewBucketV2(b.Context(), b.Child("backups"), &s3.BucketV2Args{
		BucketPrefix: b.BucketPrefix("backups"),
		ForceDestroy: pulumi.Bool(!b.args.Protected),
		Tags:         b.Tags("backups"),
	}, b.keep()...); err != nil {
		return err
	}
	b.out.BackupBucket = b.bucket.Bucket
	b.out.BackupLocation = pulumi.Sprintf("s3://%s/%s/latest", b.bucket.Bucket, b.name)
	b.out.MetricNamespace = pulumi.String(b.metricNamespace()).ToStringOutput()
	for _, step := range []func() error{
		b.bucketClosed, b.bucketOwned, b.bucketTLS, b.bucketEncrypted, b.bucketVersioned, b.bucketLifecycle,
	} {
		if err = step(); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) bucketClosed() error {
	_, err := s3.NewBucketPublicAccessBlock(b.Context(), b.Child("backups"), &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.keep()...)
	return err
}

// keep are the options of the bucket, and of its settings, without which it would be open or forget. The first
// refuses a delete, and the second holds where somebody takes the first away by hand.
func (b *builder) keep(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return b.Options(append(more, pulumi.Protect(b.args.Protected), pulumi.RetainOnDelete(b.args.Protected))...)
}

func (b *builder) bucketOwned() error {
	_, err := s3.NewBucketOwnershipControls(b.Context(), b.Child("backups"), &s3.BucketOwnershipControlsArgs{
		Bucket: b.bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.keep()...)
	return err
}

func (b *builder) bucketTLS() error {
	_, err := s3.NewBucketPolicy(b.Context(), b.Child("backups"), &s3.BucketPolicyArgs{
		Bucket: b.bucket.ID(),
		Policy: component.Policy1(b.bucket.Arn, func(arn string) policy.Document {
			return policy.Document{Statements: []policy.Statement{policy.TLSOnly(arn)}}
		}),
	}, b.keep()...)
	return err
}

// bucketEncrypted encrypts with S3's own key, or with the one that was given; a bucket key asks KMS once for many
// objects.
func (b *builder) bucketEncrypted() error {
	rule := s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
		SseAlgorithm: pulumi.String("AES256"),
	}
	if key := b.key(); key != nil {
		rule.SseAlgorithm, rule.KmsMasterKeyId = pulumi.String("aws:kms"), key
	}
	_, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.Context(), b.Child("backups"),
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: b.bucket.ID(),
			Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{
				s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
					ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled: pulumi.Bool(b.key() != nil),
				},
			},
		}, b.keep()...)
	return err
}

// bucketVersioned keeps what is written over, and locks new backups where that was asked for: a lock needs versions.
func (b *builder) bucketVersioned() error {
	versions, err := s3.NewBucketVersioningV2(b.Context(), b.Child("backups"), &s3.BucketVersioningV2Args{
		Bucket: b.bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{
			Status: pulumi.String("Enabled"),
		},
	}, b.keep()...)
	if err != nil || !b.args.ObjectLock {
		return err
	}
	_, err = s3.NewBucketObjectLockConfigurationV2(b.Context(), b.Child("backups"),
		&s3.BucketObjectLockConfigurationV2Args{
			Bucket: b.bucket.ID(),
			Rule: s3.BucketObjectLockConfigurationV2RuleArgs{
				DefaultRetention: s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
					Mode: pulumi.String("GOVERNANCE"), Days: pulumi.Int(b.args.BackupNights),
				},
			},
		}, b.keep(pulumi.DependsOn([]pulumi.Resource{versions}))...)
	return err
}

// bucketLifecycle lets backups go by age. A rule cannot both expire objects and clear their markers away.
func (b *builder) bucketLifecycle() error {
	_, err := s3.NewBucketLifecycleConfigurationV2(b.Context(), b.Child("backups"),
		&s3.BucketLifecycleConfigurationV2Args{
			Bucket: b.bucket.ID(),
			Rules: s3.BucketLifecycleConfigurationV2RuleArray{
				lifecycleRule("expire", s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
					Days: pulumi.Int(b.args.BackupNights),
				}),
				lifecycleRule("markers", s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
					ExpiredObjectDeleteMarker: pulumi.Bool(true),
				}),
			},
		}, b.keep()...)
	return err
}

func lifecycleRule(
	id string, expiration s3.BucketLifecycleConfigurationV2RuleExpirationArgs,
) s3.BucketLifecycleConfigurationV2RuleArgs {
	return s3.BucketLifecycleConfigurationV2RuleArgs{
		Id: pulumi.String(id), Status: pulumi.String("Enabled"),
		Filter:     s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		Expiration: expiration,
		NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
			NoncurrentDays: pulumi.Int(oldVersionDays),
		},
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(unfinishedDays),
		},
	}
}
