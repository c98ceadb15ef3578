package catalog

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const maxGroupsPerInterface = 5

var interfaces = []model.Kind{
	{
		Token: tokenEni, Args: ec2.NetworkInterfaceArgs{}, State: ec2.NetworkInterface{},
		ID: "eni-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:network-interface/{id}",
		Replace: []string{"interfaceType", "subnetId", "privateIp"},
		ReplaceIf: conditions{
			"enablePrimaryIpv6": primaryGivenUp,
		},
		Sets: []string{"securityGroups", "privateIps", "ipv6Addresses", "ipv4Prefixes", "ipv6Prefixes"},
		Refs: []model.Ref{
			{Path: "subnetId", To: tokenSubnet},
			{Path: "securityGroups[]", To: tokenGroup},
			{Path: "attachments[].instance", To: tokenInstance, Loose: true},
		},
		Outputs: map[string]any{
			"ownerId": "{account}", "interfaceType": "interface", "sourceDestCheck": true,
			"macAddress": "02:{hex2:a}:{hex2:b}:{hex2:c}:{hex2:d}:{hex2:e}",
		},
		Missing: "InvalidNetworkInterfaceID.NotFound: The networkInterface ID '{value}' does not exist",
		Busy:    "InvalidParameterValue: Network interface '{id}' is currently in use.",
		Rules:   []model.Rule{address("privateIp"), address("privateIps[]")},
		Admit:   admits(groupCount("securityGroups[]"), oneNetwork("subnetId", "securityGroups[]"), eniRoom),
		Fill:    fillEni,
	},
	{
		Token: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
		Args:  ec2.NetworkInterfaceAttachmentArgs{}, State: ec2.NetworkInterfaceAttachment{},
		ID:      "eni-attach-0{hex16}",
		Replace: []string{"deviceIndex", "instanceId", "networkInterfaceId"},
		Refs: []model.Ref{
			{Path: "instanceId", To: tokenInstance, Loose: true}, {Path: "networkInterfaceId", To: tokenEni},
		},
		Keys: []model.Key{
			{
				Of:    "{networkInterfaceId}",
				Error: "InvalidNetworkInterface.InUse: Interface: [{networkInterfaceId}] in use.",
			},
			{
				Of: "{instanceId}|{deviceIndex}",
				Error: "InvalidParameterValue: Instance '{instanceId}' already has an interface " +
					"attached at device index '{deviceIndex}'.",
			},
		},
		Outputs: map[string]any{"attachmentId": "{id}", "status": "attached"},
		Rules:   []model.Rule{between("deviceIndex", 1, 15)},
		Admit:   admits(eniFree("networkInterfaceId")),
	},
}

func eniRoom(s *model.Scene) error {
	if len(s.Ins("privateIps[]")) > 0 {
		return room(s, "privateIps[]")
	}
	return room(s, "privateIp")
}

func fillEni(s *model.Scene) {
	if ips := s.Ins("privateIps[]"); len(ips) > 0 {
		s.Default("privateIp", ips[0])
	}
	givePrivate(s, "privateIp")
	ip := s.Object.Out("privateIp")
	s.Default("privateIps", []any{ip})
	s.Default("privateIpLists", []any{ip})
	s.Default("privateDnsName", privateName(s.World.Region, ip))
	defaultGroup(s, "securityGroups")
}

// defaultGroup puts what names no group into the default one of its VPC.
func defaultGroup(s *model.Scene, output string) {
	subnet := s.Target(tokenSubnet, "subnetId")
	if vpc := vpcOf(s.World, subnet); vpc != nil {
		s.Default(output, []any{vpc.Out("defaultSecurityGroupId")})
	}
}

// eniFree wants an interface that no instance has from its start.
func eniFree(path string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		eni := s.Target(tokenEni, path)
		if eni == nil || len(s.Others(eni, tokenInstance)) == 0 {
			return nil
		}
		return model.Refuse("InvalidNetworkInterface.InUse", "Interface: [%s] in use.", eni.ID)
	}
}

func groupCount(path string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		if len(s.Ins(path)) <= maxGroupsPerInterface {
			return nil
		}
		return model.Refuse("SecurityGroupsPerInterfaceLimitExceeded",
			"The maximum number of security groups per interface (%d) has been reached.", maxGroupsPerInterface)
	}
}

// oneNetwork wants groups and subnets to be of the same VPC.
func oneNetwork(subnetPath, groupPath string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		for _, subnetID := range s.Ins(subnetPath) {
			subnet := s.World.Find(tokenSubnet, "", subnetID)
			for _, groupID := range s.Ins(groupPath) {
				vpc := vpcOf(s.World, s.World.Find(tokenGroup, "", groupID))
				if subnet != nil && vpc != nil && subnet.Out("vpcId") != vpc.ID {
					return model.Refuse("InvalidParameter",
						"Security group %s and subnet %s belong to different networks.", groupID, subnetID)
				}
			}
		}
		return nil
	}
}

// primaryGivenUp holds when an interface should lose its primary IPv6 address,
// which it cannot.
func primaryGivenUp(before, after resource.PropertyMap) bool {
	return model.Flag(before, "enablePrimaryIpv6", false) && !model.Flag(after, "enablePrimaryIpv6", false)
}
