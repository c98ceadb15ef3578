package sandbox_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fargateTask is a task definition that Fargate takes, changed as more says.
func fargateTask(more props) props {
	return with(props{
		"family": "web", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"}, "cpu": "256",
		"memory": "512", "containerDefinitions": container(props{}),
	}, more)
}

// container is the text of one container, changed as more says.
func container(more props) string {
	return "[" + text(with(props{
		"name": "web", "image": "example.com/web:1", "memory": 256, "portMappings": []any{props{"containerPort": 80}},
	}, more)) + "]"
}

// fargateService is a service of the task "taskDefinition" in the cluster "tasks".
func fargateService(more props) props {
	return with(props{
		"name": "web", "cluster": "@tasks", "taskDefinition": "@taskDefinition.arn", "desiredCount": 1,
		"capacityProviderStrategies": []any{props{"capacityProvider": "FARGATE", "weight": 1}},
		"networkConfiguration":       props{"subnets": []any{"@a"}},
	}, more)
}

// tasks is what a service needs, but for the service itself.
var tasks = []thing{
	{clusterT, "tasks", props{"name": "tasks"}},
	{capacitiesT, "taskCapacities", props{"clusterName": "@tasks.name", "capacityProviders": []any{"FARGATE"}}},
	{taskT, "taskDefinition", fargateTask(props{})},
}

func TestCheck_refuses_faults_of_tasks(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const path = "containerDefinitions: container \"web\": "
	tests := []struct {
		name string
		give props
		want string
	}{
		{"as it should be", props{}, ""},
		{"no JSON", props{"containerDefinitions": "web"}, "containerDefinitions: want a JSON list of containers: " +
			"invalid character 'w' looking for beginning of value"},
		{
			"nothing essential",
			props{"containerDefinitions": container(props{"essential": false})},
			"containerDefinitions: want an essential container",
		},
		{"no image", props{"containerDefinitions": container(props{"image": ""})}, path + `want an image, got ""`},
		{
			"little memory",
			props{"containerDefinitions": container(props{"memory": 5})},
			path + "want 6 MiB of memory at least, got 5",
		},
		{"host port", props{"containerDefinitions": container(props{
			"portMappings": []any{props{"containerPort": 80, "hostPort": 8080}},
		})}, path + "when networkMode=awsvpc, the host ports and container ports in port mappings must match"},
		{"volume", props{"containerDefinitions": container(props{
			"mountPoints": []any{props{"sourceVolume": "files", "containerPath": "/srv"}},
		})}, path + "unknown volume 'files'"},
		{"variable twice", props{"containerDefinitions": container(props{
			"environment": []any{props{"name": "A", "value": "1"}}, "secrets": []any{props{"name": "A", "valueFrom": "/a"}},
		})}, path + "the secret name must be unique and not shared with any new or existing environment variables (A)"},
		{"pair", props{"memory": "4096"}, "cpu: no Fargate configuration exists for given values: 256 CPU, 4096 memory"},
		{"mode", props{"networkMode": "bridge"}, "networkMode: want awsvpc on Fargate"},
		{"tmpfs", props{"containerDefinitions": container(props{
			"linuxParameters": props{"tmpfs": []any{props{"containerPath": "/tmp", "size": 1}}},
		})}, `containerDefinitions: container "web": tmpfs is not supported on Fargate`},
		{
			"privileged",
			props{"containerDefinitions": container(props{"privileged": true})},
			`containerDefinitions: container "web": privileged containers are not supported on Fargate`,
		},
		{"log without role", props{"containerDefinitions": container(props{
			"logConfiguration": props{"logDriver": "awslogs"},
		})}, "executionRoleArn: missing: Fargate requires an execution role for the log driver awslogs"},
		{"files in the clear", props{"volumes": []any{props{"name": "files", "efsVolumeConfiguration": props{
			"fileSystemId": "fs-0123456789abcdef0", "authorizationConfig": props{"iam": "ENABLED"},
		}}}}, "volumes: want transitEncryption ENABLED with an access point or IAM"},
	}
	for _, tt := range tests {
		want := []string{}
		if tt.want != "" {
			want = []string{tt.want}
		}
		assert.Equal(t, want, l.faults(taskT, fargateTask(tt.give)), tt.name)
	}
}

func TestCheck_refuses_faults_of_services(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, tasks)
	tests := []struct {
		name string
		give props
		want string
	}{
		{"as it should be", props{}, ""},
		{
			"launch type too",
			props{"launchType": "FARGATE"},
			"launchType: want at most one of launchType, capacityProviderStrategies, got 2",
		},
		{"two sorts", props{"capacityProviderStrategies": []any{
			props{"capacityProvider": "FARGATE"}, props{"capacityProvider": "hosts"},
		}}, "capacityProviderStrategies: want either Fargate or Auto Scaling groups, got both in one strategy"},
		{
			"grace",
			props{"healthCheckGracePeriodSeconds": 60},
			"healthCheckGracePeriodSeconds: want none for a service without a load balancer",
		},
		{
			"no room",
			props{"deploymentMaximumPercent": 100},
			"deploymentMaximumPercent: want more than deploymentMinimumHealthyPercent, got 100",
		},
		{"zones", props{
			"deploymentMaximumPercent": 100, "deploymentMinimumHealthyPercent": 50, "availabilityZoneRebalancing": "ENABLED",
		}, "availabilityZoneRebalancing: want a deploymentMaximumPercent above 100 with it, got 100"},
	}
	for _, tt := range tests {
		want := []string{}
		if tt.want != "" {
			want = []string{tt.want}
		}
		assert.Equal(t, want, l.faults(serviceT, fargateService(tt.give)), tt.name)
	}
}

// What ECS refuses of a service, in its words.
func TestCreate_refuses_services(t *testing.T) {
	t.Parallel()
	balanced := func(name string, port int, group string) props {
		return props{"loadBalancers": []any{props{
			"containerName": name, "containerPort": port, "targetGroupArn": group,
		}}}
	}
	tests := []struct {
		name string
		give props
		want string
	}{
		{
			"unattached capacity",
			props{"capacityProviderStrategies": []any{props{"capacityProvider": "FARGATE_SPOT"}}},
			"The specified capacity provider 'FARGATE_SPOT' was not found in cluster tasks: it is not associated with it.",
		},
		{"no addresses", props{"networkConfiguration": nil}, "Network Configuration must be provided"},
		{
			"a revision that is not there",
			props{"taskDefinition": "arn:aws:ecs:us-west-2:123456789012:task-definition/x:1"},
			"Unable to describe task definition.",
		},
		{"a group that no rule leads to", balanced("web", 80, "@alone"), "does not have an associated load balancer."},
		{"a group of instances", balanced("web", 80, "@instances"), "has target type instance, which is incompatible with " +
			"the awsvpc network mode specified in the task definition."},
		{"another port", balanced("web", 81, "@addresses"), "The container web did not have a container port 81 defined."},
		{
			"another container", balanced("api", 80, "@addresses"),
			"The container api did not have a container port 80 defined.",
		},
	}
	for _, tt := range tests {
		l := newLab(t)
		l.makeAll(network, tasks)
		targetGroups(l)
		err := l.try(serviceT, "service", fargateService(tt.give))
		require.ErrorContains(t, err, tt.want, tt.name)
	}
	l := newLab(t)
	l.makeAll(network, tasks)
	targetGroups(l)
	l.make(serviceT, "service", fargateService(balanced("web", 80, "@addresses")))
	err := l.try(serviceT, "other", fargateService(props{}))
	require.ErrorContains(t, err, "Creation of service was not idempotent.")
}

// targetGroups are a target group alone and two that rules lead to.
func targetGroups(l *lab) {
	l.make(lbT, "lb", props{"subnets": []any{"@a", "@b"}})
	l.make(listenerT, "http", props{
		"loadBalancerArn": "@lb", "port": 80, "protocol": "HTTP", "defaultActions": fixed404,
	})
	for i, group := range []struct{ name, kind string }{{"alone", "ip"}, {"instances", "instance"}, {"addresses", "ip"}} {
		l.make(targetsT, group.name, props{
			"vpcId": "@vpc", "port": 80, "protocol": "HTTP", "targetType": group.kind,
		})
		if group.name != "alone" {
			l.make(ruleT, "to-"+group.name, props{
				"listenerArn": "@http", "priority": i + 1, "actions": forwardTo("@" + group.name),
				"conditions": []any{props{"pathPattern": props{"values": []any{"/" + group.name}}}},
			})
		}
	}
}

// A task definition that changes is another revision, and the number never comes again.
func TestCreate_numbers_revisions(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, tasks)
	first := string(l.made["taskDefinition"].ID)
	assert.True(t, strings.HasSuffix(first, ":task-definition/web:1"), first)
	second := l.make(taskT, "taskDefinition", fargateTask(props{"cpu": "512", "memory": "1024"}))
	assert.True(t, strings.HasSuffix(string(second.ID), ":task-definition/web:2"), second.ID)
	assert.Equal(t, resource.NewProperty(2.0), second.Properties["revision"])
}

// ECS is told a number of tasks only where it changes: what scaling chose stays otherwise.
func TestUpdate_keeps_the_number_of_tasks(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, tasks)
	l.make(serviceT, "service", fargateService(props{}))
	server, err := l.cloud.ServeECS()
	require.NoError(t, err)
	defer server.Stop()
	resize(t, server, 4)
	after, err := l.update("service", fargateService(props{"enableExecuteCommand": true}))
	require.NoError(t, err)
	assert.Equal(t, resource.NewProperty(4.0), after.Properties["desiredCount"])
	after, err = l.update("service", fargateService(props{"desiredCount": 2}))
	require.NoError(t, err)
	assert.Equal(t, resource.NewProperty(2.0), after.Properties["desiredCount"])
}

func TestCreate_refuses_scaling_of_nothing(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, tasks)
	target := props{
		"minCapacity": 1, "maxCapacity": 2, "resourceId": "service/tasks/web",
		"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
	}
	err := l.try(scalableT, "target", target)
	require.ErrorContains(t, err, "ECS service doesn't exist: service/tasks/web")
	l.make(serviceT, "service", fargateService(props{}))
	requests := props{
		"policyType": "TargetTrackingScaling", "resourceId": "service/tasks/web",
		"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
		"targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 100, "predefinedMetricSpecification": props{
				"predefinedMetricType": "ALBRequestCountPerTarget",
				"resourceLabel":        "app/front/0123456789abcdef/targetgroup/web/0123456789abcdef",
			},
		},
	}
	err = l.try(taskScaleT, "policy", requests)
	require.ErrorContains(t, err, "No scalable target registered")
	l.make(scalableT, "target", target)
	err = l.try(taskScaleT, "policy", requests)
	require.ErrorContains(t, err, "is not attached to a load balancer")
	assert.Equal(t, []string{"minCapacity: maximum capacity cannot be less than minimum capacity, got 3 and 2"},
		l.faults(scalableT, with(target, props{"minCapacity": 3})))
}
