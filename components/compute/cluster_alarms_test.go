package compute_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/pulumitest"
)

func TestNewCluster_tellsOfMissingRoom(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{MaxHosts: 8}))
	topic := recorder.Find("aws:sns/topic:Topic", "network-operations").Output("arn")
	cluster := recorder.Find(clusterType, "cluster").Output("name")
	group := recorder.Find(groupType, "cluster-hosts")
	waiting := recorder.Find(alarmType, "cluster-waiting")
	assert.Equal(t, "CapacityProviderReservation", waiting.Input("metricName"))
	assert.Equal(t, map[string]any{
		"ClusterName": cluster, "CapacityProviderName": recorder.Find(providerType, "cluster-capacity").Output("name"),
	}, waiting.Input("dimensions"))
	maximum := recorder.Find(alarmType, "cluster-maximum")
	assert.InDelta(t, 8, maximum.Input("threshold"), 0)
	assert.Equal(t, "GreaterThanOrEqualToThreshold", maximum.Input("comparisonOperator"))
	assert.Equal(t, map[string]any{"AutoScalingGroupName": group.Output("name")}, maximum.Input("dimensions"))
	assert.Contains(t, group.Input("enabledMetrics"), maximum.Input("metricName"))
	for _, role := range []string{"waiting", "maximum", "cpu", "memory"} {
		alarm := recorder.Find(alarmType, "cluster-"+role)
		assert.Equal(t, []any{topic}, alarm.Input("alarmActions"), role)
		assert.Equal(t, []any{topic}, alarm.Input("okActions"), role)
	}
}

// The group is kept as small as its tasks allow, so that what they reserve of it is always much.
func TestNewCluster_comparesReservationsWithTheMostHosts(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{MaxHosts: 8}))
	for role, metric := range map[string]string{"cpu": "CPUReservation", "memory": "MemoryReservation"} {
		alarm := recorder.Find(alarmType, "cluster-"+role)
		assert.Equal(t, "reserved * hosts / 8", alarm.Input("metricQueries[0].expression"))
		assert.Equal(t, true, alarm.Input("metricQueries[0].returnData"))
		assert.Equal(t, "reserved", alarm.Input("metricQueries[1].id"))
		assert.Equal(t, metric, alarm.Input("metricQueries[1].metric.metricName"))
		assert.Equal(t, map[string]any{"ClusterName": recorder.Find(clusterType, "cluster").Output("name")},
			alarm.Input("metricQueries[1].metric.dimensions"))
		assert.Equal(t, "hosts", alarm.Input("metricQueries[2].id"))
		assert.Equal(t, "GroupInServiceInstances", alarm.Input("metricQueries[2].metric.metricName"))
	}
}

// A group that was never to grow is always at its maximum.
func TestNewCluster_doesNotTellOfAFixedSize(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{MinHosts: 2, MaxHosts: 2}))
	assert.Nil(t, recorder.Find(alarmType, "cluster-maximum"))
	assert.NotNil(t, recorder.Find(alarmType, "cluster-waiting"))
}

// Nobody waits for a refresh, so its failure must be told; of this group only.
func TestNewCluster_tellsOfHostsThatFail(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	rule := recorder.Find("aws:cloudwatch/eventRule:EventRule", "cluster-failures")
	group, ok := recorder.Find(groupType, "cluster-hosts").Output("name").(string)
	require.True(t, ok)
	assert.JSONEq(t, `{
		"source": ["aws.autoscaling"],
		"detail-type": [
			"EC2 Instance Launch Unsuccessful", "EC2 Auto Scaling Instance Refresh Failed",
			"EC2 Auto Scaling Instance Refresh Cancelled", "EC2 Auto Scaling Instance Refresh Rollback Failed"
		],
		"detail": {"AutoScalingGroupName": ["`+group+`"]}
	}`, rule.Input("eventPattern").(string))
	target := recorder.Find("aws:cloudwatch/eventTarget:EventTarget", "cluster-failures")
	assert.Equal(t, rule.Output("name"), target.Input("rule"))
	assert.Equal(t, recorder.Find("aws:sns/topic:Topic", "network-operations").Output("arn"), target.Input("arn"))
}
