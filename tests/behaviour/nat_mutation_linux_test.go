package behaviour_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// without returns an edit that changes the script, which must have what is to be changed.
func without(t *testing.T, changes map[string]string) func(string) string {
	t.Helper()
	return func(content string) string {
		if !strings.HasPrefix(content, "#!") {
			return content
		}
		for from, to := range changes {
			require.Contains(t, content, from, "the script no longer has this")
			content = strings.ReplaceAll(content, from, to)
		}
		return content
	}
}

func newMutant(t *testing.T, changes map[string]string) *lab {
	t.Helper()
	l := newLab(t, "limbo")
	l.install(without(t, changes))
	return l
}

// Every refusal is the work of one rule: without it the same packet passes.
func TestNAT_is_refused_by(t *testing.T) {
	t.Parallel()
	inbound := map[string]string{"hook input priority filter; policy drop": "hook input priority filter; policy accept"}
	anyone := map[string]string{
		"ip saddr @private ip daddr != @private accept": "accept",
		"ip saddr @private masquerade":                  "masquerade",
	}
	through := map[string]string{"forward priority filter; policy drop": "forward priority filter; policy accept"}
	linkLocal := map[string]string{"ip daddr 169.254.0.0/16 reject with icmp type admin-prohibited": ""}
	anyPing := map[string]string{"ip saddr @private icmp type echo-request": "icmp type echo-request"}
	tests := map[string]map[string]string{
		"the Internet opens a connection to a private host": through,
		"a subnet that is not private goes out":             anyone,
		"a subnet that is not private sends a datagram":     anyone,
		"a private host asks for the host's credentials":    linkLocal,
		"a private host connects to the host":               inbound,
		"the Internet connects to the host":                 inbound,
		"the Internet connects to the primary interface":    inbound,
		"the Internet pings the host":                       anyPing,
	}
	require.Len(t, tests, len(refusals), "each refusal needs its rule")
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newMutant(t, changes)
			l.mustRun()
			l.serve("private", "echo")
			l.serve("nat", "echo")
			r := refusals[name]
			seen, err := l.dial(r.ns, r.network, r.from, r.to)
			assert.NoError(t, err, "refused without the rule: %s", seen)
		})
	}
}

func TestNAT_does_not_translate_without_masquerade(t *testing.T) {
	t.Parallel()
	l := newMutant(t, map[string]string{`oifname "$DEV" ip saddr @private masquerade`: ""})
	l.mustRun()
	_, err := l.dial("private", "tcp4", privateIP, serverIP+":7000")
	assert.Error(t, err)
}

func TestNAT_agrees_on_too_large_segments_without_the_clamp(t *testing.T) {
	t.Parallel()
	l := newMutant(t, map[string]string{"tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu": ""})
	l.mustRun()
	seen, err := l.dial("private", "tcp4", privateIP, serverIP+":7000")
	require.NoError(t, err)
	assert.Equal(t, elasticIP+" 8948", seen)
}

func TestNAT_grows_with_every_run_without_the_replacement(t *testing.T) {
	t.Parallel()
	l := newMutant(t, map[string]string{"delete table inet riglet_nat\n": ""})
	l.mustRun()
	before := l.state()
	l.mustRun()
	assert.NotEqual(t, before, l.state())
}

// The health check is what keeps such a host out of service.
func TestNAT_is_found_unhealthy_without(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]string{
		"the rule for forwarded packets": {`rule 1000 iif "$DEV"`: ":"},
		"the rule for its own packets":   {`rule 1001 from "$ADDRESS"`: ":"},
		"its default route":              {"ip -4 route replace default": ": ip -4 route replace default"},
		"forwarding":                     {"net.ipv4.ip_forward = 1": "net.ipv4.ip_forward = 0"},
		"rules":                          {`nft --file "$RULES"`: ":"},
	}
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newMutant(t, changes)
			r := l.runFor("5", plan{})
			assert.Equal(t, 64, r.status, r.log)
			assert.Contains(t, r.log, "gave up on a healthy NAT")
			assert.Equal(t, "ABANDON\n", l.read("lifecycle"))
		})
	}
}
