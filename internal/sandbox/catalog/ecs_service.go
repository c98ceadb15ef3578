package catalog

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	// TypeService is the type that the offline ECS API looks for.
	TypeService        = "aws:ecs/service:Service"
	typeTaskDefinition = "aws:ecs/taskDefinition:TaskDefinition"
)

var ecsServices = []model.Kind{{
	Token: TypeService, Args: ecs.ServiceArgs{}, State: ecs.Service{},
	Identify:  serviceARN,
	Name:      &model.Naming{Property: "name", Max: 255},
	Required:  []string{"cluster", "taskDefinition"},
	Replace:   []string{"cluster", "iamRole", "launchType", "name", "schedulingStrategy"},
	ReplaceIf: conditions{"capacityProviderStrategies": notForced},
	Sets: []string{
		"capacityProviderStrategies", "loadBalancers", "networkConfiguration.subnets", "networkConfiguration.securityGroups",
	},
	Refs: []model.Ref{
		{Path: "cluster", To: tokenCluster, Missing: "ClusterNotFoundException: Cluster not found."},
		{Path: "taskDefinition", To: typeTaskDefinition, Loose: true},
		{
			Path: "loadBalancers[].targetGroupArn", To: tokenTargetGroup, Loose: true,
			Missing: "InvalidParameterException: The specified target group does not exist. ({value})",
		},
		// The addresses of running tasks keep both from being deleted.
		{Path: "networkConfiguration.subnets[]", To: tokenSubnet},
		{Path: "networkConfiguration.securityGroups[]", To: tokenGroup},
	},
	Keys: []model.Key{{
		Of: "{cluster}|{name}", Error: "InvalidParameterException: Creation of service was not idempotent.",
	}},
	Missing: "ServiceNotFoundException: Service not found.",
	Outputs: map[string]any{
		"schedulingStrategy": "REPLICA", "deploymentMaximumPercent": 200, "deploymentMinimumHealthyPercent": 100,
		"launchType": "", "availabilityZoneRebalancing": "DISABLED", "waitForSteadyState": false,
	},
	Rules: []model.Rule{
		pattern("name", ecsNameWant, ecsName), between("desiredCount", 0, 5000),
		between("deploymentMaximumPercent", 0, 400), between("deploymentMinimumHealthyPercent", 0, 100),
		oneOf("launchType", "EC2", "FARGATE", "EXTERNAL"), oneOf("schedulingStrategy", "REPLICA", "DAEMON"),
		oneOf("propagateTags", "SERVICE", "TASK_DEFINITION", "NONE"),
		oneOf("availabilityZoneRebalancing", "ENABLED", "DISABLED"),
		oneOf("orderedPlacementStrategies[].type", "spread", "binpack", "random"),
		between("healthCheckGracePeriodSeconds", 0, 2147483647), between("capacityProviderStrategies[].weight", 0, 1000),
		atMostOne("launchType", "capacityProviderStrategies"), oneSort, graceNeedsBalancer, roomToMove,
	},
	Admit: admits(clusterProvides, serviceNetwork, serviceTargets, oneNetwork(
		"networkConfiguration.subnets[]", "networkConfiguration.securityGroups[]")),
	Fill: fillService,
}}

// serviceARN is what the real provider takes for the id, too.
func serviceARN(s *model.Scene) string {
	cluster := s.In("cluster")
	return s.Expand("arn:aws:ecs:{region}:{account}:service/" + cluster[strings.LastIndex(cluster, "/")+1:] + "/{name}")
}

// ClusterARN is the ARN of a cluster by either of its names.
func ClusterARN(w *model.World, cluster string) string {
	for _, one := range w.All(tokenCluster) {
		if one.ID == cluster || one.Out("name") == cluster {
			return one.ID
		}
	}
	return cluster
}

// notForced: ECS moves a service to other capacity in place only where it may start a deployment.
func notForced(_, after resource.PropertyMap) bool {
	return !model.Flag(after, "forceNewDeployment", false)
}

// oneSort wants a strategy of Fargate or of groups, with one base.
func oneSort(c *model.Check) {
	own, fargate := 0, 0
	for _, name := range model.Strs(c.Props, "capacityProviderStrategies[].capacityProvider") {
		if fargateProvider.MatchString(name) {
			fargate++
		} else {
			own++
		}
	}
	if own > 0 && fargate > 0 {
		c.Fault("capacityProviderStrategies", "want either Fargate or Auto Scaling groups, got both in one strategy")
	}
}

func graceNeedsBalancer(c *model.Check) {
	if model.Has(c.Props, "healthCheckGracePeriodSeconds") && !model.Has(c.Props, "loadBalancers") {
		c.Fault("healthCheckGracePeriodSeconds", "want none for a service without a load balancer")
	}
}

// roomToMove refuses percentages between which no task can be replaced.
func roomToMove(c *model.Check) {
	most := model.Int(c.Props, "deploymentMaximumPercent", 200)
	if model.Int(c.Props, "deploymentMinimumHealthyPercent", 100) >= most {
		c.Fault("deploymentMaximumPercent", "want more than deploymentMinimumHealthyPercent, got %d", most)
	}
	if most <= 100 && input("availabilityZoneRebalancing", "ENABLED")(c) {
		c.Fault("availabilityZoneRebalancing", "want a deploymentMaximumPercent above 100 with it, got %d", most)
	}
}

// clusterProvides wants every capacity provider of the strategy attached to the cluster.
func clusterProvides(s *model.Scene) error {
	cluster := s.World.Get(tokenCluster, s.In("cluster"))
	if cluster == nil {
		return nil
	}
	attached := s.World.Get(tokenClusterCapacities, cluster.Out("name"))
	for _, name := range s.Ins("capacityProviderStrategies[].capacityProvider") {
		if attached == nil || !contains(model.Strs(attached.Inputs, "capacityProviders[]"), name) {
			return model.Refuse("InvalidParameterException", "The specified capacity provider '%s' was not found in "+
				"cluster %s: it is not associated with it.", name, cluster.Out("name"))
		}
	}
	return nil
}

func contains(list []string, wanted string) bool {
	for _, one := range list {
		if one == wanted {
			return true
		}
	}
	return false
}

// serviceNetwork wants addresses for tasks that have their own, and none for others.
func serviceNetwork(s *model.Scene) error {
	definition := s.World.Get(typeTaskDefinition, s.In("taskDefinition"))
	if definition == nil {
		return nil
	}
	own, given := definition.Out("networkMode") == modeVPC, model.Has(s.Object.Inputs, "networkConfiguration")
	switch {
	case own && !given:
		return model.Refuse("InvalidParameterException", "Network Configuration must be provided when networkMode "+
			"'awsvpc' is specified.")
	case !own && given:
		return model.Refuse("InvalidParameterException", "Network Configuration is not valid for the given networkMode "+
			"of this task definition.")
	}
	fargate := contains(model.Strs(definition.Inputs, "requiresCompatibilities[]"), "FARGATE")
	for _, name := range s.Ins("capacityProviderStrategies[].capacityProvider") {
		if fargateProvider.MatchString(name) != fargate {
			return model.Refuse("InvalidParameterException", "Task definition does not support the launch type of "+
				"capacity provider %s.", name)
		}
	}
	return nil
}

// serviceTargets wants target groups that a listener leads to, of the type that the network mode needs, and a port
// that the container has.
func serviceTargets(s *model.Scene) error {
	definition := s.World.Get(typeTaskDefinition, s.In("taskDefinition"))
	for _, balancer := range model.Objects(s.Object.Inputs, "loadBalancers[]") {
		arn := model.Str(balancer, "targetGroupArn")
		group := s.World.Get(tokenTargetGroup, arn)
		if group == nil || definition == nil {
			continue
		}
		if len(s.World.Users(group, tokenListener, tokenListenerRule)) == 0 {
			return model.Refuse("InvalidParameterException", "The target group with targetGroupArn %s does not have an "+
				"associated load balancer.", arn)
		}
		want := "instance"
		if definition.Out("networkMode") == modeVPC {
			want = "ip"
		}
		if got := group.Out("targetType"); got != want {
			return model.Refuse("InvalidParameterException", "The provided target group %s has target type %s, which is "+
				"incompatible with the %s network mode specified in the task definition.", arn, got,
				definition.Out("networkMode"))
		}
		if err := containerListens(definition, balancer); err != nil {
			return err
		}
	}
	return nil
}

func containerListens(definition *model.Object, balancer resource.PropertyMap) error {
	name, port := model.Str(balancer, "containerName"), model.Int(balancer, "containerPort", 0)
	containers, err := containersOf(definition.In("containerDefinitions"))
	if err != nil {
		return err
	}
	for _, c := range containers {
		for _, mapping := range c.PortMappings {
			if c.Name == name && mapping.ContainerPort == port {
				return nil
			}
		}
	}
	return model.Refuse("InvalidParameterException", "The container %s did not have a container port %d defined.",
		name, port)
}

// fillService keeps the number of tasks that scaling chose: the provider tells ECS a number only where it changes.
func fillService(s *model.Scene) {
	s.Default("iamRole", "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
	if s.Old == nil {
		s.Default("desiredCount", 0)
		return
	}
	before, _ := model.Num(s.Old.Inputs, "desiredCount")
	if now, given := model.Num(s.Object.Inputs, "desiredCount"); !given || now == before {
		s.Set("desiredCount", model.Int(s.Old.Outputs, "desiredCount", 0))
	}
}

// EFS file systems are named by id only: this cloud need not have made them.
var fileSystemID = regexp.MustCompile(`^fs-[0-9a-f]{8,17}$`)
