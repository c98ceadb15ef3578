package compute

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/tags"
)

// ClusterType is the type token of a Cluster. It is part of every child's identity and never changes.
const ClusterType = "riglet:compute:Cluster"

// Cluster is the hosts that services run on.
type Cluster struct {
	pulumi.ResourceState

	// ClusterARN is the ECS cluster.
	ClusterARN pulumi.StringOutput `pulumi:"clusterArn"`
	// ClusterName is its name.
	ClusterName pulumi.StringOutput `pulumi:"clusterName"`
	// CapacityProviderName is the provider of the cluster's own hosts. What names it is made after the cluster knows
	// the provider, and removed before.
	CapacityProviderName pulumi.StringOutput `pulumi:"capacityProviderName"`
	// HostSecurityGroupID is the security group of the hosts, where services in bridge and host mode listen. It lets
	// the balancer in on the ports that Docker hands out, 32768 to 65535: a service on a fixed port opens that one.
	HostSecurityGroupID pulumi.StringOutput `pulumi:"hostSecurityGroupId"`
	// HostRoleARN is the role of the hosts. Tasks have roles of their own.
	HostRoleARN pulumi.StringOutput `pulumi:"hostRoleArn"`
	// GroupName is the Auto Scaling group of the hosts.
	GroupName pulumi.StringOutput `pulumi:"groupName"`
	// ExecLogGroupARN is the log group that records what is typed in ECS Exec sessions. A task role that allows such
	// sessions needs to write to it.
	ExecLogGroupARN pulumi.StringOutput `pulumi:"execLogGroupArn"`
}

// NewCluster makes an ECS cluster with Container Insights, and hosts for it: a launch template, an Auto Scaling
// group, a capacity provider that scales the group by what tasks reserve and drains hosts before they go, a role, a
// security group and alarms.
//
// A new image or template rolls the hosts: as many new ones as there are old ones start first, and each old one goes
// when its tasks run elsewhere. The update does not wait for that; when it fails, AlarmTopicARN is told.
//
// A month in us-west-2 costs about $15.20 for each t3.small host and $2.40 for its volume, $0.50 for the alarms, and
// Container Insights: $0.30 for each of about ten metrics of the cluster and as many of each service. The cluster
// itself is free. Source: AWS's on-demand price pages, 730 hours.
//
// The error names every argument that is at fault; nothing is registered then.
func NewCluster(
	ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption,
) (*Cluster, error) {
	full := args.withDefaults()
	if err := full.validate(name); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	cluster := &Cluster{}
	inputs := pulumi.Map{"vpcId": full.VPCID, "subnetIds": full.SubnetIDs}
	if err := ctx.RegisterComponentResourceV2(ClusterType, name, inputs, cluster, opts...); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	b := &clusterBuilder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), cluster),
		args: full, out: cluster,
	}
	for _, step := range []func() error{
		b.execLog,
		b.cluster,
		b.insightsLog,
		b.securityGroup,
		b.role,
		b.launchTemplate,
		b.hosts,
		b.capacity,
		b.alarms,
		b.events,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("cluster %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(cluster, cluster.outputs()); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	return cluster, nil
}

// clusterBuilder is what the steps share.
type clusterBuilder struct {
	component.Base
	args ClusterArgs
	out  *Cluster

	made     *ecs.Cluster
	group    *ec2.SecurityGroup
	profile  *ec2.LaunchTemplateIamInstanceProfileArgs
	template *ec2.LaunchTemplate
	scaling  *autoscaling.Group
	provider *ecs.CapacityProvider
	execName pulumi.StringOutput
	// ready is what must be there before a host starts, and stays until the last one has gone.
	ready []pulumi.Resource
}

// cluster makes the ECS cluster, whose sessions are recorded and whose tasks are measured.
func (b *clusterBuilder) cluster() error {
	var err error
	if b.made, err = ecs.NewCluster(b.Context(), b.Child(), &ecs.ClusterArgs{
		Name: b.Physical(naming.Cluster),
		Settings: ecs.ClusterSettingArray{ecs.ClusterSettingArgs{
			Name: pulumi.String("containerInsights"), Value: pulumi.String("enabled"),
		}},
		Configuration: ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				Logging: pulumi.String("OVERRIDE"),
				LogConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
					CloudWatchLogGroupName: b.execName,
				},
			},
		},
		Tags: b.Tags(),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.ClusterARN = b.made.Arn
	b.out.ClusterName = b.made.Name
	return nil
}

func (c *Cluster) outputs() pulumi.Map {
	return pulumi.Map{
		"clusterArn":           c.ClusterARN,
		"clusterName":          c.ClusterName,
		"capacityProviderName": c.CapacityProviderName,
		"hostSecurityGroupId":  c.HostSecurityGroupID,
		"hostRoleArn":          c.HostRoleARN,
		"groupName":            c.GroupName,
		"execLogGroupArn":      c.ExecLogGroupARN,
	}
}
