package foundation

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/netplan"
)

const everywhere = "0.0.0.0/0"

// vpc makes the VPC, its Internet gateway and the closed default security group.
func (b *builder) vpc() error {
	var err error
	if b.network, err = ec2.NewVpc(b.Context(), b.Child("vpc"), &ec2.VpcArgs{
		CidrBlock:          pulumi.String(b.args.CIDR.String()),
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               b.Tags("vpc"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.VPCID = b.network.ID().ToStringOutput()
	b.out.CIDR = b.network.CidrBlock
	b.out.AccountID = b.network.OwnerId
	// AWS makes this group with the VPC and lets everything in it talk to everything in it. Taking it over with
	// no rules closes it.
	if _, err = ec2.NewDefaultSecurityGroup(b.Context(), b.Child("default"), &ec2.DefaultSecurityGroupArgs{
		VpcId: b.network.ID(),
		Tags:  b.Tags("default"),
	}, b.Options()...); err != nil {
		return err
	}
	b.gateway, err = ec2.NewInternetGateway(b.Context(), b.Child("igw"), &ec2.InternetGatewayArgs{
		VpcId: b.network.ID(),
		Tags:  b.Tags("igw"),
	}, b.Options()...)
	return err
}

// subnets makes the subnets with one public route table and one private route table for each zone. Every zone
// keeps its own private table even when all of them lead to the same NAT: a change of NAT is then a change of
// routes and moves no subnet to another table.
func (b *builder) subnets() error {
	if err := b.routeTables(); err != nil {
		return err
	}
	b.byKey = map[string]*ec2.Subnet{}
	for _, planned := range b.plan.Subnets() {
		if err := b.subnet(planned); err != nil {
			return err
		}
	}
	return nil
}

// subnetOutputs hands the subnets out, each tier together with its way out: what is made in a subnet then waits
// until it can reach something. AWS refuses a balancer in a VPC without an Internet gateway, and a host that boots
// before its NAT installs nothing.
func (b *builder) subnetOutputs() error {
	public, private := ids(b.publicWay), ids(append(b.privateWay, b.publicWay...))
	b.out.PublicSubnetIDs = after(public, b.subnetIDs(netplan.Public))
	b.out.AppSubnetIDs = after(private, b.subnetIDs(netplan.App))
	b.out.DBSubnetIDs = after(private, b.subnetIDs(netplan.DB))
	byKey := pulumi.StringMap{}
	for key, subnet := range b.byKey {
		byKey[key] = subnet.ID()
	}
	b.out.SubnetIDs = pulumix.Cast[pulumi.StringMapOutput](pulumix.Apply2(
		byKey.ToStringMapOutput(), private, func(subnets map[string]string, _ []string) map[string]string {
			return subnets
		}))
	return nil
}

// ids are known once all of the resources are made.
func ids(made []pulumi.CustomResource) pulumi.StringArrayOutput {
	list := make(pulumi.StringArray, len(made))
	for i, one := range made {
		list[i] = one.ID()
	}
	return list.ToStringArrayOutput()
}

// after is the list, once what it waits for is there.
func after(made, list pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	return pulumix.Cast[pulumi.StringArrayOutput](pulumix.Apply2(
		list, made, func(list, _ []string) []string { return list }))
}

func (b *builder) routeTables() error {
	table, err := b.routeTable("public")
	if err != nil {
		return err
	}
	b.publicTable = table
	route, err := ec2.NewRoute(b.Context(), b.Child("public", "out"), &ec2.RouteArgs{
		RouteTableId:         table.ID(),
		DestinationCidrBlock: pulumi.String(everywhere),
		GatewayId:            b.gateway.ID(),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.publicWay = append(b.publicWay, route)
	byZone := pulumi.StringMap{}
	b.privateTables = map[string]*ec2.RouteTable{}
	for _, zone := range b.plan.SortedZones() {
		if table, err = b.routeTable("private", zone); err != nil {
			return err
		}
		b.privateTables[zone] = table
		byZone[zone] = table.ID()
	}
	b.out.PrivateRouteTableIDs = byZone.ToStringMapOutput()
	return nil
}

func (b *builder) routeTable(role ...string) (*ec2.RouteTable, error) {
	return ec2.NewRouteTable(b.Context(), b.Child(role...), &ec2.RouteTableArgs{
		VpcId: b.network.ID(),
		Tags:  b.Tags(role...),
	}, b.Options()...)
}

func (b *builder) subnet(planned netplan.Subnet) error {
	name := b.Child(planned.Tier, planned.Zone)
	set := b.TagSet(planned.Tier, planned.Zone).With("Tier", planned.Tier)
	subnet, err := ec2.NewSubnet(b.Context(), name, &ec2.SubnetArgs{
		VpcId:            b.network.ID(),
		AvailabilityZone: pulumi.String(planned.Zone),
		CidrBlock:        pulumi.String(planned.CIDR.String()),
		// Public addresses are given one by one, to balancers and NATs: whatever else lands here stays unreachable.
		MapPublicIpOnLaunch: pulumi.Bool(false),
		Tags:                pulumi.ToStringMap(set),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.byKey[planned.Key()] = subnet
	table := b.privateTables[planned.Zone]
	if planned.Tier == netplan.Public {
		table = b.publicTable
	}
	association, err := ec2.NewRouteTableAssociation(b.Context(), name, &ec2.RouteTableAssociationArgs{
		SubnetId:     subnet.ID(),
		RouteTableId: table.ID(),
	}, b.Options()...)
	if planned.Tier == netplan.Public {
		b.publicWay = append(b.publicWay, association)
	}
	return err
}

// in is the subnet of a tier in a zone.
func (b *builder) in(tier, zone string) *ec2.Subnet {
	return b.byKey[netplan.Subnet{Tier: tier, Zone: zone}.Key()]
}

func (b *builder) subnetIDs(tier string) pulumi.StringArrayOutput {
	list := make(pulumi.StringArray, 0, len(b.args.Zones))
	for _, zone := range b.plan.SortedZones() {
		list = append(list, b.in(tier, zone).ID())
	}
	return list.ToStringArrayOutput()
}

// privateZone makes the hosted zone that hosts inside the VPC find each other by.
func (b *builder) privateZone() error {
	zone, err := route53.NewZone(b.Context(), b.Child("zone"), &route53.ZoneArgs{
		Name:    pulumi.String(b.args.PrivateDomain),
		Comment: pulumi.String("private names of " + b.NameTag()),
		Vpcs:    route53.ZoneVpcArray{route53.ZoneVpcArgs{VpcId: b.network.ID()}},
		Tags:    b.Tags("zone"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.PrivateZoneID = zone.ZoneId
	b.out.PrivateDomain = zone.Name
	return nil
}
