package netplan_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/netplan"
)

func TestSubnets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give netplan.Spec
		want []string
	}{
		{
			name: "integration",
			give: spec("10.10.0.0/16", nil, "us-west-2a", "us-west-2b"),
			want: []string{
				"public-us-west-2a 10.10.0.0/22", "public-us-west-2b 10.10.4.0/22",
				"app-us-west-2a 10.10.32.0/22", "app-us-west-2b 10.10.36.0/22",
				"db-us-west-2a 10.10.64.0/22", "db-us-west-2b 10.10.68.0/22",
			},
		},
		{
			name: "zones with a gap, out of order",
			give: spec("10.30.0.0/16", nil, "us-west-2d", "us-west-2a"),
			want: []string{
				"public-us-west-2a 10.30.0.0/22", "public-us-west-2d 10.30.12.0/22",
				"app-us-west-2a 10.30.32.0/22", "app-us-west-2d 10.30.44.0/22",
				"db-us-west-2a 10.30.64.0/22", "db-us-west-2d 10.30.76.0/22",
			},
		},
		{
			name: "the last tier in the last zone",
			give: spec("10.10.0.0/16", map[string]int{"cache": 7}, "us-east-1g", "us-east-1h"),
			want: []string{
				"public-us-east-1g 10.10.24.0/22", "public-us-east-1h 10.10.28.0/22",
				"app-us-east-1g 10.10.56.0/22", "app-us-east-1h 10.10.60.0/22",
				"db-us-east-1g 10.10.88.0/22", "db-us-east-1h 10.10.92.0/22",
				"cache-us-east-1g 10.10.248.0/22", "cache-us-east-1h 10.10.252.0/22",
			},
		},
		{
			name: "the narrowest network",
			give: spec("192.168.248.0/21", nil, "us-west-2a", "us-west-2b"),
			want: []string{
				"public-us-west-2a 192.168.248.0/27", "public-us-west-2b 192.168.248.32/27",
				"app-us-west-2a 192.168.249.0/27", "app-us-west-2b 192.168.249.32/27",
				"db-us-west-2a 192.168.250.0/27", "db-us-west-2b 192.168.250.32/27",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, lines(tt.give))
		})
	}
}

func TestTiers_areInTheOrderOfTheirSlots(t *testing.T) {
	t.Parallel()
	give := netplan.Spec{ExtraTiers: map[string]int{"alpha": 7, "zulu": 3}}
	assert.Equal(t, []string{"public", "app", "db", "zulu", "alpha"}, give.Tiers())
}

func TestRegion(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "us-west-2", netplan.Region("us-west-2a"))
	assert.Equal(t, "us-gov-west-1", netplan.Region("us-gov-west-1b"))
	assert.True(t, netplan.IsRegion("ap-southeast-2"))
	assert.False(t, netplan.IsRegion("ap-southeast-2a"))
	assert.False(t, netplan.IsRegion(""))
}

func TestSubnets_neverMove(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := anySpec().Draw(t, "before")
		after := grown(t, before)
		planned := byKey(after)
		for key, cidr := range byKey(before) {
			assert.Equal(t, cidr, planned[key], "%s moved", key)
		}
	})
}

func TestSubnets_ignoreTheOrderOfZones(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		give := anySpec().Draw(t, "spec")
		shuffled := give
		shuffled.Zones = rapid.Permutation(give.Zones).Draw(t, "zones")
		assert.Equal(t, give.Subnets(), shuffled.Subnets())
	})
}

func TestSubnets_neverOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		subnets := anySpec().Draw(t, "spec").Subnets()
		for i, one := range subnets {
			for _, other := range subnets[:i] {
				assert.False(t, one.CIDR.Overlaps(other.CIDR), "%s and %s overlap", one.Key(), other.Key())
			}
		}
	})
}

func TestSubnets_lieInsideTheNetwork(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		give := anySpec().Draw(t, "spec")
		subnets := give.Subnets()
		assert.Len(t, subnets, len(give.Zones)*(3+len(give.ExtraTiers)))
		for _, one := range subnets {
			assert.Equal(t, one.CIDR, one.CIDR.Masked(), "%s has host bits", one.Key())
			assert.Equal(t, give.CIDR.Bits()+6, one.CIDR.Bits())
			assert.True(t, give.CIDR.Contains(one.CIDR.Addr()), "%s begins outside", one.Key())
		}
	})
}

// anySpec is any spec that Check takes, drawn by construction.
func anySpec() *rapid.Generator[netplan.Spec] {
	return rapid.Custom(func(t *rapid.T) netplan.Spec {
		bits := rapid.IntRange(netplan.WidestBits, netplan.NarrowestBits).Draw(t, "bits")
		address := netip.AddrFrom4([4]byte{10, rapid.Byte().Draw(t, "second"), rapid.Byte().Draw(t, "third"), 0})
		zones := rapid.SliceOfNDistinct(rapid.SampledFrom(allZones()), netplan.MinZones, netplan.MaxZones, rapid.ID).
			Draw(t, "zones")
		slots := rapid.SliceOfNDistinct(rapid.IntRange(3, 7), 0, 4, rapid.ID).Draw(t, "slots")
		tiers := map[string]int{}
		for _, slot := range slots {
			tiers[fmt.Sprintf("tier%d", slot)] = slot
		}
		return netplan.Spec{CIDR: netip.PrefixFrom(address, bits).Masked(), Zones: zones, ExtraTiers: tiers}
	})
}

// grown is the spec with one more zone, one more tier, or nothing more.
func grown(t *rapid.T, s netplan.Spec) netplan.Spec {
	s.Zones, s.ExtraTiers = slices.Clone(s.Zones), maps.Clone(s.ExtraTiers)
	free := slices.DeleteFunc(allZones(), func(zone string) bool { return slices.Contains(s.Zones, zone) })
	switch rapid.SampledFrom([]string{"zone", "tier", "nothing"}).Draw(t, "grow") {
	case "zone":
		zone := rapid.SampledFrom(free).Draw(t, "zone")
		s.Zones = slices.Insert(s.Zones, rapid.IntRange(0, len(s.Zones)).Draw(t, "place"), zone)
	case "tier":
		taken := slices.Collect(maps.Values(s.ExtraTiers))
		slots := slices.DeleteFunc([]int{3, 4, 5, 6, 7}, func(slot int) bool { return slices.Contains(taken, slot) })
		// A name that sorts before all others must not come first in the plan.
		s.ExtraTiers["aardvark"] = rapid.SampledFrom(slots).Draw(t, "slot")
	}
	return s
}

func allZones() []string {
	var zones []string
	for letter := 'a'; letter <= 'h'; letter++ {
		zones = append(zones, "us-west-2"+string(letter))
	}
	return zones
}

func byKey(s netplan.Spec) map[string]netip.Prefix {
	planned := map[string]netip.Prefix{}
	for _, one := range s.Subnets() {
		planned[one.Key()] = one.CIDR
	}
	return planned
}

func spec(cidr string, tiers map[string]int, zones ...string) netplan.Spec {
	return netplan.Spec{CIDR: netip.MustParsePrefix(cidr), Zones: zones, ExtraTiers: tiers}
}

func lines(s netplan.Spec) []string {
	var all []string
	for _, one := range s.Subnets() {
		all = append(all, one.Key()+" "+one.CIDR.String())
	}
	return all
}
