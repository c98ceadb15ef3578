package netplan_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/netplan"
)

// ab is two zones, the fewest that a network takes.
func ab() []string { return []string{"us-west-2a", "us-west-2b"} }

func TestCheck_acceptsEveryPlannedSpec(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		faults := check.New("")
		anySpec().Draw(t, "spec").Check(faults)
		assert.NoError(t, faults.Err())
	})
}

func TestCheck_reportsEveryFault(t *testing.T) {
	t.Parallel()
	const private = "private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10)"
	const name = "a name of lower-case letters and digits, 12 at most"
	tests := []struct{ name, give, want string }{
		{"no range", checked(netplan.Spec{Zones: ab()}), "cidr: want a network such as 10.10.0.0/16, got nothing"},
		{"IPv6", ranged("fd00::/16"), "cidr: want an IPv4 network such as 10.10.0.0/16, got fd00::/16"},
		{
			"host bits", ranged("10.10.0.1/16"),
			"cidr: want a network without host bits, such as 10.10.0.0/16, got 10.10.0.1/16",
		},
		{"too wide", ranged("10.10.0.0/15"), "cidr: want a network of /16 to /21, got 10.10.0.0/15"},
		{"too narrow", ranged("10.10.0.0/22"), "cidr: want a network of /16 to /21, got 10.10.0.0/22"},
		{"public", ranged("172.32.0.0/16"), "cidr: want " + private + ", got 172.32.0.0/16"},
		{
			"Docker's bridge", ranged("172.17.128.0/17"),
			"cidr: want a network clear of 172.17.0.0/16 (Docker's default bridge), got 172.17.128.0/17",
		},
		{
			"Docker's first network", ranged("172.18.0.0/16"),
			"cidr: want a network clear of 172.18.0.0/16 (Docker's first own network), got 172.18.0.0/16",
		},
		{"no zones", zoned(""), "zones: want 2 to 6, got 0"},
		{"one zone", zoned("", "us-west-2a"), "zones: want 2 to 6, got 1"},
		{"seven zones", zoned("", allZones()[:7]...), "zones: want 2 to 6, got 7"},
		{"a zone twice", zoned("", "us-west-2a", "us-west-2a"), `zones[1]: want each value once, got "us-west-2a"`},
		{
			"no zone", zoned("", "us-west-2", "us-west-2i", ""),
			"zones[0]: want an availability zone such as us-west-2a, got \"us-west-2\"\n" +
				"zones[1]: want an availability zone such as us-west-2a, got \"us-west-2i\"\n" +
				"zones[2]: want an availability zone such as us-west-2a, got nothing",
		},
		{
			"two regions", zoned("", "us-west-2a", "eu-west-1b"),
			`zones[1]: want a zone of us-west-2, as us-west-2a is, got "eu-west-1b"`,
		},
		{
			"another region", zoned("eu-west-1", "us-west-2a", "eu-west-1b"),
			`zones[0]: want a zone of eu-west-1, got "us-west-2a"`,
		},
		{"a tier's name", tiered("Cache", 3), "extraTiers.Cache: want " + name + ", got \"Cache\""},
		{
			"a long tier's name", tiered("abcdefghijklm", 3),
			"extraTiers.abcdefghijklm: want " + name + ", got \"abcdefghijklm\"",
		},
		{"a taken name", tiered("db", 3), `extraTiers.db: want a name other than public, app and db, got "db"`},
		{"a low slot", tiered("cache", 2), "extraTiers.cache: want 3 to 7, got 2"},
		{"a high slot", tiered("cache", 8), "extraTiers.cache: want 3 to 7, got 8"},
		{
			"a slot twice", checked(spec("10.10.0.0/16", map[string]int{"x": 3, "a": 3}, ab()...)),
			"extraTiers.x: want a slot of its own (a has this one), got 3",
		},
		{
			"everything", checked(netplan.Spec{ExtraTiers: map[string]int{"app": 0}}),
			"cidr: want a network such as 10.10.0.0/16, got nothing\nzones: want 2 to 6, got 0\n" +
				"extraTiers.app: want a name other than public, app and db, got \"app\"\n" +
				"extraTiers.app: want 3 to 7, got 0",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.give)
		})
	}
}

func TestCheckEndpoints(t *testing.T) {
	t.Parallel()
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf("service%d", i)
	}
	tests := []struct {
		name string
		give []string
		want string
	}{
		{"none", nil, ""},
		{"good", []string{"ssm", "ecr.api", "execute-api"}, ""},
		{"twice", []string{"ssm", "ssm"}, `[1]: want each value once, got "ssm"`},
		{"too many", many, ": want 50 services at most, got 51"},
		{"free", []string{"s3"}, `[0]: want an interface endpoint (s3 has a free gateway endpoint already), got "s3"`},
		{
			"free too",
			[]string{"dynamodb"},
			`[0]: want an interface endpoint (dynamodb has a free gateway endpoint already), got "dynamodb"`,
		},
		{"no service", []string{"SSM"}, `[0]: want a service such as ssm or ecr.api, without region, got "SSM"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			faults := check.New("endpoints")
			netplan.CheckEndpoints(faults, tt.give)
			want := ""
			if tt.want != "" {
				want = "endpoints" + tt.want
			}
			assert.Equal(t, want, message(faults))
		})
	}
}

func ranged(cidr string) string {
	return checked(netplan.Spec{CIDR: netip.MustParsePrefix(cidr), Zones: ab()})
}

func zoned(region string, zones ...string) string {
	s := spec("10.10.0.0/16", nil, zones...)
	s.Region = region
	return checked(s)
}

func tiered(name string, slot int) string {
	return checked(spec("10.10.0.0/16", map[string]int{name: slot}, ab()...))
}

// checked is all that Check says about a spec.
func checked(s netplan.Spec) string {
	faults := check.New("")
	s.Check(faults)
	return message(faults)
}

func message(faults check.Faults) string {
	if err := faults.Err(); err != nil {
		return err.Error()
	}
	return ""
}
