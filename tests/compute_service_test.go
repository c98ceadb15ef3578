package tests_test

import (
	"fmt"
	"maps"
	"slices"
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
	"github.com/riglet/riglet/internal/rollout"
	"github.com/riglet/riglet/internal/rollout/awsecs"
	"github.com/riglet/riglet/internal/sandbox"
	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/ecsapi"
)

// ground is what services of a test stand on.
type ground struct {
	network *foundation.Foundation
	front   *ingress.Ingress
	cluster *compute.Cluster
}

// newGround makes a cluster behind a balancer in a network of its own.
func newGround(ctx *pulumi.Context, name string) (*ground, error) {
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
	cluster, err := compute.NewCluster(ctx, "below-"+name, &compute.ClusterArgs{
		VPCID: network.VPCID, SubnetIDs: network.AppSubnetIDs, Fargate: true,
		BalancerSecurityGroupID: front.SecurityGroupID,
	})
	return &ground{network, front, cluster}, err
}

// give fills in what the ground has.
func (g *ground) give(args compute.ServiceArgs) *compute.ServiceArgs {
	args.ClusterARN, args.ClusterName = g.cluster.ClusterARN, g.cluster.ClusterName
	args.CapacityProviderName = g.cluster.CapacityProviderName
	args.VPCID, args.SubnetIDs = g.network.VPCID, g.network.AppSubnetIDs
	args.HostSecurityGroupID, args.BalancerSecurityGroupID = g.cluster.HostSecurityGroupID, g.front.SecurityGroupID
	args.ListenerARN, args.BalancerARNSuffix = g.front.ListenerARN, g.front.ARNSuffix
	args.BalancerDNSName, args.BalancerZoneID = g.front.DNSName, g.front.ZoneID
	args.AlarmTopicARN = g.network.OperationsTopicARN
	return &args
}

// serviceRow is the service's row of the conformance table, with something of everything.
func serviceRow() conform.Component {
	return conform.Component{
		Type: compute.ServiceType,
		New: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			under, err := newGround(ctx, name)
			if err != nil {
				return nil, err
			}
			return compute.NewService(ctx, name, under.give(compute.ServiceArgs{
				Image: tagged("1"), Launch: compute.LaunchFargate, Port: 3000, Priority: 100,
				Hosts:   []string{name + ".example.com"},
				Records: []compute.Record{{Name: name + ".example.com", HostedZoneID: pulumi.String("Z0123456789ABC")}},
				Scaling: &compute.Scaling{MinCount: 1, MaxCount: 4, StepOn5xx: 10}, SecretPathPrefix: "/acme/shop",
				Migrations: &compute.Migrations{Command: []string{"migrate"}}, Tags: conform.Tags(),
			}), opts...)
		},
		Bad: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return compute.NewService(ctx, name, &compute.ServiceArgs{Launch: "lambda"}, opts...)
		},
		Nil: func(
			ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
		) (pulumi.ComponentResource, error) {
			return compute.NewService(ctx, name, nil, opts...)
		},
	}
}

func tagged(tag string) pulumi.StringInput {
	return pulumi.String("123456789012.dkr.ecr.us-west-2.amazonaws.com/acme/shop:" + tag)
}

// shop is a service that listens.
func shop(tag string, changes ...func(*compute.ServiceArgs)) compute.ServiceArgs {
	args := compute.ServiceArgs{
		Image: tagged(tag), Port: 3000, Priority: 100, Hosts: []string{"shop.example.com"},
	}
	for _, change := range changes {
		change(&args)
	}
	return args
}

// api is another one.
func api(args *compute.ServiceArgs) { args.Priority, args.Hosts = 200, []string{"api.example.com"} }

// of is a program of services on one ground.
func of(services map[string]compute.ServiceArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		under, err := newGround(ctx, "rig")
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(services)) {
			made, err := compute.NewService(ctx, name, under.give(services[name]))
			if err != nil {
				return err
			}
			ctx.Export(name, made.TaskDefinitionARN)
		}
		return nil
	}
}

func one(args compute.ServiceArgs) pulumi.RunFunc {
	return of(map[string]compute.ServiceArgs{"shop": args})
}

// desired is how many tasks the service "shop" should have, and revision what they run.
func (a *account) desired(t *testing.T) (count float64, revision string) {
	t.Helper()
	for _, r := range a.cloud.Resources() {
		if r.Type == catalog.TypeService && strings.HasSuffix(r.ID, "-shop") {
			definition := r.Outputs["taskDefinition"].StringValue()
			return r.Outputs["desiredCount"].NumberValue(), definition[strings.LastIndex(definition, "/")+1:]
		}
	}
	require.Fail(t, "no service")
	return 0, ""
}

// nameIn is the physical name of the service "shop" in the environment of these tests.
const nameIn = "riglet-integration-shop"

// fail runs an operation and wants it to fail with all of the texts.
func (a *account) fail(t *testing.T, program pulumi.RunFunc, texts ...string) {
	t.Helper()
	result := a.try(t, engine.Up, "integration", program)
	require.False(t, result.OK)
	said := strings.Join(result.Errors, "\n")
	for _, text := range texts {
		assert.Contains(t, said, text)
	}
}

func TestService_comesAndGoes(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]compute.ServiceArgs{
		"by default": shop("1"),
		"on fargate": shop("1", func(a *compute.ServiceArgs) {
			a.Launch, a.WritablePaths, a.Exec = compute.LaunchFargate, []string{"/tmp"}, true
		}),
		"on the host":    shop("1", func(a *compute.ServiceArgs) { a.NetworkMode = compute.NetworkHost }),
		"without a port": {Image: tagged("1"), Command: []string{"work"}, DesiredCount: 2},
		"named and scaling": shop("1", func(a *compute.ServiceArgs) {
			a.Prefix, a.Secrets = "acme-demo-test", map[string]string{"KEY": "/acme/shop/key"}
			a.Scaling = &compute.Scaling{MinCount: 2, MaxCount: 6, RequestsPerTarget: 100, StepOn5xx: 10}
			a.Records = []compute.Record{{Name: "shop.example.com", HostedZoneID: pulumi.String("Z0123456789ABC")}}
			a.Migrations = &compute.Migrations{Command: []string{"migrate"}}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, program := newAccount(t), one(args)
			plan := a.run(t, engine.Preview, program)
			assert.Empty(t, a.cloud.Resources(), "a preview makes nothing")
			assert.Zero(t, a.ecs.Handler.Calls("DescribeServices"), "and asks nothing")
			up := a.run(t, engine.Up, program)
			assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
			assert.Zero(t, a.run(t, engine.Up, program).Changes(), "a second up changes nothing")
			a.run(t, engine.Destroy, program)
			assert.Empty(t, a.cloud.Resources(), "nothing is left behind")
		})
	}
}

// A new image is a new revision in the same service, behind the same rule and target group.
func TestService_movesToAnotherImage(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.run(t, engine.Up, one(shop("1")))
	assert.ElementsMatch(t, []string{
		"update ecs/service shop-service", "replace ecs/taskDefinition shop-task",
	}, lines(a.run(t, engine.Up, one(shop("2")))))
	_, revision := a.desired(t)
	assert.Equal(t, nameIn+":2", revision)
	assert.Zero(t, a.run(t, engine.Up, one(shop("2"))).Changes())
}

// Another port is another target group; the rule moves over, and nobody is without one in between.
func TestService_movesToAnotherPort(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "acme-demo-test"} {
		a := newAccount(t)
		on := func(port int) pulumi.RunFunc {
			return one(shop("1", func(s *compute.ServiceArgs) { s.Port, s.Prefix = port, prefix }))
		}
		a.run(t, engine.Up, on(3000))
		got := lines(a.run(t, engine.Up, on(8080)))
		assert.Contains(t, got, "replace lb/targetGroup shop-targets")
		assert.Contains(t, got, "update lb/listenerRule shop-rule")
		assert.Contains(t, got, "update ecs/service shop-service")
	}
}

func TestService_countsByConfiguration(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	for _, count := range []int{1, 2, 3} {
		a.run(t, engine.Up, one(shop("1", func(s *compute.ServiceArgs) { s.DesiredCount = count })))
		got, _ := a.desired(t)
		assert.InDelta(t, count, got, 0)
	}
}

// What scaling chose stays at the next update, and the minimum holds as soon as it is raised.
func TestService_leavesTheCountToScaling(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	between := func(tag string, low, high int) pulumi.RunFunc {
		return one(shop(tag, func(s *compute.ServiceArgs) { s.Scaling = &compute.Scaling{MinCount: low, MaxCount: high} }))
	}
	count := func() float64 {
		got, _ := a.desired(t)
		return got
	}
	a.run(t, engine.Up, between("1", 2, 8))
	assert.InDelta(t, 2, count(), 0)
	a.scale(t, 5)
	assert.Zero(t, a.run(t, engine.Up, between("1", 2, 8)).Changes())
	assert.InDelta(t, 5, count(), 0)
	a.run(t, engine.Up, between("2", 2, 8))
	assert.InDelta(t, 5, count(), 0, "nor does another image reset it")
	assert.Equal(t, []string{"update appautoscaling/target shop-scaling"}, lines(a.run(t, engine.Up, between("2", 6, 8))))
	assert.InDelta(t, 6, count(), 0)
	a.run(t, engine.Up, between("2", 1, 3))
	assert.InDelta(t, 3, count(), 0)
}

// Each of two services goes without the other.
func TestService_leavesItsNeighbourAlone(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	both := map[string]compute.ServiceArgs{"shop": shop("1"), "api": shop("1", api)}
	a.run(t, engine.Up, of(both))
	for _, line := range lines(a.run(t, engine.Up, one(shop("1")))) {
		assert.Regexp(t, `^delete [a-zA-Z/]+ api-`, line)
	}
	assert.Zero(t, a.run(t, engine.Up, one(shop("1"))).Changes())
	a.run(t, engine.Destroy, one(shop("1")))
	assert.Empty(t, a.cloud.Resources())
}

// broken is a script in which the tasks of a new revision end at once.
func broken(outcome ecsapi.Outcome) ecsapi.Script {
	return ecsapi.Script{
		Outcome: outcome, Looks: 1,
		Stopped: []ecsapi.Stopped{
			{Reason: "Essential container in task exited", Container: "shop", Exit: 3},
			{Reason: "Essential container in task exited", Container: "shop", Exit: 3},
		},
		Events: []string{"(service shop) is unable to consistently start tasks successfully."},
	}
}

// A later deployment that is rolled back fails the update with the reason, and so does an update that would change
// nothing. The next good revision recovers.
func TestService_isNotGreenWhereECSRolledBack(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.run(t, engine.Up, one(shop("1")))
	a.ecs.Handler.Script(nameIn, broken(ecsapi.RolledBack))
	why := []string{
		fmt.Sprintf("service %q: the deployment of %[1]s:2 was rolled back to %[1]s:1: ", nameIn),
		"ECS deployment circuit breaker: tasks failed to start",
		"2 stopped: Essential container in task exited (shop exited with 3)",
		"is unable to consistently start tasks successfully",
		"logs: log group " + nameIn + " in us-west-2",
	}
	a.fail(t, one(shop("2")), why...)
	a.fail(t, one(shop("2")), why...)
	a.ecs.Handler.Script(nameIn, ecsapi.Script{})
	a.run(t, engine.Up, one(shop("3")))
	_, revision := a.desired(t)
	assert.Equal(t, nameIn+":3", revision)
	assert.Zero(t, a.run(t, engine.Up, one(shop("3"))).Changes())
	a.run(t, engine.Destroy, one(shop("3")))
	assert.Empty(t, a.cloud.Resources())
}

// The first deployment has nothing to go back to: it fails, and is there to be mended or destroyed.
func TestService_isNotGreenWhereTheFirstDeploymentFailed(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.ecs.Handler.Script(nameIn, broken(ecsapi.RolledBack))
	why := fmt.Sprintf("service %q: the deployment of %[1]s:1 failed: ECS deployment circuit breaker", nameIn)
	a.fail(t, one(shop("1")), why)
	a.fail(t, one(shop("1")), why)
	a.ecs.Handler.Script(nameIn, ecsapi.Script{})
	a.run(t, engine.Up, one(shop("2")))
	a.run(t, engine.Destroy, one(shop("2")))
	assert.Empty(t, a.cloud.Resources())
}

// A task that is killed in the middle of an update, a service that goes, an ECS that is busy: each is told apart.
func TestService_tellsWhatElseHappened(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.ecs.Handler.Script(nameIn, ecsapi.Script{Throttled: 5, Looks: 1})
	a.run(t, engine.Up, one(shop("1")))
	a.ecs.Handler.Script(nameIn, ecsapi.Script{Outcome: ecsapi.Gone})
	a.fail(t, one(shop("2")), "it is not there any more: somebody deleted it")
}

// Migrations run with the new image before the service moves to it, once per revision.
func TestService_migratesFirst(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	migrating := func(tag string, more ...func(*compute.ServiceArgs)) pulumi.RunFunc {
		return one(shop(tag, append(more, func(s *compute.ServiceArgs) {
			s.Migrations = &compute.Migrations{Command: []string{"./migrate", "up"}}
		})...))
	}
	a.run(t, engine.Up, migrating("1"))
	a.run(t, engine.Up, migrating("1", func(s *compute.ServiceArgs) { s.DesiredCount = 2 }))
	runs := a.ecs.Handler.Runs()
	require.Len(t, runs, 1, "another count needs no migration")
	assert.Equal(t, []string{"./migrate", "up"}, runs[0].Command)
	assert.Equal(t, "shop", runs[0].Container)
	assert.Contains(t, runs[0].TaskDefinition, nameIn+":1")

	a.ecs.Handler.Script(nameIn, ecsapi.Script{Exit: 7})
	a.fail(t, migrating("2"), fmt.Sprintf("service %q stays as it was: migrations: [./migrate up] failed: ", nameIn),
		"shop exited with 7", "logs: log group "+nameIn)
	_, revision := a.desired(t)
	assert.Equal(t, nameIn+":1", revision, "the service did not move")

	a.ecs.Handler.Script(nameIn, ecsapi.Script{Refused: "RESOURCE:MEMORY"})
	a.fail(t, migrating("2"), "did not start: RESOURCE:MEMORY")
	a.ecs.Handler.Script(nameIn, ecsapi.Script{})
	a.run(t, engine.Up, migrating("2"))
	_, revision = a.desired(t)
	assert.Regexp(t, nameIn+`:[2-9]$`, revision)
}

// Without the wait an update is over at once, whatever ECS does then.
func TestService_doesNotWaitWhereToldSo(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.ecs.Handler.Script(nameIn, broken(ecsapi.RolledBack))
	a.run(t, engine.Up, one(shop("1", func(s *compute.ServiceArgs) { s.DoNotWait = true })))
	assert.Zero(t, a.ecs.Handler.Calls("DescribeServices"))
}

// Nobody changes the fake's mind but through its own API, as scaling does.
func (a *account) scale(t *testing.T, count int) {
	t.Helper()
	for _, r := range a.cloud.Resources() {
		if r.Type == catalog.TypeService && strings.HasSuffix(r.ID, "-shop") {
			client := ecsClient(t, a.ecs.URL())
			require.NoError(t, client.Resize(t.Context(), refOf(r), count))
		}
	}
}

func ecsClient(t *testing.T, endpoint string) *awsecs.Client {
	t.Helper()
	client, err := awsecs.New(t.Context(), "us-west-2", endpoint)
	require.NoError(t, err)
	return client
}

func refOf(r sandbox.Resource) rollout.Ref {
	return rollout.Ref{Cluster: r.Outputs["cluster"].StringValue(), Name: r.Outputs["name"].StringValue()}
}
