package couchdb

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/tags"
)

// Type is the type token of a Host. It is part of every child's identity and never changes.
const Type = "riglet:couchdb:Host"

// Host is a CouchDB and all that keeps it.
type Host struct {
	pulumi.ResourceState

	// URL is where CouchDB answers, without credentials: "http://couchdb.demo.internal:5984".
	URL pulumi.StringOutput `pulumi:"url"`
	// HostName is the host's name in the private zone.
	HostName pulumi.StringOutput `pulumi:"hostName"`
	// PrivateIP is the fixed address that the name leads to.
	PrivateIP pulumi.StringOutput `pulumi:"privateIp"`
	// InstanceID is the instance. Another one takes its place when ImageID changes.
	InstanceID pulumi.StringOutput `pulumi:"instanceId"`
	// VolumeID is the data volume, which stays.
	VolumeID pulumi.StringOutput `pulumi:"volumeId"`
	// SecurityGroupID is the host's security group.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// SecretARN is the secret with the administrator, {"username": ..., "password": ...}, which the host fills at its
	// first boot. The password itself is in no output and in no state.
	SecretARN pulumi.StringOutput `pulumi:"secretArn"`
	// BackupBucket is the bucket that backups go to, below BackupPrefix.
	BackupBucket pulumi.StringOutput `pulumi:"backupBucket"`
	// BackupLocation is what RestoreFrom of another host takes to start from the newest backup of this one.
	BackupLocation pulumi.StringOutput `pulumi:"backupLocation"`
	// LogGroup is the log group of the host and of CouchDB.
	LogGroup pulumi.StringOutput `pulumi:"logGroup"`
	// MetricNamespace is where the host's own metrics are in CloudWatch.
	MetricNamespace pulumi.StringOutput `pulumi:"metricNamespace"`
}

// NewHost makes a CouchDB host with its volume, backups, snapshots, secret, name and alarms.
//
// A month in us-west-2 costs about $21 with the defaults: $12.30 for the t4g.small, $2.90 for its data and root
// volumes (20 and 16 GiB), $2.10 for detailed monitoring, $1.80 for six metrics of its own, $0.70 for seven alarms,
// $0.40 for the secret and $1 for the snapshots of 20 GB; and what backups fill, $0.023 per GB for each night that is
// kept. Source: AWS's on-demand price pages, 730 hours.
//
// The name is a label of DNS, since the host is called by it: 1 to 32 lower-case letters, digits and inner hyphens.
// The error names every argument that is at fault; nothing is registered then.
func NewHost(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Host, error) {
	full := args.withDefaults()
	if err := full.validate(name); err != nil {
		return nil, fmt.Errorf("couchdb %q: %w", name, err)
	}
	host := &Host{}
	inputs := pulumi.Map{"subnetId": full.SubnetID, "zone": pulumi.String(full.Zone)}
	if err := ctx.RegisterComponentResourceV2(Type, name, inputs, host, opts...); err != nil {
		return nil, fmt.Errorf("couchdb %q: %w", name, err)
	}
	b := &builder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), host),
		name: name, args: full, out: host,
	}
	for _, step := range []func() error{
		b.volume,
		b.network,
		b.record,
		b.secret,
		b.backups,
		b.logs,
		b.role,
		b.permissions,
		b.instance,
		b.attach,
		b.alarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("couchdb %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(host, host.outputs()); err != nil {
		return nil, fmt.Errorf("couchdb %q: %w", name, err)
	}
	return host, nil
}

// builder is what the steps share.
type builder struct {
	component.Base
	name string
	args Args
	out  *Host

	data     *ebs.Volume
	face     *ec2.NetworkInterface
	admin    *secretsmanager.Secret
	bucket   *s3.BucketV2
	logGroup *cloudwatch.LogGroup
	iamRole  *iam.Role
	profile  *iam.InstanceProfile
	server   *ec2.Instance
	// ready must exist before the host may start, or its boot runs against closed doors.
	ready []pulumi.Resource
}

func (h *Host) outputs() pulumi.Map {
	return pulumi.Map{
		"url":             h.URL,
		"hostName":        h.HostName,
		"privateIp":       h.PrivateIP,
		"instanceId":      h.InstanceID,
		"volumeId":        h.VolumeID,
		"securityGroupId": h.SecurityGroupID,
		"secretArn":       h.SecretARN,
		"backupBucket":    h.BackupBucket,
		"backupLocation":  h.BackupLocation,
		"logGroup":        h.LogGroup,
		"metricNamespace": h.MetricNamespace,
	}
}
