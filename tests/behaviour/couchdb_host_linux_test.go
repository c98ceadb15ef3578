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
	"syscall"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// inside is a command on the host. The pid of its first process is kept for who wants to kill it.
func (b *box) inside(ctx context.Context, args ...string) *exec.Cmd {
	argv := append([]string{
		"--target", b.pid, "--mount", "--net", "--pid", "--root", "--wd", "/usr/bin/env", "-i", "-C", "/",
		"PATH=/lab/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
	}, args...)
	return exec.CommandContext(ctx, "nsenter", argv...)
}

// in runs something real on the host that has to work.
func (b *box) in(args ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := b.inside(ctx, append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, args...)...)
	out, err := command.CombinedOutput()
	require.NoError(b.t, err, "%v: %s", args, out)
	return strings.TrimSpace(string(out))
}

// install does what cloud-init does with the document: it writes the files.
func (b *box) install(edit func(string) string) {
	b.t.Helper()
	content, err := os.ReadFile(couchdbDocument)
	require.NoError(b.t, err)
	var config cloudConfig
	require.NoError(b.t, yaml.Unmarshal(content, &config))
	for _, file := range config.WriteFiles {
		mode, err := strconv.ParseUint(file.Permissions, 8, 32)
		require.NoError(b.t, err)
		b.putFile(filepath.Join(b.dir, "root", file.Path), edit(file.Content), os.FileMode(mode))
	}
}

// provide puts the programs on the host's path: the stand-ins, and what cloud-init writes.
func (b *box) provide() {
	b.t.Helper()
	self, err := os.Executable()
	require.NoError(b.t, err)
	bin := filepath.Join(b.dir, "lab/bin")
	require.NoError(b.t, os.MkdirAll(bin, 0o755))
	for from, to := range map[string]string{self: "self", standIns + "couchdb": "couchdb", standIns + "cloud": "cloud"} {
		b.command("cp", from, filepath.Join(b.dir, "lab", to))
	}
	stubs := filepath.Join(b.dir, "lab/stubs")
	require.NoError(b.t, os.MkdirAll(stubs, 0o755))
	for _, name := range boxStubbed {
		require.NoError(b.t, os.Symlink("/lab/self", filepath.Join(stubs, name)))
	}
	for _, name := range boxCalled {
		require.NoError(b.t, os.Symlink("/lab/self", filepath.Join(bin, name)))
	}
	for _, name := range []string{"backup", "restore", "report", "host", "run"} {
		require.NoError(b.t, os.Symlink("/usr/local/sbin/riglet-couchdb-"+name, filepath.Join(bin, "riglet-couchdb-"+name)))
	}
	require.NoError(b.t, os.Symlink("/usr/bin/bash", filepath.Join(bin, "bash")))
}

// putFile writes through the host's own mount, as the host itself would.
func (b *box) putFile(path, content string, mode os.FileMode) {
	b.t.Helper()
	inside := strings.TrimPrefix(path, filepath.Join(b.dir, "root"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := b.inside(ctx, "PATH=/usr/bin:/bin", "bash", "-c",
		`mkdir -p "${1%/*}" && cat >"$1" && chmod "$2" "$1"`, "put", inside, fmt.Sprintf("%o", mode))
	command.Stdin = strings.NewReader(content)
	out, err := command.CombinedOutput()
	require.NoError(b.t, err, "%s", out)
}

// setting changes one value of the host's env file, which the document's tests hold to its form.
func (b *box) setting(name, value string) {
	b.t.Helper()
	b.in("sed", "-i", "s|^"+name+"=.*|"+name+"='"+value+"'|", "/etc/riglet-couchdb/env")
}

func (b *box) write(name, content string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(filepath.Join(b.dir, "lab", name), []byte(content), 0o644))
}

func (b *box) read(name string) string {
	content, err := os.ReadFile(filepath.Join(b.dir, "lab", name))
	if err != nil {
		return ""
	}
	return string(content)
}

// startCloud starts AWS, whose objects end with the host's power: tests that need both reboot by hand.
func (b *box) startCloud() {
	b.t.Helper()
	log, err := os.OpenFile(filepath.Join(b.dir, "lab/cloud.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(b.t, err)
	command := b.inside(context.Background(), "/lab/cloud", "/lab")
	command.Stdout, command.Stderr = log, log
	require.NoError(b.t, command.Start())
	b.cloud = command
	b.in("curl", "--silent", "--output", "/dev/null", "--retry", "50", "--retry-connrefused", "--retry-delay", "0",
		"--retry-max-time", "20", cloudURL)
}

// fault is what goes wrong in one run of a program, and what is stubbed.
type fault struct {
	Broken  string // commands whose line contains this fail
	Times   int    // so often, or always if zero
	KillAt  int    // the program is killed once this command is done, counted from one
	Docker  bool   // the real engine; without it a stub that starts the same server
	Missing string // a program that is not installed
	Plain   bool   // only what has to be stubbed is: nothing is noted of the rest, which is faster
}

// run runs one of the host's programs. It has half a minute for what must succeed.
func (b *box) run(f fault, words ...string) result {
	b.t.Helper()
	seconds := "30"
	if f.Broken != "" && f.Times == 0 {
		seconds = "5"
	}
	return b.runFor(seconds, f, words...)
}

func (b *box) runFor(seconds string, f fault, words ...string) result {
	b.t.Helper()
	encoded, err := json.Marshal(f)
	require.NoError(b.t, err)
	b.write("fault", string(encoded))
	for _, name := range []string{"calls", "broken", "pid"} {
		b.write(name, "")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	path := "/lab/bin"
	if f.Plain {
		path = "/lab/stubs:/usr/local/sbin:/usr/sbin:/usr/bin"
	}
	argv := append([]string{
		"PATH=" + path, boxVariable + "=/lab", "RIGLET_COUCHDB_SECONDS=" + seconds, "bash", "-c",
		`printf %s $$ >/lab/pid; exec "$@"`, "run",
	}, words...)
	var log bytes.Buffer
	command := b.inside(ctx, argv...)
	command.Stdout, command.Stderr = &log, &log
	command.WaitDelay = 5 * time.Second
	start := time.Now()
	_ = command.Run()
	status := command.ProcessState.ExitCode()
	if command.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
		status = -1
	}
	if status != 0 {
		b.t.Logf("%v: status %d\n%s\nunit: %s", words, status, tail(log.String()), tail(b.read("unit.log")))
	}
	return result{status: status, log: log.String(), took: time.Since(start)}
}

// tail is enough of a log to see what went wrong.
func tail(log string) string { return log[max(0, len(log)-3000):] }

func (b *box) mustRun(words ...string) result {
	b.t.Helper()
	r := b.run(fault{}, words...)
	require.Zero(b.t, r.status, r.log)
	return r
}

// boot is the program that runs at every boot.
const boot = "riglet-couchdb-host"

// curl asks CouchDB as the administrator.
func (b *box) curl(args ...string) string {
	b.t.Helper()
	return b.in(append([]string{
		"curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--user", "admin:" + canary,
	}, args...)...)
}

func (b *box) calls(of string) []string {
	var found []string
	for line := range strings.Lines(b.read("calls")) {
		if strings.Contains(line, of) {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found
}
