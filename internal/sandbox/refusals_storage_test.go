package sandbox_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withVolume is a volume and two instances, one of which it is attached to.
func withVolume() []thing {
	instance := props{"ami": ami, "instanceType": "t3.micro", "subnetId": "@a"}
	return []thing{
		{instanceT, "i", instance},
		{instanceT, "j", instance},
		{volumeT, "v", props{"availabilityZone": region + "a", "size": 8}},
		{volumeT, "w", props{"availabilityZone": region + "a", "size": 8}},
		{volumeAttT, "x", props{"deviceName": "/dev/sdf", "volumeId": "@v", "instanceId": "@i"}},
	}
}

func TestCreate_refuses_attachments(t *testing.T) {
	t.Parallel()
	runRefusals(t, []refusal{
		{
			"volume of another instance", withVolume(), volumeAttT,
			props{"deviceName": "/dev/sdg", "volumeId": "@v", "instanceId": "@j"},
			"VolumeInUse: @{v} is already attached to an instance",
		},
		{
			"volume of the same instance", withVolume(), volumeAttT,
			props{"deviceName": "/dev/sdg", "volumeId": "@v", "instanceId": "@i"},
			"VolumeInUse: @{v} is already attached to an instance",
		},
		{
			"device in use", withVolume(), volumeAttT,
			props{"deviceName": "/dev/sdf", "volumeId": "@w", "instanceId": "@i"},
			"InvalidParameterValue: Invalid value '/dev/sdf' for unixDevice. " +
				"Attachment point /dev/sdf is already in use",
		},
		{
			"other volume on another device", withVolume(), volumeAttT,
			props{"deviceName": "/dev/sdg", "volumeId": "@w", "instanceId": "@i"},
			"",
		},
		{
			"no volume", withVolume(), volumeAttT,
			props{"deviceName": "/dev/sdg", "volumeId": "vol-" + gone, "instanceId": "@i"},
			"InvalidVolume.NotFound: The volume 'vol-" + gone + "' does not exist.",
		},
	})
}

func TestDelete_refuses_an_attached_volume(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range append(network[:len(network):len(network)], withVolume()...) {
		l.make(th.token, th.name, th.props)
	}
	err := l.remove("v")
	require.Error(t, err)
	assert.Contains(t, err.Error(), l.reference("VolumeInUse: Volume @{v} is currently attached."))
	require.NoError(t, l.remove("x"))
	require.NoError(t, l.remove("v"))
}

func TestUpdate_refuses_a_smaller_volume(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.make(volumeT, "v", props{"availabilityZone": region + "a", "size": 20})
	_, err := l.update("v", props{"availabilityZone": region + "a", "size": 19})
	require.ErrorContains(t, err, "InvalidParameterValue: New size cannot be smaller than existing size 20")
	grown, err := l.update("v", props{"availabilityZone": region + "a", "size": 21})
	require.NoError(t, err)
	assert.Equal(t, resource.NewProperty(21.0), grown.Properties["size"])
}

func TestCreate_refuses_what_keeps(t *testing.T) {
	t.Parallel()
	bucket := thing{bucketT, "bucket", props{"bucket": "kept"}}
	version := func(status string) thing {
		return thing{"aws:s3/bucketVersioningV2:BucketVersioningV2", "ver", props{
			"bucket": "@bucket", "versioningConfiguration": props{"status": status},
		}}
	}
	const noVersions = "InvalidBucketState: Versioning must be 'Enabled' on the bucket " +
		"to apply a Object Lock configuration"
	runRefusals(t, []refusal{
		{"lock without versions", []thing{bucket}, lockT, locked("@bucket"), noVersions},
		{"lock with versions that stopped", []thing{bucket, version("Suspended")}, lockT, locked("@bucket"), noVersions},
		{"lock with versions", []thing{bucket, version("Enabled")}, lockT, locked("@bucket"), ""},
		{
			"lock of no bucket", nil, lockT, locked("nosuch"),
			"NoSuchBucket: The specified bucket does not exist: nosuch",
		},
		{
			"secret twice",
			[]thing{{secretT, "s", props{"name": "admin"}}},
			secretT,
			props{"name": "admin"},
			"ResourceExistsException: The operation failed because the secret admin already exists.",
		},
		{
			"snapshots as a role of another service",
			[]thing{{roleT, "r", props{"assumeRolePolicy": trust("ec2.amazonaws.com")}}},
			snapshotsT, daily("@r.arn"),
			"InvalidRequestException: The role @{r.arn} cannot be assumed by Amazon Data Lifecycle Manager",
		},
	})
}

func TestCheck_refuses_what_keeps(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range all() {
		l.make(th.token, th.name, th.props)
	}
	schedule := func(change props) props {
		d := daily("@dlmRole.arn")
		s := d["policyDetails"].(props)["schedules"].([]any)[0].(props)
		for k, v := range change {
			s[k] = v
		}
		return d
	}
	retention := func(of props) props {
		return props{"bucket": "@bucket", "rule": props{"defaultRetention": of}}
	}
	tests := []struct {
		name, token string
		give        props
		want        []string
	}{
		{
			"a short window", secretT,
			props{"recoveryWindowInDays": 6},
			[]string{"recoveryWindowInDays: want 0 or 7 to 30, got 6"},
		},
		{"a long window", secretT, props{"recoveryWindowInDays": 31}, []string{"recoveryWindowInDays: want 0 or 7 to 30, got 31"}},
		{"no window", secretT, props{"recoveryWindowInDays": 0}, []string{}},
		{"a blank", secretT, props{"name": "a b"}, []string{`name: want letters, digits and /_+=.@-, got "a b"`}},
		{"a lock of neither", lockT, retention(props{"mode": "GOVERNANCE"}), []string{
			"rule.defaultRetention: want one of days and years",
		}},
		{"a lock of both", lockT, retention(props{"mode": "GOVERNANCE", "days": 1, "years": 1}), []string{
			"rule.defaultRetention: want one of days and years",
		}},
		{"an unknown lock", lockT, retention(props{"mode": "STRICT", "days": 1}), []string{
			`rule.defaultRetention.mode: want one of GOVERNANCE, COMPLIANCE, got "STRICT"`,
		}},
		{"a description", snapshotsT, with(daily("@dlmRole.arn"), props{"description": "it's"}), []string{
			`description: want letters, digits, blanks, _ and -, got "it's"`,
		}},
		{"a time", snapshotsT, schedule(props{"createRule": props{"interval": 24, "times": "3:00"}}), []string{
			`policyDetails.schedules[].createRule.times: want a time such as 03:00, got "3:00"`,
		}},
		{"an interval", snapshotsT, schedule(props{"createRule": props{"interval": 5}}), []string{
			"policyDetails.schedules[].createRule.interval: want one of [1 2 3 4 6 8 12 24], got 5",
		}},
		{"a count", snapshotsT, schedule(props{"retainRule": props{"count": 1001}}), []string{
			"policyDetails.schedules[].retainRule.count: want 1 to 1000, got 1001",
		}},
		{"no tags", snapshotsT, with(daily("@dlmRole.arn"), props{"policyDetails": props{
			"resourceTypes": []any{"VOLUME"}, "schedules": []any{},
		}}), []string{"policyDetails.targetTags: want it for a policy of snapshots"}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, l.faults(tt.token, tt.give), tt.name)
	}
}
