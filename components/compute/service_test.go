package compute_test

import (
	"encoding/json"
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
	serviceType    = "aws:ecs/service:Service"
	definitionType = "aws:ecs/taskDefinition:TaskDefinition"
	targetsType    = "aws:lb/targetGroup:TargetGroup"
	listenerRule   = "aws:lb/listenerRule:ListenerRule"
	roleType       = "aws:iam/role:Role"
	rolePolicyType = "aws:iam/rolePolicy:RolePolicy"
	scalableType   = "aws:appautoscaling/target:Target"
	scalingType    = "aws:appautoscaling/policy:Policy"
	recordType     = "aws:route53/record:Record"
	eventRuleType  = "aws:cloudwatch/eventRule:EventRule"
	image          = pulumi.String("123456789012.dkr.ecr.us-west-2.amazonaws.com/acme/shop@sha256:" +
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
)

// web is a service that listens.
func web(more compute.ServiceArgs) compute.ServiceArgs {
	more.Image, more.Port, more.Priority = image, or(more.Port, 3000), 100
	more.Hosts = []string{"shop.example.com"}
	return more
}

func or(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

// serviceProgram makes services on a cluster behind a balancer, in a network beside them.
func serviceProgram(services map[string]compute.ServiceArgs) pulumi.RunFunc {
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
		cluster, err := compute.NewCluster(ctx, "cluster", &compute.ClusterArgs{
			VPCID: network.VPCID, SubnetIDs: network.AppSubnetIDs, Fargate: true,
			BalancerSecurityGroupID: front.SecurityGroupID,
		})
		if err != nil {
			return err
		}
		for name, args := range services {
			args.ClusterARN, args.ClusterName = cluster.ClusterARN, cluster.ClusterName
			args.CapacityProviderName = cluster.CapacityProviderName
			args.VPCID, args.SubnetIDs = network.VPCID, network.AppSubnetIDs
			args.HostSecurityGroupID, args.BalancerSecurityGroupID = cluster.HostSecurityGroupID, front.SecurityGroupID
			args.ListenerARN, args.BalancerARNSuffix = front.ListenerARN, front.ARNSuffix
			args.BalancerDNSName, args.BalancerZoneID = front.DNSName, front.ZoneID
			args.AlarmTopicARN = network.OperationsTopicARN
			if _, err := compute.NewService(ctx, name, &args); err != nil {
				return err
			}
		}
		return nil
	}
}

// record runs a program of one service called "shop".
func record(t *testing.T, args compute.ServiceArgs) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, serviceProgram(map[string]compute.ServiceArgs{"shop": args}))
}

// containerOf is the only container of the service "shop".
func containerOf(t *testing.T, recorder *pulumitest.Recorder) map[string]any {
	t.Helper()
	text, ok := recorder.Find(definitionType, "shop-task").Input("containerDefinitions").(string)
	require.True(t, ok)
	var list []map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	require.Len(t, list, 1)
	return list[0]
}

func TestNewService_keepsAContainerRunning(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{}))
	service := recorder.Find(serviceType, "shop-service")
	assert.Equal(t, "riglet-test-shop", service.Input("name"))
	assert.InDelta(t, 1, service.Input("desiredCount"), 0)
	assert.Equal(t, true, service.Input("deploymentCircuitBreaker.enable"), "control 65")
	assert.Equal(t, true, service.Input("deploymentCircuitBreaker.rollback"), "control 65")
	assert.InDelta(t, 100, service.Input("deploymentMinimumHealthyPercent"), 0)
	assert.InDelta(t, 200, service.Input("deploymentMaximumPercent"), 0)
	assert.Equal(t, "ENABLED", service.Input("availabilityZoneRebalancing"), "control 67")
	assert.Equal(t, false, service.Input("waitForSteadyState"), "the hook waits: control 66")
	assert.Equal(t, []string{"shop-runs", "shop-runs"}, service.Hooks, "after create and after update")
	assert.Equal(t, "SERVICE", service.Input("propagateTags"))
	assert.Equal(t, false, service.Input("enableExecuteCommand"))
	assert.InDelta(t, 60, service.Input("healthCheckGracePeriodSeconds"), 0, "longer than a boot, or the breaker loops")
	assert.Empty(t, service.IgnoreChanges, "the count is ignored only where scaling is on")
	assert.InDelta(t, 60, recorder.Find(logGroupType, "shop-logs").Input("retentionInDays"), 0)
}

// A launch type next to a strategy is refused, and without forced deployments other capacity means another service.
func TestNewService_namesItsCapacity(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{}))
	service := recorder.Find(serviceType, "shop-service")
	assert.Equal(t, recorder.Find(providerType, "cluster-capacity").Output("name"),
		service.Input("capacityProviderStrategies[0].capacityProvider"))
	assert.Nil(t, service.Input("launchType"))
	assert.Equal(t, true, service.Input("forceNewDeployment"))
	recorder = record(t, compute.ServiceArgs{Image: image, Launch: compute.LaunchFargate})
	fargate := recorder.Find(serviceType, "shop-service")
	assert.Equal(t, "FARGATE", fargate.Input("capacityProviderStrategies[0].capacityProvider"))
	assert.Nil(t, fargate.Input("launchType"))
	assert.Nil(t, fargate.Input("orderedPlacementStrategies"))
}

// The service comes after all that its tasks need, and so goes before it.
func TestNewService_comesLast(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{SecretPathPrefix: "/acme/shop"}))
	after := recorder.Find(serviceType, "shop-service").DependsOn
	for _, one := range []struct{ typ, name string }{
		{listenerRule, "shop-rule"},
		{rolePolicyType, "shop-execution"},
		{rolePolicyType, "shop-task"},
		{associationType, "cluster-capacity"},
		{"aws:cloudwatch/eventTarget:EventTarget", "shop-deployments"},
	} {
		found := recorder.Find(one.typ, one.name)
		if assert.NotNil(t, found, one.name) {
			assert.Contains(t, after, found.URN, one.name)
		}
	}
	definition := recorder.Find(definitionType, "shop-task")
	assert.Contains(t, definition.DependsOn, recorder.Find(rolePolicyType, "shop-execution").URN)
}

func TestNewService_matchesTargetsWithTheNetwork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		give             compute.ServiceArgs
		mode, kind       string
		hostPort         float64
		opened, ownGroup bool
	}{
		{"bridge", compute.ServiceArgs{}, "bridge", "instance", 0, false, false},
		{"bridge on a fixed port", compute.ServiceArgs{HostPort: 8080}, "bridge", "instance", 8080, true, false},
		{"host", compute.ServiceArgs{NetworkMode: compute.NetworkHost}, "host", "instance", 3000, true, false},
		{"awsvpc", compute.ServiceArgs{NetworkMode: compute.NetworkVPC}, "awsvpc", "ip", 3000, true, true},
		{"fargate", compute.ServiceArgs{Launch: compute.LaunchFargate}, "awsvpc", "ip", 3000, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder := record(t, web(tt.give))
			assert.Equal(t, tt.mode, recorder.Find(definitionType, "shop-task").Input("networkMode"))
			targets := recorder.Find(targetsType, "shop-targets")
			assert.Equal(t, tt.kind, targets.Input("targetType"))
			ports, _ := containerOf(t, recorder)["portMappings"].([]any)
			assert.Equal(t, []any{map[string]any{
				"containerPort": 3000.0, "hostPort": tt.hostPort, "protocol": "tcp",
			}}, ports)
			assert.Equal(t, tt.opened, recorder.Find(inRuleType, "shop-balancer-in") != nil)
			assert.Equal(t, tt.opened, recorder.Find(outRuleType, "shop-balancer-out") != nil)
			service := recorder.Find(serviceType, "shop-service")
			assert.Equal(t, tt.ownGroup, service.Input("networkConfiguration") != nil)
			assert.Equal(t, targets.Output("arn"), service.Input("loadBalancers[0].targetGroupArn"))
		})
	}
}

// Tasks with addresses of their own have no public one, and let in nobody but the balancer.
func TestNewService_opensNothingToTheWorld(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Launch: compute.LaunchFargate}))
	service := recorder.Find(serviceType, "shop-service")
	assert.Equal(t, false, service.Input("networkConfiguration.assignPublicIp"), "control 63")
	in := recorder.Find(inRuleType, "shop-balancer-in")
	assert.Equal(t, recorder.Find("aws:ec2/securityGroup:SecurityGroup", "front-balancer").ID,
		in.Input("referencedSecurityGroupId"))
	assert.InDelta(t, 3000, in.Input("fromPort"), 0)
	assert.Nil(t, in.Input("cidrIpv4"))
	out := recorder.Find(outRuleType, "shop-balancer-out")
	assert.Equal(t, recorder.Find("aws:ec2/securityGroup:SecurityGroup", "shop-tasks").ID,
		out.Input("referencedSecurityGroupId"))
}

func TestNewService_leadsNamesToTheTasks(t *testing.T) {
	t.Parallel()
	args := web(compute.ServiceArgs{
		Paths: []string{"/api/*"}, HealthPath: "/ping", Matcher: "200",
		Records: []compute.Record{{Name: "shop.example.com", HostedZoneID: pulumi.String("Z0123456789ABC")}},
	})
	recorder := record(t, args)
	rule := recorder.Find(listenerRule, "shop-rule")
	assert.InDelta(t, 100, rule.Input("priority"), 0)
	assert.Equal(t, []any{"shop.example.com"}, rule.Input("conditions[0].hostHeader.values"))
	assert.Equal(t, []any{"/api/*"}, rule.Input("conditions[1].pathPattern.values"))
	assert.Equal(t, "forward", rule.Input("actions[0].type"))
	targets := recorder.Find(targetsType, "shop-targets")
	assert.Equal(t, "/ping", targets.Input("healthCheck.path"), "control 51")
	assert.Equal(t, "200", targets.Input("healthCheck.matcher"))
	assert.InDelta(t, 10, targets.Input("healthCheck.interval"), 0)
	assert.InDelta(t, 5, targets.Input("healthCheck.timeout"), 0)
	assert.InDelta(t, 2, targets.Input("healthCheck.healthyThreshold"), 0)
	assert.InDelta(t, 30, targets.Input("deregistrationDelay"), 0)
	assert.Equal(t, false, targets.Input("stickiness.enabled"), "control 53")
	record := recorder.Find(recordType, "shop-record-shop.example.com")
	assert.Equal(t, recorder.Find("aws:lb/loadBalancer:LoadBalancer", "front-balancer").Output("dnsName"),
		record.Input("aliases[0].name"))
	assert.Equal(t, "https://shop.example.com", recorder.Find(compute.ServiceType, "shop").Output("url"))
}

// A group that is replaced stands beside the old one for a while, so that its name must not be the old one's.
func TestNewService_leavesTheNameOfTargetsToAWS(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "acme-demo-production-long"} {
		targets := record(t, web(compute.ServiceArgs{Prefix: prefix})).Find(targetsType, "shop-targets")
		assert.Nil(t, targets.Input("name"))
		assert.Equal(t, "shop-", targets.Input("namePrefix"))
	}
}

func TestNewService_needsNoBalancer(t *testing.T) {
	t.Parallel()
	recorder := record(t, compute.ServiceArgs{Image: image, Command: []string{"work"}})
	service := recorder.Find(serviceType, "shop-service")
	assert.Nil(t, service.Input("loadBalancers"))
	assert.Nil(t, service.Input("healthCheckGracePeriodSeconds"), "refused without a balancer")
	assert.Nil(t, recorder.Find(targetsType, "shop-targets"))
	assert.Equal(t, []any{}, containerOf(t, recorder)["portMappings"])
	assert.Empty(t, recorder.Find(compute.ServiceType, "shop").Output("url"))
}

func TestNewService_keepsOldRevisions(t *testing.T) {
	t.Parallel()
	definition := record(t, web(compute.ServiceArgs{})).Find(definitionType, "shop-task")
	assert.Equal(t, true, definition.Input("skipDestroy"), "ECS may have to go back to one")
}

func TestNewService_canBeNamedInFull(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{
		Prefix: "acme-demo-integration", LogGroupName: "acme-demo-integration-app-shop-main", Protected: true,
		LogRetentionDays: 90,
	}))
	logs := recorder.Find(logGroupType, "shop-logs")
	assert.Equal(t, "acme-demo-integration-app-shop-main", logs.Input("name"))
	assert.InDelta(t, 90, logs.Input("retentionInDays"), 0)
	assert.Equal(t, true, logs.Input("skipDestroy"))
	assert.Equal(t, "acme-demo-integration-shop", recorder.Find(serviceType, "shop-service").Input("name"))
	assert.Equal(t, "acme-demo-integration-shop", recorder.Find(definitionType, "shop-task").Input("family"))
	options, _ := containerOf(t, recorder)["logConfiguration"].(map[string]any)["options"].(map[string]any)
	assert.Equal(t, "acme-demo-integration-app-shop-main", options["awslogs-group"])
	assert.Equal(t, "us-west-2", options["awslogs-region"])
}

// Outside of a wait there is nothing to wait with; what is given is not changed.
func TestNewService_leavesTheArgumentsAsTheyWere(t *testing.T) {
	t.Parallel()
	scaling := &compute.Scaling{MinCount: 1, MaxCount: 2}
	args := compute.ServiceArgs{Image: image, Scaling: scaling, DoNotWait: true}
	recorder := record(t, args)
	assert.Equal(t, &compute.Scaling{MinCount: 1, MaxCount: 2}, scaling)
	assert.Empty(t, recorder.Find(serviceType, "shop-service").Hooks)
}

func TestNewService_coexists(t *testing.T) {
	t.Parallel()
	api := web(compute.ServiceArgs{})
	api.Hosts, api.Priority = []string{"api.example.com"}, 200
	recorder := pulumitest.Run(t, serviceProgram(map[string]compute.ServiceArgs{
		"shop": web(compute.ServiceArgs{}), "shop-api": api,
	}))
	assert.Len(t, recorder.Of(serviceType), 2)
}
