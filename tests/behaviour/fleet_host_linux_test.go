package behaviour_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// fleetDocument is what the fleet's host.Render gives, which its own tests hold the file to.
const fleetDocument = "../../components/fleet/internal/host/testdata/user-data.yaml"

// The values of that document.
const (
	fleetGroup     = "acme-shop-integration-app"
	fleetLaunch    = "acme-shop-integration-app-launch"
	fleetTerminate = "acme-shop-integration-app-terminate"
	fleetPort      = "8080"
	fleetBalancer  = "10.20.0.1:8000"
)

// fleetCanary is a secret of several lines: it must be in the application, and in no command line or log.
const fleetCanary = "canary-'7f3a$x\"\nsecond-line\\9c1e"

// Everything that the fleet's scripts may call. Whatever else they call is not found.
var fleetCalled = []string{
	"apt-get", "aws", "cat", "curl", "docker", "dpkg", "mkdir", "mv", "rm", "sleep", "systemctl", "tail", "tee", "timeout",
}

// fleetScript makes the network: $1 is the prefix of the namespaces' names, the rest are the hosts'
// numbers. Each host has a metadata service of its own, on its loopback interface.
const fleetScript = `
set -euo pipefail
lb=$1lb
ip netns add "$lb"; ip -n "$lb" link set lo up; ip -n "$lb" address add 10.20.0.1/32 dev lo
for n in "${@:2}"; do
  ip netns add "$1h$n"; ip -n "$1h$n" link set lo up
  ip -n "$1h$n" address add 169.254.169.254/32 dev lo
  ip -n "$lb" link add "h$n" type veth peer name ens5 netns "$1h$n"
  ip -n "$lb" address add "10.20.$n.1/24" dev "h$n"; ip -n "$lb" link set "h$n" up
  ip -n "$1h$n" address add "10.20.$n.10/24" dev ens5; ip -n "$1h$n" link set ens5 up
  ip -n "$1h$n" route add default via "10.20.$n.1"
done
`

// fleetLab is a balancer's namespace and those of the hosts behind it.
type fleetLab struct {
	*lab
	hosts []*fleetHost
}

// fleetHost is one instance: its files, its metadata and what has been called on it.
type fleetHost struct {
	*lab
	number int
}

// fleetPlan is what goes wrong on a host.
type fleetPlan struct {
	Broken    string // commands whose line contains this fail
	Times     int    // so often, or always if zero
	KillAt    int    // the script is killed at this command, counted from one
	Unhealthy bool   // the application answers 500
	Speed     int    // by which sleeping is faster, 50 if zero
}

// newFleetLab makes so many hosts, whose document is written but not run.
func newFleetLab(t *testing.T, count int, edit func(string) string) *fleetLab {
	t.Helper()
	l := &fleetLab{lab: &lab{t: t, prefix: fmt.Sprintf("riglet%d-%d-", os.Getpid(), labs.Add(1)), dir: t.TempDir()}}
	args, names := []string{l.prefix}, []string{"lb"}
	for n := 1; n <= count; n++ {
		args, names = append(args, strconv.Itoa(n)), append(names, "h"+strconv.Itoa(n))
	}
	t.Cleanup(func() {
		for _, ns := range names {
			_ = exec.Command("ip", "netns", "delete", l.prefix+ns).Run()
		}
	})
	l.shell(fleetScript, args...)
	for n := 1; n <= count; n++ {
		host := &fleetHost{lab: &lab{t: t, prefix: l.prefix, dir: t.TempDir()}, number: n}
		host.installFleet(edit)
		host.write("state", "InService")
		host.serve(host.namespace(), "instance")
		l.hosts = append(l.hosts, host)
	}
	return l
}

func newFleetHost(t *testing.T) *fleetHost {
	t.Helper()
	return newFleetLab(t, 1, asWritten).hosts[0]
}

func (h *fleetHost) namespace() string { return "h" + strconv.Itoa(h.number) }
func (h *fleetHost) address() string   { return fmt.Sprintf("10.20.%d.10:%s", h.number, fleetPort) }

func readFleetDocument(t *testing.T) cloudConfig {
	t.Helper()
	content, err := os.ReadFile(fleetDocument)
	require.NoError(t, err)
	var config cloudConfig
	require.NoError(t, yaml.Unmarshal(content, &config))
	return config
}

func (h *fleetHost) installFleet(edit func(string) string) {
	h.t.Helper()
	for _, file := range readFleetDocument(h.t).WriteFiles {
		mode, err := strconv.ParseUint(file.Permissions, 8, 32)
		require.NoError(h.t, err)
		path := filepath.Join(h.dir, "root", file.Path)
		require.NoError(h.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(h.t, os.WriteFile(path, []byte(edit(file.Content)), os.FileMode(mode)))
	}
	self, err := os.Executable()
	require.NoError(h.t, err)
	require.NoError(h.t, os.MkdirAll(filepath.Join(h.dir, "bin"), 0o755))
	for _, name := range fleetCalled {
		require.NoError(h.t, os.Symlink(self, filepath.Join(h.dir, "bin", name)))
	}
	h.t.Cleanup(h.endApplication)
}

// endApplication ends what the host's unit runs, by its process id.
func (h *fleetHost) endApplication() {
	if pid, err := strconv.Atoi(h.read("app.pid")); err == nil {
		end(pid, 0)
	}
}

// plan sets what goes wrong from now on, and forgets what has been called.
func (h *fleetHost) plan(p fleetPlan) {
	h.t.Helper()
	encoded, err := json.Marshal(p)
	require.NoError(h.t, err)
	h.write("plan", string(encoded))
	for _, name := range []string{"calls", "broken", "pid"} {
		h.write(name, "")
	}
}

// program is one of the host's two, as its unit starts it.
func (h *fleetHost) program(ctx context.Context, name, seconds string) *exec.Cmd {
	root := filepath.Join(h.dir, "root")
	command := exec.CommandContext(ctx, "ip", "netns", "exec", h.prefix+h.namespace(), "bash", "-c",
		`printf %s $$ >"$1/pid"; PATH=$1/bin exec "$2"`, "run", h.dir, root+"/usr/local/sbin/"+name)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), fleetVariable + "=" + h.dir, "RIGLET_FLEET_ROOT=" + root,
		"RIGLET_FLEET_SECONDS=" + seconds, "RIGLET_FLEET_SIGNAL_SECONDS=" + seconds, "RIGLET_FLEET_POLL_SECONDS=1",
		"RIGLET_FLEET_DOCKER=" + h.dir + "/bin/docker",
	}
	return command
}

// run runs a program once, which has so many seconds until it tries nothing again.
func (h *fleetHost) run(name, seconds string) result {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return h.wait(h.program(ctx, name, seconds))
}

// boot runs the boot program under a plan.
func (h *fleetHost) boot(p fleetPlan) result {
	h.t.Helper()
	h.plan(p)
	seconds := "30"
	if p.Unhealthy || p.Broken != "" && p.Times == 0 {
		seconds = "3"
	}
	return h.run("riglet-fleet-boot", seconds)
}

func (h *fleetHost) mustBoot() {
	h.t.Helper()
	r := h.boot(fleetPlan{})
	require.Zero(h.t, r.status, r.log)
	require.Equal(h.t, "CONTINUE\n", h.read("launch"), r.log)
}

// startDrain runs the drain program until it ends by itself or the test does.
func (h *fleetHost) startDrain(p fleetPlan) (ended func() result) {
	h.t.Helper()
	h.plan(p)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	command := h.program(ctx, "riglet-fleet-drain", "20")
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	command.WaitDelay = time.Second
	require.NoError(h.t, command.Start())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = command.Wait()
	}()
	h.t.Cleanup(func() {
		cancel()
		<-done
	})
	return func() result {
		<-done
		return result{status: command.ProcessState.ExitCode(), log: log.String()}
	}
}

// everything is every file that the host has written, but for the memory of its application.
func (h *fleetHost) everything(folder string) string {
	var all strings.Builder
	_ = filepath.WalkDir(filepath.Join(h.dir, folder), func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			content, _ := os.ReadFile(path)
			all.Write(content)
		}
		return nil
	})
	return all.String()
}
