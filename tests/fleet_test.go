package tests_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/fleet"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/conform"
	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/fleetwait/awsfleet"
	"github.com/riglet/riglet/internal/rollout/reach"
	"github.com/riglet/riglet/internal/sandbox/fleetapi"
)

// The images of the tests. The offline cloud makes each change of image one version of the launch template.
const (
	oldImage = pulumi.String("ami-0000000000000001")
	badImage = pulumi.String("ami-0000000000000bad")
	newImage = pulumi.String("ami-0000000000000002")
)

// fleetRow is the fleet's row of the conformance table.
func fleetRow() conform.Component {
	return conform.Component{
		Type: fleet.Type,
		New: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return newFleet(ctx, name, fleet.Args{
				Rolling: fleet.Refresh, Tags: conform.Tags(), MaxInstances: 6,
				Container: &fleet.Container{
					Image: pulumi.String("123456789012.dkr.ecr.us-west-2.amazonaws.com/shop:1"),
					Secrets: map[string]string{
						"APP_KEY": "/acme/key", "APP_TOKEN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:token-a1b2c3",
					},
				},
				Scaling: &fleet.Scaling{
					RequestsPerTarget: 1000, Steps: &fleet.Steps{},
					Schedules: map[string]fleet.Schedule{"morning": {Recurrence: "0 8 * * MON-FRI", MinInstances: 2}},
				},
			}, opts...)
		},
		Bad: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return fleet.NewFleet(ctx, name, &fleet.Args{MinInstances: 3, MaxInstances: 2}, opts...)
		},
		Nil: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return fleet.NewFleet(ctx, name, nil, opts...)
		},
	}
}

// newFleet makes a fleet behind a balancer in a network of its own, both beside it.
func newFleet(
	ctx *pulumi.Context, name string, args fleet.Args, opts ...pulumi.ResourceOption,
) (*fleet.Fleet, error) {
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
	args.VPCID, args.SubnetIDs, args.AlarmTopicARN = network.VPCID, network.AppSubnetIDs, network.OperationsTopicARN
	args.BalancerSecurityGroupID, args.ListenerARN = front.SecurityGroupID, front.ListenerARN
	args.BalancerARNSuffix = front.ARNSuffix
	return fleet.NewFleet(ctx, name, &args, opts...)
}

// fleetAccount is an account whose groups can be told what becomes of them.
type fleetAccount struct {
	*account
	groupsAPI *fleetapi.Handler
}

func newFleetAccount(tb testing.TB, edits ...string) *fleetAccount {
	tb.Helper()
	a := newAccount(tb, edits...)
	return &fleetAccount{a, a.ecs.Fleets}
}

// web is a program of one fleet, called "web".
func (a *fleetAccount) web(args fleet.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		made, err := newFleet(reach.Via(ctx, a.ecs.URL()), "web", args)
		if err != nil {
			return err
		}
		ctx.Export("groupName", made.GroupName)
		return nil
	}
}

// groups are the fleets' groups in the cloud, with their versions and sizes.
func (a *fleetAccount) groups() []group {
	var all []group
	for _, one := range a.cloud.Resources() {
		if one.Type == "aws:autoscaling/group:Group" && one.Inputs.HasValue("targetGroupArns") {
			policy := one.Outputs["mixedInstancesPolicy"].ObjectValue()["launchTemplate"].ObjectValue()
			all = append(all, group{
				name:    one.ID,
				version: policy["launchTemplateSpecification"].ObjectValue()["version"].StringValue(),
				desired: int(one.Outputs["desiredCapacity"].NumberValue()),
			})
		}
	}
	return all
}

type group struct {
	name, version string
	desired       int
}

// fail is an operation that has to fail, and what it says.
func (a *fleetAccount) fail(t *testing.T, program pulumi.RunFunc) string {
	t.Helper()
	result := a.try(t, engine.Up, "integration", program)
	require.False(t, result.OK, "the update has to fail")
	return strings.Join(result.Errors, "\n")
}

func both(t *testing.T, test func(t *testing.T, rolling fleet.Rolling)) {
	t.Helper()
	for _, rolling := range []fleet.Rolling{fleet.Replace, fleet.Refresh} {
		t.Run(string(rolling), func(t *testing.T) {
			t.Parallel()
			test(t, rolling)
		})
	}
}

func TestFleet_comesAndGoes(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, rolling fleet.Rolling) {
		t.Helper()
		a := newFleetAccount(t)
		program := a.web(fleet.Args{
			Rolling: rolling, Container: &fleet.Container{Image: pulumi.String("nginx:1.27")}, MaxInstances: 5,
			Prefix: "acme-demo-test", Scaling: &fleet.Scaling{CPUPercent: 50}, SpotPercent: 50,
		})
		plan := a.run(t, engine.Preview, program)
		assert.Empty(t, a.cloud.Resources(), "a preview makes nothing")
		assert.Zero(t, a.groupsAPI.Calls("DescribeAutoScalingGroups"), "a preview asks nothing")
		up := a.run(t, engine.Up, program)
		assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
		assert.Zero(t, a.run(t, engine.Up, program).Changes(), "a second up changes nothing")
		a.run(t, engine.Destroy, program)
		assert.Empty(t, a.cloud.Resources(), "nothing is left behind")
	})
}

// A new image: replace makes a group beside the old one and removes that last, refresh changes the one there is.
func TestFleet_rolls(t *testing.T) {
	t.Parallel()
	want := map[fleet.Rolling][]string{
		fleet.Replace: {"update ec2/launchTemplate web-instances", "replace autoscaling/group web-group"},
		fleet.Refresh: {"update ec2/launchTemplate web-instances", "update autoscaling/group web-group"},
	}
	both(t, func(t *testing.T, rolling fleet.Rolling) {
		t.Helper()
		a := newFleetAccount(t)
		a.run(t, engine.Up, a.web(fleet.Args{Rolling: rolling, Image: fleet.Image{ID: oldImage}}))
		before := a.groups()
		program := a.web(fleet.Args{Rolling: rolling, Image: fleet.Image{ID: newImage}})
		assert.ElementsMatch(t, want[rolling], lines(a.run(t, engine.Preview, program)))
		assert.ElementsMatch(t, want[rolling], lines(a.run(t, engine.Up, program)))
		after := a.groups()
		require.Len(t, after, 1)
		assert.Equal(t, "2", after[0].version)
		assert.Equal(t, rolling == fleet.Replace, before[0].name != after[0].name)
		assert.Zero(t, a.run(t, engine.Up, program).Changes())
	})
}

// The whole life of a bad image: the old version goes on serving, the update fails with the reason and fails again
// without a change, the next good one recovers, and the old image rolls back.
func TestFleet_survivesABadImage(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, rolling fleet.Rolling) {
		t.Helper()
		a := newFleetAccount(t)
		with := func(image pulumi.String) pulumi.RunFunc {
			return a.web(fleet.Args{Rolling: rolling, Image: fleet.Image{ID: image}, DeadlineSeconds: 10})
		}
		a.run(t, engine.Up, with(oldImage))
		served := a.groups()[0].name
		a.groupsAPI.Script(fleetapi.Script{Bad: []string{"2"}, Launches: []string{"no more m5.large in us-west-2a"}})

		failed := a.fail(t, with(badImage))
		for _, want := range []string{
			`fleet "web": `, "version 2", "unhealthy: Target.FailedHealthChecks, Health checks failed with these codes: [502]",
			"launch failed: no more m5.large", "describe-scaling-activities --region us-west-2",
		} {
			assert.Contains(t, failed, want)
		}
		assert.Contains(t, names(a.groups()), served, "the old version goes on serving")
		assert.Equal(t, "1", a.versionOf(served), "and what is added to its group is of that version")
		again := a.fail(t, with(badImage))
		assert.Contains(t, again, `fleet "web": `, "nothing was mended")
		assert.Contains(t, names(a.groups()), served, "nor was the old version removed")

		a.run(t, engine.Up, with(newImage))
		require.Len(t, a.groups(), 1, "the next good update recovers, and clears up")
		assert.Equal(t, "3", a.groups()[0].version)
		a.run(t, engine.Up, with(oldImage))
		require.Len(t, a.groups(), 1)
		assert.Equal(t, "4", a.groups()[0].version, "the old image is a version like any other")
		assert.Zero(t, a.run(t, engine.Up, with(oldImage)).Changes())
	})
}

// versionOf is the version that a group launches.
func (a *fleetAccount) versionOf(name string) string {
	for _, one := range a.groups() {
		if one.name == name {
			return one.version
		}
	}
	return ""
}

func names(groups []group) []string {
	var all []string
	for _, one := range groups {
		all = append(all, one.name)
	}
	return all
}

// Scaling has changed the number of instances: a new group goes on from there, and a refresh leaves it alone.
func TestFleet_keepsTheLiveNumber(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, rolling fleet.Rolling) {
		t.Helper()
		a := newFleetAccount(t)
		with := func(image pulumi.String) pulumi.RunFunc {
			return a.web(fleet.Args{
				Rolling: rolling, Image: fleet.Image{ID: image}, MaxInstances: 8, Scaling: &fleet.Scaling{CPUPercent: 50},
			})
		}
		a.run(t, engine.Up, with(oldImage))
		assert.Equal(t, 2, a.groups()[0].desired)
		client, err := awsfleet.New(context.Background(), "us-west-2", a.ecs.URL())
		require.NoError(t, err)
		require.NoError(t, client.Resize(context.Background(), a.groups()[0].name, 5))
		assert.Zero(t, a.run(t, engine.Up, with(oldImage)).Changes(), "the number is scaling's")
		a.run(t, engine.Up, with(newImage))
		require.Len(t, a.groups(), 1)
		assert.Equal(t, 5, a.groups()[0].desired)
	})
}

// An update that was given up leaves a refresh under way: the next one waits for it, and one with another image says
// that it takes its place.
func TestFleet_meetsARefreshUnderWay(t *testing.T) {
	t.Parallel()
	a := newFleetAccount(t)
	with := func(image pulumi.String) pulumi.RunFunc {
		return a.web(fleet.Args{Rolling: fleet.Refresh, Image: fleet.Image{ID: image}, DeadlineSeconds: 10})
	}
	a.run(t, engine.Up, with(oldImage))
	a.groupsAPI.Script(fleetapi.Script{Stuck: true})
	failed := a.fail(t, with(newImage))
	assert.Contains(t, failed, "to version 2 is 50 % done: Waiting for remaining instances to be available after 10s")
	assert.Contains(t, a.fail(t, with(newImage)), "to version 2 is 50 % done", "it is waited for, not started again")
	a.groupsAPI.Script(fleetapi.Script{})
	assert.Zero(t, a.run(t, engine.Up, with(newImage)).Changes())

	a.groupsAPI.Script(fleetapi.Script{Stuck: true})
	a.fail(t, with(badImage))
	a.groupsAPI.Script(fleetapi.Script{Bad: []string{"3"}})
	a.run(t, engine.Up, with(oldImage))
	assert.Equal(t, "4", a.groups()[0].version)
}

func TestFleet_asksAgainWhenThrottled(t *testing.T) {
	t.Parallel()
	a := newFleetAccount(t)
	a.groupsAPI.Script(fleetapi.Script{Throttled: 8, Looks: 2})
	a.run(t, engine.Up, a.web(fleet.Args{Image: fleet.Image{ID: oldImage}}))
	assert.Greater(t, a.groupsAPI.Calls("DescribeAutoScalingGroups"), 4)
}

// A first group whose instances never become healthy fails, and is what the next good update replaces.
func TestFleet_failsWhenTheFirstInstancesNeverServe(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, rolling fleet.Rolling) {
		t.Helper()
		a := newFleetAccount(t)
		with := func(image pulumi.String) pulumi.RunFunc {
			return a.web(fleet.Args{Rolling: rolling, Image: fleet.Image{ID: image}, DeadlineSeconds: 10})
		}
		a.groupsAPI.Script(fleetapi.Script{Bad: []string{"1"}})
		failed := a.fail(t, with(badImage))
		assert.Contains(t, failed, "0 of 2 instances of group")
		assert.Contains(t, failed, "no instance of this group serves")
		assert.Contains(t, failed, `after hook "web-made" failed`, "at the group itself, before anything depends on it")
		assert.Contains(t, a.fail(t, with(badImage)), "0 of 2 instances of group", "without a change it fails again")
		a.run(t, engine.Up, with(newImage))
		assert.Len(t, a.groups(), 1)
	})
}

// The engine's own events: the new group is made before the old one is deleted, and what depends on it moves between.
func TestFleet_makesBeforeItDeletes(t *testing.T) {
	t.Parallel()
	a := newFleetAccount(t)
	image := oldImage
	target, err := engine.NewTarget(a.dir, "integration", func(ctx *pulumi.Context) error {
		return a.web(fleet.Args{Image: fleet.Image{ID: image}})(ctx)
	})
	require.NoError(t, err)
	var counts []int
	for _, image = range []pulumi.String{oldImage, newImage} {
		counts = nil
		result, err := a.engine.Run(context.Background(), engine.Up, target, func(step engine.Step) {
			if step.Name == "web-group" {
				counts = append(counts, len(a.groups()))
			}
		})
		require.NoError(t, err)
		require.Empty(t, result.Errors)
	}
	// One when it begins, two in between, one when it ends: never none, and the last event is the old one's end.
	assert.Equal(t, []int{1, 2, 1}, slices.Compact(counts))
}

// withRolling adds a fleet to integration.
const withRolling = `
  riglet:rolling:
    way: refresh
    imageId: ami-0000000000000001
    bootSeconds: 90
    minInstances: 1
    desiredInstances: 2
    maxInstances: 4
    scaleCpuPercent: 60
    port: 8080
    health: {path: /healthz}
    drainSeconds: 45
`

// The composition: behind the balancer of the environment, in the app tier, with the outputs that an operator needs.
func TestRolling_composes(t *testing.T) {
	t.Parallel()
	a := newFleetAccount(t, "\n  riglet:alerts:", withRolling+"\n  riglet:alerts:")
	plan := a.do(t, engine.Preview, "integration")
	up := a.do(t, engine.Up, "integration")
	assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
	out, ok := up.Outputs["rolling"].(map[string]any)
	require.True(t, ok)
	assert.Equal(t, a.groups()[0].name, out["groupName"])
	for _, key := range []string{
		"balancerDnsName", "url", "groupName", "imageId", "natAddresses", "vpcId", "subnetIds", "logGroup",
	} {
		assert.NotEmpty(t, out[key], key)
	}
	assert.Zero(t, a.do(t, engine.Up, "integration").Changes(), "a second up changes nothing")
	a.edit(t, "integration", "ami-0000000000000001", "ami-0000000000000002")
	assert.ElementsMatch(t, []string{
		"update ec2/launchTemplate rolling-instances", "update autoscaling/group rolling-group",
	}, lines(a.do(t, engine.Up, "integration")))
	a.do(t, engine.Destroy, "integration")
	assert.Empty(t, a.cloud.Resources())
}
