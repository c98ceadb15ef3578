package couchdb_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/pulumitest"
)

func ExampleNewHost() {
	recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, PrivateDomain: "demo.internal",
		})
		if err != nil {
			return err
		}
		database, err := couchdb.NewHost(ctx, "couchdb", &couchdb.Args{
			VPCID:         network.VPCID,
			SubnetID:      network.SubnetIDs.MapIndex(pulumi.String("db-us-west-2b")),
			Zone:          "us-west-2b",
			PrivateZoneID: network.PrivateZoneID,
			PrivateDomain: network.PrivateDomain,
		})
		if err != nil {
			return err
		}
		ctx.Export("databaseUrl", database.URL)
		return nil
	})
	volume := recorder.Find("aws:ebs/volume:Volume", "couchdb-data")
	fmt.Println(recorder.Exports()["databaseUrl"].StringValue())
	fmt.Println(volume.Input("availabilityZone"), volume.Input("size"), volume.Input("encrypted"))
	fmt.Println(err)
	// Output:
	// http://couchdb.demo.internal:5984
	// us-west-2b 20 true
	// <nil>
}

func ExampleNewHost_refused() {
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		args := good()
		args.VolumeGiB = 5
		_, err := couchdb.NewHost(ctx, "couchdb", &args)
		fmt.Println(err)
		return nil
	})
	fmt.Println(err)
	// Output:
	// couchdb "couchdb": volumeGiB: want 10 to 16384, got 5
	// <nil>
}
