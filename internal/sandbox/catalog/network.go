package catalog

import (
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// Published default quotas.
const (
	maxVpcs           = 5
	maxSubnetsPerVpc  = 200
	maxTablesPerVpc   = 200
	maxRoutesPerTable = 50
)

var network = []model.Kind{
	{
		Token: tokenVpc, Args: ec2.VpcArgs{}, State: ec2.Vpc{},
		ID: "vpc-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:vpc/{id}",
		Replace: []string{"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"},
		ReplaceIf: conditions{
			// Dedicated tenancy can be given up in place, and not be taken up.
			"instanceTenancy": changedTo("instanceTenancy", "dedicated"),
		},
		Outputs: map[string]any{
			"enableDnsSupport": true, "instanceTenancy": "default", "ownerId": "{account}",
			"defaultNetworkAclId": "acl-0{hex16:acl}", "defaultRouteTableId": "rtb-0{hex16:rtb}",
			"mainRouteTableId": "rtb-0{hex16:rtb}", "defaultSecurityGroupId": "sg-0{hex16:sg}",
			"dhcpOptionsId": "dopt-0{hex16:dopt}",
		},
		Holds:   map[string]string{tokenGroup: "defaultSecurityGroupId", tokenRouteTable: "mainRouteTableId"},
		Missing: "InvalidVpcID.NotFound: The vpc ID '{value}' does not exist",
		Busy:    "DependencyViolation: The vpc '{id}' has dependencies and cannot be deleted",
		Rules: []model.Rule{
			exactlyOne("cidrBlock", "ipv4IpamPoolId"), cidr("cidrBlock", 16, 28),
			oneOf("instanceTenancy", "default", "dedicated"),
		},
		Admit: admits(quota(maxVpcs, "VpcLimitExceeded", "The maximum number of VPCs has been reached.")),
	},
	{
		Token: tokenSubnet, Args: ec2.SubnetArgs{}, State: ec2.Subnet{},
		ID: "subnet-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:subnet/{id}",
		Replace: []string{
			"availabilityZone", "availabilityZoneId", "cidrBlock", "ipv6Native", "outpostArn", "vpcId",
		},
		Refs: []model.Ref{{Path: "vpcId", To: tokenVpc}},
		Outputs: map[string]any{
			"ownerId": "{account}", "privateDnsHostnameTypeOnLaunch": "ip-name",
			"mapPublicIpOnLaunch": false, "assignIpv6AddressOnCreation": false,
		},
		Missing: "InvalidSubnetID.NotFound: The subnet ID '{value}' does not exist",
		Busy:    "DependencyViolation: The subnet '{id}' has dependencies and cannot be deleted",
		Rules: []model.Rule{
			cidr("cidrBlock", 16, 28), atMostOne("availabilityZone", "availabilityZoneId"),
			oneOf("privateDnsHostnameTypeOnLaunch", "ip-name", "resource-name"),
		},
		Admit: admits(subnetZone, subnetRange, subnetConflict, perVpc(maxSubnetsPerVpc, "SubnetLimitExceeded", "subnets")),
		Fill:  fillSubnet,
	},
	{
		Token: tokenRouteTable, Args: ec2.RouteTableArgs{}, State: ec2.RouteTable{},
		ID: "rtb-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:route-table/{id}",
		Replace: []string{"vpcId"},
		Sets:    []string{"routes", "propagatingVgws"},
		Refs: append([]model.Ref{{Path: "vpcId", To: tokenVpc}},
			routeTargets("routes[].", "vpcEndpointId")...),
		Outputs: map[string]any{"ownerId": "{account}"},
		Missing: "InvalidRouteTableID.NotFound: The routeTable ID '{value}' does not exist",
		Busy:    "DependencyViolation: The routeTable '{id}' has dependencies and cannot be deleted",
		Rules:   []model.Rule{cidr("routes[].cidrBlock", 0, 32)},
		Admit:   admits(perVpc(maxTablesPerVpc, "RouteTableLimitExceeded", "route tables")),
	},
	{
		Token: tokenRoute, Args: ec2.RouteArgs{}, State: ec2.Route{},
		ID: "r-{routeTableId}{num10}",
		Replace: []string{
			"routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId",
		},
		Refs: append([]model.Ref{{Path: "routeTableId", To: tokenRouteTable, Loose: true}},
			routeTargets("", "vpcEndpointId")...),
		Keys: []model.Key{
			{Of: "{routeTableId}|{destinationCidrBlock}", Error: routeTaken("{destinationCidrBlock}")},
			{Of: "{routeTableId}|{destinationIpv6CidrBlock}", Error: routeTaken("{destinationIpv6CidrBlock}")},
		},
		Outputs: map[string]any{"origin": "CreateRoute", "state": "active"},
		Rules: []model.Rule{
			exactlyOne("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"),
			exactlyOne("gatewayId", "natGatewayId", "networkInterfaceId", "carrierGatewayId", "coreNetworkArn",
				"egressOnlyGatewayId", "localGatewayId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId"),
			cidr("destinationCidrBlock", 0, 32),
		},
		Admit: admits(routeOutsideVpc, routeGatewayAttached, routeQuota),
	},
	{
		Token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
		Args:  ec2.RouteTableAssociationArgs{}, State: ec2.RouteTableAssociation{},
		ID:      "rtbassoc-0{hex16}",
		Replace: []string{"subnetId", "gatewayId"},
		Refs: []model.Ref{
			{Path: "routeTableId", To: tokenRouteTable},
			{Path: "subnetId", To: tokenSubnet, Loose: true},
			{Path: "gatewayId", To: tokenIgw, Loose: true},
		},
		Keys: []model.Key{{
			Of: "{subnetId}",
			Error: "Resource.AlreadyAssociated: the specified association for route table {routeTableId} " +
				"conflicts with an existing association",
		}},
		Rules: []model.Rule{exactlyOne("subnetId", "gatewayId")},
		Admit: admits(associationNetwork),
	},
}

func routeTaken(what string) string {
	return "RouteAlreadyExists: The route identified by " + what + " already exists."
}

// routeTargets are loose: AWS lets a target go, and the route becomes a black
// hole.
func routeTargets(prefix, endpoint string) []model.Ref {
	return []model.Ref{
		{Path: prefix + "gatewayId", To: tokenIgw, Loose: true},
		{Path: prefix + "natGatewayId", To: tokenNat, Loose: true},
		{Path: prefix + "networkInterfaceId", To: tokenEni, Loose: true},
		{Path: prefix + endpoint, To: tokenEndpoint, Loose: true},
	}
}

func subnetZone(s *model.Scene) error {
	region, _ := model.RegionOf(s.World.Region)
	zone := s.In("availabilityZone")
	if zone == "" || region.ZoneID(zone) != "" {
		return nil
	}
	return model.Refuse("InvalidParameterValue",
		"Value (%s) for parameter availabilityZone is invalid. Subnets can currently only be created "+
			"in the following availability zones: %s.", zone, strings.Join(region.ZoneNames(), ", "))
}

func subnetRange(s *model.Scene) error {
	vpc := s.Target(tokenVpc, "vpcId")
	own, err := netip.ParsePrefix(s.In("cidrBlock"))
	if vpc == nil || err != nil {
		return nil
	}
	whole, err := netip.ParsePrefix(vpc.Out("cidrBlock"))
	if err != nil || (whole.Bits() <= own.Bits() && whole.Contains(own.Addr())) {
		return nil
	}
	return model.Refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid.", own)
}

func subnetConflict(s *model.Scene) error {
	vpc := s.Target(tokenVpc, "vpcId")
	own, err := netip.ParsePrefix(s.In("cidrBlock"))
	if vpc == nil || err != nil {
		return nil
	}
	for _, other := range s.Others(vpc, tokenSubnet) {
		if p, err := netip.ParsePrefix(other.Out("cidrBlock")); err == nil && p.Overlaps(own) {
			return model.Refuse("InvalidSubnet.Conflict",
				"The CIDR '%s' conflicts with another subnet (%s %s)", own, other.ID, p)
		}
	}
	return nil
}

// fillSubnet gives a subnet that names no zone one of the region's.
func fillSubnet(s *model.Scene) {
	region, _ := model.RegionOf(s.World.Region)
	zones := region.ZoneNames()
	for _, zone := range zones {
		if region.ZoneID(zone) == s.In("availabilityZoneId") {
			s.Default("availabilityZone", zone)
		}
	}
	if len(zones) > 0 {
		s.Keep("availabilityZone", func() any { return zones[0] })
	}
	s.Default("availabilityZoneId", region.ZoneID(s.Object.Out("availabilityZone")))
}

// routeOutsideVpc refuses a route into the VPC itself that is not more precise
// than the local one.
func routeOutsideVpc(s *model.Scene) error {
	table := s.Target(tokenRouteTable, "routeTableId")
	if table == nil {
		return nil
	}
	vpc := vpcOf(s.World, table)
	if vpc != nil && vpc.Out("cidrBlock") == s.In("destinationCidrBlock") {
		return model.Refuse("RouteAlreadyExists", "The route identified by %s already exists.",
			s.In("destinationCidrBlock"))
	}
	return nil
}

func routeGatewayAttached(s *model.Scene) error {
	table, gateway := s.Target(tokenRouteTable, "routeTableId"), s.Target(tokenIgw, "gatewayId")
	if table == nil || gateway == nil {
		return nil
	}
	vpc := vpcOf(s.World, table)
	if vpc == nil || attachedTo(s.World, gateway) == vpc.ID {
		return nil
	}
	return model.Refuse("InvalidParameterValue",
		"route table %s and network gateway %s belong to different networks", table.ID, gateway.ID)
}

func routeQuota(s *model.Scene) error {
	table := s.In("routeTableId")
	if s.Old != nil || len(s.World.UsersOf(tokenRouteTable, table, tokenRoute)) < maxRoutesPerTable {
		return nil
	}
	return model.Refuse("RouteLimitExceeded",
		"The maximum number of routes (%d) in route table %s has been reached.", maxRoutesPerTable, table)
}

func associationNetwork(s *model.Scene) error {
	table, subnet := s.Target(tokenRouteTable, "routeTableId"), s.Target(tokenSubnet, "subnetId")
	if table == nil || subnet == nil {
		return nil
	}
	if vpc := vpcOf(s.World, table); vpc != nil && vpc.ID != subnet.Out("vpcId") {
		return model.Refuse("InvalidParameterValue",
			"Route table %s and subnet %s belong to different networks", table.ID, subnet.ID)
	}
	return nil
}

// vpcOf returns the VPC that an object is in. A VPC is in itself: it stands for
// its main route table and default group.
func vpcOf(w *model.World, o *model.Object) *model.Object {
	if o == nil || o.Token == tokenVpc {
		return o
	}
	return w.Get(tokenVpc, o.Out("vpcId"))
}
