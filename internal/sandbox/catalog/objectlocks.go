package catalog

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	tokenVersioning = "aws:s3/bucketVersioningV2:BucketVersioningV2" //nolint:gosec // a type, no credential
	// retention is where a lock says how long it holds.
	retention = "rule.defaultRetention"
)

var objectLocks = []model.Kind{ofBucket(model.Kind{
	Token: "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
	Args:  s3.BucketObjectLockConfigurationV2Args{}, State: s3.BucketObjectLockConfigurationV2{},
	Replace: []string{"expectedBucketOwner", "objectLockEnabled"},
	Outputs: map[string]any{"objectLockEnabled": "Enabled"},
	Rules: []model.Rule{
		oneOf("objectLockEnabled", "Enabled"), oneOf(retention+".mode", "GOVERNANCE", "COMPLIANCE"),
		between(retention+".days", 1, 36500), between(retention+".years", 1, 100), lockTime,
	},
	Admit: admits(lockVersions),
})}

// lockTime wants days or years, and not both.
func lockTime(c *model.Check) {
	if !model.Has(c.Props, retention) {
		return
	}
	if model.Has(c.Props, retention+".days") == model.Has(c.Props, retention+".years") {
		c.Fault(retention, "want one of days and years")
	}
}

// lockVersions wants a bucket that keeps versions.
func lockVersions(s *model.Scene) error {
	bucket := s.Target(tokenBucket, "bucket")
	if bucket == nil {
		return nil // the reference was checked
	}
	for _, versions := range s.World.Users(bucket, tokenVersioning) {
		if model.Str(versions.Outputs, "versioningConfiguration.status") == "Enabled" {
			return nil
		}
	}
	return model.Refuse("InvalidBucketState",
		"Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
}
