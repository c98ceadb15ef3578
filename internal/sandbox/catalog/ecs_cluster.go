package catalog

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// The types of a cluster and its capacity.
//
//nolint:gosec // type tokens, not credentials
const (
	tokenCluster           = "aws:ecs/cluster:Cluster"
	tokenCapacityProvider  = "aws:ecs/capacityProvider:CapacityProvider"
	tokenClusterCapacities = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
)

// Published quota: capacity providers of a cluster, AWS's own included.
const maxClusterProviders = 20

var (
	ecsName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	// AWS's own providers are there without anybody having made them.
	fargateProvider = regexp.MustCompile(`^FARGATE(_SPOT)?$`)
	// AWS keeps these beginnings to itself, in whatever case.
	reservedProvider = regexp.MustCompile(`^(?i)(aws|ecs|fargate)`)
)

const ecsNameWant = "1 to 255 letters, digits, hyphens and underscores"

var ecsClusters = []model.Kind{
	{
		Token: tokenCluster, Args: ecs.ClusterArgs{}, State: ecs.Cluster{},
		ID: "{arn}", ARN: "arn:aws:ecs:{region}:{account}:cluster/{name}",
		Name:    &model.Naming{Property: "name", Max: 255},
		Replace: []string{"name"},
		Sets:    []string{"settings"},
		Refs: []model.Ref{{
			Path: "configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName",
			To:   tokenLogGroup, Loose: true,
		}},
		// AWS answers with the cluster that is there, so that two programs would share it without knowing.
		Keys:    []model.Key{{Of: "{name}", Error: upsert("cluster {name}")}},
		Missing: "ClusterNotFoundException: Cluster not found.",
		Rules: []model.Rule{
			pattern("name", ecsNameWant, ecsName),
			oneOf("settings[].name", "containerInsights"),
			oneOf("settings[].value", "enabled", "disabled", "enhanced"),
			oneOf("configuration.executeCommandConfiguration.logging", "NONE", "DEFAULT", "OVERRIDE"),
			given("configuration.executeCommandConfiguration.logConfiguration", "logging OVERRIDE needs it",
				input("configuration.executeCommandConfiguration.logging", "OVERRIDE")),
		},
		Release: admits(
			busyWith("ClusterContainsServicesException",
				"The Cluster cannot be deleted while Services are active. (%s)", TypeService),
			noHosts,
		),
		Fill: fillCluster,
	},
	{
		Token: tokenCapacityProvider, Args: ecs.CapacityProviderArgs{}, State: ecs.CapacityProvider{},
		ID: "{arn}", ARN: "arn:aws:ecs:{region}:{account}:capacity-provider/{name}",
		Name:     &model.Naming{Property: "name", Max: 255},
		Required: []string{"autoScalingGroupProvider"},
		Replace:  []string{"autoScalingGroupProvider.autoScalingGroupArn", "name"},
		Refs: []model.Ref{{
			Path: "autoScalingGroupProvider.autoScalingGroupArn", To: tokenScalingGroup, By: "arn", Loose: true,
			Missing: "ClientException: The specified Auto Scaling group ARN is not valid. Specify an active Auto Scaling " +
				"group ARN and try again. ({value})",
		}},
		Keys: []model.Key{
			{Of: "{name}", Error: "ClientException: The specified capacity provider already exists. To change the " +
				"configuration of an existing capacity provider, update the capacity provider."},
			{Of: "{autoScalingGroupProvider.autoScalingGroupArn}", Error: "ClientException: The specified Auto Scaling " +
				"group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN " +
				"and try again."},
		},
		Missing: "ClientException: The specified capacity provider does not exist. Specify a valid name or ARN and " +
			"try again. ({value})",
		Busy: "ResourceInUseException: The specified capacity provider is in use and cannot be removed.",
		Rules: []model.Rule{
			pattern("name", ecsNameWant, ecsName), unreserved,
			oneOf("autoScalingGroupProvider.managedDraining", "ENABLED", "DISABLED"),
			oneOf("autoScalingGroupProvider.managedTerminationProtection", "ENABLED", "DISABLED"),
			oneOf("autoScalingGroupProvider.managedScaling.status", "ENABLED", "DISABLED"),
			between("autoScalingGroupProvider.managedScaling.targetCapacity", 1, 100),
			between("autoScalingGroupProvider.managedScaling.minimumScalingStepSize", 1, 10000),
			between("autoScalingGroupProvider.managedScaling.maximumScalingStepSize", 1, 10000),
			between("autoScalingGroupProvider.managedScaling.instanceWarmupPeriod", 0, 10000),
			protectionNeedsScaling,
		},
		Admit: admits(protectionNeedsGroup),
	},
	{
		Token: tokenClusterCapacities,
		Args:  ecs.ClusterCapacityProvidersArgs{}, State: ecs.ClusterCapacityProviders{},
		ID: "{clusterName}", Replace: []string{"clusterName"},
		Sets: []string{"capacityProviders", "defaultCapacityProviderStrategies"},
		Refs: []model.Ref{
			{Path: "clusterName", To: tokenCluster, By: "name", Loose: true},
			{Path: "capacityProviders[]", To: tokenCapacityProvider, By: "name", Outside: fargateProvider},
		},
		Keys: []model.Key{{Of: "{clusterName}", Error: upsert("list of capacity providers of cluster {clusterName}")}},
		Rules: []model.Rule{
			between("defaultCapacityProviderStrategies[].base", 0, 100000),
			between("defaultCapacityProviderStrategies[].weight", 0, 1000), strategyOf,
		},
		Release: admits(providersIdle),
	},
}

func unreserved(c *model.Check) {
	if name := model.Str(c.Props, "name"); reservedProvider.MatchString(name) {
		c.Fault("name", "want a name that does not begin with aws, ecs or fargate, got %q", name)
	}
}

const groupProvider = "autoScalingGroupProvider."

func protected(c *model.Check) bool {
	return input(groupProvider+"managedTerminationProtection", "ENABLED")(c)
}

// protectionNeedsScaling: ECS protects only what it scales.
func protectionNeedsScaling(c *model.Check) {
	if protected(c) && !input(groupProvider+"managedScaling.status", "", "ENABLED")(c) {
		c.Fault(groupProvider+"managedTerminationProtection", "want DISABLED without managed scaling, got ENABLED")
	}
}

// protectionNeedsGroup: ECS sets the protection on hosts, but the group must have been told to.
func protectionNeedsGroup(s *model.Scene) error {
	group := s.World.Find(tokenScalingGroup, "arn", s.In(groupProvider+"autoScalingGroupArn"))
	if group == nil || s.In(groupProvider+"managedTerminationProtection") != "ENABLED" ||
		model.Flag(group.Inputs, "protectFromScaleIn", false) {
		return nil
	}
	return model.Refuse("ClientException", "The managed termination protection setting for the capacity provider is "+
		"invalid. To enable managed termination protection for a capacity provider, the Auto Scaling group must have "+
		"instance protection from scale in enabled.")
}

// strategyOf wants a strategy of providers that the cluster has, of one sort, with one base.
func strategyOf(c *model.Check) {
	const path = "defaultCapacityProviderStrategies"
	known := map[string]bool{}
	for _, name := range model.Strs(c.Props, "capacityProviders[]") {
		known[name] = true
	}
	if len(known) > maxClusterProviders {
		c.Fault("capacityProviders", "want %d at most, got %d", maxClusterProviders, len(known))
	}
	fargate, own, bases := 0, 0, 0
	for _, one := range model.Objects(c.Props, path+"[]") {
		name := model.Str(one, "capacityProvider")
		switch {
		case name == "":
			continue
		case !known[name]:
			c.Fault(path, "want providers of capacityProviders only, got %q", name)
		case fargateProvider.MatchString(name):
			fargate++
		default:
			own++
		}
		if model.Int(one, "base", 0) > 0 {
			bases++
		}
	}
	if fargate > 0 && own > 0 {
		c.Fault(path, "want either Fargate or Auto Scaling groups, got both in one strategy")
	}
	if bases > 1 {
		c.Fault(path, "want a base on one provider only, got %d", bases)
	}
}

// providersIdle refuses to take providers from a cluster whose services name them.
func providersIdle(s *model.Scene) error {
	names := map[string]bool{}
	for _, name := range s.Ins("capacityProviders[]") {
		names[name] = true
	}
	for _, service := range s.World.All(TypeService) {
		if !ofCluster(s, service) {
			continue
		}
		for _, name := range model.Strs(service.Inputs, "capacityProviderStrategies[].capacityProvider") {
			if names[name] {
				return model.Refuse("ResourceInUseException",
					"The specified capacity provider is in use and cannot be removed. (%s by %s)", name, service.ID)
			}
		}
	}
	return nil
}

// ofCluster says whether a service runs in the cluster whose providers these are.
func ofCluster(s *model.Scene, service *model.Object) bool {
	given := service.In("cluster")
	return given == s.In("clusterName") || strings.HasSuffix(given, ":cluster/"+s.In("clusterName"))
}

// noHosts refuses to delete a cluster that hosts are still registered with. A host joins the cluster that its boot
// script names.
func noHosts(s *model.Scene) error {
	for _, group := range s.World.All(tokenScalingGroup) {
		if model.Int(group.Outputs, "desiredCapacity", 0) > 0 && joins(groupTemplate(s.World, group), s.Object) {
			return model.Refuse("ClusterContainsContainerInstancesException",
				"The Cluster cannot be deleted while Container Instances are active or draining. (%s)", group.ID)
		}
	}
	return nil
}

// joins says whether hosts of a template join the cluster.
func joins(template, cluster *model.Object) bool {
	if template == nil {
		return false
	}
	script, err := base64.StdEncoding.DecodeString(template.In("userData"))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(script)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "ECS_CLUSTER="); ok {
			return strings.Trim(name, `"'`) == cluster.Out("name")
		}
	}
	return false
}

func fillCluster(s *model.Scene) {
	s.Default("settings", []any{map[string]any{"name": "containerInsights", "value": "disabled"}})
}
