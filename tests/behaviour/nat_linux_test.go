package behaviour_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNAT_translates(t *testing.T) {
	t.Parallel()
	l := newHost(t)
	assert.Equal(t, "CONTINUE\n", l.read("lifecycle"))
	for _, network := range []string{"tcp4", "udp4"} {
		seen, err := l.dial("private", network, privateIP, serverIP+":7000")
		require.NoError(t, err, seen)
		assert.Equal(t, elasticIP, strings.Fields(seen)[0], "%s must arrive from the fixed interface's address", network)
	}
}

func TestNAT_fits_segments_to_the_gateway(t *testing.T) {
	t.Parallel()
	l := newHost(t)
	seen, err := l.dial("private", "tcp4", privateIP, serverIP+":7000")
	require.NoError(t, err)
	assert.Contains(t, []string{elasticIP + " 1448", elasticIP + " 1460"}, seen, "peers of 9000 bytes must agree on 1500")
}

// refusals are what must not pass. Each is also tried against a host without the rule that
// refuses it, in TestNAT_is_refused_by, where it does pass.
var refusals = map[string]struct{ ns, network, from, to string }{
	"the Internet opens a connection to a private host": {"internet", "tcp4", serverIP, privateIP + ":7000"},
	"a subnet that is not private goes out":             {"private", "tcp4", strangerIP, serverIP + ":7000"},
	"a subnet that is not private sends a datagram":     {"private", "udp4", strangerIP, serverIP + ":7000"},
	"a private host asks for the host's credentials":    {"private", "tcp4", privateIP, metadataIP + ":80"},
	"a private host connects to the host":               {"private", "tcp4", privateIP, fixedIP + ":7000"},
	"the Internet connects to the host":                 {"internet", "tcp4", serverIP, fixedIP + ":7000"},
	"the Internet connects to the primary interface":    {"internet", "tcp4", serverIP, primaryIP + ":7000"},
	"the Internet pings the host":                       {"internet", "icmp", serverIP, fixedIP},
}

func TestNAT_refuses(t *testing.T) {
	t.Parallel()
	l := newHost(t)
	l.serve("private", "echo")
	l.serve("nat", "echo")
	for name, r := range refusals {
		seen, err := l.dial(r.ns, r.network, r.from, r.to)
		require.Error(t, err, "%s: %s", name, seen)
	}
	seen, err := l.dial("private", "icmp", privateIP, fixedIP)
	require.NoError(t, err, "private hosts may ping: %s", seen)
	seen, err = l.dial("private", "tcp4", privateIP, serverIP+":7000")
	require.NoError(t, err, "after all that the NAT still works: %s", seen)
}

func TestNAT_runs_twice_alike(t *testing.T) {
	t.Parallel()
	l := newHost(t)
	before := l.state()
	l.mustRun()
	assert.Equal(t, before, l.state())
	assert.Empty(t, l.read("aws"), "nothing is left to ask of AWS")
	assert.Empty(t, l.calls("calls", "rule add"), "a rule that stands is not replaced")
	l.mustTranslate()
}

func TestNAT_comes_back_after_a_reboot(t *testing.T) {
	t.Parallel()
	l := newHost(t)
	before := l.state()
	l.boot("nat")
	const early = `ip netns exec "$1" nft --file "$2/root/etc/riglet-nat/rules.nft"` // riglet-nat-rules.service
	l.shell(early, l.prefix+"nat", l.dir)
	l.mustRun()
	assert.Equal(t, before, l.state())
	assert.Equal(t, "CONTINUE\n", l.read("lifecycle"), "the group is told once")
	l.mustTranslate()
}

func TestNAT_takes_the_refusal_of_a_group_without_a_pending_action(t *testing.T) {
	t.Parallel()
	l := newLab(t, "limbo")
	l.install(asWritten)
	l.write("lifecycle", "CONTINUE\n")
	l.mustRun()
	assert.Len(t, l.calls("aws", "complete-lifecycle-action"), 1, "a refusal is an answer, not a reason to call again")
	l.mustTranslate()
}

func TestNAT_takes_the_interface_from_a_former_host(t *testing.T) {
	t.Parallel()
	l := newLab(t, "old")
	l.install(asWritten)
	r := l.run(plan{Detaching: 3})
	require.Zero(t, r.status, r.log)
	assert.Contains(t, r.log, "taking the interface from "+oldInstance)
	assert.Equal(t, newInstance, l.read("holder"))
	l.mustTranslate()
}

func TestNAT_waits_for_permissions(t *testing.T) {
	t.Parallel()
	l := newLab(t, "old")
	l.install(asWritten)
	r := l.run(plan{Denied: 12})
	require.Zero(t, r.status, r.log)
	var pauses []string
	for _, call := range l.calls("calls", "sleep ") {
		pauses = append(pauses, strings.TrimPrefix(call, "sleep "))
	}
	assert.Contains(t, strings.Join(pauses, " "), "1 2 4 8 15 15 15", "it must wait longer each time, not hammer")
	assert.Equal(t, "CONTINUE\n", l.read("lifecycle"))
}

func TestNAT_installs_what_the_image_lacks(t *testing.T) {
	t.Parallel()
	l := newLab(t, "limbo")
	l.install(asWritten)
	l.shell(`rm "$1/bin/nft" "$1/bin/aws"`, l.dir)
	r := l.run(plan{Broken: "update", Times: 3})
	require.Zero(t, r.status, r.log)
	for _, name := range []string{"nftables", "awscli", "unattended-upgrades"} {
		line := "apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 install -y --no-install-recommends " + name
		assert.Contains(t, l.calls("calls", "apt-get"), line)
	}
	l.mustTranslate()
}

func (l *lab) mustTranslate() {
	l.t.Helper()
	seen, err := l.dial("private", "tcp4", privateIP, serverIP+":7000")
	require.NoError(l.t, err, seen)
	require.Equal(l.t, elasticIP, strings.Fields(seen)[0])
}
