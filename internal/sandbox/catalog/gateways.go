package catalog

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	maxGateways    = 5
	maxNatsPerZone = 5
)

var gateways = []model.Kind{
	{
		Token: tokenIgw, Args: ec2.InternetGatewayArgs{}, State: ec2.InternetGateway{},
		ID: "igw-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:internet-gateway/{id}",
		Refs:    []model.Ref{{Path: "vpcId", To: tokenVpc}},
		Keys:    []model.Key{{Of: "{vpcId}", Over: tokenIgwAttachment, Error: gatewayTaken}},
		Outputs: map[string]any{"ownerId": "{account}"},
		Missing: "InvalidInternetGatewayID.NotFound: The internetGateway ID '{value}' does not exist",
		Busy:    "DependencyViolation: The internetGateway '{id}' has dependencies and cannot be deleted.",
		Admit: admits(quota(maxGateways, "InternetGatewayLimitExceeded",
			"The maximum number of internet gateways has been reached.")),
		Release: admits(detach),
	},
	{
		Token: tokenIgwAttachment,
		Args:  ec2.InternetGatewayAttachmentArgs{}, State: ec2.InternetGatewayAttachment{},
		ID:      "{internetGatewayId}:{vpcId}",
		Replace: []string{"internetGatewayId", "vpcId"},
		Refs:    []model.Ref{{Path: "internetGatewayId", To: tokenIgw}, {Path: "vpcId", To: tokenVpc}},
		Keys:    []model.Key{{Of: "{vpcId}", Error: gatewayTaken}},
		Admit:   admits(gatewayFree),
		Release: admits(detach),
	},
	{
		Token: tokenNat, Args: ec2.NatGatewayArgs{}, State: ec2.NatGateway{},
		ID: "nat-0{hex16}",
		Replace: []string{
			"allocationId", "connectivityType", "privateIp", "subnetId", "secondaryPrivateIpAddressCount",
		},
		Sets: []string{"secondaryAllocationIds", "secondaryPrivateIpAddresses"},
		Refs: []model.Ref{
			{Path: "subnetId", To: tokenSubnet},
			{Path: "allocationId", To: tokenEip},
			{Path: "secondaryAllocationIds[]", To: tokenEip},
		},
		Outputs: map[string]any{
			"connectivityType": "public", "networkInterfaceId": "eni-0{hex16:eni}",
			"associationId": "eipassoc-0{hex16:assoc}",
		},
		Missing: "InvalidNatGatewayID.NotFound: The natGateway ID '{value}' does not exist",
		Rules: []model.Rule{
			oneOf("connectivityType", "public", "private"), address("privateIp"),
			given("allocationId", "a public NAT gateway needs an Elastic IP", publicNat), privateNat,
		},
		Admit: admits(natAddress, natGateway, natQuota, natRoom),
		Fill:  fillNat,
	},
}

const gatewayTaken = "Resource.AlreadyAssociated: Network {vpcId} already has an internet gateway attached"

func publicNat(c *model.Check) bool { return !input("connectivityType", "private")(c) }

func privateNat(c *model.Check) {
	if !publicNat(c) && model.Has(c.Props, "allocationId") {
		c.Fault("allocationId", "want none with connectivityType private")
	}
}

// attachedTo returns the id of the VPC that an internet gateway is attached to.
func attachedTo(w *model.World, gateway *model.Object) string {
	if id := gateway.Out("vpcId"); id != "" {
		return id
	}
	for _, a := range w.Users(gateway, tokenIgwAttachment) {
		return a.Out("vpcId")
	}
	return ""
}

// hasGateway says whether a VPC reaches the Internet.
func hasGateway(w *model.World, vpc *model.Object) bool {
	return vpc != nil && len(w.Users(vpc, tokenIgw, tokenIgwAttachment)) > 0
}

func gatewayFree(s *model.Scene) error {
	gateway := s.Target(tokenIgw, "internetGatewayId")
	if gateway == nil {
		return nil
	}
	if id := attachedTo(s.World, gateway); id != "" && id != s.In("vpcId") {
		return model.Refuse("Resource.AlreadyAssociated",
			"resource %s is already attached to network %s", gateway.ID, id)
	}
	return nil
}

// detach keeps a gateway attached while public addresses of its VPC are in use.
func detach(s *model.Scene) error {
	vpc := s.World.Get(tokenVpc, s.Object.Out("vpcId"))
	if vpc == nil || !hasPublicAddress(s.World, vpc) {
		return nil
	}
	return model.Refuse("DependencyViolation", "Network %s has some mapped public address(es). "+
		"Please unmap those public address(es) before detaching the gateway.", vpc.ID)
}

func hasPublicAddress(w *model.World, vpc *model.Object) bool {
	for _, subnet := range w.Users(vpc, tokenSubnet) {
		for _, o := range w.Users(subnet, tokenNat, tokenInstance, tokenBalancer) {
			facing := o.Token == tokenBalancer && !model.Flag(o.Outputs, "internal", false)
			if facing || o.Out("publicIp") != "" {
				return true
			}
		}
		for _, eni := range w.Users(subnet, tokenEni, tokenInstance) {
			if len(w.Users(eni, tokenEipAssociation, tokenEip)) > 0 {
				return true
			}
		}
	}
	return false
}

// natAddress wants an address that nothing else has.
func natAddress(s *model.Scene) error {
	eip := s.Target(tokenEip, "allocationId")
	if eip == nil {
		return nil
	}
	if len(s.Others(eip, tokenNat, tokenEipAssociation)) > 0 {
		return model.Refuse("Resource.AlreadyAssociated",
			"Elastic IP address [%s] is already associated", eip.ID)
	}
	return nil
}

func natGateway(s *model.Scene) error {
	subnet := s.Target(tokenSubnet, "subnetId")
	vpc := vpcOf(s.World, subnet)
	if vpc == nil || s.In("connectivityType") == "private" || hasGateway(s.World, vpc) {
		return nil
	}
	return model.Refuse("Gateway.NotAttached", "Network %s has no Internet gateway attached", vpc.ID)
}

func natQuota(s *model.Scene) error {
	subnet := s.Target(tokenSubnet, "subnetId")
	n := 0
	for _, other := range s.Peers() {
		if o := s.World.Get(tokenSubnet, other.Out("subnetId")); o != nil && subnet != nil &&
			o.Out("availabilityZone") == subnet.Out("availabilityZone") {
			n++
		}
	}
	if n < maxNatsPerZone {
		return nil
	}
	return model.Refuse("NatGatewayLimitExceeded",
		"Performing this operation would exceed the limit of %d NAT gateways", maxNatsPerZone)
}

func natRoom(s *model.Scene) error { return room(s, "privateIp") }

func fillNat(s *model.Scene) {
	givePrivate(s, "privateIp")
	if eip := s.Target(tokenEip, "allocationId"); eip != nil {
		s.Set("publicIp", eip.Out("publicIp"))
	}
}
