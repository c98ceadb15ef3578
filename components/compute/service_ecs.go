package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

// moveTimeout is for what AWS itself takes to change or remove a service, tasks under way included.
const moveTimeout = "30m"

// service keeps the tasks running. It comes after all that tasks need, and goes before it.
func (b *serviceBuilder) service() error {
	args := &ecs.ServiceArgs{
		Name:                       pulumi.String(b.called),
		Cluster:                    b.args.ClusterARN,
		TaskDefinition:             b.definition.Arn,
		DesiredCount:               pulumi.Int(b.args.DesiredCount),
		CapacityProviderStrategies: b.capacity(),
		// Without it ECS would need another service to move to other capacity.
		ForceNewDeployment: pulumi.Bool(true),
		DeploymentCircuitBreaker: ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
		},
		DeploymentMinimumHealthyPercent: pulumi.Int(b.args.MinimumHealthyPercent),
		DeploymentMaximumPercent:        pulumi.Int(b.args.MaximumPercent),
		AvailabilityZoneRebalancing:     pulumi.String("ENABLED"),
		EnableExecuteCommand:            pulumi.Bool(b.args.Exec),
		EnableEcsManagedTags:            pulumi.Bool(true),
		PropagateTags:                   pulumi.String("SERVICE"),
		// The provider's own wait takes a deployment that was rolled back for one that went well: see hooks.
		WaitForSteadyState: pulumi.Bool(false),
		Tags:               b.Tags("service"),
	}
	b.placement(args)
	b.traffic(args)
	var err error
	b.made, err = ecs.NewService(b.Context(), b.Child("service"), args, b.serviceOptions()...)
	return err
}

// capacity is the one provider of the tasks. A launch type next to it would be refused.
func (b *serviceBuilder) capacity() ecs.ServiceCapacityProviderStrategyArray {
	var provider pulumi.StringInput = pulumi.String("FARGATE")
	switch {
	case b.args.Launch == LaunchEC2:
		provider = b.args.CapacityProviderName
	case b.args.CapacityProviderName != nil:
		provider = pulumix.Cast[pulumi.StringOutput](pulumix.Apply(
			b.args.CapacityProviderName.ToStringOutput(), fargateProvider))
	}
	return ecs.ServiceCapacityProviderStrategyArray{ecs.ServiceCapacityProviderStrategyArgs{
		CapacityProvider: provider, Weight: pulumi.Int(1), Base: pulumi.Int(0),
	}}
}

// fargateProvider is the name where it is one of Fargate's. Any other only makes the service wait until the cluster
// knows its providers.
func fargateProvider(name string) string {
	if fargateNames.MatchString(name) {
		return name
	}
	return "FARGATE"
}

// placement spreads tasks over zones and then over hosts, so that the loss of either takes as few as can be.
func (b *serviceBuilder) placement(args *ecs.ServiceArgs) {
	if b.args.Launch == LaunchFargate {
		return
	}
	args.OrderedPlacementStrategies = ecs.ServiceOrderedPlacementStrategyArray{
		ecs.ServiceOrderedPlacementStrategyArgs{
			Type: pulumi.String("spread"), Field: pulumi.String("attribute:ecs.availability-zone"),
		},
		ecs.ServiceOrderedPlacementStrategyArgs{Type: pulumi.String("spread"), Field: pulumi.String("instanceId")},
	}
}

func (b *serviceBuilder) traffic(args *ecs.ServiceArgs) {
	if b.group != nil {
		args.NetworkConfiguration = ecs.ServiceNetworkConfigurationArgs{
			Subnets: b.args.SubnetIDs, SecurityGroups: pulumi.StringArray{b.group.ID()},
			AssignPublicIp: pulumi.Bool(false),
		}
	}
	if b.target != nil {
		args.HealthCheckGracePeriodSeconds = pulumi.Int(b.args.HealthGraceSeconds)
		args.LoadBalancers = ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: b.target.Arn, ContainerName: pulumi.String(b.container),
			ContainerPort: pulumi.Int(b.args.Port),
		}}
	}
}

func (b *serviceBuilder) serviceOptions() []pulumi.ResourceOption {
	options := []pulumi.ResourceOption{
		pulumi.DependsOn(append(b.before, b.permissionsIn...)),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: moveTimeout, Update: moveTimeout, Delete: moveTimeout}),
		// The name is fixed and unique in its cluster: where a service has to be made anew, the old one goes first.
		pulumi.DeleteBeforeReplace(true),
	}
	if b.args.Scaling != nil {
		options = append(options, pulumi.IgnoreChanges([]string{"desiredCount"}))
	}
	if b.binding != nil {
		options = append(options, pulumi.ResourceHooks(b.binding))
	}
	return b.Options(options...)
}
