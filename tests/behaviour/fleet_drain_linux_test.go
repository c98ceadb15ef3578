package behaviour_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// balancer is a real NGINX in front of the hosts. Like AWS's own it never tries a request again
// elsewhere, and it needs seconds until a target that was taken out gets no more requests.
type balancer struct {
	*fleetLab
	nginx *exec.Cmd
}

const nginxConfig = `
daemon off; user root; worker_processes 1; pid %[1]s/nginx.pid; error_log %[1]s/nginx.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
  upstream fleet {
%[2]s    keepalive 32;
  }
  server {
    listen %[3]s;
    location / {
      proxy_pass http://fleet; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_next_upstream off; proxy_connect_timeout 2s; proxy_read_timeout 5s;
    }
  }
}
`

// targets writes who gets requests, and tells NGINX when it runs.
func (b *balancer) targets(hosts ...*fleetHost) {
	b.t.Helper()
	var servers strings.Builder
	for _, host := range hosts {
		fmt.Fprintf(&servers, "    server %s max_fails=0;\n", host.address())
	}
	b.write("nginx.conf", fmt.Sprintf(nginxConfig, b.dir, servers.String(), fleetBalancer))
	if b.nginx != nil {
		require.NoError(b.t, b.nginx.Process.Signal(syscall.SIGHUP))
	}
}

func (b *balancer) start() {
	b.t.Helper()
	nginx, err := lookPath("nginx")
	require.NoError(b.t, err)
	// NGINX is the namespace's process itself, so that its process id is the one that is known.
	b.nginx = exec.Command("nsenter", "--net=/run/netns/"+b.prefix+"lb", nginx, "-c", b.dir+"/nginx.conf")
	require.NoError(b.t, b.nginx.Start())
	b.t.Cleanup(func() {
		_ = b.nginx.Process.Signal(syscall.SIGTERM)
		_ = b.nginx.Wait()
	})
	require.Eventually(b.t, func() bool {
		curl := exec.Command("ip", "netns", "exec", b.prefix+"lb", "curl", "--silent", "--fail", "http://"+fleetBalancer)
		return curl.Run() == nil
	}, 5*time.Second, 50*time.Millisecond, "%s", b.read("nginx.log"))
}

// load starts the client, which the returned function ends.
func (b *balancer) load() (ended func() *tally) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	until := filepath.Join(b.dir, "enough")
	command := b.part(ctx, "lb", "load", "http://"+fleetBalancer, "200", until)
	out, err := command.StdoutPipe()
	require.NoError(b.t, err)
	require.NoError(b.t, command.Start())
	b.t.Cleanup(func() {
		cancel()
		_ = command.Wait()
	})
	return func() *tally {
		b.write("enough", "")
		seen := &tally{}
		require.NoError(b.t, json.NewDecoder(out).Decode(seen))
		return seen
	}
}

// replace is what the group and the balancer do to put one host in the place of another: the new
// one is a target once it has passed; the old one is told, and stays a target for two seconds more.
func (b *balancer) replace(old, next, beside *fleetHost) {
	b.t.Helper()
	next.mustBoot()
	b.targets(old, next, beside)
	time.Sleep(500 * time.Millisecond)
	drained := old.startDrain(fleetPlan{Speed: 1})
	old.write("state", "Terminated")
	time.Sleep(2 * time.Second)
	b.targets(next, beside)
	r := drained()
	require.Zero(b.t, r.status, r.log)
	assert.Equal(b.t, "CONTINUE\n", old.read("terminate"), r.log)
}

// roll replaces both hosts of a fleet under load, with scripts that edit may change first.
func roll(t *testing.T, edit func(string) string) (*tally, *fleetLab) {
	t.Helper()
	l := newFleetLab(t, 4, edit)
	b := &balancer{fleetLab: l}
	one, two, three, four := l.hosts[0], l.hosts[1], l.hosts[2], l.hosts[3]
	one.mustBoot()
	two.mustBoot()
	b.targets(one, two)
	b.start()
	ended := b.load()
	time.Sleep(time.Second)
	b.replace(one, three, two)
	b.replace(two, four, three)
	time.Sleep(time.Second)
	return ended(), l
}

func TestFleet_is_replaced_under_load_and_no_request_fails(t *testing.T) {
	t.Parallel()
	seen, l := roll(t, asWritten)
	assert.Zero(t, seen.Failed, "%v", seen.Faults)
	assert.Greater(t, seen.Sent, 2000)
	assert.Less(t, seen.Connections, seen.Sent/5, "connections were kept")
	for _, old := range l.hosts[:2] {
		assert.Equal(t, "ended\n", old.read("stopped"), "in its own time")
	}
	t.Logf("%d requests over %d connections, %d failed", seen.Sent, seen.Connections, seen.Failed)
}

// The test above can fail: without the drain the application ends while it is still a target.
func TestFleet_that_does_not_drain_loses_requests(t *testing.T) {
	t.Parallel()
	seen, _ := roll(t, func(content string) string {
		return strings.Replace(content, "  wait_for_the_end\n  drain\n", "  wait_for_the_end\n", 1)
	})
	assert.NotZero(t, seen.Failed, "the drain is not what keeps requests")
	t.Logf("%d requests, %d failed: %v", seen.Sent, seen.Failed, seen.Faults)
}

func TestFleet_serves_until_it_is_terminated(t *testing.T) {
	t.Parallel()
	h := newFleetHost(t)
	h.mustBoot()
	drained := h.startDrain(fleetPlan{})
	time.Sleep(time.Second)
	assert.Empty(t, h.read("stopped"), "in service")
	h.write("state", "Terminated")
	r := drained()
	require.Zero(t, r.status, r.log)
	calls := h.read("calls")
	assert.Less(t, strings.Index(calls, "sleep 5"), strings.Index(calls, "stop riglet-fleet.target"), "first the drain")
	assert.Less(t, strings.Index(calls, "stop riglet-fleet.target"), strings.Index(calls, "complete-lifecycle-action"),
		"then the stop, then the group")
	assert.FileExists(t, filepath.Join(h.dir, "root/run/riglet-fleet/draining"))
	assert.Contains(t, h.read("events"), "stopping", "the log group has it")
}

func TestFleet_that_never_served_does_not_drain(t *testing.T) {
	t.Parallel()
	h := newFleetHost(t)
	h.boot(fleetPlan{Unhealthy: true})
	h.write("state", "Terminated")
	r := h.startDrain(fleetPlan{})()
	require.Zero(t, r.status, r.log)
	assert.NotContains(t, h.read("calls"), "sleep 5 ")
	assert.Equal(t, "ABANDON\n", h.read("launch"))
	assert.Equal(t, "CONTINUE\n", h.read("terminate"))
}

// Run again at any point, a termination is told once and waits for no more than the rest.
func TestFleet_drain_is_taken_up_where_it_was_killed(t *testing.T) {
	t.Parallel()
	for step := 4; step <= 16; step += 2 {
		t.Run(strconv.Itoa(step), func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			h.mustBoot()
			h.write("state", "Terminated")
			h.startDrain(fleetPlan{KillAt: step})()
			r := h.startDrain(fleetPlan{})()
			require.Zero(t, r.status, r.log)
			assert.Equal(t, "CONTINUE\n", h.read("terminate"))
			assert.NotEmpty(t, h.read("stopped"))
		})
	}
}

func TestFleet_drain_goes_on_when(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]fleetPlan{
		"the metadata service fails for a time": {Broken: "api/token", Times: 5},
		"nothing stops":                         {Broken: "systemctl stop"},
		"the log group refuses":                 {Broken: " logs "},
		"the group is deaf for a time":          {Broken: "lifecycle-action", Times: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			h.mustBoot()
			h.write("state", "Terminated")
			r := h.startDrain(plan)()
			require.Zero(t, r.status, r.log)
			assert.Equal(t, "CONTINUE\n", h.read("terminate"))
			assert.NotEmpty(t, h.read("broken"))
		})
	}
}

// An application that does not end in its time is killed, and the termination goes on.
func TestFleet_kills_what_does_not_end_in_time(t *testing.T) {
	t.Parallel()
	h := newFleetLab(t, 1, func(content string) string {
		content = strings.Replace(content, `"stopSeconds":10`, `"stopSeconds":1`, 1)
		return strings.Replace(content, `"APP_NAME":"shop"`, `"APP_DEAF":"true"`, 1)
	}).hosts[0]
	h.mustBoot()
	h.write("state", "Terminated")
	r := h.startDrain(fleetPlan{})()
	require.Zero(t, r.status, r.log)
	assert.Equal(t, "killed\n", h.read("stopped"))
	assert.Equal(t, "CONTINUE\n", h.read("terminate"))
}
