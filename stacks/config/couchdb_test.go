package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/stacks/config"
)

// database is a document with a network, and these lines of a CouchDB.
func database(lines string) string {
	return top("riglet:network:\n" + indent(good) + "riglet:couchdb:\n" + indent(lines))
}

func TestDecode_fillsTheDefaultsOfACouchDB(t *testing.T) {
	t.Parallel()
	cfg, err := decode(database("zone: us-west-2b"))
	require.NoError(t, err)
	assert.Equal(t, &config.CouchDB{
		InstanceType: "t4g.small", VolumeGiB: 20, Zone: "us-west-2b", BackupHourUTC: 2, BackupNights: 30,
	}, cfg.CouchDB)
}

func TestDecode_readsEveryKeyOfACouchDB(t *testing.T) {
	t.Parallel()
	cfg, err := decode(database(`instanceType: r7g.8xlarge
volumeGiB: 500
zone: us-west-2a
imageId: ami-0123456789abcdef0
backupHourUtc: 0
backupNights: 90
restoreFrom: s3://acme-demo-production-couchdb-backups-x/couchdb/20260131T020000Z
objectLock: true
skipFinalSnapshot: true
protected: true`))
	require.NoError(t, err)
	assert.Equal(t, &config.CouchDB{
		InstanceType: "r7g.8xlarge", VolumeGiB: 500, Zone: "us-west-2a", ImageID: "ami-0123456789abcdef0",
		BackupHourUTC: 0, BackupNights: 90,
		RestoreFrom: "s3://acme-demo-production-couchdb-backups-x/couchdb/20260131T020000Z",
		ObjectLock:  true, SkipFinalSnapshot: true, Protected: true,
	}, cfg.CouchDB)
}

func TestDecode_refusesABadCouchDB(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{
			"no network", top("riglet:couchdb: {zone: us-west-2a}"),
			`riglet:network: want a section, for riglet:couchdb to stand in, got nothing`,
		},
		{
			"no zone", database("volumeGiB: 20"),
			`riglet:couchdb.zone: want an availability zone such as us-west-2a, got nothing`,
		},
		{
			"a zone without a subnet", database("zone: us-west-2c"),
			`riglet:couchdb.zone: want one of riglet:network.zones, us-west-2a or us-west-2b, got "us-west-2c"`,
		},
		{
			"a type that does not exist", database("zone: us-west-2a\ninstanceType: t4g.4xlarge"),
			`riglet:couchdb.instanceType: want a size of t4g that exists, such as t4g.small, got "t4g.4xlarge"`,
		},
		{
			"a family that does not exist", database("zone: us-west-2a\ninstanceType: t9z.small"),
			`riglet:couchdb.instanceType: want an instance type of the Nitro system that exists, such as t4g.small, ` +
				`got "t9z.small"`,
		},
		{
			"a type of before Nitro", database("zone: us-west-2a\ninstanceType: t2.small"),
			`riglet:couchdb.instanceType: want an instance type of the Nitro system that exists, such as t4g.small, ` +
				`got "t2.small"`,
		},
		{
			"no type at all", database("zone: us-west-2a\ninstanceType: small"),
			`riglet:couchdb.instanceType: want an instance type such as t4g.nano, got "small"`,
		},
		{
			"a password", database("zone: us-west-2a\npassword: " + hidden),
			`riglet:couchdb.password: want one of instanceType, volumeGiB, zone, imageId, backupHourUtc, backupNights, ` +
				`restoreFrom, objectLock, skipFinalSnapshot or protected, got "password"`,
		},
		{
			"a password that is a secret", database("zone: us-west-2a\nadminPassword: {secure: " + hidden + "}"),
			`riglet:couchdb: want no secret here (secrets have keys of their own: riglet:pagerUrl), got one`,
		},
		{
			"everything at once", database(`volumeGiB: 9
zone: us-east-1a
imageId: debian
backupHourUtc: 24
backupNights: 0
restoreFrom: latest
protected: perhaps`),
			`riglet:couchdb.volumeGiB: want 10 to 16384, got 9
Pulumi.test.yaml: riglet:couchdb.zone: want one of riglet:network.zones, us-west-2a or us-west-2b, got "us-east-1a"
Pulumi.test.yaml: riglet:couchdb.imageId: want the id of an image such as ami-0123456789abcdef0, got "debian"
Pulumi.test.yaml: riglet:couchdb.backupHourUtc: want 0 to 23, got 24
Pulumi.test.yaml: riglet:couchdb.backupNights: want 1 to 3650, got 0
Pulumi.test.yaml: riglet:couchdb.restoreFrom: want a backup such as s3://bucket/couchdb/latest or ` +
				`s3://bucket/couchdb/20260131T020000Z, got "latest"
Pulumi.test.yaml: riglet:couchdb.protected: want true or false, got text "perhaps"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(tt.give)
			require.EqualError(t, err, testFile+": "+tt.want)
			assert.NotContains(t, err.Error(), hidden)
		})
	}
}
