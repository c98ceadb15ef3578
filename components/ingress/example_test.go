package ingress_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/pulumitest"
)

func ExampleNewIngress() {
	recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"},
		})
		if err != nil {
			return err
		}
		front, err := ingress.NewIngress(ctx, "front", &ingress.Args{
			VPCID:         network.VPCID,
			SubnetIDs:     network.PublicSubnetIDs,
			Domain:        &ingress.Domain{Name: "app.example.com", HostedZoneID: pulumi.String("Z0123456789ABC")},
			AlarmTopicARN: network.OperationsTopicARN,
		})
		if err != nil {
			return err
		}
		ctx.Export("url", front.URL)
		return nil
	})
	for _, listener := range recorder.Of(listenerType) {
		fmt.Println(listener.Name, listener.Input("port"), listener.Input("defaultActions[0].type"))
	}
	fmt.Println(err)
	// Output:
	// front-http 80 redirect
	// front-https 443 fixed-response
	// <nil>
}
