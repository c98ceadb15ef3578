package ingress

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/policy"
)

const (
	// unfinishedDays is when the parts of an upload that was never finished go.
	unfinishedDays = 7
	// oldVersionDays is how long a log that was overwritten or deleted can be had back.
	oldVersionDays = 30
)

// logBucket makes the bucket that access logs go to. It is encrypted with S3's own key: the balancer can write
// under no other.
func (b *builder) logBucket() error {
	var err error
	if b.bucket, err = s3.NewBucketV2(b.Context(), b.Child("logs"), &s3.BucketV2Args{
		BucketPrefix: b.BucketPrefix("logs"),
		ForceDestroy: pulumi.Bool(!b.args.Protected),
		Tags:         b.Tags("logs"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.LogBucket = b.bucket.Bucket
	for _, step := range []func() error{
		b.bucketClosed, b.bucketOwned, b.bucketEncrypted, b.bucketVersioned, b.bucketLifecycle,
	} {
		if err = step(); err != nil {
			return err
		}
	}
	b.bucketWritable, err = s3.NewBucketPolicy(b.Context(), b.Child("logs"), &s3.BucketPolicyArgs{
		Bucket: b.bucket.ID(),
		Policy: component.Policy2(b.bucket.Arn, b.group.OwnerId, logPolicy),
	}, b.Options()...)
	return err
}

// logPolicy lets the balancers of this account write below AWSLogs/<account>, and refuses whatever is not TLS. The
// service's own principal serves in every region (user guide, "Enable access logs").
func logPolicy(bucketARN, account string) policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "WriteAccessLogs", Effect: policy.Allow,
			Principal: &policy.Principal{Service: []string{"logdelivery.elasticloadbalancing.amazonaws.com"}},
			Action:    []string{"s3:PutObject"},
			Resource:  []string{bucketARN + "/AWSLogs/" + account + "/*"},
			Condition: policy.Condition{"ArnLike": {
				"aws:SourceArn": {"arn:aws:elasticloadbalancing:*:" + account + ":loadbalancer/*"},
			}},
		},
		policy.TLSOnly(bucketARN),
	}}
}

func (b *builder) bucketClosed() error {
	_, err := s3.NewBucketPublicAccessBlock(b.Context(), b.Child("logs"), &s3.BucketPublicAccessBlockArgs{
		Bucket:                b.bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, b.Options()...)
	return err
}

func (b *builder) bucketOwned() error {
	_, err := s3.NewBucketOwnershipControls(b.Context(), b.Child("logs"), &s3.BucketOwnershipControlsArgs{
		Bucket: b.bucket.ID(),
		Rule: s3.BucketOwnershipControlsRuleArgs{
			ObjectOwnership: pulumi.String("BucketOwnerEnforced"),
		},
	}, b.Options()...)
	return err
}

func (b *builder) bucketEncrypted() error {
	_, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.Context(), b.Child("logs"),
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: b.bucket.ID(),
			Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{
				s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
					ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{ //nolint:lll // the SDK's name
						SseAlgorithm: pulumi.String("AES256"),
					},
				},
			},
		}, b.Options()...)
	return err
}

func (b *builder) bucketVersioned() error {
	_, err := s3.NewBucketVersioningV2(b.Context(), b.Child("logs"), &s3.BucketVersioningV2Args{
		Bucket: b.bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{
			Status: pulumi.String("Enabled"),
		},
	}, b.Options()...)
	return err
}

func (b *builder) bucketLifecycle() error {
	_, err := s3.NewBucketLifecycleConfigurationV2(b.Context(), b.Child("logs"),
		&s3.BucketLifecycleConfigurationV2Args{
			Bucket: b.bucket.ID(),
			Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
				Id: pulumi.String("expire"), Status: pulumi.String("Enabled"),
				Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
				Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
					Days: pulumi.Int(b.args.AccessLogDays),
				},
				NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
					NoncurrentDays: pulumi.Int(oldVersionDays),
				},
				AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
					DaysAfterInitiation: pulumi.Int(unfinishedDays),
				},
			}},
		}, b.Options()...)
	return err
}
