// Package compute runs containers on ECS: a Cluster of hosts, and Services on it.
//
// A Cluster is an ECS cluster with Container Insights and recorded sessions; hosts of it in an Auto Scaling group,
// which grows and shrinks by what tasks reserve and drains a host before it goes; and alarms on the operations topic.
// A Service is a container that is kept running on the cluster, reached through a balancer, and scaled.
//
//	cluster, err := compute.NewCluster(ctx, "cluster", &compute.ClusterArgs{
//		VPCID:                   network.VPCID,
//		SubnetIDs:               network.AppSubnetIDs,
//		BalancerSecurityGroupID: front.SecurityGroupID,
//		AlarmTopicARN:           network.OperationsTopicARN,
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export("cluster", cluster.ClusterName)
//
// # Hosts
//
// They run the ECS-optimised Amazon Linux 2023 for the processor of their instance type, have no key and no public
// address, and are reached by Session Manager. A task never gets at a host's credentials, but for one in host mode.
// A new image, type or disk rolls the hosts without a loss of capacity, and with no replacement of anything else.
//
// # Limits
//
// The commercial partition, Linux, one family of processors in a cluster, 5000 hosts.
//
// # Errors
//
// NewCluster and NewService refuse arguments before anything is registered, naming all that are at fault:
// `cluster "cluster": minHosts: want no more than maxHosts, 2, got 3`.
//
// # Outputs
//
// What a service needs to run on the cluster, see [Cluster], and what others need to reach a service, see [Service].
package compute
