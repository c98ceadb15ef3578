package couchdb

import (
	"maps"
	"regexp"
	"slices"

	"github.com/riglet/riglet/internal/backupsource"
	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/datavolume"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/netplan"
	"github.com/riglet/riglet/internal/tags"
)

const (
	lastHour  = 23
	maxNights = 3650
	labelWant = "1 to 32 lower-case letters, digits and inner hyphens, a letter first"
)

var (
	imagePattern     = regexp.MustCompile(`^ami-([0-9a-f]{8}|[0-9a-f]{17})$`)
	containerPattern = regexp.MustCompile(`^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$`)
	namePattern      = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a Args) validate(name string) error {
	f := check.New("")
	f.At("name").Match(name, namePattern, labelWant)
	a.checkPlace(f)
	a.checkInstance(f)
	f.At("volumeGiB").Range(a.VolumeGiB, datavolume.MinGiB, datavolume.MaxGiB)
	f.At("backupHourUtc").Range(*a.BackupHourUTC, 0, lastHour)
	f.At("backupNights").Range(a.BackupNights, 1, maxNights)
	f.At("snapshotNights").Range(a.SnapshotNights, 1, datavolume.MaxSnapshots)
	a.checkRestore(f)
	f.At("logRetentionDays").RetentionDays(a.LogRetentionDays)
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

func (a Args) checkPlace(f check.Faults) {
	if a.VPCID == nil {
		f.At("vpcId").Want("the id of a VPC", nil)
	}
	if a.SubnetID == nil {
		f.At("subnetId").Want("the id of a private subnet", nil)
	}
	if !netplan.IsZone(a.Zone) {
		f.At("zone").Want("an availability zone such as us-west-2b", a.Zone)
	}
	if a.PrivateZoneID == nil {
		f.At("privateZoneId").Want("the id of a private hosted zone", nil)
	}
	if a.PrivateDomain == nil {
		f.At("privateDomain").Want("the name of the private hosted zone", nil)
	}
	for _, key := range slices.Sorted(maps.Keys(a.ClientSecurityGroupIDs)) {
		at := f.At("clientSecurityGroupIds")
		at.At(key).Match(key, namePattern, labelWant)
		if a.ClientSecurityGroupIDs[key] == nil {
			at.At(key).Want("the id of a security group", nil)
		}
	}
}

func (a Args) checkInstance(f check.Faults) {
	instancetype.CheckNitro(f.At("instanceType"), a.InstanceType)
	if a.ImageID != "" {
		f.At("imageId").Match(a.ImageID, imagePattern, "an image such as ami-0123456789abcdef0")
	}
	f.At("containerImage").Match(a.ContainerImage, containerPattern,
		"an image by digest such as docker.io/library/couchdb@sha256:<64 hexadecimal digits>")
}

func (a Args) checkRestore(f check.Faults) {
	if a.RestoreFrom != "" {
		backupsource.Check(f.At("restoreFrom"), a.RestoreFrom)
	}
	if a.RestoreFrom == "" && a.RestoreKeyARN != nil {
		f.At("restoreKeyArn").Want("nothing unless restoreFrom is given", "a key")
	}
}
