package compute_test

import (
	"encoding/base64"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	clusterType     = "aws:ecs/cluster:Cluster"
	providerType    = "aws:ecs/capacityProvider:CapacityProvider"
	associationType = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	groupType       = "aws:autoscaling/group:Group"
	templateType    = "aws:ec2/launchTemplate:LaunchTemplate"
	logGroupType    = "aws:cloudwatch/logGroup:LogGroup"
	alarmType       = "aws:cloudwatch/metricAlarm:MetricAlarm"
	inRuleType      = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	outRuleType     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

// clusterProgram makes a cluster called "cluster" behind a balancer, in a network beside it.
func clusterProgram(args compute.ClusterArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
		})
		if err != nil {
			return err
		}
		front, err := ingress.NewIngress(ctx, "front", &ingress.Args{
			VPCID: network.VPCID, SubnetIDs: network.PublicSubnetIDs,
		})
		if err != nil {
			return err
		}
		args.VPCID, args.SubnetIDs = network.VPCID, network.AppSubnetIDs
		args.BalancerSecurityGroupID = front.SecurityGroupID
		args.AlarmTopicARN = network.OperationsTopicARN
		_, err = compute.NewCluster(ctx, "cluster", &args)
		return err
	}
}

// standing are the arguments that have no default, for programs that never get as far as to use them.
func standing(more compute.ClusterArgs) compute.ClusterArgs {
	more.VPCID = pulumi.String("vpc-1")
	more.SubnetIDs = pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")}
	return more
}

func TestNewCluster_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give compute.ClusterArgs
		want string
	}{
		{
			name: "nothing at all",
			want: `cluster "cluster": vpcId: want the id of a VPC, got nothing
subnetIds: want private subnets in two zones at least, got nothing`,
		},
		{
			name: "one subnet",
			give: compute.ClusterArgs{
				VPCID: pulumi.String("vpc-1"), SubnetIDs: pulumi.StringArray{pulumi.String("subnet-1")},
			},
			want: `cluster "cluster": subnetIds: want private subnets in two zones at least, got 1`,
		},
		{
			name: "minimum above maximum", give: standing(compute.ClusterArgs{MinHosts: 3, MaxHosts: 2}),
			want: `cluster "cluster": minHosts: want no more than maxHosts, 2, got 3`,
		},
		{
			name: "an image that only EC2 would know",
			give: standing(compute.ClusterArgs{ImageID: pulumi.String("resolve:ssm:/my/image")}),
			want: `cluster "cluster": imageId: want the id of an image such as ami-0123456789abcdef0, ` +
				`got "resolve:ssm:/my/image"`,
		},
		{
			name: "other sizes that do not fit together",
			give: standing(compute.ClusterArgs{
				InstanceType: "m6i.large", MoreInstanceTypes: []string{"m6g.large", "c6i.large", "m5.large"},
			}),
			want: `cluster "cluster": moreInstanceTypes[0]: want a type of amd64, as m6i.large is, got "m6g.large"
moreInstanceTypes[1]: want 2 vCPUs and 8192 MiB at least, as m6i.large has, got "c6i.large"`,
		},
		{
			name: "everything at once",
			give: standing(compute.ClusterArgs{
				InstanceType: "small", MinHosts: -1, MaxHosts: 5001, TargetCapacityPercent: 101, SpotPercent: -1,
				VolumeGiB: 29, LogRetentionDays: 31, Prefix: "Acme",
			}),
			want: `cluster "cluster": instanceType: want an instance type such as t3.small, got "small"
minHosts: want 1 to 5000, got -1
maxHosts: want 1 to 5000, got 5001
targetCapacityPercent: want 1 to 100, got 101
spotPercent: want 0 to 100, got -1
volumeGib: want 30 to 16384, got 29
logRetentionDays: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, ` +
				`2557, 2922, 3288, 3653 days, got 31
prefix: want a letter, then lower-case letters, digits and hyphens, 63 at most, got "Acme"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
				_, err := compute.NewCluster(ctx, "cluster", &tt.give)
				return err
			})
			require.ErrorContains(t, err, tt.want)
			assert.Empty(t, recorder.Resources())
		})
	}
}

func TestNewCluster_refusesANameThatIsNoneOfACluster(t *testing.T) {
	t.Parallel()
	args := standing(compute.ClusterArgs{})
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		_, err := compute.NewCluster(ctx, "my cluster", &args)
		return err
	})
	assert.ErrorContains(t, err,
		`cluster "my cluster": name: want 1 to 100 letters, digits, hyphens and underscores, got "my cluster"`)
}

func TestNewCluster_leavesTheArgumentsAsTheyWere(t *testing.T) {
	t.Parallel()
	args := standing(compute.ClusterArgs{})
	before := args
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		_, err := compute.NewCluster(ctx, "cluster", &args)
		return err
	})
	require.Error(t, err, "there is no such network")
	assert.Equal(t, before, args)
}

func TestNewCluster_defaults(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	group := recorder.Find(groupType, "cluster-hosts")
	assert.InDelta(t, 1, group.Input("minSize"), 0)
	assert.InDelta(t, 4, group.Input("maxSize"), 0)
	assert.Equal(t, "t3.small", recorder.Find(templateType, "cluster-hosts").Input("instanceType"))
	assert.InDelta(t, 100, recorder.Find(providerType, "cluster-capacity").
		Input("autoScalingGroupProvider.managedScaling.targetCapacity"), 0)
	assert.Equal(t, true, group.Input("forceDelete"))
}

// A minimum beyond the default maximum moves it along.
func TestNewCluster_movesTheDefaultMaximum(t *testing.T) {
	t.Parallel()
	group := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{MinHosts: 6})).Find(groupType, "cluster-hosts")
	assert.InDelta(t, 6, group.Input("minSize"), 0)
	assert.InDelta(t, 6, group.Input("maxSize"), 0)
}

// Each thing waits for what it needs, so that the engine makes them in this order and removes them in the opposite one.
func TestNewCluster_makesThingsInOrder(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	chain := []*pulumitest.Resource{
		recorder.Find(clusterType, "cluster"), recorder.Find(templateType, "cluster-hosts"),
		recorder.Find(groupType, "cluster-hosts"), recorder.Find(providerType, "cluster-capacity"),
		recorder.Find(associationType, "cluster-capacity"),
	}
	for i, later := range chain[1:] {
		assert.Contains(t, later.DependsOn, chain[i].URN, "%s waits for %s", later.Line(), chain[i].Line())
	}
}

// A host that starts before its role may do anything, or before it may reach anything, never joins. And Container
// Insights makes a log group of its own, for ever, when tasks run before or after ours is there.
func TestNewCluster_startsHostsOnceEverythingIsThere(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	group := recorder.Find(groupType, "cluster-hosts")
	for _, needed := range []*pulumitest.Resource{
		recorder.Find("aws:iam/rolePolicy:RolePolicy", "cluster-host"),
		recorder.Find("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "cluster-host-sessions"),
		recorder.Find(outRuleType, "cluster-hosts-out"),
		recorder.Find(inRuleType, "cluster-hosts-from-balancer"),
		recorder.Find(outRuleType, "cluster-balancer-to-hosts"),
		recorder.Find(logGroupType, "cluster-insights"),
	} {
		require.NotNil(t, needed)
		assert.Contains(t, group.DependsOn, needed.URN)
	}
}

// What takes the provider's name is made after the cluster knows the provider.
func TestNewCluster_handsTheProviderOutOnceTheClusterKnowsIt(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
		})
		if err != nil {
			return err
		}
		cluster, err := compute.NewCluster(ctx, "cluster", &compute.ClusterArgs{
			VPCID: network.VPCID, SubnetIDs: network.AppSubnetIDs,
		})
		if err != nil {
			return err
		}
		return ctx.RegisterResource("test:index:Taker", "taker",
			pulumi.Map{"provider": cluster.CapacityProviderName}, &taker{})
	})
	made := recorder.Find("test:index:Taker", "taker")
	assert.Contains(t, made.DependsOn, recorder.Find(associationType, "cluster-capacity").URN)
	assert.Equal(t, recorder.Find(providerType, "cluster-capacity").Output("name"), made.Input("provider"))
}

type taker struct{ pulumi.CustomResourceState }

func TestNewCluster_hasNoBalancerWithoutOne(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
		})
		if err != nil {
			return err
		}
		_, err = compute.NewCluster(ctx, "cluster", &compute.ClusterArgs{
			VPCID: network.VPCID, SubnetIDs: network.AppSubnetIDs,
		})
		return err
	})
	assert.Empty(t, recorder.Of(inRuleType))
	assert.Nil(t, recorder.Find("aws:cloudwatch/eventRule:EventRule", "cluster-failures"), "there is nobody to tell")
	for _, alarm := range recorder.Of(alarmType) {
		assert.NotContains(t, alarm.Name, "cluster")
	}
}

// userData is the script that the hosts of a run boot with.
func userData(t *testing.T, recorder *pulumitest.Recorder) string {
	t.Helper()
	encoded, ok := recorder.Find(templateType, "cluster-hosts").Input("userData").(string)
	require.True(t, ok)
	script, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	return string(script)
}

func TestHostMemoryMiB(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 1730, compute.HostMemoryMiB("t3.small"))
	assert.Equal(t, 7690, compute.HostMemoryMiB("m7g.large"))
	assert.Positive(t, compute.HostMemoryMiB("t4g.nano"), "the smallest host has room for something")
	assert.Zero(t, compute.HostMemoryMiB("u-6tb1.metal"))
}
