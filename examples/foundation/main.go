// Command foundation is a network and a balancer in a Pulumi project of your own.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"},
		})
		if err != nil {
			return err
		}
		_, err = ingress.NewIngress(ctx, "front", &ingress.Args{VPCID: network.VPCID, SubnetIDs: network.PublicSubnetIDs})
		return err
	})
}
