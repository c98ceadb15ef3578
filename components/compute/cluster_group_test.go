package compute_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	specification = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification."
	shares        = "mixedInstancesPolicy.instancesDistribution."
	scaling       = "autoScalingGroupProvider.managedScaling."
)

// Protection from termination would keep ECS from ending any host that a task runs on, and nobody takes it away
// again: refreshes and destroys stand still (aws/containers-roadmap#2862). Draining gives the tasks time all the same.
func TestNewCluster_drainsAndDoesNotProtect(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{TargetCapacityPercent: 80}))
	provider, group := recorder.Find(providerType, "cluster-capacity"), recorder.Find(groupType, "cluster-hosts")
	assert.Equal(t, "ENABLED", provider.Input("autoScalingGroupProvider.managedDraining"))
	assert.Equal(t, "DISABLED", provider.Input("autoScalingGroupProvider.managedTerminationProtection"))
	assert.Nil(t, group.Input("protectFromScaleIn"))
	assert.Equal(t, "ENABLED", provider.Input(scaling+"status"))
	assert.InDelta(t, 80, provider.Input(scaling+"targetCapacity"), 0)
	assert.Equal(t, group.Output("arn"), provider.Input("autoScalingGroupProvider.autoScalingGroupArn"))
}

// ECS owns the number of hosts, and marks the group that it does.
func TestNewCluster_leavesTheNumberOfHostsToECS(t *testing.T) {
	t.Parallel()
	group := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{})).Find(groupType, "cluster-hosts")
	assert.Nil(t, group.Input("desiredCapacity"))
	assert.Contains(t, group.IgnoreChanges, "desiredCapacity")
	assert.Contains(t, group.Input("tags"), map[string]any{
		"key": "AmazonECSManaged", "value": "true", "propagateAtLaunch": true,
	})
}

// A new template is a new number, which starts a refresh that Auto Scaling can take back, at full capacity.
func TestNewCluster_rollsHostsAtFullCapacity(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	group := recorder.Find(groupType, "cluster-hosts")
	assert.Equal(t, "1", group.Input(specification+"version"))
	assert.Equal(t, recorder.Find(templateType, "cluster-hosts").ID, group.Input(specification+"launchTemplateId"))
	for path, want := range map[string]any{
		"instanceRefresh.strategy":                         "Rolling",
		"instanceRefresh.preferences.minHealthyPercentage": 100.0,
		"instanceRefresh.preferences.maxHealthyPercentage": 200.0,
		"instanceRefresh.preferences.autoRollback":         true,
		"instanceMaintenancePolicy.minHealthyPercentage":   100.0,
		"instanceMaintenancePolicy.maxHealthyPercentage":   200.0,
		"defaultInstanceWarmup":                            120.0,
		"healthCheckType":                                  "EC2",
	} {
		assert.Equal(t, want, group.Input(path), path)
	}
}

func TestNewCluster_mixesSpotIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		give             int
		base, aboveFirst float64
	}{
		{"none", 0, 1, 100},
		{"some", 60, 1, 40},
		{"only", 100, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{SpotPercent: tt.give}))
			group := recorder.Find(groupType, "cluster-hosts")
			assert.InDelta(t, tt.base, group.Input(shares+"onDemandBaseCapacity"), 0)
			assert.InDelta(t, tt.aboveFirst, group.Input(shares+"onDemandPercentageAboveBaseCapacity"), 0)
			assert.Equal(t, "price-capacity-optimized", group.Input(shares+"spotAllocationStrategy"))
			assert.Equal(t, tt.give > 0, group.Input("capacityRebalance"))
			assert.Contains(t, userData(t, recorder), "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true\n")
		})
	}
}

func TestNewCluster_takesOtherSizes(t *testing.T) {
	t.Parallel()
	const overrides = "mixedInstancesPolicy.launchTemplate.overrides"
	group := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{
		MoreInstanceTypes: []string{"t3a.small", "t3.medium"},
	})).Find(groupType, "cluster-hosts")
	assert.Equal(t, []any{
		map[string]any{"instanceType": "t3.small"},
		map[string]any{"instanceType": "t3a.small"},
		map[string]any{"instanceType": "t3.medium"},
	}, group.Input(overrides))
	alone := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{})).Find(groupType, "cluster-hosts")
	assert.Nil(t, alone.Input(overrides))
}

// A strategy never mixes Fargate and hosts: the cluster knows both, and by default uses its hosts.
func TestNewCluster_addsFargate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		give bool
		want []any
	}{
		"without": {false, []any{}},
		"with":    {true, []any{"FARGATE", "FARGATE_SPOT"}},
	} {
		recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{Fargate: tt.give}))
		own := recorder.Find(providerType, "cluster-capacity").Output("name")
		association := recorder.Find(associationType, "cluster-capacity")
		assert.Equal(t, append([]any{own}, tt.want...), association.Input("capacityProviders"), name)
		assert.Len(t, association.Input("defaultCapacityProviderStrategies"), 1, name)
		assert.Equal(t, own, association.Input("defaultCapacityProviderStrategies[0].capacityProvider"), name)
	}
}

// AWS keeps some beginnings of a provider's name to itself, and a name that is fixed could not be made a second time
// while the first one is still there.
func TestNewCluster_namesTheProviderSafely(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"aws-team", "ecs", "fargate-lab", strings.Repeat("p", 63)} {
		recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{Prefix: prefix}))
		group := recorder.Find(groupType, "cluster-hosts")
		assert.Equal(t, prefix+"-cluster-hosts-", group.Input("namePrefix"))
		assert.Nil(t, group.Input("name"), "AWS ends it with something that it has not seen")
		assertProviderName(t, recorder)
	}
	assertProviderName(t, pulumitest.Run(t, clusterProgram(compute.ClusterArgs{})))
}

func assertProviderName(t *testing.T, recorder *pulumitest.Recorder) {
	t.Helper()
	name, ok := recorder.Find(providerType, "cluster-capacity").Output("name").(string)
	require.True(t, ok)
	assert.Regexp(t, `^capacity-[A-Za-z0-9_-]{1,246}$`, name)
	assert.Equal(t, recorder.Find(groupType, "cluster-hosts").Output("name"), strings.TrimPrefix(name, "capacity-"))
}

// Ending hosts at once is for environments that may go at once.
func TestNewCluster_waitsForHostsWhereProtected(t *testing.T) {
	t.Parallel()
	group := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{Protected: true})).Find(groupType, "cluster-hosts")
	assert.Equal(t, false, group.Input("forceDelete"))
}
