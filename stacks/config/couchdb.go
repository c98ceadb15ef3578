package config

import (
	"slices"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/netplan"
)

// CouchDB is a CouchDB on a host of its own, called couchdb.<project>.internal. Its password is made on the host and
// kept in Secrets Manager: none is ever configured.
type CouchDB struct {
	// InstanceType is the EC2 instance type of the host, of the Nitro system. Another one of the same architecture
	// stops the host for a minute or two and keeps everything.
	InstanceType string `json:"instanceType" default:"t4g.small" form:"instanceType"`
	// VolumeGiB is the size of the data volume. It grows in place and cannot shrink. Keep half of it free.
	VolumeGiB int `json:"volumeGiB" range:"10,16384" default:"20"`
	// Zone is the availability zone that the data is in, for good: one of the network's.
	Zone string `json:"zone" required:"true" form:"zone"`
	// ImageID is the Debian 12 image of the host. Another one replaces the host and keeps its data. Left out: the
	// newest one at the time that the host is made, and then that one.
	ImageID string `json:"imageId" form:"machineImage"`
	// BackupHourUTC is the hour at which the nightly backup begins, in UTC.
	BackupHourUTC int `json:"backupHourUtc" range:"0,23" default:"2"`
	// BackupNights is for how many nights a backup is kept.
	BackupNights int `json:"backupNights" range:"1,3650" default:"30"`
	// RestoreFrom is a backup to fill a new, empty volume from. It has no effect on a volume that holds data.
	RestoreFrom string `json:"restoreFrom" form:"backup"`
	// ObjectLock is whether a backup can be deleted before its nights are over only by whoever may bypass governance.
	ObjectLock bool `json:"objectLock" default:"false"`
	// SkipFinalSnapshot is whether the data volume is deleted without a last snapshot, when it is.
	SkipFinalSnapshot bool `json:"skipFinalSnapshot" default:"false"`
	// Protected is whether deleting or replacing the host, its volume, its secret and its backups is refused, until
	// this is false again.
	Protected bool `json:"protected" default:"false"`
}

// checkCouchDB records the faults of the database, which stands in the network.
func (c Config) checkCouchDB(f check.Faults) {
	if c.CouchDB == nil {
		return
	}
	at := f.At(Namespace + ":couchdb")
	if forms["instanceType"].holds(c.CouchDB.InstanceType) {
		instancetype.CheckNitro(at.At("instanceType"), c.CouchDB.InstanceType)
	}
	switch {
	case c.Network == nil:
		f.At(Namespace+":network").Want("a section, for riglet:couchdb to stand in", nil)
	// Of zones that are too few by themselves, nobody knows which is missing.
	case c.CouchDB.Zone != "" && len(c.Network.Zones) >= netplan.MinZones &&
		!slices.Contains(c.Network.Zones, c.CouchDB.Zone):
		at.At("zone").Want("one of riglet:network.zones, "+check.List(c.Network.Zones), c.CouchDB.Zone)
	}
}

// holds tells whether v has the form.
func (f form) holds(v string) bool {
	probe := check.New("")
	f.check(probe, v)
	return probe.Err() == nil
}
