package foundation_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/pulumitest"
)

func ExampleNewFoundation() {
	recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"},
			NAT:   foundation.NATInstance,
		})
		if err != nil {
			return err
		}
		ctx.Export("vpcId", network.VPCID)
		return nil
	})
	for _, subnet := range recorder.Of("aws:ec2/subnet:Subnet") {
		fmt.Println(subnet.Name, subnet.Input("cidrBlock"))
	}
	fmt.Println(err)
	// Output:
	// network-app-us-west-2a 10.10.32.0/22
	// network-app-us-west-2b 10.10.36.0/22
	// network-db-us-west-2a 10.10.64.0/22
	// network-db-us-west-2b 10.10.68.0/22
	// network-public-us-west-2a 10.10.0.0/22
	// network-public-us-west-2b 10.10.4.0/22
	// <nil>
}

func ExampleNewFoundation_refused() {
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		_, err := foundation.NewFoundation(ctx, "network", &foundation.Args{Zones: []string{"us-west-2a"}})
		fmt.Println(err)
		return nil
	})
	fmt.Println(err)
	// Output:
	// foundation "network": zones: want 2 to 6, got 1
	// <nil>
}
