package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/stacks/config"
)

// cluster is a document with a network, and these lines of a cluster.
func cluster(lines string) string {
	return top("riglet:network:\n" + indent(good) + "riglet:cluster:\n" + indent(lines))
}

func TestDecode_fillsTheDefaultsOfACluster(t *testing.T) {
	t.Parallel()
	cfg, err := decode(top("riglet:network:\n" + indent(good) + "riglet:cluster: {}"))
	require.NoError(t, err)
	assert.Equal(t, &config.Cluster{
		InstanceType: "t3.small", MinHosts: 1, MaxHosts: 4, TargetCapacityPercent: 100, VolumeGiB: 30,
		LogRetentionDays: 30,
	}, cfg.Cluster)
}

func TestDecode_readsEveryKeyOfACluster(t *testing.T) {
	t.Parallel()
	cfg, err := decode(cluster(`instanceType: m7g.large
moreInstanceTypes: [m6g.large, m7g.xlarge]
minHosts: 2
maxHosts: 12
targetCapacityPercent: 80
spotPercent: 60
fargate: true
imageId: ami-0123456789abcdef0
volumeGib: 100
logRetentionDays: 7
protected: true`))
	require.NoError(t, err)
	assert.Equal(t, &config.Cluster{
		InstanceType: "m7g.large", MoreInstanceTypes: []string{"m6g.large", "m7g.xlarge"}, MinHosts: 2, MaxHosts: 12,
		TargetCapacityPercent: 80, SpotPercent: 60, Fargate: true, ImageID: "ami-0123456789abcdef0", VolumeGiB: 100,
		LogRetentionDays: 7, Protected: true,
	}, cfg.Cluster)
}

func TestDecode_refusesABadCluster(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{
			"no network", top("riglet:cluster: {}"),
			`riglet:network: want a section, for riglet:cluster to stand in, got nothing`,
		},
		{
			"minimum above maximum", cluster("minHosts: 5"),
			`riglet:cluster.minHosts: want no more than maxHosts, 4, got 5`,
		},
		{
			"another architecture", cluster("moreInstanceTypes: [t4g.small]"),
			`riglet:cluster.moreInstanceTypes[0]: want a type of amd64, as t3.small is, got "t4g.small"`,
		},
		{
			"a smaller host", cluster("instanceType: t3.large\nmoreInstanceTypes: [t3.small]"),
			`riglet:cluster.moreInstanceTypes[0]: want 2 vCPUs and 8192 MiB at least, as t3.large has, got "t3.small"`,
		},
		{
			"an image by parameter", cluster("imageId: resolve:ssm:/my/image"),
			`riglet:cluster.imageId: want the id of an image such as ami-0123456789abcdef0, got "resolve:ssm:/my/image"`,
		},
		{
			"everything at once", cluster(`instanceTyp: t3.large
minHosts: 0
maxHosts: 5001
targetCapacityPercent: 0
spotPercent: 101
fargate: sometimes
volumeGib: 8`),
			`riglet:cluster.instanceTyp: want one of instanceType, moreInstanceTypes, minHosts, maxHosts, ` +
				`targetCapacityPercent, spotPercent, fargate, imageId, volumeGib, logRetentionDays or protected ` +
				`(did you mean instanceType?), got "instanceTyp"
Pulumi.test.yaml: riglet:cluster.minHosts: want 1 to 5000, got 0
Pulumi.test.yaml: riglet:cluster.maxHosts: want 1 to 5000, got 5001
Pulumi.test.yaml: riglet:cluster.targetCapacityPercent: want 1 to 100, got 0
Pulumi.test.yaml: riglet:cluster.spotPercent: want 0 to 100, got 101
Pulumi.test.yaml: riglet:cluster.fargate: want true or false, got text "sometimes"
Pulumi.test.yaml: riglet:cluster.volumeGib: want 30 to 16384, got 8`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(tt.give)
			assert.EqualError(t, err, testFile+": "+tt.want)
		})
	}
}
