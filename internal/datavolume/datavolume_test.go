package datavolume_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/datavolume"
	"github.com/riglet/riglet/internal/policy"
)

func present() resource.PropertyMap {
	return resource.PropertyMap{
		"availabilityZone": resource.NewProperty("us-west-2b"), "size": resource.NewProperty(40.0),
	}
}

func TestKept(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give datavolume.Args
		is   resource.PropertyMap
		want []string
	}{
		{"as it is", datavolume.Args{Zone: "us-west-2b", SizeGiB: 40}, present(), nil},
		{"larger", datavolume.Args{Zone: "us-west-2b", SizeGiB: 41}, present(), nil},
		{"nothing known", datavolume.Args{Zone: "us-west-2a", SizeGiB: 10}, nil, nil},
		{
			"smaller",
			datavolume.Args{Zone: "us-west-2b", SizeGiB: 39},
			present(),
			[]string{"volumeGiB: want 40 or more, ", ", got 39"},
		},
		{
			"both",
			datavolume.Args{Zone: "us-west-2a", SizeGiB: 10},
			present(),
			[]string{"the volume db-data: zone: want us-west-2b, ", `, got "us-west-2a"`, "volumeGiB: want 40 or more, "},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := datavolume.Kept("db-data", tt.give, tt.is)
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			for _, part := range tt.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

const volumeARN = "arn:aws:ec2:us-west-2:123456789012:volume/vol-0123456789abcdef0"

// DLM may read nothing but what has no narrower permission, and deletes no snapshot but the volume's own.
func TestSnapshotPolicy(t *testing.T) {
	t.Parallel()
	const snapshots = "arn:aws:ec2:us-west-2::snapshot/*"
	want := map[string]policy.Statement{
		"TakeSnapshots": {Action: []string{"ec2:CreateSnapshot"}, Resource: []string{volumeARN, snapshots}},
		"TagSnapshots":  {Action: []string{"ec2:CreateTags"}, Resource: []string{snapshots}},
		"DeleteOwnSnapshots": {
			Action: []string{"ec2:DeleteSnapshot"}, Resource: []string{snapshots},
			Condition: policy.Condition{"StringEquals": {"aws:ResourceTag/SnapshotsOf": {"acme-db-data"}}},
		},
		"SeeVolumes": {
			Action:   []string{"ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"},
			Resource: []string{"*"},
		},
	}
	got := map[string]policy.Statement{}
	for _, one := range datavolume.SnapshotPolicy(volumeARN, "acme-db-data").Statements {
		assert.Equal(t, policy.Allow, one.Effect)
		sid := one.Sid
		one.Sid, one.Effect = "", ""
		got[sid] = one
	}
	assert.Equal(t, want, got)
}

func TestAccountOf(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "123456789012", datavolume.AccountOf(volumeARN))
	assert.Empty(t, datavolume.AccountOf("vol-0123456789abcdef0"))
}

func TestDescription_isPlain(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "acme-s db--1-_x y", datavolume.Description("acme's db:(1)_x y"))
	assert.Len(t, datavolume.Description(strings.Repeat("a", 1000)), 450)
}
