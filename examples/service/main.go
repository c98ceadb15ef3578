// Command service is a cluster and a service on it, in a VPC and behind a balancer that exist already. Put your own
// ids in.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/compute"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		vpc, balancer := pulumi.String("vpc-0123456789abcdef0"), pulumi.String("sg-0123456789abcdef0")
		cluster, err := compute.NewCluster(ctx, "hosts", &compute.ClusterArgs{
			VPCID: vpc, BalancerSecurityGroupID: balancer,
			SubnetIDs: pulumi.ToStringArray([]string{"subnet-0123456789abcdef0", "subnet-0123456789abcdef1"}),
		})
		if err != nil {
			return err
		}
		shop, err := compute.NewService(ctx, "shop", &compute.ServiceArgs{
			ClusterARN: cluster.ClusterARN, ClusterName: cluster.ClusterName,
			CapacityProviderName: cluster.CapacityProviderName,
			Image:                pulumi.String("public.ecr.aws/docker/library/nginx:1.27.3"),
			Port:                 80, WritablePaths: []string{"/var/cache/nginx", "/run"},
			Hosts: []string{"shop.example.com"}, Priority: 10, VPCID: vpc,
			ListenerARN: pulumi.String("arn:aws:elasticloadbalancing:us-west-2:123456789012:listener/app/front/" +
				"0123456789abcdef/0123456789abcdef"),
			BalancerARNSuffix: pulumi.String("app/front/0123456789abcdef"),
		})
		if err == nil {
			ctx.Export("url", shop.URL)
		}
		return err
	})
}
