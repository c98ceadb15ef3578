package tests_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/conform"
)

// TestComponentsConform holds every component against the contract. A new component adds one row.
func TestComponentsConform(t *testing.T) {
	t.Parallel()
	rows := map[string]conform.Component{
		"cluster":  clusterRow(),
		"image":    imageRow(),
		"couchdb":  couchdbRow(),
		"service":  serviceRow(),
		"registry": registryRow(),
		"fleet":    fleetRow(),
		"foundation": {
			Type: foundation.Type,
			New: func(
				ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
			) (pulumi.ComponentResource, error) {
				return foundation.NewFoundation(ctx, name, foundationArgs(), opts...)
			},
			Bad: func(
				ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
			) (pulumi.ComponentResource, error) {
				return foundation.NewFoundation(ctx, name, &foundation.Args{Zones: []string{"us-west-2a"}}, opts...)
			},
			Nil: func(
				ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
			) (pulumi.ComponentResource, error) {
				return foundation.NewFoundation(ctx, name, nil, opts...)
			},
		},
		"ingress": {
			Type: ingress.Type,
			New:  newIngress,
			Bad: func(
				ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
			) (pulumi.ComponentResource, error) {
				return ingress.NewIngress(ctx, name, &ingress.Args{IdleTimeoutSeconds: -1}, opts...)
			},
			Nil: func(
				ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
			) (pulumi.ComponentResource, error) {
				return ingress.NewIngress(ctx, name, nil, opts...)
			},
		},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conform.Test(t, row)
		})
	}
}

// foundationArgs has something of everything that a foundation can make.
func foundationArgs() *foundation.Args {
	return &foundation.Args{
		Zones:            []string{"us-west-2a", "us-west-2b"},
		NAT:              foundation.NATInstance,
		Endpoints:        []string{"ssm"},
		ExtraTiers:       map[string]int{"cache": 3},
		OperationsEmails: []string{"ops@example.com"},
		Tags:             conform.Tags(),
	}
}

// newIngress makes an ingress in a network of its own, beside it.
func newIngress(
	ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption,
) (pulumi.ComponentResource, error) {
	network, err := foundation.NewFoundation(ctx, "under-"+name, &foundation.Args{
		Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
	})
	if err != nil {
		return nil, err
	}
	return ingress.NewIngress(ctx, name, &ingress.Args{
		VPCID:         network.VPCID,
		SubnetIDs:     network.PublicSubnetIDs,
		Domain:        &ingress.Domain{Name: name + ".example.com", HostedZoneID: pulumi.String("Z0123456789ABC")},
		AlarmTopicARN: network.OperationsTopicARN,
		Tags:          conform.Tags(),
	}, opts...)
}
