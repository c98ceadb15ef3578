package behaviour_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNAT_abandons_the_host_when_for_ever_broken(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{
		"mkdir -p", "cat", "mv ", "meta-data/network/interfaces/macs/ ", "/interface-id", "local-ipv4s", "subnet-ipv4",
		"ec2 describe-network-interfaces", "ec2 attach-network-interface", "ip -br link", "nft --file", "nft list",
		"ip link set", "ip -4 address", "ip -4 route replace 10", "ip -4 route replace default", "ip -4 rule show",
		"ip -4 rule add", "ip -4 -o route get", "sysctl --quiet --load", "sysctl --quiet --write", "sysctl --values",
		"curl --silent --output",
	} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, "limbo")
			l.install(asWritten)
			r := l.run(plan{Broken: broken})
			assert.NotZero(t, r.status, r.log)
			assert.Equal(t, "ABANDON\n", l.read("lifecycle"), r.log)
			assert.Len(t, l.calls("aws", "complete-lifecycle-action"), 1, "told exactly once")
			assert.Less(t, r.took, 20*time.Second)
			assert.NotEmpty(t, l.read("broken"), "the script never called it")
		})
	}
}

func TestNAT_abandons_the_host_when_a_package_cannot_be_had(t *testing.T) {
	t.Parallel()
	l := newLab(t, "limbo")
	l.install(asWritten)
	l.shell(`rm "$1/bin/nft"`, l.dir)
	r := l.run(plan{Broken: "apt-get"})
	assert.NotZero(t, r.status, r.log)
	assert.Contains(t, r.log, "gave up on package nftables")
	assert.Equal(t, "ABANDON\n", l.read("lifecycle"))
}

// Without metadata there are no credentials either, and without the AWS CLI no way to tell: the
// hook's own timeout abandons such a host.
func TestNAT_ends_in_time_when_nobody_can_be_told(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{
		"api/token", "meta-data/instance-id", "placement/region", "timeout 60", "aws --region",
		"lifecycle-action-result CONTINUE",
	} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, "limbo")
			l.install(asWritten)
			r := l.run(plan{Broken: broken})
			assert.NotZero(t, r.status, r.log)
			assert.Empty(t, l.read("lifecycle"), r.log)
			assert.Contains(t, r.log, "gave up on ")
			assert.Less(t, r.took, 20*time.Second)
		})
	}
}

func TestNAT_does_not_depend_on(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{
		"networkctl", "udevadm", "dpkg", "apt-get", "amazon-ssm-" + region, "systemctl enable", "rm -f",
	} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, "limbo")
			l.install(asWritten)
			r := l.run(plan{Broken: broken})
			require.Zero(t, r.status, r.log)
			assert.Equal(t, "CONTINUE\n", l.read("lifecycle"))
			l.mustTranslate()
		})
	}
}

func TestNAT_abandons_the_host_when_asked_to_end(t *testing.T) {
	t.Parallel()
	l := newLab(t, "limbo")
	l.install(asWritten)
	r := l.run(plan{TermAt: 40})
	assert.Equal(t, 64, r.status, r.log)
	assert.Equal(t, "ABANDON\n", l.read("lifecycle"))
}

func TestNAT_leaves_the_interface_to_the_replacement(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		first plan
		want  int
	}{
		"of an abandoned host":           {plan{Broken: "nft list"}, 64},
		"of a host that was once in use": {plan{}, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, "limbo")
			l.install(asWritten)
			l.run(tt.first)
			l.boot("old") // the replacement has it
			r := l.runFor("2", plan{})
			assert.Equal(t, tt.want, r.status, r.log)
			assert.Equal(t, oldInstance, l.read("holder"), r.log)
			assert.Empty(t, l.calls("aws", "tach-network-interface"), "neither detached nor attached")
			assert.Empty(t, l.calls("aws", "complete-lifecycle-action"))
		})
	}
}

// Each worker kills every fourth command of the script once it is done, and runs it again.
func TestNAT_converges_after_being_killed(t *testing.T) {
	t.Parallel()
	const workers = 4
	for worker := range workers {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			l := newHost(t)
			want := l.state()
			killed := 0
			for at := worker + 1; l.kill(at); at += workers {
				killed++
				l.mustRun()
				require.Equal(t, want, l.state(), "killed at %d", at)
				require.Equal(t, "CONTINUE\n", l.read("lifecycle"), "killed at %d", at)
				l.mustTranslate()
			}
			t.Logf("killed %d times", killed)
			assert.Greater(t, killed, 15, "the script has more commands than that")
		})
	}
}

// kill runs the script on a host like new until its command at a number, if it has so many.
func (l *lab) kill(at int) bool {
	l.t.Helper()
	l.shell(`rm -rf "$1/root" "$1/bin" "$1/lifecycle"`, l.dir)
	l.install(asWritten)
	l.boot("limbo")
	r := l.runFor("60", plan{KillAt: at, KillAfter: true})
	require.Contains(l.t, []int{0, -1}, r.status, r.log)
	return r.status == -1
}
