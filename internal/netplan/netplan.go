// Package netplan divides a VPC's range into subnets whose addresses never move.
//
// The range is cut into eight equal tier slots and each of them into eight equal zone slots. A tier's slot is
// fixed (public 0, app 1, db 2) and a zone's slot is its letter (a 0, b 1, ...), so that adding or removing a
// zone or a tier leaves every other subnet where it was. Nothing here looks at the order of a list.
//
// A /16 gives subnets of /22: 1,019 usable addresses each (AWS keeps five), three of eight tier slots used.
package netplan

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/riglet/riglet/internal/check"
)

// The tiers that every network has, in the order of their slots.
const (
	Public = "public"
	App    = "app"
	DB     = "db"
)

const (
	slotBits = 3
	slots    = 1 << slotBits
	// firstFree is the first slot that a tier beside public, app and db may take.
	firstFree = 3
)

// Ranges of the VPC: AWS takes /16 at the widest; below /21 a public subnet is under the /27 that an
// Application Load Balancer wants (user guide, "Subnets for your load balancer").
const (
	WidestBits    = 16
	NarrowestBits = 21
	MinZones      = 2
	MaxZones      = 6
)

// Spec is what a network is planned from.
type Spec struct {
	// CIDR is the range of the VPC: private addresses, /16 to /21.
	CIDR netip.Prefix
	// Zones are the availability zones by name, 2 to 6 of one region. Their order has no meaning.
	Zones []string
	// ExtraTiers are private tiers beside app and db, by name, each with its slot from 3 to 7.
	ExtraTiers map[string]int
	// Region is the region that the zones must be of. Left out, they must be of one region, whichever it is.
	Region string
}

// Subnet is one planned subnet.
type Subnet struct {
	Tier string
	Zone string
	CIDR netip.Prefix
}

// Key is the subnet's stable name within its network, such as "app-us-west-2a".
func (s Subnet) Key() string { return s.Tier + "-" + s.Zone }

// Tiers are the names of all tiers in the order of their slots.
func (s Spec) Tiers() []string {
	tiers := tierSlots(s.ExtraTiers)
	return slices.SortedFunc(maps.Keys(tiers), func(a, b string) int { return cmp.Compare(tiers[a], tiers[b]) })
}

// SortedZones are the zones in the order of their letters.
func (s Spec) SortedZones() []string { return slices.Sorted(slices.Values(s.Zones)) }

// Subnets plans every subnet, ordered by tier and then by zone. The spec must be free of faults (Check).
func (s Spec) Subnets() []Subnet {
	tiers := tierSlots(s.ExtraTiers)
	subnets := make([]Subnet, 0, len(tiers)*len(s.Zones))
	for _, tier := range s.Tiers() {
		for _, zone := range s.SortedZones() {
			subnets = append(subnets, Subnet{Tier: tier, Zone: zone, CIDR: s.slot(tiers[tier], zoneSlot(zone))})
		}
	}
	return subnets
}

// slot is the address range of one tier in one zone.
func (s Spec) slot(tier, zone int) netip.Prefix {
	bits := s.CIDR.Bits() + 2*slotBits
	base := s.CIDR.Masked().Addr().As4()
	address := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	// Both slots are 0 to 7 and bits at most 27: the shift cannot overflow
	address += uint32(tier*slots+zone) << (32 - bits)
	moved := [4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}
	return netip.PrefixFrom(netip.AddrFrom4(moved), bits)
}

func tierSlots(extra map[string]int) map[string]int {
	tiers := map[string]int{Public: 0, App: 1, DB: 2}
	maps.Copy(tiers, extra)
	return tiers
}

// zoneSlot is the zone's letter: us-west-2a is 0.
func zoneSlot(zone string) int { return int(zone[len(zone)-1] - 'a') }

// Check records every fault of the spec.
func (s Spec) Check(f check.Faults) {
	checkCIDR(f.At("cidr"), s.CIDR)
	checkZones(f.At("zones"), s.Zones, s.Region)
	checkTiers(f.At("extraTiers"), s.ExtraTiers)
}

// reserved are ranges that hosts inside the VPC use for themselves: a VPC there cannot reach them.
var reserved = map[string]netip.Prefix{
	"Docker's default bridge":    netip.MustParsePrefix("172.17.0.0/16"),
	"Docker's first own network": netip.MustParsePrefix("172.18.0.0/16"),
}

var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

func checkCIDR(f check.Faults, cidr netip.Prefix) {
	switch {
	case !cidr.IsValid():
		f.Want("a network such as 10.10.0.0/16", nil)
	case !cidr.Addr().Is4():
		f.Want("an IPv4 network such as 10.10.0.0/16", cidr)
	case cidr != cidr.Masked():
		f.Want(fmt.Sprintf("a network without host bits, such as %s", cidr.Masked()), cidr)
	case cidr.Bits() < WidestBits || cidr.Bits() > NarrowestBits:
		f.Want(fmt.Sprintf("a network of /%d to /%d", WidestBits, NarrowestBits), cidr)
	case !isPrivate(cidr):
		f.Want("private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10)", cidr)
	default:
		checkReserved(f, cidr)
	}
}

func checkReserved(f check.Faults, cidr netip.Prefix) {
	for _, who := range slices.Sorted(maps.Keys(reserved)) {
		if reserved[who].Overlaps(cidr) {
			f.Want(fmt.Sprintf("a network clear of %s (%s)", reserved[who], who), cidr)
		}
	}
}

func isPrivate(cidr netip.Prefix) bool {
	return slices.ContainsFunc(private, func(p netip.Prefix) bool {
		return p.Bits() <= cidr.Bits() && p.Contains(cidr.Addr())
	})
}
