package compute_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
)

func TestNewService_scalesByEverything(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Scaling: &compute.Scaling{
		MinCount: 2, MaxCount: 8, CPUPercent: 50, MemoryPercent: 70, RequestsPerTarget: 1000, StepOn5xx: 10,
	}}))
	service := recorder.Find(serviceType, "shop-service")
	assert.InDelta(t, 2, service.Input("desiredCount"), 0)
	assert.Equal(t, []string{"desiredCount"}, service.IgnoreChanges)
	target := recorder.Find(scalableType, "shop-scaling")
	assert.InDelta(t, 2, target.Input("minCapacity"), 0)
	assert.InDelta(t, 8, target.Input("maxCapacity"), 0)
	cluster, _ := recorder.Find(clusterType, "cluster").Output("name").(string)
	assert.Equal(t, "service/"+cluster+"/riglet-test-shop", target.Input("resourceId"))
	assert.Contains(t, target.DependsOn, service.URN)
	assert.Equal(t, []string{"shop-bounds", "shop-bounds"}, target.Hooks, "a minimum that is raised holds at once")
	for name, want := range map[string]struct {
		metric string
		value  float64
	}{
		"cpu": {"ECSServiceAverageCPUUtilization", 50}, "memory": {"ECSServiceAverageMemoryUtilization", 70},
		"requests": {"ALBRequestCountPerTarget", 1000},
	} {
		policy := recorder.Find(scalingType, "shop-scaling-"+name)
		require.NotNil(t, policy, name)
		config := "targetTrackingScalingPolicyConfiguration."
		assert.Equal(t, want.metric, policy.Input(config+"predefinedMetricSpecification.predefinedMetricType"))
		assert.InDelta(t, want.value, policy.Input(config+"targetValue"), 0, name)
		assert.InDelta(t, 60, policy.Input(config+"scaleOutCooldown"), 0)
		assert.InDelta(t, 300, policy.Input(config+"scaleInCooldown"), 0)
	}
}

// The label of a policy by requests names balancer and target group, and the group has to be attached by then.
func TestNewService_countsRequestsOfItsOwn(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Scaling: &compute.Scaling{
		MinCount: 1, MaxCount: 2, RequestsPerTarget: 100,
	}}))
	policy := recorder.Find(scalingType, "shop-scaling-requests")
	label := policy.Input("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel")
	front, _ := recorder.Find("aws:lb/loadBalancer:LoadBalancer", "front-balancer").Output("arnSuffix").(string)
	targets, _ := recorder.Find(targetsType, "shop-targets").Output("arnSuffix").(string)
	assert.Equal(t, front+"/"+targets, label)
	assert.Contains(t, policy.DependsOn, recorder.Find(listenerRule, "shop-rule").URN)
	assert.Nil(t, recorder.Find(scalingType, "shop-scaling-cpu"))
}

func TestNewService_addsTasksOnErrors(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Scaling: &compute.Scaling{MinCount: 1, MaxCount: 9, StepOn5xx: 10}}))
	policy := recorder.Find(scalingType, "shop-scaling-errors")
	step := "stepScalingPolicyConfiguration.stepAdjustments"
	assert.Equal(t, "StepScaling", policy.Input("policyType"))
	assert.Equal(t, "0", policy.Input(step+"[0].metricIntervalLowerBound"))
	assert.Equal(t, "20", policy.Input(step+"[0].metricIntervalUpperBound"))
	assert.InDelta(t, 1, policy.Input(step+"[0].scalingAdjustment"), 0)
	assert.Equal(t, "20", policy.Input(step+"[1].metricIntervalLowerBound"))
	assert.Nil(t, policy.Input(step+"[1].metricIntervalUpperBound"))
	assert.InDelta(t, 3, policy.Input(step+"[1].scalingAdjustment"), 0)
	alarm := recorder.Find(alarmType, "shop-scaling-errors")
	assert.Equal(t, []any{policy.Output("arn")}, alarm.Input("alarmActions"))
	assert.InDelta(t, 10, alarm.Input("threshold"), 0)
	assert.NotNil(t, recorder.Find(scalingType, "shop-scaling-cpu"), "a step never takes a task away: something has to")
}

func TestNewService_tellsOperations(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{}))
	topic := recorder.Find("aws:sns/topic:Topic", "network-operations").Output("arn")
	cluster, _ := recorder.Find(clusterType, "cluster").Output("name").(string)
	pattern, _ := recorder.Find(eventRuleType, "shop-deployments").Input("eventPattern").(string)
	assert.JSONEq(t, `{"source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"],
		"resources": ["arn:aws:ecs:us-west-2:123456789012:service/`+cluster+`/riglet-test-shop"],
		"detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}}`, pattern)
	told := recorder.Find("aws:cloudwatch/eventTarget:EventTarget", "shop-deployments")
	assert.Equal(t, topic, told.Input("arn"))
	assert.Equal(t, `"deployment of riglet-test-shop failed: <reason>"`, told.Input("inputTransformer.inputTemplate"))
	for _, name := range []string{"cpu", "memory", "targets", "errors"} {
		alarm := recorder.Find(alarmType, "shop-"+name)
		require.NotNil(t, alarm, name)
		assert.Equal(t, []any{topic}, alarm.Input("alarmActions"), name)
		assert.Contains(t, alarm.DependsOn, recorder.Find(serviceType, "shop-service").URN, name)
	}
	assert.Equal(t, "breaching", recorder.Find(alarmType, "shop-targets").Input("treatMissingData"),
		"an empty group has no data at all")
	assert.Equal(t, "IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)",
		recorder.Find(alarmType, "shop-errors").Input("metricQueries[0].expression"))
}
