package tests_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/conform"
	"github.com/riglet/riglet/internal/engine"
)

const (
	hostInstance = "ec2/instance db-host"
	dataVolume   = "ebs/volume db-data"
	attachment   = "ec2/volumeAttachment db-data"
)

// databaseArgs are good arguments in a network of its own.
func databaseArgs(network *foundation.Foundation) *couchdb.Args {
	return &couchdb.Args{
		VPCID: network.VPCID, SubnetID: network.SubnetIDs.MapIndex(pulumi.String("db-us-west-2b")), Zone: "us-west-2b",
		PrivateZoneID: network.PrivateZoneID, PrivateDomain: network.PrivateDomain,
		AlarmTopicARN: network.OperationsTopicARN, Prefix: "acme-demo-test", Tags: conform.Tags(),
	}
}

// databaseProgram makes a host called "db" whose arguments are changed so.
func databaseProgram(change func(*couchdb.Args)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "under", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
		})
		if err != nil {
			return err
		}
		args := databaseArgs(network)
		change(args)
		_, err = couchdb.NewHost(ctx, "db", args)
		return err
	}
}

func unchanged(*couchdb.Args) {}

// runHost runs one operation on a database and wants it to succeed.
func (a *account) runHost(tb testing.TB, operation engine.Operation, change func(*couchdb.Args)) engine.Result {
	tb.Helper()
	result := a.try(tb, operation, "integration", databaseProgram(change))
	require.Empty(tb, result.Errors)
	require.True(tb, result.OK)
	return result
}

// refused runs one operation on a database and wants it to fail, and the database to stay as it is.
func (a *account) refused(tb testing.TB, operation engine.Operation, change func(*couchdb.Args)) string {
	tb.Helper()
	before := a.database(tb)
	result := a.try(tb, operation, "integration", databaseProgram(change))
	assert.False(tb, result.OK)
	assert.Equal(tb, before, a.database(tb), "what was refused touched nothing")
	return strings.Join(result.Errors, "\n")
}

// database are the ids of the things that make the database, by "type name".
func (a *account) database(tb testing.TB) map[string]string {
	tb.Helper()
	ids := map[string]string{}
	for _, one := range a.cloud.Resources() {
		if name := resource.URN(one.URN).Name(); strings.HasPrefix(name, "db-") {
			ids[engine.ShortType(one.Type)+" "+name] = one.ID
		}
	}
	require.Contains(tb, ids, dataVolume)
	return ids
}

func TestCouchDB_comesAndGoes(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	plan := a.runHost(t, engine.Preview, unchanged)
	up := a.runHost(t, engine.Up, unchanged)
	assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
	assert.Zero(t, a.runHost(t, engine.Up, unchanged).Changes(), "a second up changes nothing")
	a.runHost(t, engine.Destroy, unchanged)
	assert.Empty(t, a.cloud.Resources())
}

// What is done in place is done in place, and to nothing but what it is about.
func TestCouchDB_changesInPlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*couchdb.Args)
		want   []string
	}{
		{"size of the host", func(a *couchdb.Args) { a.InstanceType = "t4g.large" }, []string{"update " + hostInstance}},
		{"size of the volume", func(a *couchdb.Args) { a.VolumeGiB = 40 }, []string{"update " + dataVolume}},
		{
			"hour of the backup", func(a *couchdb.Args) { a.BackupHourUTC = new(23) },
			[]string{"update dlm/lifecyclePolicy db-snapshots", "update " + hostInstance},
		},
		{
			"version of CouchDB",
			func(a *couchdb.Args) {
				a.ContainerImage = "docker.io/library/couchdb@sha256:" + strings.Repeat("0", 64)
			},
			[]string{"update " + hostInstance},
		},
		{
			"retention of the logs",
			func(a *couchdb.Args) {
				a.LogRetentionDays = 7
			},
			[]string{"update cloudwatch/logGroup db-host"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t)
			a.runHost(t, engine.Up, unchanged)
			before := a.database(t)
			result := a.runHost(t, engine.Up, tt.change)
			touched := lines(result)
			slices.Sort(touched)
			assert.Equal(t, tt.want, touched)
			assert.Equal(t, before, a.database(t), "everything kept its identity")
			assert.Zero(t, a.runHost(t, engine.Up, tt.change).Changes())
		})
	}
}

// Another image replaces the host, delete-first, and the volume changes hands; address, data, secret and backups stay.
func TestCouchDB_replacesTheHostAndKeepsTheData(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.runHost(t, engine.Up, unchanged)
	before := a.database(t)
	image := func(args *couchdb.Args) { args.ImageID = "ami-0123456789abcdef0" }
	result := a.runHost(t, engine.Up, image)
	touched := lines(result)
	assert.Contains(t, touched, "replace "+hostInstance)
	assert.Contains(t, touched, "replace "+attachment)
	for _, line := range touched {
		assert.NotContains(t, line, dataVolume)
		if strings.HasPrefix(line, "replace ") || strings.HasPrefix(line, "delete ") {
			assert.Contains(t, []string{"replace " + hostInstance, "replace " + attachment}, line)
		}
	}
	after := a.database(t)
	for name, id := range before {
		if name == hostInstance || name == attachment {
			assert.NotEqual(t, id, after[name], name)
			continue
		}
		assert.Equal(t, id, after[name], name)
	}
	assert.Zero(t, a.runHost(t, engine.Up, image).Changes())
}

// The newest image is another than the host's: it stays as it is.
func TestCouchDB_ignoresANewerImage(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.runHost(t, engine.Up, func(args *couchdb.Args) { args.ImageID = "ami-0123456789abcdef0" })
	assert.Zero(t, a.runHost(t, engine.Up, unchanged).Changes())
}

// What would lose data is refused, at the preview and at an up that had none, with the way to do it.
func TestCouchDB_refusesWhatWouldLoseData(t *testing.T) {
	t.Parallel()
	large := func(args *couchdb.Args) { args.VolumeGiB = 40 }
	tests := []struct {
		name   string
		change func(*couchdb.Args)
		want   string
	}{
		{
			"a smaller volume", func(args *couchdb.Args) { args.VolumeGiB = 39 },
			"the volume db-data: volumeGiB: want 40 or more, the size of the volume (a volume cannot shrink: make a " +
				"second host with a smaller one, restore the newest backup into it, then remove this one), got 39",
		},
		{
			"another zone", func(args *couchdb.Args) { large(args); args.Zone = "us-west-2a" },
			"the volume db-data: zone: want us-west-2b, where the data is (a volume cannot move: make a second host in " +
				`the other zone, restore the newest backup into it, then remove this one), got "us-west-2a"`,
		},
		{
			"another architecture", func(args *couchdb.Args) { large(args); args.InstanceType = "t3.small" },
			"the host db-host: instanceType: want an arm64 type, as t4g.small is (the host's image is of that " +
				"architecture: give an image of the other one too, which replaces the host and keeps its data), " +
				`got "t3.small"`,
		},
	}
	a := newAccount(t)
	a.runHost(t, engine.Up, large)
	for _, tt := range tests {
		for _, operation := range []engine.Operation{engine.Preview, engine.Up} {
			assert.Contains(t, a.refused(t, operation, tt.change), tt.want, "%s, %s", tt.name, operation)
		}
	}
	assert.Zero(t, a.runHost(t, engine.Up, large).Changes())
}

// A protected database is neither deleted nor replaced, and its host is not even stopped on the way.
func TestCouchDB_keepsWhatIsProtected(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	protected := func(args *couchdb.Args) { args.Protected, args.ObjectLock = true, true }
	a.runHost(t, engine.Up, protected)
	before := a.database(t)
	assert.Contains(t, a.refused(t, engine.Up, func(args *couchdb.Args) {
		protected(args)
		args.ImageID = "ami-0123456789abcdef0"
	}), "protect")
	refused := a.try(t, engine.Destroy, "integration", databaseProgram(protected))
	assert.False(t, refused.OK)
	assert.Contains(t, strings.Join(refused.Errors, "\n"), "protect")
	after := a.database(t)
	for name, id := range before {
		if !strings.Contains(name, "metricAlarm") && !strings.Contains(name, "db-snapshots") {
			assert.Equal(t, id, after[name], "the database runs on: %s", name)
		}
	}
	lifted := func(args *couchdb.Args) { args.ObjectLock = true }
	a.runHost(t, engine.Up, lifted)
	a.runHost(t, engine.Destroy, lifted)
	assert.Empty(t, a.cloud.Resources())
}

// The administrator's password is made on the host: nothing that Pulumi or its state holds has a value of the secret,
// and no user data, output or environment has anything that looks like one.
func TestCouchDB_hasNoPassword(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.runHost(t, engine.Up, unchanged)
	for _, one := range a.cloud.Resources() {
		assert.NotContains(t, one.Type, "secretsmanager/secretVersion")
		assert.NotContains(t, one.Type, "random")
	}
	for _, word := range []string{"secretString", "adminPassword", "COUCHDB_PASSWORD", "COUCHDB_USER"} {
		assert.Empty(t, filesWith(t, filepath.Join(a.dir, ".riglet"), word, ""), word)
	}
}
