package sandbox_test

import (
	"encoding/base64"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	noGroup = "arn:aws:autoscaling:us-west-2:123456789012:autoScalingGroup:0:autoScalingGroupName/none"
	own     = "autoScalingGroupProvider"
)

// hosts are a group whose instances join the cluster that is called "rig".
var hosts = []thing{
	{clusterT, "c", props{"name": "rig"}},
	{templateT, "lt", props{
		"imageId": ami, "instanceType": "t3.small",
		"userData": base64.StdEncoding.EncodeToString([]byte("#!/bin/bash\necho ECS_CLUSTER=other\nECS_CLUSTER=rig\n")),
	}},
	{asgT, "g", mixed(props{"launchTemplateId": "@lt", "version": "1"})},
	{capacityT, "p", props{"name": "capacity-g", own: props{"autoScalingGroupArn": "@g.arn"}}},
	{capacitiesT, "x", props{"clusterName": "rig", "capacityProviders": []any{"capacity-g"}}},
}

// rolled is a refresh that is taken back when it fails.
var rolled = props{"instanceRefresh": props{"strategy": "Rolling", "preferences": props{"autoRollback": true}}}

// mixed is a group of a template, by way of a mixed instances policy.
func mixed(specification props) props {
	return props{
		"minSize": 1, "maxSize": 4, "vpcZoneIdentifiers": []any{"@a", "@b"},
		"mixedInstancesPolicy": props{"launchTemplate": props{"launchTemplateSpecification": specification}},
	}
}

func (l *lab) makeAll(things ...[]thing) {
	l.tb.Helper()
	for _, list := range things {
		for _, th := range list {
			l.make(th.token, th.name, th.props)
		}
	}
}

func TestCreate_refuses_clusters_and_capacity(t *testing.T) {
	t.Parallel()
	provider := func(more props) props { return props{own: with(props{"autoScalingGroupArn": "@g.arn"}, more)} }
	upToGroup := hosts[:3]
	runRefusals(t, []refusal{
		{"cluster twice", hosts[:1], clusterT, props{"name": "rig"}, "ResourceAlreadyExists: cluster rig already exists, " +
			"and AWS would overwrite it"},
		{"sessions to no group", nil, clusterT, props{"configuration": props{"executeCommandConfiguration": props{
			"logging": "OVERRIDE", "logConfiguration": props{"cloudWatchLogGroupName": "none"},
		}}}, "ResourceNotFoundException: The specified log group does not exist: none"},
		{"provider of no group", nil, capacityT, props{own: props{"autoScalingGroupArn": noGroup}}, "ClientException: The " +
			"specified Auto Scaling group ARN is not valid. Specify an active Auto Scaling group ARN and try again. (" +
			noGroup + ")"},
		{"group of two providers", hosts[:4], capacityT, provider(nil), "ClientException: The specified Auto Scaling " +
			"group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and " +
			"try again."},
		{
			"protected hosts of a group that is not", upToGroup, capacityT,
			provider(props{"managedTerminationProtection": "ENABLED"}),
			"ClientException: The managed termination protection setting for the capacity provider is invalid. To enable " +
				"managed termination protection for a capacity provider, the Auto Scaling group must have instance " +
				"protection from scale in enabled.",
		},
		{"provider", upToGroup, capacityT, provider(props{"managedDraining": "ENABLED"}), ""},
		{
			"no cluster", hosts[:4], capacitiesT,
			props{"clusterName": "none", "capacityProviders": []any{"capacity-g"}},
			"ClusterNotFoundException: Cluster not found.",
		},
		{
			"no provider", hosts[:1], capacitiesT,
			props{"clusterName": "rig", "capacityProviders": []any{"none"}},
			"ClientException: The specified capacity provider does not exist. Specify a valid name or ARN and try again. " +
				"(none)",
		},
		{"Fargate alone", hosts[:1], capacitiesT, props{
			"clusterName": "rig", "capacityProviders": []any{"FARGATE", "FARGATE_SPOT"},
		}, ""},
		{"two lists", hosts, capacitiesT, props{"clusterName": "rig"}, "ResourceAlreadyExists: list of capacity " +
			"providers of cluster rig already exists, and AWS would overwrite it"},
	})
}

func TestCreate_refuses_groups_that_cannot_be_rolled_back(t *testing.T) {
	t.Parallel()
	byParameter := []thing{{templateT, "lt", props{"imageId": "resolve:ssm:/image", "instanceType": "t3.small"}}}
	numbered := mixed(props{"launchTemplateId": "@lt", "version": "1"})
	runRefusals(t, []refusal{
		{"image by parameter", byParameter, asgT, with(numbered, rolled), "ValidationError: AutoRollback cannot be set to " +
			"true when the launch template uses an AWS Systems Manager parameter instead of an AMI ID for the ImageId. (@{lt})"},
		{"image by parameter without", byParameter, asgT, numbered, ""},
		{"number", hosts[:2], asgT, with(numbered, rolled), ""},
		{
			"no image behind a mix",
			[]thing{{templateT, "lt", props{"instanceType": "t3.small"}}},
			asgT, numbered,
			"ValidationError: You must use a valid fully-formed launch template. The request must contain the parameter " +
				"ImageId",
		},
	})
}

func TestCheck_refuses_capacity(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	group := props{"autoScalingGroupArn": noGroup}
	scaled := func(more props) props { return props{own: with(group, props{"managedScaling": more})} }
	strategy := func(list ...any) props {
		return props{
			"clusterName": "rig", "capacityProviders": []any{"FARGATE", "a"}, "defaultCapacityProviderStrategies": list,
		}
	}
	tests := []struct {
		name, token string
		give        props
		want        string
	}{
		{
			"cluster name", clusterT,
			props{"name": "my cluster"},
			`name: want 1 to 255 letters, digits, hyphens and underscores, got "my cluster"`,
		},
		{
			"setting", clusterT,
			props{"settings": []any{props{"name": "containerInsights", "value": "on"}}},
			`settings[].value: want one of enabled, disabled, enhanced, got "on"`,
		},
		{"sessions nowhere", clusterT, props{"configuration": props{"executeCommandConfiguration": props{
			"logging": "OVERRIDE",
		}}}, "configuration.executeCommandConfiguration.logConfiguration: missing: logging OVERRIDE needs it"},
		{
			"reserved name", capacityT,
			props{"name": "aws-hosts", own: group},
			`name: want a name that does not begin with aws, ecs or fargate, got "aws-hosts"`,
		},
		{
			"reserved name in capitals", capacityT,
			props{"name": "Fargate2", own: group},
			`name: want a name that does not begin with aws, ecs or fargate, got "Fargate2"`,
		},
		{
			"target", capacityT, scaled(props{"targetCapacity": 0}),
			own + ".managedScaling.targetCapacity: want 1 to 100, got 0",
		},
		{"protection without scaling", capacityT, props{own: with(group, props{
			"managedTerminationProtection": "ENABLED", "managedScaling": props{"status": "DISABLED"},
		})}, own + ".managedTerminationProtection: want DISABLED without managed scaling, got ENABLED"},
		{
			"stranger in a strategy", capacitiesT, strategy(props{"capacityProvider": "b", "weight": 1}),
			`defaultCapacityProviderStrategies: want providers of capacityProviders only, got "b"`,
		},
		{
			"two sorts in a strategy", capacitiesT,
			strategy(props{"capacityProvider": "FARGATE"}, props{"capacityProvider": "a"}),
			"defaultCapacityProviderStrategies: want either Fargate or Auto Scaling groups, got both in one strategy",
		},
		{"strategy", capacitiesT, strategy(props{"capacityProvider": "a", "base": 1, "weight": 1}), ""},
		{
			"rollback to the latest", asgT, with(mixed(props{"launchTemplateId": "lt-" + gone, "version": "$Latest"}), rolled),
			`mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version: want a number where a failed ` +
				`refresh is rolled back, got "$Latest"`,
		},
		{"spot", asgT, with(mixed(props{"launchTemplateName": "a"}), props{
			"mixedInstancesPolicy": props{
				"instancesDistribution": props{"spotAllocationStrategy": "cheapest"},
				"launchTemplate":        props{"launchTemplateSpecification": props{"launchTemplateName": "a"}},
			},
		}), `mixedInstancesPolicy.instancesDistribution.spotAllocationStrategy: want one of lowest-price, ` +
			`capacity-optimized, capacity-optimized-prioritized, price-capacity-optimized, got "cheapest"`},
	}
	l.makeAll(network)
	for _, tt := range tests {
		want := []string{}
		if tt.want != "" {
			want = []string{tt.want}
		}
		assert.Equal(t, want, l.faults(tt.token, tt.give), tt.name)
	}
}

// The order in which a cluster goes: what uses the provider, the list, the provider, the group, the cluster.
func TestDelete_takes_a_cluster_down_in_order_only(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, hosts)
	require.ErrorContains(t, l.remove("p"), "ResourceInUseException: The specified capacity provider is in use and "+
		"cannot be removed. (used by ClusterCapacityProviders rig)")
	require.ErrorContains(t, l.remove("c"), "ClusterContainsContainerInstancesException: The Cluster cannot be deleted "+
		"while Container Instances are active or draining. ("+string(l.made["g"].ID)+")")
	for _, name := range []string{"x", "p", "g", "c"} {
		require.NoError(t, l.remove(name), name)
	}
}

// A service keeps its cluster, and the capacity that it names.
func TestDelete_keeps_what_a_service_runs_on(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, hosts)
	l.make("aws:ecs/taskDefinition:TaskDefinition", "task", props{
		"family": "web", "containerDefinitions": `[{"name":"web","image":"example.com/web:1","memory":128}]`,
	})
	l.make("aws:ecs/service:Service", "web", props{
		"name": "web", "cluster": "@c", "taskDefinition": "@task.arn", "desiredCount": 1,
		"capacityProviderStrategies": []any{props{"capacityProvider": "capacity-g", "weight": 1}},
	})
	require.ErrorContains(t, l.remove("x"), "ResourceInUseException: The specified capacity provider is in use and "+
		"cannot be removed. (capacity-g by ")
	require.ErrorContains(t, l.remove("c"), "ClusterContainsServicesException: The Cluster cannot be deleted while "+
		"Services are active.")
	for _, name := range []string{"web", "x", "p", "g", "c"} {
		require.NoError(t, l.remove(name), name)
	}
}

// A group of another cluster, or one that has no instance, holds nothing.
func TestDelete_lets_a_cluster_go_that_has_no_hosts(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, hosts[:2])
	l.make(asgT, "g", with(mixed(props{"launchTemplateId": "@lt"}), props{"minSize": 0}))
	l.make(clusterT, "other", props{"name": "bare"})
	require.NoError(t, l.remove("c"))
	require.NoError(t, l.remove("other"))
}

// The number of hosts is kept at an update, as long as it is allowed.
func TestUpdate_keeps_the_number_of_hosts_in_range(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, hosts[:2])
	group := mixed(props{"launchTemplateId": "@lt"})
	made := l.make(asgT, "g", group)
	assert.Equal(t, resource.NewProperty(1.0), made.Properties["desiredCapacity"])
	for _, tt := range []struct{ low, high, want float64 }{{3, 4, 3}, {1, 4, 3}, {1, 2, 2}, {0, 4, 2}} {
		after, err := l.update("g", with(group, props{"name": string(made.ID), "minSize": tt.low, "maxSize": tt.high}))
		require.NoError(t, err)
		assert.Equal(t, resource.NewProperty(tt.want), after.Properties["desiredCapacity"])
	}
}
