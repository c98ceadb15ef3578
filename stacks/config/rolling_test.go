package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/stacks/config"
)

// rolling is a document with a network, and these lines of a fleet.
func rolling(lines string) string {
	return top("riglet:network:\n" + indent(good+"balancer: {plainHttp: true}\n") + "riglet:rolling:\n" + indent(lines))
}

func TestDecode_fillsTheDefaultsOfAFleet(t *testing.T) {
	t.Parallel()
	cfg, err := decode(rolling("imageId: ami-0123456789abcdef0"))
	require.NoError(t, err)
	assert.Equal(t, &config.Rolling{
		Way: config.RollingReplace, MaxHealthyPercent: cfg.Rolling.MaxHealthyPercent, ImageID: "ami-0123456789abcdef0",
		InstanceType: "t3.small", VolumeGiB: 20, MinInstances: 1, DesiredInstances: 2, MaxInstances: 2, Port: 80,
		Health: config.RollingHealth{
			Path: "/", Matcher: "200", IntervalSeconds: 30, TimeoutSeconds: 10, HealthyThreshold: 3, UnhealthyThreshold: 2,
		},
		HealthGraceSeconds: 300, WarmupSeconds: 120, DrainSeconds: 30, Priority: 50000, LogRetentionDays: 60,
	}, cfg.Rolling)
}

func TestDecode_refusesABadFleet(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{
			"no network", top("riglet:rolling: {imageId: ami-0123456789abcdef0}"),
			`riglet:network: want a section, for riglet:rolling to stand in, got nothing`,
		},
		{
			"nothing to run", rolling("way: replace"),
			`riglet:rolling.imageId: want an image that brings what serves, or container or script, got nothing`,
		},
		{
			"min > desired > max",
			rolling("imageId: ami-0123456789abcdef0\nminInstances: 5\ndesiredInstances: 4\nmaxInstances: 3"),
			`riglet:rolling.minInstances: want no more than desiredInstances, 4, got 5
Pulumi.test.yaml: riglet:rolling.desiredInstances: want no more than maxInstances, 3, got 4`,
		},
		{
			"a refresh of what AWS looks up", rolling("way: refresh\nimageParameter: /acme/image\nimageAtLaunch: true"),
			`riglet:rolling.imageAtLaunch: want false with way refresh: AWS cannot roll back to an image that a parameter ` +
				`names, got true`,
		},
		{
			"the wrong architecture", rolling("imageId: ami-0123456789abcdef0\nimageArchitecture: arm64"),
			`riglet:rolling.imageArchitecture: want amd64, as t3.small is, got "arm64"`,
		},
		{
			"a grace below the boot time", rolling("imageId: ami-0123456789abcdef0\nbootSeconds: 240\nhealthGraceSeconds: 60"),
			`riglet:rolling.healthGraceSeconds: want the 240 seconds at least that the image says it takes to boot, got 60`,
		},
		{
			"a percentage of what is no refresh", rolling("imageId: ami-0123456789abcdef0\nmaxHealthyPercent: 150"),
			`riglet:rolling.maxHealthyPercent: want nothing unless way is refresh, got 150`,
		},
		{
			"an image that moves", rolling("container: {image: \"nginx:latest\"}"),
			`riglet:rolling.container.image: want an image by digest, or by a tag that never moves (not latest), ` +
				`got "nginx:latest"`,
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
