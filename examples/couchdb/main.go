// Command couchdb is a CouchDB host in a network, in a Pulumi project of your own.
package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/components/foundation"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"},
		})
		if err != nil {
			return err
		}
		// What is in this group may reach the database, and nothing else.
		clients, err := ec2.NewSecurityGroup(ctx, "clients", &ec2.SecurityGroupArgs{VpcId: network.VPCID})
		if err != nil {
			return err
		}
		database, err := couchdb.NewHost(ctx, "couchdb", &couchdb.Args{
			VPCID:                  network.VPCID,
			SubnetID:               network.SubnetIDs.MapIndex(pulumi.String("db-us-west-2b")),
			Zone:                   "us-west-2b",
			PrivateZoneID:          network.PrivateZoneID,
			PrivateDomain:          network.PrivateDomain,
			ClientSecurityGroupIDs: map[string]pulumi.StringInput{"app": clients.ID()},
			AlarmTopicARN:          network.OperationsTopicARN,
		})
		if err != nil {
			return err
		}
		ctx.Export("databaseUrl", database.URL)
		ctx.Export("databaseSecret", database.SecretARN)
		ctx.Export("backups", database.BackupLocation)
		return nil
	})
}
