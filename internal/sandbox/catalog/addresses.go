package catalog

import (
	"fmt"
	"hash/fnv"
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const maxAddresses = 5

// Addresses for documentation (RFC 5737): they belong to nobody.
var publicPools = []string{"198.51.100.", "203.0.113."}

var addresses = []model.Kind{
	{
		Token: tokenEip, Args: ec2.EipArgs{}, State: ec2.Eip{},
		ID: "eipalloc-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:elastic-ip/{id}",
		Replace: []string{
			"address", "customerOwnedIpv4Pool", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool", "vpc",
		},
		Refs: []model.Ref{
			{Path: "instance", To: tokenInstance, Loose: true},
			{Path: "networkInterface", To: tokenEni, Loose: true},
		},
		Outputs: map[string]any{
			"allocationId": "{id}", "domain": "vpc", "vpc": true, "networkBorderGroup": "{region}",
			"publicIpv4Pool": "amazon",
		},
		Missing: "InvalidAllocationID.NotFound: The allocation ID '{value}' does not exist",
		Busy:    "InvalidIPAddress.InUse: Address {publicIp} is in use.",
		Rules: []model.Rule{
			oneOf("domain", "vpc"), address("associateWithPrivateIp"),
			atMostOne("instance", "networkInterface"),
		},
		Admit: admits(quota(maxAddresses, "AddressLimitExceeded", "The maximum number of addresses has been reached.")),
		Fill:  fillEip,
	},
	{
		Token: tokenEipAssociation, Args: ec2.EipAssociationArgs{}, State: ec2.EipAssociation{},
		ID: "eipassoc-0{hex16}",
		Replace: []string{
			"allocationId", "allowReassociation", "instanceId", "networkInterfaceId", "privateIpAddress", "publicIp",
		},
		Refs: []model.Ref{
			{Path: "allocationId", To: tokenEip},
			{Path: "instanceId", To: tokenInstance, Loose: true},
			{Path: "networkInterfaceId", To: tokenEni, Loose: true},
		},
		Rules: []model.Rule{
			exactlyOne("allocationId", "publicIp"), exactlyOne("instanceId", "networkInterfaceId"),
		},
		Admit: admits(associationFree, associationGateway),
		Fill:  fillAssociation,
	},
}

func fillEip(s *model.Scene) {
	s.Keep("publicIp", func() any { return publicAddress(s) })
	ip := s.Object.Out("publicIp")
	s.Default("publicDns", publicName(s.World.Region, ip))
}

// publicAddress picks a free address by the object's seed.
func publicAddress(s *model.Scene) string {
	taken := map[string]bool{}
	for _, token := range []string{tokenEip, tokenInstance} {
		for _, o := range s.World.All(token) {
			taken[o.Out("publicIp")] = true
		}
	}
	const hosts = 254
	total := hosts * len(publicPools)
	start := number(s.Object.Seed, total)
	for i := range total {
		n := (start + i) % total
		ip := fmt.Sprintf("%s%d", publicPools[n/hosts], n%hosts+1)
		if !taken[ip] {
			return ip
		}
	}
	return fmt.Sprintf("%s%d", publicPools[0], start%hosts+1) // all taken: share one
}

func number(seed string, below int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed)) // a hash takes any input
	return int(h.Sum64() % uint64(below))
}

func publicName(region, ip string) string {
	return "ec2-" + strings.ReplaceAll(ip, ".", "-") + "." + region + ".compute.amazonaws.com"
}

func privateName(region, ip string) string {
	return "ip-" + strings.ReplaceAll(ip, ".", "-") + "." + region + ".compute.internal"
}

// associationFree refuses to take an address from another, unless told to.
func associationFree(s *model.Scene) error {
	eip := s.Target(tokenEip, "allocationId")
	if eip == nil {
		return nil
	}
	others := s.Others(eip, tokenNat, tokenEipAssociation)
	if len(others) == 0 {
		return nil
	}
	if others[0].Token == tokenEipAssociation && model.Flag(s.Object.Inputs, "allowReassociation", true) {
		return nil
	}
	return model.Refuse("Resource.AlreadyAssociated",
		"resource %s is already associated with associate-id %s", eip.ID, others[0].ID)
}

func associationGateway(s *model.Scene) error {
	holder := s.Target(tokenEni, "networkInterfaceId")
	if holder == nil {
		holder = s.Target(tokenInstance, "instanceId")
	}
	if holder == nil {
		return nil
	}
	vpc := vpcOf(s.World, s.World.Get(tokenSubnet, holder.Out("subnetId")))
	if vpc == nil || hasGateway(s.World, vpc) {
		return nil
	}
	return model.Refuse("Gateway.NotAttached",
		"Network %s is not attached to any internet gateway", vpc.ID)
}

func fillAssociation(s *model.Scene) {
	if eip := s.Target(tokenEip, "allocationId"); eip != nil {
		s.Default("publicIp", eip.Out("publicIp"))
	}
	if eni := s.Target(tokenEni, "networkInterfaceId"); eni != nil {
		s.Default("privateIpAddress", eni.Out("privateIp"))
	}
	if instance := s.Target(tokenInstance, "instanceId"); instance != nil {
		s.Default("privateIpAddress", instance.Out("privateIp"))
		s.Default("networkInterfaceId", instance.Out("primaryNetworkInterfaceId"))
	}
}

// AWS keeps the first four addresses of a subnet and the last one.
const (
	reservedFirst = 4
	reservedTotal = 5
)

// room refuses what needs an address in a full subnet, or one that is taken.
func room(s *model.Scene, addressPath string) error {
	subnet := s.Target(tokenSubnet, "subnetId")
	prefix, ok := prefixOf(subnet)
	if !ok || s.Old != nil {
		return nil
	}
	taken := takenIn(s, subnet)
	if want := s.In(addressPath); want != "" {
		return checkWanted(prefix, taken, want)
	}
	if hostsIn(prefix) > len(taken) {
		return nil
	}
	return model.Refuse("InsufficientFreeAddressesInSubnet",
		"The specified subnet does not have enough free addresses to satisfy the request.")
}

func checkWanted(prefix netip.Prefix, taken map[string]bool, want string) error {
	ip, err := netip.ParseAddr(want)
	if err != nil || !prefix.Contains(ip) {
		return model.Refuse("InvalidParameterValue", "Address %s does not fall within the subnet's address range", want)
	}
	if taken[want] {
		return model.Refuse("InvalidIPAddress.InUse", "Address %s is in use.", want)
	}
	return nil
}

func prefixOf(subnet *model.Object) (netip.Prefix, bool) {
	if subnet == nil {
		return netip.Prefix{}, false
	}
	p, err := netip.ParsePrefix(subnet.Out("cidrBlock"))
	return p, err == nil
}

func hostsIn(p netip.Prefix) int { return 1<<(p.Addr().BitLen()-p.Bits()) - reservedTotal }

func takenIn(s *model.Scene, subnet *model.Object) map[string]bool {
	taken := map[string]bool{}
	for _, o := range s.Others(subnet, tokenEni, tokenInstance, tokenNat) {
		taken[o.Out("privateIp")] = true
		for _, ip := range model.Strs(o.Outputs, "privateIps[]") {
			taken[ip] = true
		}
	}
	return taken
}

// givePrivate sets a private address inside the subnet, chosen by the object's
// seed, unless the inputs or an earlier update gave one.
func givePrivate(s *model.Scene, output string) {
	subnet := s.Target(tokenSubnet, "subnetId")
	prefix, ok := prefixOf(subnet)
	if !ok {
		return
	}
	s.Keep(output, func() any {
		if given := s.In(output); given != "" {
			return given
		}
		return freeAddress(prefix, takenIn(s, subnet), s.Object.Seed)
	})
}

func freeAddress(p netip.Prefix, taken map[string]bool, seed string) string {
	total := hostsIn(p)
	start := number(seed, total)
	for i := range total {
		ip := nth(p, reservedFirst+(start+i)%total)
		if !taken[ip] {
			return ip
		}
	}
	return ""
}

func nth(p netip.Prefix, n int) string {
	b := p.Addr().As4()
	v := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	v += uint32(n)
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}).String()
}
