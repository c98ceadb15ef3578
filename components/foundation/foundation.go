package foundation

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/netplan"
	"github.com/riglet/riglet/internal/tags"
)

// Type is the type token of a Foundation. It is part of every child's identity and never changes.
const Type = "riglet:foundation:Foundation"

// Foundation is the network that an environment stands on.
type Foundation struct {
	pulumi.ResourceState

	// VPCID is the VPC.
	VPCID pulumi.StringOutput `pulumi:"vpcId"`
	// CIDR is the VPC's range.
	CIDR pulumi.StringOutput `pulumi:"cidr"`
	// AccountID is the account that owns the VPC.
	AccountID pulumi.StringOutput `pulumi:"accountId"`
	// PublicSubnetIDs are the subnets with a route from the Internet, by zone letter.
	PublicSubnetIDs pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// AppSubnetIDs are the private subnets for what runs, by zone letter.
	AppSubnetIDs pulumi.StringArrayOutput `pulumi:"appSubnetIds"`
	// DBSubnetIDs are the private subnets for what is stored, by zone letter.
	DBSubnetIDs pulumi.StringArrayOutput `pulumi:"dbSubnetIds"`
	// SubnetIDs are all subnets by tier and zone, such as "app-us-west-2a".
	SubnetIDs pulumi.StringMapOutput `pulumi:"subnetIds"`
	// PrivateRouteTableIDs are the private route tables by zone.
	PrivateRouteTableIDs pulumi.StringMapOutput `pulumi:"privateRouteTableIds"`
	// NATAddresses are the public addresses that private subnets come from, by zone. Empty with NATNone.
	NATAddresses pulumi.StringMapOutput `pulumi:"natAddresses"`
	// PrivateZoneID is the private hosted zone.
	PrivateZoneID pulumi.StringOutput `pulumi:"privateZoneId"`
	// PrivateDomain is that zone's name.
	PrivateDomain pulumi.StringOutput `pulumi:"privateDomain"`
	// OperationsTopicARN is the topic that alarms go to.
	OperationsTopicARN pulumi.StringOutput `pulumi:"operationsTopicArn"`
	// OperationsKeyARN is the key that the topic is encrypted with: a role that publishes to it needs the key too.
	OperationsKeyARN pulumi.StringOutput `pulumi:"operationsKeyArn"`
}

// NewFoundation makes a VPC with its subnets, routes, way out, endpoints, flow log, private zone and operations
// topic.
//
// A month in us-west-2 costs about $1 for the key of the topic, $0.50 for the private zone, what the flow log
// takes in ($0.50 per GB), and the NAT: nothing, $7.80 for an instance (t4g.nano, its volume and its address),
// $36.50 for each gateway (with its address) and $0.045 per GB that passes a gateway. An interface endpoint is
// $7.30 per zone. Source: AWS's on-demand price pages, 730 hours.
//
// The error names every argument that is at fault; nothing is registered then.
func NewFoundation(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Foundation, error) {
	full := args.withDefaults(name)
	if err := full.validate(); err != nil {
		return nil, fmt.Errorf("foundation %q: %w", name, err)
	}
	foundation := &Foundation{}
	inputs := pulumi.Map{"cidr": pulumi.String(full.CIDR.String()), "zones": pulumi.ToStringArray(full.Zones)}
	if err := ctx.RegisterComponentResourceV2(Type, name, inputs, foundation, opts...); err != nil {
		return nil, fmt.Errorf("foundation %q: %w", name, err)
	}
	b := &builder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), foundation),
		args: full, plan: full.plan(), out: foundation,
	}
	for _, step := range []func() error{
		b.vpc,
		b.subnets,
		b.operations,
		b.wayOut,
		b.subnetOutputs,
		b.gatewayEndpoints,
		b.interfaceEndpoints,
		b.flowLog,
		b.privateZone,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("foundation %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(foundation, foundation.outputs()); err != nil {
		return nil, fmt.Errorf("foundation %q: %w", name, err)
	}
	return foundation, nil
}

// builder is what the steps share.
type builder struct {
	component.Base
	args Args
	plan netplan.Spec
	out  *Foundation

	network       *ec2.Vpc
	gateway       *ec2.InternetGateway
	publicTable   *ec2.RouteTable
	privateTables map[string]*ec2.RouteTable
	byKey         map[string]*ec2.Subnet
	// publicWay and privateWay are what a host in a subnet needs before it can reach anything.
	publicWay, privateWay []pulumi.CustomResource
}

func (f *Foundation) outputs() pulumi.Map {
	return pulumi.Map{
		"vpcId":                f.VPCID,
		"cidr":                 f.CIDR,
		"accountId":            f.AccountID,
		"publicSubnetIds":      f.PublicSubnetIDs,
		"appSubnetIds":         f.AppSubnetIDs,
		"dbSubnetIds":          f.DBSubnetIDs,
		"subnetIds":            f.SubnetIDs,
		"privateRouteTableIds": f.PrivateRouteTableIDs,
		"natAddresses":         f.NATAddresses,
		"privateZoneId":        f.PrivateZoneID,
		"privateDomain":        f.PrivateDomain,
		"operationsTopicArn":   f.OperationsTopicARN,
		"operationsKeyArn":     f.OperationsKeyARN,
	}
}
