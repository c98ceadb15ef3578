package behaviour_test

import (
	"bytes"
	"context"
	"encoding/json"
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

// document is what nathost.Render gives, which its own tests hold the file to.
const document = "../../components/foundation/internal/nathost/testdata/user-data.yaml"

// Everything that the script may call. Whatever else it calls is not found.
var called = []string{
	"apt-get", "aws", "cat", "curl", "dpkg", "ip", "mkdir", "mv", "networkctl", "nft", "rm",
	"sleep", "sysctl", "systemctl", "timeout", "udevadm",
}

// cloudConfig is a cloud-init document as far as these tests read it.
type cloudConfig struct {
	WriteFiles []struct {
		Path, Permissions, Content string
	} `yaml:"write_files"`
}

func readDocument(t *testing.T) cloudConfig {
	t.Helper()
	content, err := os.ReadFile(document)
	require.NoError(t, err)
	var config cloudConfig
	require.NoError(t, yaml.Unmarshal(content, &config))
	return config
}

// install does what cloud-init does with the document: it writes the files. edit may change
// each first.
func (l *lab) install(edit func(string) string) {
	l.t.Helper()
	for _, file := range readDocument(l.t).WriteFiles {
		mode, err := strconv.ParseUint(file.Permissions, 8, 32)
		require.NoError(l.t, err)
		path := filepath.Join(l.dir, "root", file.Path)
		require.NoError(l.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(l.t, os.WriteFile(path, []byte(edit(file.Content)), os.FileMode(mode)))
	}
	self, err := os.Executable()
	require.NoError(l.t, err)
	require.NoError(l.t, os.MkdirAll(filepath.Join(l.dir, "bin"), 0o755))
	for _, name := range called {
		require.NoError(l.t, os.Symlink(self, filepath.Join(l.dir, "bin", name)))
	}
}

// realPrograms are looked up here, because a stand-in would find itself.
func realPrograms() map[string]string {
	found := map[string]string{}
	for _, name := range called {
		if path, err := lookPath(name); err == nil {
			found[name] = path
		}
	}
	return found
}

func asWritten(content string) string { return content }

// result is one run of the script.
type result struct {
	status int
	log    string
	took   time.Duration
}

// run runs the script once in the host's namespace. It has a minute for what must succeed.
func (l *lab) run(p plan) result {
	l.t.Helper()
	seconds := "60"
	if p.Broken != "" && p.Times == 0 {
		seconds = "5"
	}
	return l.runFor(seconds, p)
}

func (l *lab) runFor(seconds string, p plan) result {
	l.t.Helper()
	p.Prefix = l.prefix
	p.Real = realPrograms()
	encoded, err := json.Marshal(p)
	require.NoError(l.t, err)
	l.write("plan", string(encoded))
	for _, name := range []string{"calls", "aws", "broken", "looks", "pid"} {
		l.write(name, "")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	root := filepath.Join(l.dir, "root")
	command := exec.CommandContext(ctx, "ip", "netns", "exec", l.prefix+"nat", "bash", "-c",
		`printf %s $$ >"$1/pid"; PATH=$1/bin exec "$2"`, "run", l.dir, root+"/usr/local/sbin/riglet-nat")
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), labVariable + "=" + l.dir, "RIGLET_NAT_ROOT=" + root,
		"RIGLET_NAT_SETUP_SECONDS=" + seconds, "RIGLET_NAT_SIGNAL_SECONDS=" + seconds,
		"RIGLET_NAT_PROBES=http://" + serverIP + ":8081 http://" + serverIP + ":8080",
	}
	return l.wait(command)
}

func (l *lab) wait(command *exec.Cmd) result {
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	command.WaitDelay = 5 * time.Second // a killed script may leave a child with the log open
	start := time.Now()
	_ = command.Run()
	return result{status: command.ProcessState.ExitCode(), log: log.String(), took: time.Since(start)}
}

// newHost is a lab whose host has run its script once, successfully.
func newHost(t *testing.T) *lab {
	t.Helper()
	l := newLab(t, "limbo")
	l.install(asWritten)
	l.mustRun()
	return l
}

func (l *lab) mustRun() {
	l.t.Helper()
	r := l.run(plan{})
	require.Zero(l.t, r.status, r.log)
}

// calls are the lines that contain what is asked for, of those noted in "calls" (all programs)
// or "aws".
func (l *lab) calls(noted, of string) []string {
	var found []string
	for line := range strings.Lines(l.read(noted)) {
		if strings.Contains(line, of) {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found
}

// state is all that the host keeps in the kernel and on disk for the NAT.
func (l *lab) state() string {
	l.t.Helper()
	return l.shell(`
		cd "$2/root"
		find . -type f | sort | xargs sha256sum
		within() { ip netns exec "$1" "${@:2}"; }
		within "$1" nft --stateless list ruleset
		within "$1" ip -4 -o address show dev ens6 | sed 's/^[0-9]*: //'
		within "$1" ip -4 rule
		within "$1" ip -4 route show table all
		within "$1" sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter net.ipv4.conf.ens6
	`, l.prefix+"nat", l.dir)
}
