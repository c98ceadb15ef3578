package couchdb_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	instanceType = "aws:ec2/instance:Instance"
	faceType     = "aws:ec2/networkInterface:NetworkInterface"
	volumeType   = "aws:ebs/volume:Volume"
)

// good are arguments that need nothing else to exist.
func good() couchdb.Args {
	return couchdb.Args{
		VPCID: pulumi.String("vpc-0123456789abcdef0"), SubnetID: pulumi.String("subnet-0123456789abcdef0"),
		Zone: "us-west-2b", PrivateZoneID: pulumi.String("Z0123456789ABCDEFGHIJ"),
		PrivateDomain: pulumi.String("demo.internal"),
	}
}

// program makes a host called "couchdb" in a network of its own, with its arguments changed so.
func program(change func(*couchdb.Args)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		network, err := ec2.NewVpc(ctx, "net", &ec2.VpcArgs{CidrBlock: pulumi.String("10.10.0.0/16")})
		if err != nil {
			return err
		}
		subnet, err := ec2.NewSubnet(ctx, "net", &ec2.SubnetArgs{
			VpcId: network.ID(), CidrBlock: pulumi.String("10.10.1.0/24"), AvailabilityZone: pulumi.String("us-west-2b"),
		})
		if err != nil {
			return err
		}
		zone, err := route53.NewZone(ctx, "net", &route53.ZoneArgs{
			Name: pulumi.String("demo.internal"), Vpcs: route53.ZoneVpcArray{route53.ZoneVpcArgs{VpcId: network.ID()}},
		})
		if err != nil {
			return err
		}
		clients, err := ec2.NewSecurityGroup(ctx, "clients", &ec2.SecurityGroupArgs{VpcId: network.ID()})
		if err != nil {
			return err
		}
		args := good()
		args.VPCID, args.SubnetID, args.PrivateZoneID = network.ID(), subnet.ID(), zone.ZoneId
		args.ClientSecurityGroupIDs = map[string]pulumi.StringInput{"app": clients.ID()}
		change(&args)
		_, err = couchdb.NewHost(ctx, "couchdb", &args)
		return err
	}
}

func run(t *testing.T, change func(*couchdb.Args)) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, program(change))
}

func unchanged(*couchdb.Args) {}

func TestNewHost_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*couchdb.Args)
		want   []string
	}{
		{
			"nothing at all", func(a *couchdb.Args) { *a = couchdb.Args{} },
			[]string{
				"vpcId: want the id of a VPC, got nothing",
				"subnetId: want the id of a private subnet, got nothing",
				"zone: want an availability zone such as us-west-2b, got nothing",
				"privateZoneId: want the id of a private hosted zone, got nothing",
				"privateDomain: want the name of the private hosted zone, got nothing",
			},
		},
		{
			"an hour that is none", func(a *couchdb.Args) { a.BackupHourUTC = new(24) },
			[]string{"backupHourUtc: want 0 to 23, got 24"},
		},
		{
			"a type that does not exist", func(a *couchdb.Args) { a.InstanceType = "t4g.huge" },
			[]string{`instanceType: want a size of t4g that exists, such as t4g.small, got "t4g.huge"`},
		},
		{
			"an image by tag", func(a *couchdb.Args) { a.ContainerImage = "docker.io/library/couchdb:3" },
			[]string{"containerImage: want an image by digest such as docker.io/library/couchdb@sha256:<64 hexadecimal " +
				`digits>, got "docker.io/library/couchdb:3"`},
		},
		{
			"everything at once",
			func(a *couchdb.Args) {
				a.Zone, a.ImageID, a.VolumeGiB, a.BackupHourUTC = "b", "latest", 9, new(-1)
				a.BackupNights, a.SnapshotNights, a.RestoreFrom, a.LogRetentionDays = -1, 1001, "latest", 31
				a.ClientSecurityGroupIDs = map[string]pulumi.StringInput{"App": pulumi.String("sg-1"), "web": nil}
				a.RestoreKeyARN, a.Prefix = pulumi.String("key"), "Acme"
			},
			[]string{
				`zone: want an availability zone such as us-west-2b, got "b"`,
				"clientSecurityGroupIds.App: want 1 to 32 lower-case letters, digits and inner hyphens, a letter first, " +
					`got "App"`,
				"clientSecurityGroupIds.web: want the id of a security group, got nothing",
				`imageId: want an image such as ami-0123456789abcdef0, got "latest"`,
				"volumeGiB: want 10 to 16384, got 9",
				"backupHourUtc: want 0 to 23, got -1",
				"backupNights: want 1 to 3650, got -1",
				"snapshotNights: want 1 to 1000, got 1001",
				"restoreFrom: want a backup such as s3://bucket/couchdb/latest or s3://bucket/couchdb/20260131T020000Z, " +
					`got "latest"`,
				"logRetentionDays: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, " +
					"2192, 2557, 2922, 3288, 3653 days, got 31",
				`prefix: want a letter, then lower-case letters, digits and hyphens, 63 at most, got "Acme"`,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
				args := good()
				tt.change(&args)
				_, err := couchdb.NewHost(ctx, "couchdb", &args)
				return err
			})
			require.ErrorContains(t, err, `couchdb "couchdb": `+strings.Join(tt.want, "\n"))
			assert.Empty(t, recorder.Resources())
		})
	}
}

func TestNewHost_refusesANameThatIsNoLabel(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		args := good()
		_, err := couchdb.NewHost(ctx, "Couch.DB", &args)
		return err
	})
	require.ErrorContains(t, err, `name: want 1 to 32 lower-case letters, digits and inner hyphens, a letter first, `+
		`got "Couch.DB"`)
}

func TestNewHost_leavesTheArgumentsAlone(t *testing.T) {
	t.Parallel()
	args := good()
	pulumitest.Run(t, program(func(a *couchdb.Args) { args = *a }))
	assert.Nil(t, args.BackupHourUTC)
	assert.Empty(t, args.InstanceType)
}

func TestNewHost_isReachedByItsClientsAlone(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	group := recorder.Find("aws:ec2/securityGroup:SecurityGroup", "couchdb-host")
	rules := recorder.Of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
	require.Len(t, rules, 1)
	assert.Equal(t, group.ID, rules[0].Input("securityGroupId"))
	assert.Equal(t, recorder.Find("aws:ec2/securityGroup:SecurityGroup", "clients").ID,
		rules[0].Input("referencedSecurityGroupId"))
	assert.InDelta(t, 5984, rules[0].Input("fromPort"), 0)
	assert.InDelta(t, 5984, rules[0].Input("toPort"), 0)
	assert.Equal(t, []any{group.ID}, recorder.Find(faceType, "couchdb-host").Input("securityGroups"))
	var ports []any
	for _, rule := range recorder.Of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") {
		assert.Equal(t, "tcp", rule.Input("ipProtocol"))
		ports = append(ports, rule.Input("fromPort"), rule.Input("toPort"))
	}
	assert.Equal(t, []any{443.0, 443.0, 80.0, 80.0}, ports)
}

func TestNewHost_isReachedByNobodyWithoutClients(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.ClientSecurityGroupIDs = nil })
	assert.Empty(t, recorder.Of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
}

func TestNewHost_isHardened(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	host := recorder.Find(instanceType, "couchdb-host")
	profile := recorder.Find("aws:iam/instanceProfile:InstanceProfile", "couchdb-host").ID
	for path, want := range map[string]any{
		"instanceType": "t4g.small", "metadataOptions.httpTokens": "required",
		"metadataOptions.httpPutResponseHopLimit": 1.0, "metadataOptions.httpEndpoint": "enabled",
		"rootBlockDevice.encrypted": true, "rootBlockDevice.volumeType": "gp3", "rootBlockDevice.deleteOnTermination": true,
		"monitoring": true, "ebsOptimized": true, "maintenanceOptions.autoRecovery": "default", "keyName": nil,
		"userDataReplaceOnChange": false, "disableApiTermination": false, "associatePublicIpAddress": nil,
		"networkInterfaces[0].networkInterfaceId": recorder.Find(faceType, "couchdb-host").ID,
		"iamInstanceProfile":                      profile,
	} {
		assert.Equal(t, want, host.Input(path), path)
	}
}

// The host must not boot against closed doors: its permissions, its name and its way out come first.
func TestNewHost_waitsForWhatItNeeds(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	needed := append(recorder.Of("aws:iam/rolePolicy:RolePolicy"),
		recorder.Of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")...)
	needed = append(needed, recorder.Of("aws:route53/record:Record")...)
	host := recorder.Find(instanceType, "couchdb-host")
	for _, one := range needed {
		if one.Name != "couchdb-snapshots" {
			assert.Contains(t, host.DependsOn, one.URN, one.Name)
		}
	}
	require.Len(t, needed, 8)
}

func TestNewHost_takesTheImageOfItsArchitecture(t *testing.T) {
	t.Parallel()
	image := func(change func(*couchdb.Args)) any {
		host := run(t, change).Find(instanceType, "couchdb-host")
		assert.Equal(t, []string{"ami"}, host.IgnoreChanges)
		return host.Input("ami")
	}
	arm, amd := image(unchanged), image(func(a *couchdb.Args) { a.InstanceType = "t3.small" })
	assert.Regexp(t, "^ami-", arm)
	assert.Regexp(t, "^ami-", amd)
	assert.NotEqual(t, arm, amd)
}

func TestNewHost_holdsOnToAnImageThatIsGiven(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.ImageID = "ami-0123456789abcdef0" })
	host := recorder.Find(instanceType, "couchdb-host")
	assert.Equal(t, "ami-0123456789abcdef0", host.Input("ami"))
	assert.Empty(t, host.IgnoreChanges)
	assert.Empty(t, recorder.Invokes())
}

func TestNewHost_isCalledByItsName(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	record := recorder.Find("aws:route53/record:Record", "couchdb-host")
	assert.Equal(t, "couchdb.demo.internal", record.Input("name"))
	assert.Equal(t, recorder.Find(faceType, "couchdb-host").Output("privateIp"), record.Input("records[0]"))
	assert.Equal(t, "http://couchdb.demo.internal:5984", recorder.Find(couchdb.Type, "couchdb").Output("url"))
}

func TestNewHost_keepsItsDataApart(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	volume := recorder.Find(volumeType, "couchdb-data")
	for path, want := range map[string]any{
		"availabilityZone": "us-west-2b", "encrypted": true, "type": "gp3", "size": 20.0, "finalSnapshot": true,
		"kmsKeyId": nil,
	} {
		assert.Equal(t, want, volume.Input(path), path)
	}
	assert.Equal(t, []string{"availabilityZone", "encrypted", "kmsKeyId", "snapshotId"}, volume.IgnoreChanges)
	assert.Len(t, volume.Hooks, 1)
	attachment := recorder.Find("aws:ec2/volumeAttachment:VolumeAttachment", "couchdb-data")
	assert.Equal(t, true, attachment.Input("stopInstanceBeforeDetaching"))
	assert.Equal(t, volume.ID, attachment.Input("volumeId"))
	assert.Equal(t, "/dev/sdf", attachment.Input("deviceName"))
}

func TestNewHost_protectsWhatHoldsData(t *testing.T) {
	t.Parallel()
	protected := []string{
		instanceType + " couchdb-host", volumeType + " couchdb-data",
		"aws:ec2/volumeAttachment:VolumeAttachment couchdb-data", "aws:secretsmanager/secret:Secret couchdb-admin",
		"aws:s3/bucketV2:BucketV2 couchdb-backups",
	}
	for _, on := range []bool{true, false} {
		recorder := run(t, func(a *couchdb.Args) { a.Protected = on })
		for _, one := range protected {
			typ, name, _ := strings.Cut(one, " ")
			assert.Equal(t, on, recorder.Find(typ, name).Protect, one)
		}
		bucket := recorder.Find("aws:s3/bucketV2:BucketV2", "couchdb-backups")
		assert.Equal(t, on, bucket.RetainOnDelete)
		assert.Equal(t, !on, bucket.Input("forceDestroy"))
		assert.Equal(t, on, recorder.Find(instanceType, "couchdb-host").Input("disableApiTermination"))
		secret := recorder.Find("aws:secretsmanager/secret:Secret", "couchdb-admin")
		assert.InDelta(t, map[bool]float64{true: 30, false: 0}[on], secret.Input("recoveryWindowInDays"), 0)
	}
}

func TestNewHost_skipsTheFinalSnapshotWhereAsked(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.SkipFinalSnapshot = true })
	assert.Equal(t, false, recorder.Find(volumeType, "couchdb-data").Input("finalSnapshot"))
}
