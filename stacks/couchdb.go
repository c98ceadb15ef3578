package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/internal/netplan"
)

// couchDB makes the database host in the db tier. It opens to the hosts of the cluster, and to nobody without one.
func (e *environment) couchDB() error {
	section := e.Config.CouchDB
	if section == nil {
		return nil
	}
	subnet := netplan.Subnet{Tier: netplan.DB, Zone: section.Zone}.Key()
	args := &couchdb.Args{
		VPCID:                  e.network.VPCID,
		SubnetID:               e.network.SubnetIDs.MapIndex(pulumi.String(subnet)),
		Zone:                   section.Zone,
		PrivateZoneID:          e.network.PrivateZoneID,
		PrivateDomain:          e.network.PrivateDomain,
		ClientSecurityGroupIDs: e.databaseClients(),
		InstanceType:           section.InstanceType,
		ImageID:                section.ImageID,
		VolumeGiB:              section.VolumeGiB,
		BackupHourUTC:          new(section.BackupHourUTC),
		BackupNights:           section.BackupNights,
		ObjectLock:             section.ObjectLock,
		RestoreFrom:            section.RestoreFrom,
		SkipFinalSnapshot:      section.SkipFinalSnapshot,
		Protected:              section.Protected,
		AlarmTopicARN:          e.network.OperationsTopicARN,
		Prefix:                 e.prefix(),
		Tags:                   e.tags(),
	}
	var err error
	if e.database, err = couchdb.NewHost(e.ctx, "couchdb", args); err != nil {
		return err
	}
	e.exportCouchDB()
	return nil
}

// databaseClients are the security groups that may reach the database.
func (e *environment) databaseClients() map[string]pulumi.StringInput {
	if e.hosts == nil {
		return nil
	}
	return map[string]pulumi.StringInput{"app": e.hosts.HostSecurityGroupID}
}

// exportCouchDB exports where the database is, where its password is kept and where its backups go: what a restore
// and another environment that starts from a backup need.
func (e *environment) exportCouchDB() {
	e.ctx.Export("couchdb", pulumi.Map{
		"url":             e.database.URL,
		"instanceId":      e.database.InstanceID,
		"volumeId":        e.database.VolumeID,
		"secretArn":       e.database.SecretARN,
		"backupBucket":    e.database.BackupBucket,
		"backupLocation":  e.database.BackupLocation,
		"logGroup":        e.database.LogGroup,
		"metricNamespace": e.database.MetricNamespace,
	})
}
