package tests_test

import (
	"context"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/conform"
	"github.com/riglet/riglet/internal/engine"
)

// clusterRow is the cluster's row of the conformance table.
func clusterRow() conform.Component {
	return conform.Component{
		Type: compute.ClusterType,
		New: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return newCluster(ctx, name, compute.ClusterArgs{Fargate: true, SpotPercent: 50, Tags: conform.Tags()}, opts...)
		},
		Bad: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return compute.NewCluster(ctx, name, &compute.ClusterArgs{MinHosts: 2, MaxHosts: 1}, opts...)
		},
		Nil: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return compute.NewCluster(ctx, name, nil, opts...)
		},
	}
}

// newCluster makes a cluster behind a balancer in a network of its own, both beside it.
func newCluster(
	ctx *pulumi.Context, name string, args compute.ClusterArgs, opts ...pulumi.ResourceOption,
) (*compute.Cluster, error) {
	network, err := foundation.NewFoundation(ctx, "under-"+name, &foundation.Args{
		Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
	})
	if err != nil {
		return nil, err
	}
	front, err := ingress.NewIngress(ctx, "before-"+name, &ingress.Args{
		VPCID: network.VPCID, SubnetIDs: network.PublicSubnetIDs,
	})
	if err != nil {
		return nil, err
	}
	args.VPCID, args.SubnetIDs = network.VPCID, network.AppSubnetIDs
	args.BalancerSecurityGroupID, args.AlarmTopicARN = front.SecurityGroupID, network.OperationsTopicARN
	return compute.NewCluster(ctx, name, &args, opts...)
}

// ofCluster is a program of one cluster, called "rig".
func ofCluster(args compute.ClusterArgs, opts ...pulumi.ResourceOption) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		cluster, err := newCluster(ctx, "rig", args, opts...)
		if err != nil {
			return err
		}
		ctx.Export("capacityProvider", cluster.CapacityProviderName)
		return nil
	}
}

// run does one operation with a program, and wants it to succeed.
func (a *account) run(tb testing.TB, operation engine.Operation, program pulumi.RunFunc) engine.Result {
	tb.Helper()
	result := a.try(tb, operation, "integration", program)
	require.Empty(tb, result.Errors)
	require.True(tb, result.OK)
	return result
}

func TestCluster_comesAndGoes(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]compute.ClusterArgs{
		"by default":  {},
		"named":       {Prefix: "acme-demo-test", InstanceType: "t4g.small"},
		"spot":        {SpotPercent: 100, MoreInstanceTypes: []string{"t3a.small", "t3.medium"}, Fargate: true},
		"held":        {Protected: true, MinHosts: 2, MaxHosts: 2},
		"given image": {ImageID: pulumi.String("ami-0123456789abcdef0"), TargetCapacityPercent: 50},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, program := newAccount(t), ofCluster(args)
			plan := a.run(t, engine.Preview, program)
			assert.Empty(t, a.cloud.Resources(), "a preview makes nothing")
			up := a.run(t, engine.Up, program)
			assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
			assert.Zero(t, a.run(t, engine.Up, program).Changes(), "a second up changes nothing")
			a.run(t, engine.Destroy, program)
			assert.Empty(t, a.cloud.Resources(), "nothing is left behind")
		})
	}
}

// A new template is a new version in the same group, which refreshes its hosts; nothing is replaced.
func TestCluster_rollsHostsInPlace(t *testing.T) {
	t.Parallel()
	rolled := []string{"update autoscaling/group rig-hosts", "update ec2/launchTemplate rig-hosts"}
	image := pulumi.String("ami-0123456789abcdef0")
	a := newAccount(t)
	a.run(t, engine.Up, ofCluster(compute.ClusterArgs{ImageID: image}))
	for _, step := range []struct {
		name string
		args compute.ClusterArgs
	}{
		{"instance type", compute.ClusterArgs{ImageID: image, InstanceType: "t3.large"}},
		{"architecture and image", compute.ClusterArgs{InstanceType: "t4g.large"}},
		{"disk", compute.ClusterArgs{InstanceType: "t4g.large", VolumeGiB: 50}},
	} {
		plan := a.run(t, engine.Preview, ofCluster(step.args))
		assert.ElementsMatch(t, rolled, lines(plan), step.name)
		assert.ElementsMatch(t, rolled, lines(a.run(t, engine.Up, ofCluster(step.args))), step.name)
		assert.Zero(t, a.run(t, engine.Up, ofCluster(step.args)).Changes(), step.name)
	}
	a.run(t, engine.Destroy, ofCluster(compute.ClusterArgs{}))
	assert.Empty(t, a.cloud.Resources())
}

// The number of hosts is ECS's: a new minimum still applies, and what there is above it stays.
func TestCluster_growsInPlace(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.run(t, engine.Up, ofCluster(compute.ClusterArgs{}))
	assert.Equal(t, 1, a.hosts(t))
	assert.Equal(t, []string{"update autoscaling/group rig-hosts"},
		lines(a.run(t, engine.Up, ofCluster(compute.ClusterArgs{MinHosts: 3}))))
	assert.Equal(t, 3, a.hosts(t))
	assert.Equal(t, []string{"update autoscaling/group rig-hosts"},
		lines(a.run(t, engine.Up, ofCluster(compute.ClusterArgs{}))))
	assert.Equal(t, 3, a.hosts(t), "an update does not send hosts away")
	assert.Zero(t, a.run(t, engine.Up, ofCluster(compute.ClusterArgs{})).Changes())
	assert.ElementsMatch(t, []string{
		"update autoscaling/group rig-hosts", "update cloudwatch/metricAlarm rig-maximum",
		"update cloudwatch/metricAlarm rig-cpu", "update cloudwatch/metricAlarm rig-memory",
	}, lines(a.run(t, engine.Up, ofCluster(compute.ClusterArgs{MaxHosts: 8}))))
}

// hosts is how many hosts the only group in the cloud has.
func (a *account) hosts(t *testing.T) int {
	t.Helper()
	for _, one := range a.cloud.Resources() {
		if one.Type == "aws:autoscaling/group:Group" {
			return int(one.Outputs["desiredCapacity"].NumberValue())
		}
	}
	require.Fail(t, "there is no group")
	return 0
}

func TestCluster_takesFargateInAndOut(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.run(t, engine.Up, ofCluster(compute.ClusterArgs{}))
	for _, fargate := range []bool{true, false} {
		assert.Equal(t, []string{"update ecs/clusterCapacityProviders rig-capacity"},
			lines(a.run(t, engine.Up, ofCluster(compute.ClusterArgs{Fargate: fargate}))))
	}
}

// A group that has to be replaced, whatever for, stands beside the old one for a while, and so does its provider:
// neither has a name that is taken.
func TestCluster_replacesTheGroupBesideTheOldOne(t *testing.T) {
	t.Parallel()
	again := pulumi.Transforms([]pulumi.ResourceTransform{replaceGroup})
	for name, prefix := range map[string]string{"unnamed": "", "named": "acme-demo-test"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t)
			a.run(t, engine.Up, ofCluster(compute.ClusterArgs{Prefix: prefix}, again))
			larger := ofCluster(compute.ClusterArgs{Prefix: prefix, MaxHosts: 5}, again)
			touched := lines(a.run(t, engine.Up, larger))
			assert.Contains(t, touched, "replace autoscaling/group rig-hosts")
			assert.Contains(t, touched, "replace ecs/capacityProvider rig-capacity")
			assert.Contains(t, touched, "update ecs/clusterCapacityProviders rig-capacity")
			assert.NotContains(t, strings.Join(touched, "\n"), "ecs/cluster rig")
			a.run(t, engine.Destroy, larger)
			assert.Empty(t, a.cloud.Resources())
		})
	}
}

// replaceGroup makes a new maximum replace the group.
func replaceGroup(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type != "aws:autoscaling/group:Group" {
		return nil
	}
	opts := args.Opts
	opts.ReplaceOnChanges = []string{"maxSize"}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: opts}
}
