package catalog

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var bucketName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{1,61})[a-z0-9]$`)

const maxBuckets = 10000

// A setting of a bucket is replaced when the account that should own it changes.
var bucketOwner = []string{"expectedBucketOwner"}

var buckets = []model.Kind{
	{
		Token: tokenBucket, Args: s3.BucketV2Args{}, State: s3.BucketV2{},
		ID: "{bucket}", ARN: "arn:aws:s3:::{bucket}",
		Name:    &model.Naming{Property: "bucket", Max: 63, By: "bucketPrefix", Lower: true},
		Replace: []string{"bucket", "bucketPrefix", "objectLockEnabled"},
		Keys: []model.Key{{
			Of: "{bucket}",
			Error: "BucketAlreadyOwnedByYou: Your previous request to create the named bucket {bucket} " +
				"succeeded and you already own it.",
		}},
		Outputs: map[string]any{
			"region": "{region}", "bucketDomainName": "{bucket}.s3.amazonaws.com", "requestPayer": "BucketOwner",
			"bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com", "forceDestroy": false,
		},
		Missing: "NoSuchBucket: The specified bucket does not exist: {value}",
		Rules: []model.Rule{
			pattern("bucket", "3 to 63 lower-case letters, digits, dots and hyphens", bucketName),
			noPrefix("bucket", "xn--", "sthree-"), bucketDots, length("bucketPrefix", 1, 37),
		},
		Admit: admits(quota(maxBuckets, "TooManyBuckets", "You have attempted to create more buckets than allowed")),
		Fill:  fillBucket,
	},
	ofBucket(model.Kind{
		Token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		Args:  s3.BucketPublicAccessBlockArgs{}, State: s3.BucketPublicAccessBlock{},
	}),
	ofBucket(model.Kind{
		Token: tokenBucketPolicy, Args: s3.BucketPolicyArgs{}, State: s3.BucketPolicy{},
		Required: []string{"policy"}, JSON: []string{"policy"},
		Rules: []model.Rule{policy("policy", true), length("policy", 1, 20480)},
		Admit: admits(policyOfBucket),
	}),
	ofBucket(model.Kind{
		Token: "aws:s3/bucketVersioningV2:BucketVersioningV2",
		Args:  s3.BucketVersioningV2Args{}, State: s3.BucketVersioningV2{},
		Replace: bucketOwner,
		Rules:   []model.Rule{oneOf("versioningConfiguration.status", "Enabled", "Suspended", "Disabled")},
	}),
	ofBucket(model.Kind{
		Token: "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		Args:  s3.BucketServerSideEncryptionConfigurationV2Args{}, State: s3.BucketServerSideEncryptionConfigurationV2{},
		Required: []string{"rules"}, Replace: bucketOwner,
		Rules: []model.Rule{
			oneOf("rules[].applyServerSideEncryptionByDefault.sseAlgorithm", "AES256", "aws:kms", "aws:kms:dsse"),
		},
	}),
	ofBucket(model.Kind{
		Token: "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		Args:  s3.BucketLifecycleConfigurationV2Args{}, State: s3.BucketLifecycleConfigurationV2{},
		Replace: bucketOwner,
		Outputs: map[string]any{"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
		Rules: []model.Rule{
			oneOf("rules[].status", "Enabled", "Disabled"), between("rules[].expiration.days", 1, 2147483647),
			given("rules", "a lifecycle needs a rule", always),
		},
	}),
	ofBucket(model.Kind{
		Token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		Args:  s3.BucketOwnershipControlsArgs{}, State: s3.BucketOwnershipControls{},
		Rules: []model.Rule{
			oneOf("rule.objectOwnership", "BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"),
		},
	}),
}

// ofBucket completes the row of a setting of a bucket. A bucket has one of each.
func ofBucket(k model.Kind) model.Kind {
	k.ID = "{bucket}"
	k.Replace = append([]string{"bucket"}, k.Replace...)
	k.Refs = append(k.Refs, model.Ref{Path: "bucket", To: tokenBucket, Loose: true})
	return k
}

func bucketDots(c *model.Check) {
	if name := model.Str(c.Props, "bucket"); strings.Contains(name, "..") {
		c.Fault("bucket", "want no two dots in a row, got %q", name)
	}
}

func fillBucket(s *model.Scene) {
	region, _ := model.RegionOf(s.World.Region)
	s.Set("hostedZoneId", region.S3Zone)
}

// policyOfBucket wants each statement to be about the bucket that has it.
func policyOfBucket(s *model.Scene) error {
	text, ok := policyText(s.Object.Inputs["policy"])
	if !ok {
		return nil
	}
	doc, err := parsePolicy(text)
	if err != nil {
		return nil // checked before
	}
	own := "arn:aws:s3:::" + s.In("bucket")
	for _, st := range doc.Statement {
		for _, r := range words(st.Resource) {
			if r != own && !strings.HasPrefix(r, own+"/") && !wildcard(r, own) {
				return model.Refuse("MalformedPolicy", "Policy has invalid resource: %s", r)
			}
		}
	}
	return nil
}
