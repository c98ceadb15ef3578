package behaviour_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
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
for node in 'null 3' 'zero 5' 'full 7' 'random 8' 'urandom 9'; do
  mknod -m 666 "$root/dev/${node% *}" c 1 "${node#* }"
done
ln -s /proc/self/fd "$root/dev/fd"
mount --bind "$1/lab" "$root/lab"
ip link set lo up
ip address add 10.10.160.10/32 dev lo
ip address add 169.254.169.254/32 dev lo
exec chroot "$root" bash -c 'echo ready && exec sleep infinity'
`

// box is one CouchDB host with its disks and its AWS.
type box struct {
	t     testing.TB
	dir   string // its folder; lab inside it is /lab on the host
	disk  string // the file that is the data volume
	loop  string // the device that it is
	loops []*os.File
	pid   string // of the host's first process
	cloud *exec.Cmd
	off   func() // cuts the power
}

// newBox is a host that has not booted, with a blank volume attached.
func newBox(tb testing.TB) *box {
	tb.Helper()
	return newBoxOf(tb, "400M")
}

func newBoxOf(tb testing.TB, size string) *box {
	tb.Helper()
	b := &box{t: tb, dir: boxFolder(tb)}
	b.disk = filepath.Join(b.dir, "volume")
	b.command("truncate", "--size", size, b.disk)
	b.provide()
	b.powerOn()
	b.install(asWritten)
	b.write("secret", fmt.Sprintf(`{"username": "admin", "password": %q}`, canary))
	return b
}

// boxFolder is on a file system of its own: an overlay may not be above a folder of itself.
func boxFolder(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "riglet-box-") //nolint:usetesting // a test's name has what mount does not take
	require.NoError(tb, err)
	require.NoError(tb, syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755"))
	tb.Cleanup(func() {
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
	anchor.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // whatever ends the suite ends its hosts
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
	loop := b.device(file)
	b.in("bash", "-c", `mknod "$1" b 7 "${1#/dev/loop}" && ln -sfn "$1" "$2"`, "attach", loop, link)
	return loop
}

// device makes a disk of the machine of a file.
func (b *box) device(file string) string {
	b.t.Helper()
	attaching.Lock()
	defer attaching.Unlock()
	loop := b.command("losetup", "--find", "--show", file)
	held, err := os.Open(loop)
	require.NoError(b.t, err)
	b.loops = append(b.loops, held)
	b.command("losetup", "--detach", loop) // once nobody has it open, however this process ends
	return loop
}

// detach lets go of every device of this box.
func (b *box) detach() {
	for _, held := range b.loops {
		_ = held.Close()
	}
	b.loops = nil
}
