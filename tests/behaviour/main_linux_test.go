package behaviour_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Programs that the suite runs beside those of every Linux.
var programs = []string{
	"bash", "blkid", "cloud-init", "curl", "dockerd", "ip", "losetup", "mkfs.ext4", "mkfs.xfs", "nft", "nginx", "nsenter",
	"python3", "shellcheck", "sysctl", "systemd-analyze", "unshare", "/usr/bin/aws", "/usr/bin/docker",
}

// inside marks the process that already has namespaces of its own.
const inside = "RIGLET_BEHAVIOUR_INSIDE"

// TestMain makes one binary play three parts: the suite; a program on the path of a script under
// test, when it is called by that program's name; a server or client inside a namespace.
func TestMain(m *testing.M) {
	os.Exit(begin(m)) //nolint:forbidigo // a stand-in's status is what the script under test sees
}

func begin(m *testing.M) int {
	if os.Getenv(fleetVariable) != "" {
		return fleetStandIn(filepath.Base(os.Args[0]), os.Args[1:])
	}
	if os.Getenv(labVariable) != "" {
		return standIn(filepath.Base(os.Args[0]), os.Args[1:])
	}
	if os.Getenv(boxVariable) != "" {
		return boxStandIn(filepath.Base(os.Args[0]), os.Args[1:])
	}
	if part := os.Getenv(partVariable); part != "" {
		return play(part, os.Args[1:])
	}
	if err := prepare(); err != nil {
		return fail(1, err.Error())
	}
	// Most of the tests wait for a deadline rather than for the processor.
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(4*runtime.NumCPU())); err != nil {
		return fail(1, err.Error())
	}
	return m.Run()
}

// prepare ends in namespaces of the suite's own, so that no run can leave or disturb anything
// on the machine, whatever kills it. Without root it becomes root of a user namespace.
func prepare() error {
	var missing []string
	for _, program := range programs {
		if _, err := lookPath(program); err != nil {
			missing = append(missing, program)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("tests/behaviour needs %s: run make deps", strings.Join(missing, ", "))
	}
	if os.Getenv(inside) != "" {
		return nil
	}
	if err := buildStandIns(); err != nil {
		return err
	}
	return moveInside()
}

// buildStandIns happens outside, where the module proxy is. The build cache makes it short.
func buildStandIns() error {
	build := exec.Command("go", "build", "-C", "../standins", "-o", standIns, "./...")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build tests/standins: %s", strings.TrimSpace(string(out)))
	}
	return nil
}

func moveInside() error {
	options := []string{"--mount", "--net", "--propagation", "private"}
	if os.Geteuid() != 0 {
		options = append(options, "--user", "--map-root-user")
	}
	if out, err := exec.Command("unshare", append(options, "true")...).CombinedOutput(); err != nil {
		return fmt.Errorf("tests/behaviour needs root or user namespaces: %s", strings.TrimSpace(string(out)))
	}
	unshare, err := lookPath("unshare")
	if err != nil {
		return err
	}
	const start = `mount -t tmpfs tmpfs /run && exec "$0" "$@"`
	argv := append([]string{"unshare"}, options...)
	argv = append(argv, "bash", "-c", start)
	return syscall.Exec(unshare, append(argv, os.Args...), append(os.Environ(), inside+"=yes"))
}

// standIns is where the programs of tests/standins are, seen from that folder and from this one.
const standIns = "../../bin/standins/"

// lookPath finds system programs too where a user's path has no sbin.
func lookPath(program string) (string, error) {
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if info, err := os.Stat(filepath.Join(dir, program)); err == nil && info.Mode()&0o111 != 0 {
			return filepath.Join(dir, program), nil
		}
	}
	return exec.LookPath(program)
}
