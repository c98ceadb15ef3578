// Command rolling is a container on a fleet that rolls without downtime, in a Pulumi project of your own. Another image
// is another roll:
//
//	pulumi config set image nginx:1.28
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/riglet/riglet/components/fleet"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATInstance,
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
		web, err := fleet.NewFleet(ctx, "web", &fleet.Args{
			VPCID:                   network.VPCID,
			SubnetIDs:               network.AppSubnetIDs,
			BalancerSecurityGroupID: front.SecurityGroupID,
			ListenerARN:             front.ListenerARN,
			BalancerARNSuffix:       front.ARNSuffix,
			AlarmTopicARN:           network.OperationsTopicARN,
			Rolling:                 fleet.Replace,
			Container:               &fleet.Container{Image: pulumi.String(config.New(ctx, "").Get("image"))},
			MaxInstances:            4,
			Scaling:                 &fleet.Scaling{CPUPercent: 60},
		})
		if err != nil {
			return err
		}
		ctx.Export("url", front.URL)
		ctx.Export("groupName", web.GroupName)
		return nil
	})
}
