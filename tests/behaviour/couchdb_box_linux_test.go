package behaviour_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// couchdbDocument is what dbhost.Render gives, which its own tests hold the file to.
const couchdbDocument = "../../components/couchdb/internal/dbhost/testdata/user-data.yaml"

// The values of that document.
const (
	couchdbVolume = "vol-0123456789abcdef0"
	couchdbIP     = "10.10.160.10"
	couchdbURL    = "http://" + couchdbIP + ":5984"
	couchdbLink   = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0"
	couchdbBucket = "s3://acme-shop-integration-couchdb/couchdb"
	cloudURL      = "http://169.254.169.254:4566"
)

// The canary: it must be where curl and CouchDB need it, and nowhere else. It has what curl's file
// and JSON give a meaning to.
const canary = `canary-"7f3a\9c1e'b2d4$x`

// What the box's programs may call. Whatever else they call is not found.
var boxCalled = []string{
	"apt-get", "awk", "aws", "blkid", "cat", "chmod", "chown", "cmp", "cp", "curl", "cut", "df", "docker", "dpkg", "du",
	"find", "findmnt", "flock", "grep", "head", "journalctl", "mkdir", "mkfs.xfs", "mount", "mountpoint", "mv", "readlink",
	"rm", "rmdir", "sed", "sha256sum", "sleep", "sort", "sync", "systemctl", "tail", "tar", "timeout", "tr", "udevadm",
	"unattended-upgrade", "uniq", "wc", "xfs_growfs",
}

// boxStubbed are those of them that are not the real ones.
var boxStubbed = []string{
	"apt-get", "aws", "curl", "docker", "dpkg", "journalctl", "sleep", "systemctl", "udevadm", "unattended-upgrade",
}

// boxScript boots a host: this machine's own Debian under an overlay, so that what the host writes
// is its own, in namespaces of its own. $1 is its folder. Its /dev has the disks that are linked.
const boxScript = `
set -euo pipefail
root=$1/root
mkdir -p "$root" "$1/lab" "$1/disk/upper" "$1/disk/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/disk/upper,workdir=$1/disk/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/dev"
mkdir -p "$root/dev/disk/by-id" "$root/dev/shm" "$root/lab" "$root/run/lock"
for node in 'null 3' 'zero 5' 'full 7' 'random 8' 'urandom 9'; do mknod -m 666 "$root/dev/${node% *}" c 1 "${node#* }"; done
ln -s /proc/self/fd "$root/dev/fd"
mount --bind "$1/lab" "$root/lab"
ip link set lo up
ip address add 10.10.160.10/32 dev lo
ip address add 169.254.169.254/32 dev lo
exec chroot "$root" bash -c 'echo ready && exec sleep infinity'
`

// box is one CouchDB host with its disks and its AWS.
type box struct {
	t     *testing.T
	dir   string // its folder; lab inside it is /lab on the host
	disk  string // the file that is the data volume
	loop  string // the device that it is
	pid   string // of the host's first process
	cloud *exec.Cmd
	off   func() // cuts the power
}

// newBox is a host that has not booted, with a blank volume attached.
func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{t: t, dir: boxFolder(t)}
	b.disk = filepath.Join(b.dir, "volume")
	b.command("truncate", "--size", "400M", b.disk)
	b.provide()
	b.powerOn()
	b.install(asWritten)
	b.write("secret", fmt.Sprintf(`{"username": "admin", "password": %q}`, canary))
	return b
}

// boxFolder is on a file system of its own: an overlay may not be above a folder of itself.
func boxFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "riglet-box-") //nolint:usetesting // a test's name has what mount does not take
	require.NoError(t, err)
	require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755"))
	t.Cleanup(func() {
		_ = syscall.Unmount(dir, syscall.MNT_DETACH)
		_ = os.Remove(dir)
	})
	return dir
}

func (b *box) command(name string, args ...string) string {
	b.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(b.t, err, "%s %v: %s", name, args, out)
	return strings.TrimSpace(string(out))
}

// powerOn boots the host: what it had in the kernel is gone, its disks are not.
func (b *box) powerOn() {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	anchor := exec.CommandContext(ctx, "unshare", "--mount", "--net", "--pid", "--fork", "--kill-child",
		"--propagation", "private", "bash", "-c", boxScript, "box", b.dir)
	var stderr bytes.Buffer
	anchor.Stderr = &stderr
	stdout, err := anchor.StdoutPipe()
	require.NoError(b.t, err)
	require.NoError(b.t, anchor.Start())
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	require.Equal(b.t, "ready\n", line, "%s", &stderr)
	parent := strconv.Itoa(anchor.Process.Pid)
	children, err := os.ReadFile("/proc/" + parent + "/task/" + parent + "/children")
	require.NoError(b.t, err)
	b.pid = strings.TrimSpace(string(children))
	b.off = sync.OnceFunc(func() {
		pid, _ := strconv.Atoi(b.pid)
		_ = syscall.Kill(pid, syscall.SIGKILL) // all of its namespace ends with it
		_ = anchor.Wait()
		if b.cloud != nil {
			_ = b.cloud.Wait()
		}
		cancel()
		b.detach()
	})
	b.t.Cleanup(b.off)
	b.attach()
	b.startCloud()
}

// reboot is a power failure and a start.
func (b *box) reboot() {
	b.t.Helper()
	b.off()
	b.powerOn()
}

// attaching guards the look for a free device, which is the machine's.
var attaching sync.Mutex

// attach makes the volume a disk of the host, at whatever device is free.
func (b *box) attach() {
	b.t.Helper()
	b.loop = b.attachAs(b.disk, couchdbLink)
}

func (b *box) attachAs(file, link string) string {
	b.t.Helper()
	attaching.Lock()
	loop := b.command("losetup", "--find", "--show", file)
	attaching.Unlock()
	b.in("bash", "-c", `mknod "$1" b 7 "${1#/dev/loop}" && ln -sfn "$1" "$2"`, "attach", loop, link)
	return loop
}

// detach lets go of every device of this box. One that is still in use goes with its last user.
func (b *box) detach() {
	out, _ := exec.Command("losetup", "--noheadings", "--output", "NAME,BACK-FILE").Output()
	for line := range strings.Lines(string(out)) {
		if name, file, found := strings.Cut(strings.TrimSpace(line), " "); found && strings.Contains(file, b.dir+"/") {
			_ = exec.Command("losetup", "--detach", name).Run()
		}
	}
}

// inside is a command on the host. The pid of its first process is kept for who wants to kill it.
func (b *box) inside(ctx context.Context, args ...string) *exec.Cmd {
	argv := append([]string{"--target", b.pid, "--mount", "--net", "--pid", "--root", "--wd", "/usr/bin/env", "-i", "-C", "/",
		"PATH=/lab/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}, args...)
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
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	path := "/lab/bin"
	if f.Plain {
		path = "/lab/stubs:/usr/sbin:/usr/bin"
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
