package couchdb

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Args are the arguments of a Host. VPCID, SubnetID, Zone, PrivateZoneID and PrivateDomain have no default.
type Args struct {
	// VPCID is the VPC to stand in. Required.
	VPCID pulumi.StringInput
	// SubnetID is a private subnet of Zone. It must have a way out to AWS and to Debian's and Docker's servers.
	// Required.
	SubnetID pulumi.StringInput
	// Zone is the availability zone that the data is in, for good: "us-west-2b". Required.
	Zone string
	// PrivateZoneID is the private hosted zone to put the host's name into. Required.
	PrivateZoneID pulumi.StringInput
	// PrivateDomain is that zone's name. The host is called <name>.<domain>. CouchDB keeps the domain in its data: a
	// backup is restored where the domain is the same. Required.
	PrivateDomain pulumi.StringInput
	// ClientSecurityGroupIDs are the security groups that may reach port 5984, by a name that stays the same: "app".
	// Default: none, and nothing reaches the database.
	ClientSecurityGroupIDs map[string]pulumi.StringInput
	// InstanceType is the size of the host. Its family decides between arm64 and x86, which stays: see ImageID.
	// Default: t4g.small, with 2 GiB of memory.
	InstanceType string
	// ImageID is a Debian 12 image to start the host from. Another one replaces the host and keeps its data. Default:
	// the newest one at the time that the host is first made, and then that one, whatever comes after it.
	ImageID string
	// ContainerImage is the image of CouchDB 3, by digest. Default: couchdb 3.5.2.1 of Docker's official images.
	ContainerImage string
	// VolumeGiB is the size of the data volume in GiB, 10 to 16384. It grows in place and never shrinks. Keep half of
	// it free: CouchDB writes a file anew to compact it. Default: 20.
	VolumeGiB int
	// KMSKeyARN is the key that data, backups and password are encrypted with, for good. Its policy must let the
	// account use it. Default: AWS's own keys, which cost nothing.
	KMSKeyARN pulumi.StringInput
	// BackupHourUTC is the hour at which the nightly backup begins, 0 to 23. Default, where nil: 2.
	BackupHourUTC *int
	// BackupNights is how many nights a backup is kept, 1 to 3650. Default: 30.
	BackupNights int
	// SnapshotNights is how many daily snapshots of the volume are kept, 1 to 1000. Default: 7.
	SnapshotNights int
	// ObjectLock keeps anyone without s3:BypassGovernanceRetention from deleting a backup before its BackupNights are
	// over. It can be turned on later, and only stops locking new backups when it is turned off. Default: false.
	ObjectLock bool
	// RestoreFrom fills the volume before CouchDB first starts: "s3://bucket/prefix/latest", or a backup in place of
	// latest. It has no effect on a volume that holds data. Where the bucket is of another account, that account must
	// let the host's role read it. Default: none, and the database starts empty.
	RestoreFrom string
	// RestoreKeyARN is the key that RestoreFrom is encrypted with, where that is not AWS's own. Default: none.
	RestoreKeyARN pulumi.StringInput
	// LogRetentionDays is how long the host's logs are kept, one of the periods that CloudWatch Logs takes. Default: 30.
	LogRetentionDays int
	// SkipFinalSnapshot deletes the data volume without a last snapshot. Default: false.
	SkipFinalSnapshot bool
	// Protected makes Pulumi and AWS refuse to delete or replace the host, its volume, its secret and its backups.
	// Turn it off and update before a destroy or another ImageID. Default: false.
	Protected bool
	// AlarmTopicARN is the topic that alarms go to. Default: none. The alarms that heal the host are there anyway.
	AlarmTopicARN pulumi.StringInput
	// Prefix begins the names that AWS shows: "acme-demo-integration". Lower-case letters, digits and hyphens. A
	// name that grows too long is cut and ends in a hash of the whole. Default: none, and Pulumi makes names up
	// from the logical ones.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

const (
	// defaultInstanceType has memory for CouchDB, its caches and the backup beside it.
	defaultInstanceType = "t4g.small"
	// defaultContainerImage is couchdb:3.5.2.1 for amd64 and arm64 (docker-library/repo-info, July 2026).
	defaultContainerImage = "docker.io/library/couchdb@sha256:" +
		"d6aa9d04c993cade78e4ba5d967bbe88cc00c36836cd3c0dfcd85b585b95f4cd"
	defaultVolumeGiB = 20
	// defaultBackupHour is the night of America and the early morning of Europe.
	defaultBackupHour     = 2
	defaultBackupNights   = 30
	defaultSnapshotNights = 7
	// defaultLogDays covers the time in which an incident is looked into.
	defaultLogDays = 30
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero Args.
func (a *Args) withDefaults() Args {
	var full Args
	if a != nil {
		full = *a
	}
	full.InstanceType = either(full.InstanceType, defaultInstanceType)
	full.ContainerImage = either(full.ContainerImage, defaultContainerImage)
	full.VolumeGiB = either(full.VolumeGiB, defaultVolumeGiB)
	full.BackupNights = either(full.BackupNights, defaultBackupNights)
	full.SnapshotNights = either(full.SnapshotNights, defaultSnapshotNights)
	full.LogRetentionDays = either(full.LogRetentionDays, defaultLogDays)
	if full.BackupHourUTC == nil {
		full.BackupHourUTC = new(defaultBackupHour)
	}
	return full
}

// either is v, or the default where v was left out.
func either[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
