package nathost_test

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/foundation/internal/nathost"
)

var update = flag.Bool("update", false, "write the golden document anew")

// golden is also what tests/behaviour runs, on a network of these very addresses.
const golden = "testdata/user-data.yaml"

func params() nathost.Params {
	return nathost.Params{
		InterfaceID: "eni-0a1b2c3d4e5f67890",
		PrivateCIDRs: []netip.Prefix{
			netip.MustParsePrefix("10.10.48.0/20"),
			netip.MustParsePrefix("10.10.32.0/20"),
		},
		LifecycleHook: "acme-shop-integration-nat-launch",
		GroupName:     "acme-shop-integration-nat",
	}
}

func TestRender_writes_the_golden_document(t *testing.T) {
	t.Parallel()
	got, err := nathost.Render(params())
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run go test with -update if the change is meant")
}

func TestRender_leaves_room_below_the_limit_of_user_data(t *testing.T) {
	t.Parallel()
	p := params()
	p.LifecycleHook, p.GroupName = strings.Repeat("h", 255), strings.Repeat("g", 255)
	p.PrivateCIDRs = nil
	for i := range 12 { // two tiers over six zones
		p.PrivateCIDRs = append(p.PrivateCIDRs, netip.MustParsePrefix(fmt.Sprintf("10.200.%d.0/20", 16*i)))
	}
	got, err := nathost.Render(p)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(got), nathost.MaxBytes)
}

func TestRender_does_not_depend_on_the_order_of_prefixes(t *testing.T) {
	t.Parallel()
	p := params()
	given := slices.Clone(p.PrivateCIDRs)
	one, err := nathost.Render(p)
	require.NoError(t, err)
	assert.Equal(t, given, p.PrivateCIDRs, "the caller's slice is not sorted")
	slices.Reverse(p.PrivateCIDRs)
	two, err := nathost.Render(p)
	require.NoError(t, err)
	assert.Equal(t, one, two)
}

func TestRender_rejects(t *testing.T) {
	t.Parallel()
	const (
		wantID     = `interfaceID: want "eni-" and 8 or 17 hexadecimal digits, got `
		wantPrefix = "privateCIDRs[0]: want an IPv4 prefix from /16 to /28, got "
		wantHook   = "lifecycleHook: want 1 to 255 of letters, digits, - _ /, got "
		wantGroup  = "groupName: want 1 to 255 printable ASCII characters without space or colon, got "
	)
	long := strings.Repeat("x", 256)
	tests := []struct {
		name   string
		change func(*nathost.Params)
		want   string
	}{
		{"no interface", setID(""), wantID + `""`},
		{"another resource's id", setID("i-0a1b2c3d4e5f67890"), wantID + `"i-0a1b2c3d4e5f67890"`},
		{"an id of the wrong length", setID("eni-0a1b2c3d4"), wantID + `"eni-0a1b2c3d4"`},
		{"an id with upper case", setID("eni-0A1B2C3D"), wantID + `"eni-0A1B2C3D"`},
		{"an id with a newline", setID("eni-0a1b2c3d\n"), wantID + `"eni-0a1b2c3d\n"`},
		{"shell in the id", setID("eni-$(reboot)"), wantID + `"eni-$(reboot)"`},
		{"no prefixes", setPrefixes(), "privateCIDRs: want at least one, got none"},
		{"an unset prefix", setPrefixes(netip.Prefix{}), wantPrefix + "invalid Prefix"},
		{"the whole Internet", parsePrefixes("0.0.0.0/0"), wantPrefix + "0.0.0.0/0"},
		{"a prefix wider than a VPC", parsePrefixes("10.0.0.0/15"), wantPrefix + "10.0.0.0/15"},
		{"a prefix narrower than a subnet", parsePrefixes("10.0.0.0/29"), wantPrefix + "10.0.0.0/29"},
		{"an IPv6 prefix", parsePrefixes("2001:db8::/28"), wantPrefix + "2001:db8::/28"},
		{"host bits", parsePrefixes("10.10.32.1/20"), "privateCIDRs[0]: want 10.10.32.0/20, got 10.10.32.1/20"},
		{
			"an overlap", parsePrefixes("10.10.32.0/20", "10.10.40.0/24"),
			"privateCIDRs[1]: want no overlap, got 10.10.40.0/24 and 10.10.32.0/20",
		},
		{
			"the same prefix twice", parsePrefixes("10.10.32.0/20", "10.10.32.0/20"),
			"privateCIDRs[1]: want no overlap, got 10.10.32.0/20 and 10.10.32.0/20",
		},
		{"no hook", setHook(""), wantHook + `""`},
		{"a hook with a space", setHook("a b"), wantHook + `"a b"`},
		{"a hook that is too long", setHook(long), wantHook + `"` + long + `"`},
		{"no group", setGroup(""), wantGroup + `""`},
		{"a group with a colon", setGroup("a:b"), wantGroup + `"a:b"`},
		{"a group with a space", setGroup("a b"), wantGroup + `"a b"`},
		{"a group with a newline", setGroup("a\nreboot"), wantGroup + `"a\nreboot"`},
		{"a group outside ASCII", setGroup("größe"), wantGroup + `"größe"`},
		{"a group that is too long", setGroup(long), wantGroup + `"` + long + `"`},
		{
			"all faults at once", func(p *nathost.Params) { *p = nathost.Params{} },
			wantID + "\"\"\nprivateCIDRs: want at least one, got none\n" + wantHook + "\"\"\n" + wantGroup + `""`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := params()
			tt.change(&p)
			got, err := nathost.Render(p)
			assert.Empty(t, got)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestRender_compresses_what_is_too_large_and_rejects_what_is_so_even_then(t *testing.T) {
	t.Parallel()
	p := params()
	p.PrivateCIDRs = nil
	for i := range 200 {
		p.PrivateCIDRs = append(p.PrivateCIDRs, netip.MustParsePrefix(fmt.Sprintf("10.200.%d.0/24", i)))
	}
	got, err := nathost.Render(p)
	require.NoError(t, err)
	assert.Equal(t, "\x1f\x8b", got[:2], "gzip, which cloud-init reads")
	for i := range 8000 {
		p.PrivateCIDRs = append(p.PrivateCIDRs, netip.MustParsePrefix(fmt.Sprintf("10.%d.%d.%d/28", i/250, i%250, i*7%16*16)))
	}
	_, err = nathost.Render(p)
	require.ErrorContains(t, err, "user data: want at most 16384 bytes, got ")
	require.ErrorContains(t, err, " compressed: give fewer privateCIDRs")
}

func setID(id string) func(*nathost.Params)   { return func(p *nathost.Params) { p.InterfaceID = id } }
func setHook(s string) func(*nathost.Params)  { return func(p *nathost.Params) { p.LifecycleHook = s } }
func setGroup(s string) func(*nathost.Params) { return func(p *nathost.Params) { p.GroupName = s } }
func setPrefixes(prefixes ...netip.Prefix) func(*nathost.Params) {
	return func(p *nathost.Params) { p.PrivateCIDRs = prefixes }
}

func parsePrefixes(texts ...string) func(*nathost.Params) {
	var prefixes []netip.Prefix
	for _, text := range texts {
		prefixes = append(prefixes, netip.MustParsePrefix(text))
	}
	return setPrefixes(prefixes...)
}
