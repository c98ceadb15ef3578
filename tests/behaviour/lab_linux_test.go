package behaviour_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The addresses of a VPC that fits the golden document of the NAT host: see labScript.
const (
	primaryIP   = "10.10.0.4"    // the host's own interface, in a public subnet
	fixedIP     = "10.10.0.5"    // the fixed interface, in the same subnet
	privateIP   = "10.10.32.10"  // a host that may use the NAT
	strangerIP  = "10.10.64.10"  // a host of the VPC that may not
	serverIP    = "203.0.113.10" // a server on the Internet
	elasticIP   = "198.51.100.5" // what the Internet gateway makes of fixedIP
	metadataIP  = "169.254.169.254"
	fixedMAC    = "02:00:00:00:00:05"
	primaryMAC  = "02:00:00:00:00:04"
	publicRange = "10.10.0.0/24"
)

// labScript builds the network. $1 is the prefix of the namespaces' names. "vpc" is AWS: the
// subnets' router, which sends what private hosts want of the Internet to the fixed interface;
// the Internet gateway, which knows two addresses and drops all others; the source/destination
// check of the primary interface. Packets of 9000 bytes are possible everywhere, as in a VPC.
const labScript = `
set -euo pipefail
for ns in vpc private internet limbo old; do
  ip netns add "$1$ns"; ip -n "$1$ns" link set lo up
done
ip -n "$1vpc" link add prv mtu 9000 type veth peer name ens5 mtu 9000 netns "$1private"
ip -n "$1vpc" link add igw mtu 9000 type veth peer name eth0 mtu 9000 netns "$1internet"
for dev in prv igw; do ip -n "$1vpc" link set "$dev" up; done
for subnet in 32 48 64; do
  ip -n "$1vpc" address add "10.10.$subnet.1/20" dev prv
  ip -n "$1private" address add "10.10.$subnet.10/20" dev ens5
done
ip -n "$1private" link set ens5 up
ip -n "$1private" route add default via 10.10.32.1
ip -n "$1vpc" address add 203.0.113.1/24 dev igw
ip -n "$1vpc" route add 169.254.169.254 via 203.0.113.10
ip -n "$1internet" address add 203.0.113.10/24 dev eth0
ip -n "$1internet" address add 169.254.169.254/32 dev lo
ip -n "$1internet" link set eth0 up
ip -n "$1internet" route add default via 203.0.113.1
ip -n "$1vpc" rule add priority 10 iif prv to 10.10.0.0/16 lookup main
ip -n "$1vpc" rule add priority 11 iif prv lookup 10
ip -n "$1vpc" rule add priority 12 iif igw to 10.10.32.0/20 lookup 10
ip netns exec "$1vpc" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
  net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0 net.ipv4.ip_forward=1
ip netns exec "$1vpc" nft --file - <<END
table ip aws {
  chain through {
    type filter hook forward priority filter
    iifname "pri" ip saddr != 10.10.0.4 drop
    oifname "igw" ip daddr 169.254.169.254 accept
    oifname "igw" ct state new ip saddr != { 10.10.0.4, 10.10.0.5 } drop
  }
  chain elastic {
    type nat hook postrouting priority srcnat
    oifname "igw" ip daddr 169.254.169.254 accept
    oifname "igw" ip saddr 10.10.0.4 snat to 198.51.100.4
    oifname "igw" ip saddr 10.10.0.5 snat to 198.51.100.5
  }
}
END
`

// hostScript boots the host: $2 is the namespace that has the fixed interface. The reverse path
// filter and the metric of the default route are the worst that a distribution could choose.
const hostScript = `
set -euo pipefail
ip netns delete "$1nat" 2>/dev/null || true
for dev in pri eni; do ip -n "$1vpc" link delete "$dev" 2>/dev/null || true; done
ip netns add "$1nat"; ip -n "$1nat" link set lo up
ip netns exec "$1nat" sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.default.rp_filter=1 net.ipv4.ip_forward=0
ip -n "$1vpc" link add pri mtu 9000 type veth peer name ens5 address 02:00:00:00:00:04 mtu 9000 netns "$1nat"
ip -n "$1vpc" link add eni mtu 9000 type veth peer name ens6 address 02:00:00:00:00:05 mtu 9000 netns "$1$2"
for dev in pri eni; do
  ip -n "$1vpc" link set "$dev" up; ip -n "$1vpc" address add 10.10.0.1/32 dev "$dev"
done
ip -n "$1vpc" route add 10.10.0.4 dev pri
ip -n "$1vpc" route add 10.10.0.5 dev eni
ip -n "$1vpc" route add default via 10.10.0.5 dev eni onlink table 10
ip -n "$1nat" address add 10.10.0.4/24 dev ens5
ip -n "$1nat" link set ens5 up
ip -n "$1nat" route add default via 10.10.0.1
`

// lab is one VPC with one NAT host in it.
type lab struct {
	t      *testing.T
	prefix string // of the namespaces' names
	dir    string // what the stand-ins and the host keep
}

var labs atomic.Int64

// newLab makes the network, the Internet's servers and a host whose fixed interface is in the
// given namespace: "limbo" for attached to nothing, "old" for a former host.
func newLab(t *testing.T, interfaceIn string) *lab {
	t.Helper()
	l := &lab{t: t, prefix: fmt.Sprintf("riglet%d-%d-", os.Getpid(), labs.Add(1)), dir: t.TempDir()}
	t.Cleanup(func() {
		for _, ns := range []string{"vpc", "private", "internet", "limbo", "old", "nat"} {
			_ = exec.Command("ip", "netns", "delete", l.prefix+ns).Run()
		}
	})
	l.shell(labScript, l.prefix)
	l.boot(interfaceIn)
	l.serve("internet", "world")
	return l
}

// boot starts the host afresh: what it had in the kernel is gone, its files are not.
func (l *lab) boot(interfaceIn string) {
	l.t.Helper()
	holders := map[string]string{"limbo": "", "old": oldInstance, "nat": newInstance}
	l.shell(hostScript, l.prefix, interfaceIn)
	l.write("holder", holders[interfaceIn])
}

func (l *lab) shell(script string, args ...string) string {
	l.t.Helper()
	command := exec.Command("bash", append([]string{"-c", script, "lab"}, args...)...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(l.t, err, "%s", stderr.String())
	return string(out)
}

func (l *lab) write(name, content string) {
	l.t.Helper()
	require.NoError(l.t, os.WriteFile(filepath.Join(l.dir, name), []byte(content), 0o600))
}

// read returns what a stand-in has kept, or nothing.
func (l *lab) read(name string) string {
	content, err := os.ReadFile(filepath.Join(l.dir, name))
	if err != nil {
		return ""
	}
	return string(content)
}

// serve starts servers in a namespace and returns when they listen.
func (l *lab) serve(ns, part string) {
	l.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	command := l.part(ctx, ns, part, l.dir)
	stdout, err := command.StdoutPipe()
	require.NoError(l.t, err)
	require.NoError(l.t, command.Start())
	l.t.Cleanup(func() {
		cancel()
		_ = command.Wait()
	})
	ready := make([]byte, len("ready"))
	_, err = stdout.Read(ready)
	require.NoError(l.t, err)
	require.Equal(l.t, "ready", string(ready))
}

// dial connects from a namespace and returns what the other side says of the connection.
func (l *lab) dial(ns, network, from, to string) (string, error) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := l.part(ctx, ns, "dial", network, from, to).Output()
	return strings.TrimSpace(string(out)), err
}

func (l *lab) part(ctx context.Context, ns, part string, args ...string) *exec.Cmd {
	self, err := os.Executable()
	require.NoError(l.t, err)
	argv := append([]string{"netns", "exec", l.prefix + ns, self}, args...)
	command := exec.CommandContext(ctx, "ip", argv...)
	command.Env = append(os.Environ(), partVariable+"="+part)
	command.Stderr = os.Stderr
	return command
}
