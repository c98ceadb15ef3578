package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// fargateProviders are AWS's own, which exist in every account.
var fargateProviders = []string{"FARGATE", "FARGATE_SPOT"}

// capacity lets the cluster grow and shrink the group by what its tasks reserve.
func (b *clusterBuilder) capacity() error {
	if err := b.capacityProvider(); err != nil {
		return err
	}
	names := pulumi.StringArray{b.provider.Name}
	if b.args.Fargate {
		names = append(names, pulumi.ToStringArray(fargateProviders)...)
	}
	association, err := ecs.NewClusterCapacityProviders(b.Context(), b.Child("capacity"),
		&ecs.ClusterCapacityProvidersArgs{
			ClusterName:       b.made.Name,
			CapacityProviders: names,
			DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
				ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{
					CapacityProvider: b.provider.Name, Weight: pulumi.Int(1),
				},
			},
		}, b.Options()...)
	if err != nil {
		return err
	}
	// ECS refuses a service whose provider the cluster does not know, and lets no provider go that one names.
	b.out.CapacityProviderName = pulumi.OutputWithDependencies(
		b.Context().Context(), b.provider.Name, association).(pulumi.StringOutput)
	return nil
}

// capacityProvider is named after its group, behind a word of its own: AWS refuses names that begin with aws, ecs or
// fargate, and another group has another provider.
func (b *clusterBuilder) capacityProvider() error {
	var err error
	b.provider, err = ecs.NewCapacityProvider(b.Context(), b.Child("capacity"), &ecs.CapacityProviderArgs{
		Name: pulumi.Sprintf("capacity-%s", b.scaling.Name),
		AutoScalingGroupProvider: ecs.CapacityProviderAutoScalingGroupProviderArgs{
			AutoScalingGroupArn: b.scaling.Arn,
			// A host that must go drains first, whoever ends it: scaling, a refresh or a rebalance.
			ManagedDraining: pulumi.String("ENABLED"),
			// Protection on top would keep hosts with tasks from being ended at all: refreshes stand still, and a
			// destroy too, since ECS never takes the protection away again.
			ManagedTerminationProtection: pulumi.String("DISABLED"),
			ManagedScaling: ecs.CapacityProviderAutoScalingGroupProviderManagedScalingArgs{
				Status:               pulumi.String("ENABLED"),
				TargetCapacity:       pulumi.Int(b.args.TargetCapacityPercent),
				InstanceWarmupPeriod: pulumi.Int(warmupSeconds),
			},
		},
		Tags: b.Tags("capacity"),
	}, b.Options()...)
	return err
}
