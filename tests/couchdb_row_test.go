package tests_test

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/conform"
)

// couchdbRow holds a host that has everything against the contract.
func couchdbRow() conform.Component {
	made := func(args func() *couchdb.Args) conform.Constructor {
		return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (pulumi.ComponentResource, error) {
			return couchdb.NewHost(ctx, name, args(), opts...)
		}
	}
	return conform.Component{
		Type: couchdb.Type,
		New:  newDatabase,
		Bad:  made(func() *couchdb.Args { return &couchdb.Args{VolumeGiB: 1} }),
		Nil:  made(func() *couchdb.Args { return nil }),
	}
}

// newDatabase makes a host with everything, in a network of its own, beside it.
func newDatabase(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (pulumi.ComponentResource, error) {
	network, err := foundation.NewFoundation(ctx, "under-"+name, &foundation.Args{
		Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
	})
	if err != nil {
		return nil, err
	}
	clients, err := ec2.NewSecurityGroup(ctx, "clients-of-"+name, &ec2.SecurityGroupArgs{VpcId: network.VPCID})
	if err != nil {
		return nil, err
	}
	args := databaseArgs(network)
	args.Prefix = ""
	args.ClientSecurityGroupIDs = map[string]pulumi.StringInput{"app": clients.ID()}
	args.KMSKeyARN = network.OperationsKeyARN
	args.ObjectLock, args.Protected = true, true
	args.RestoreFrom = "s3://acme-demo-production-couchdb-backups/couchdb/latest"
	args.RestoreKeyARN = network.OperationsKeyARN
	return couchdb.NewHost(ctx, name, args, opts...)
}
