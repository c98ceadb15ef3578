package sandbox_test

import (
	"fmt"
	"testing"
)

func TestCreate_refuses_in_the_network(t *testing.T) {
	t.Parallel()
	runRefusals(t, []refusal{
		{
			"no VPC", nil, subnetT,
			props{"vpcId": "vpc-" + gone, "cidrBlock": "10.10.9.0/24"},
			"InvalidVpcID.NotFound: The vpc ID 'vpc-" + gone + "' does not exist",
		},
		{
			"subnets overlap", nil, subnetT,
			props{"vpcId": "@vpc", "cidrBlock": "10.10.1.128/25"},
			"InvalidSubnet.Conflict: The CIDR '10.10.1.128/25' conflicts with another subnet (@{b} 10.10.1.0/24)",
		},
		{"subnets touch", nil, subnetT, props{"vpcId": "@vpc", "cidrBlock": "10.10.2.0/24"}, ""},
		{
			"subnet outside", nil, subnetT,
			props{"vpcId": "@vpc", "cidrBlock": "10.11.0.0/24"},
			"InvalidSubnet.Range: The CIDR '10.11.0.0/24' is invalid.",
		},
		{
			"no such zone", nil, subnetT,
			props{"vpcId": "@vpc", "cidrBlock": "10.10.2.0/24", "availabilityZone": "us-west-2z"},
			"InvalidParameterValue: Value (us-west-2z) for parameter availabilityZone is invalid. Subnets can currently " +
				"only be created in the following availability zones: us-west-2a, us-west-2b, us-west-2c, us-west-2d.",
		},
		{
			"sixth VPC", repeat(4, vpcT, func(int) props { return props{"cidrBlock": "10.0.0.0/16"} }), vpcT,
			props{"cidrBlock": "10.0.0.0/16"},
			"VpcLimitExceeded: The maximum number of VPCs has been reached.",
		},
		{
			"fifth VPC", repeat(3, vpcT, func(int) props { return props{"cidrBlock": "10.0.0.0/16"} }), vpcT,
			props{"cidrBlock": "10.0.0.0/16"},
			"",
		},
		{
			"201st subnet", repeat(198, subnetT, func(i int) props {
				return props{"vpcId": "@vpc", "cidrBlock": fmt.Sprintf("10.10.%d.0/24", i+2)}
			}), subnetT,
			props{"vpcId": "@vpc", "cidrBlock": "10.10.250.0/24"},
			"SubnetLimitExceeded: The maximum number of subnets has been reached.",
		},
		{
			"second gateway",
			[]thing{{igwT, "igw2", props{}}},
			attachT,
			props{"vpcId": "@vpc", "internetGatewayId": "@igw2"},
			"Resource.AlreadyAssociated: Network @{vpc} already has an internet gateway attached",
		},
		{
			"second gateway by itself", nil, igwT,
			props{"vpcId": "@vpc"},
			"Resource.AlreadyAssociated: Network @{vpc} already has an internet gateway attached",
		},
		{
			"gateway of another", otherVpc, attachT,
			props{"vpcId": "@vpc2", "internetGatewayId": "@igw"},
			"Resource.AlreadyAssociated: resource @{igw} is already attached to network @{vpc}",
		},
		{
			"sixth gateway", repeat(4, igwT, func(int) props { return props{} }), igwT,
			props{},
			"InternetGatewayLimitExceeded: The maximum number of internet gateways has been reached.",
		},
		{
			"route twice",
			[]thing{
				{tableT, "table", props{"vpcId": "@vpc"}},
				{routeT, "r", props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@igw"}},
			},
			routeT,
			props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@igw"},
			"RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
		},
		{
			"local route",
			[]thing{{tableT, "table", props{"vpcId": "@vpc"}}},
			routeT,
			props{"routeTableId": "@table", "destinationCidrBlock": "10.10.0.0/16", "gatewayId": "@igw"},
			"RouteAlreadyExists: The route identified by 10.10.0.0/16 already exists.",
		},
		{
			"route in main table", nil, routeT,
			props{"routeTableId": "@vpc.mainRouteTableId", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@igw"},
			"",
		},
		{
			"no NAT",
			[]thing{{tableT, "table", props{"vpcId": "@vpc"}}},
			routeT,
			props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-" + gone},
			"InvalidNatGatewayID.NotFound: The natGateway ID 'nat-" + gone + "' does not exist",
		},
		{
			"no interface",
			[]thing{{tableT, "table", props{"vpcId": "@vpc"}}},
			routeT,
			props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "networkInterfaceId": "eni-" + gone},
			"InvalidNetworkInterfaceID.NotFound: The networkInterface ID 'eni-" + gone + "' does not exist",
		},
		{
			"gateway not attached", append(otherVpc, thing{tableT, "table", props{"vpcId": "@vpc"}}), routeT,
			props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@igw2"},
			"InvalidParameterValue: route table @{table} and network gateway @{igw2} belong to different networks",
		},
		{
			"51st route", append([]thing{{tableT, "table", props{"vpcId": "@vpc"}}}, repeat(50, routeT, func(i int) props {
				return props{
					"routeTableId": "@table", "destinationCidrBlock": fmt.Sprintf("172.16.%d.0/24", i),
					"gatewayId": "@igw",
				}
			})...), routeT,
			props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@igw"},
			"RouteLimitExceeded: The maximum number of routes (50) in route table @{table} has been reached.",
		},
		{
			"subnet in two tables",
			[]thing{
				{tableT, "t1", props{"vpcId": "@vpc"}},
				{tableT, "t2", props{"vpcId": "@vpc"}},
				{tableAssocT, "x", props{"routeTableId": "@t1", "subnetId": "@a"}},
			},
			tableAssocT,
			props{"routeTableId": "@t2", "subnetId": "@a"},
			"Resource.AlreadyAssociated: the specified association for route table @{t2} conflicts with an existing association",
		},
		{
			"table of another VPC", otherVpc, tableAssocT,
			props{"routeTableId": "@table2", "subnetId": "@a"},
			"InvalidParameterValue: Route table @{table2} and subnet @{a} belong to different networks",
		},
	})
}

func TestCreate_refuses_addresses(t *testing.T) {
	t.Parallel()
	eips := func(n int) []thing { return repeat(n, eipT, func(int) props { return props{"domain": "vpc"} }) }
	runRefusals(t, []refusal{
		{
			"sixth address", eips(5), eipT,
			props{"domain": "vpc"},
			"AddressLimitExceeded: The maximum number of addresses has been reached.",
		},
		{"fifth address", eips(4), eipT, props{"domain": "vpc"}, ""},
		{
			"NAT without address", nil, natT,
			props{"subnetId": "@a", "allocationId": "eipalloc-" + gone},
			"InvalidAllocationID.NotFound: The allocation ID 'eipalloc-" + gone + "' does not exist",
		},
		{
			"address in use",
			[]thing{
				{eipT, "eip", props{}}, {natT, "nat", props{"subnetId": "@a", "allocationId": "@eip"}},
			},
			natT,
			props{"subnetId": "@b", "allocationId": "@eip"},
			"Resource.AlreadyAssociated: Elastic IP address [@{eip}] is already associated",
		},
		{
			"NAT without gateway", append(otherVpc, thing{eipT, "eip", props{}}), natT,
			props{"subnetId": "@c", "allocationId": "@eip"},
			"Gateway.NotAttached: Network @{vpc2} has no Internet gateway attached",
		},
		{"private NAT without gateway", otherVpc, natT, props{"subnetId": "@c", "connectivityType": "private"}, ""},
		{
			"sixth NAT", repeat(5, natT, func(int) props {
				return props{"subnetId": "@a", "connectivityType": "private"}
			}), natT,
			props{"subnetId": "@a", "connectivityType": "private"},
			"NatGatewayLimitExceeded: Performing this operation would exceed the limit of 5 NAT gateways",
		},
		{"NAT of another zone", repeat(5, natT, func(int) props {
			return props{"subnetId": "@a", "connectivityType": "private"}
		}), natT, props{"subnetId": "@b", "connectivityType": "private"}, ""},
		{
			"address of a NAT",
			[]thing{
				{eipT, "eip", props{}},
				{natT, "nat", props{"subnetId": "@a", "allocationId": "@eip"}},
				{eniT, "eni", props{"subnetId": "@a"}},
			},
			eipAssocT,
			props{"allocationId": "@eip", "networkInterfaceId": "@eni"},
			"Resource.AlreadyAssociated: resource @{eip} is already associated with associate-id @{nat}",
		},
		{
			"address held by another",
			[]thing{
				{eipT, "eip", props{}},
				{eniT, "e1", props{"subnetId": "@a"}},
				{eniT, "e2", props{"subnetId": "@a"}},
				{eipAssocT, "x", props{"allocationId": "@eip", "networkInterfaceId": "@e1"}},
			},
			eipAssocT,
			props{"allocationId": "@eip", "networkInterfaceId": "@e2", "allowReassociation": false},
			"Resource.AlreadyAssociated: resource @{eip} is already associated with associate-id @{x}",
		},
		{"address taken over", []thing{
			{eipT, "eip", props{}},
			{eniT, "e1", props{"subnetId": "@a"}},
			{eniT, "e2", props{"subnetId": "@a"}},
			{eipAssocT, "x", props{"allocationId": "@eip", "networkInterfaceId": "@e1"}},
		}, eipAssocT, props{"allocationId": "@eip", "networkInterfaceId": "@e2", "allowReassociation": true}, ""},
		{
			"address without gateway", append(otherVpc, thing{eipT, "eip", props{}}, thing{eniT, "e", props{"subnetId": "@c"}}),
			eipAssocT,
			props{"allocationId": "@eip", "networkInterfaceId": "@e"},
			"Gateway.NotAttached: Network @{vpc2} is not attached to any internet gateway",
		},
		{
			"address outside subnet", nil, eniT,
			props{"subnetId": "@a", "privateIps": []any{"10.10.1.9"}},
			"InvalidParameterValue: Address 10.10.1.9 does not fall within the subnet's address range",
		},
		{
			"private address twice",
			[]thing{{eniT, "e", props{"subnetId": "@a", "privateIps": []any{"10.10.0.9"}}}},
			eniT,
			props{"subnetId": "@a", "privateIps": []any{"10.10.0.9"}},
			"InvalidIPAddress.InUse: Address 10.10.0.9 is in use.",
		},
		{
			"full subnet", append([]thing{{subnetT, "s", props{"vpcId": "@vpc", "cidrBlock": "10.10.9.0/28"}}},
				repeat(11, eniT, func(int) props { return props{"subnetId": "@s"} })...), eniT,
			props{"subnetId": "@s"},
			"InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free " +
				"addresses to satisfy the request.",
		},
		{
			"group of another VPC", otherVpc, eniT,
			props{"subnetId": "@a", "securityGroups": []any{"@grp2"}},
			"InvalidParameter: Security group @{grp2} and subnet @{a} belong to different networks.",
		},
		{"default group", nil, eniT, props{"subnetId": "@a", "securityGroups": []any{"@vpc.defaultSecurityGroupId"}}, ""},
		{
			"six groups", repeat(6, groupT, func(int) props { return props{"vpcId": "@vpc"} }), eniT,
			props{"subnetId": "@a", "securityGroups": []any{"@oup0", "@oup1", "@oup2", "@oup3", "@oup4", "@oup5"}},
			"SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per interface (5) has been reached.",
		},
	})
}

func TestCreate_refuses_groups_and_rules(t *testing.T) {
	t.Parallel()
	many := func(n int) []thing {
		return repeat(n, ingressT, func(i int) props { return ofGroup(fmt.Sprintf("192.0.2.%d/32", i)) })
	}
	runRefusals(t, []refusal{
		{
			"same name",
			[]thing{{groupT, "g", props{"vpcId": "@vpc", "name": "web"}}},
			groupT,
			props{"vpcId": "@vpc", "name": "web"},
			"InvalidGroup.Duplicate: The security group 'web' already exists for VPC '@{vpc}'",
		},
		{
			"same name elsewhere", append(otherVpc, thing{groupT, "g", props{"vpcId": "@vpc", "name": "web"}}), groupT,
			props{"vpcId": "@vpc2", "name": "web"},
			"",
		},
		{
			"61st rule", many(60), ingressT, ofGroup("198.51.100.1/32"),
			"RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group (60) has been reached: @{grp}",
		},
		{"60th rule", many(59), ingressT, ofGroup("198.51.100.1/32"), ""},
		{"outbound apart", many(60), egressT, ofGroup("198.51.100.1/32"), ""},
		{"IPv6 apart", many(60), ingressT, props{"securityGroupId": "@grp", "ipProtocol": "-1", "cidrIpv6": "::/0"}, ""},
		{"61 inline rules", nil, groupT, props{"vpcId": "@vpc", "name": "wide", "ingress": []any{props{
			"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": manyCIDRs(61),
		}}}, "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group " +
			"(60) has been reached: wide"},
		{
			"rule twice",
			[]thing{{ingressT, "r", ofGroup("192.0.2.0/24")}},
			ingressT, ofGroup("192.0.2.0/24"),
			`InvalidPermission.Duplicate: the specified rule "peer: 192.0.2.0/24, TCP, from port: 443, ` +
				`to port: 443, ALLOW" already exists`,
		},
		{"peer group missing", nil, ingressT, props{
			"securityGroupId": "@grp", "ipProtocol": "-1", "referencedSecurityGroupId": "sg-" + gone,
		}, "InvalidGroup.NotFound: The security group 'sg-" + gone + "' does not exist"},
		{
			"rule of missing group", nil, ingressT, with(ofGroup("192.0.2.0/24"), props{"securityGroupId": "sg-" + gone}),
			"InvalidGroup.NotFound: The security group 'sg-" + gone + "' does not exist",
		},
	})
}

func manyCIDRs(n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = fmt.Sprintf("192.0.2.%d/32", i)
	}
	return out
}

func TestCreate_refuses_endpoints(t *testing.T) {
	t.Parallel()
	s3 := props{"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.s3", "routeTableIds": []any{"@table"}}
	ssm := props{
		"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.ssm", "vpcEndpointType": "Interface",
		"subnetIds": []any{"@a"}, "privateDnsEnabled": true,
	}
	table := thing{tableT, "table", props{"vpcId": "@vpc"}}
	runRefusals(t, []refusal{
		{
			"no such service", nil, endpointT,
			props{"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.nosuch"},
			"InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.us-west-2.nosuch' does not exist",
		},
		{
			"other region", nil, endpointT,
			props{"vpcId": "@vpc", "serviceName": "com.amazonaws.eu-west-1.s3"},
			"InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.s3' does not exist",
		},
		{
			"no gateway kind", nil, endpointT,
			props{"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.ssm"},
			"InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface]).",
		},
		{
			"two ways to S3",
			[]thing{table, {endpointT, "e", s3}},
			endpointT, s3,
			"RouteAlreadyExists: route table @{table} already has a route with destination-prefix-list-id @{e.prefixListId}",
		},
		{
			"same private name",
			[]thing{{endpointT, "e", ssm}},
			endpointT, with(ssm, props{"subnetIds": []any{"@b"}}),
			"InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for " +
				"com.amazonaws.us-west-2.ssm in the VPC @{vpc}",
		},
		{
			"no private name",
			[]thing{{endpointT, "e", ssm}},
			endpointT,
			with(ssm, props{"subnetIds": []any{"@b"}, "privateDnsEnabled": false}), "",
		},
		{
			"VPC without names", otherVpc, endpointT, with(ssm, props{"vpcId": "@vpc2", "subnetIds": []any{"@c"}}),
			"InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes " +
				"set to true for @{vpc2}",
		},
		{
			"two subnets of a zone",
			[]thing{
				{subnetT, "a2", props{"vpcId": "@vpc", "cidrBlock": "10.10.7.0/24", "availabilityZone": region + "a"}},
			},
			endpointT, with(ssm, props{"subnetIds": []any{"@a", "@a2"}}),
			"DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of @{a2}",
		},
	})
}
