package behaviour_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// boxVariable names the folder that a box and its test share.
const boxVariable = "RIGLET_BEHAVIOUR_BOX"

// boxStandIn plays every program that the scripts of the CouchDB host call: it notes the call, lets
// go wrong what the test wants, and then is either a stub or the real program.
func boxStandIn(name string, args []string) int {
	dir := os.Getenv(boxVariable)
	s := &boxed{stand: stand{dir: dir, line: strings.Join(append([]string{name}, args...), " ")}}
	if err := json.Unmarshal([]byte(s.read("fault")), &s.fault); err != nil {
		return fail(70, err.Error())
	}
	count := s.note("calls", s.line)
	if s.Broken != "" && strings.Contains(s.line+" ", s.Broken) {
		if broken := s.note("broken", s.line); s.Times == 0 || broken <= s.Times {
			return fail(1, "broken by the test: "+s.line)
		}
	}
	status := s.play(name, args)
	if count == s.KillAt {
		s.signal(syscall.SIGKILL)
	}
	return status
}

type boxed struct {
	stand
	fault
}

func (s *boxed) play(name string, args []string) int {
	stubs := map[string]func([]string) int{
		"apt-get": s.installPackage, "aws": s.callAWS, "docker": s.docker, "dpkg": ok, "journalctl": s.journal,
		"sleep": s.nap, "systemctl": s.systemctl, "udevadm": ok,
	}
	if stub, known := stubs[name]; known {
		return stub(args)
	}
	if name == "curl" && strings.Contains(s.line, "amazon-ssm-") {
		return fail(6, "there is no such host here")
	}
	return s.exec(name, args)
}

// exec runs the program itself, as a child because a kill may have to follow.
func (s *boxed) exec(name string, args []string) int {
	for _, dir := range []string{"/usr/sbin", "/usr/bin"} {
		if path := filepath.Join(dir, name); isFile(path) {
			s.Real = map[string]string{name: path}
		}
	}
	return s.real(name, args)
}

func isFile(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// installPackage puts the package's program on the path.
func (s *boxed) installPackage(args []string) int {
	provided := map[string]string{"xfsprogs": "mkfs.xfs", "docker.io": "docker"}
	program := provided[args[len(args)-1]]
	if !strings.Contains(s.line, " install ") || program == "" {
		return 0
	}
	return status(os.Symlink("/lab/self", filepath.Join(s.dir, "bin", program)))
}

// callAWS is the real CLI, sent to the AWS of the box. A killed host's secret is answered here: it
// makes a run shorter by a second, and there are many.
func (s *boxed) callAWS(args []string) int {
	if (s.KillAt > 0 || s.Plain) && strings.Contains(s.line, "get-secret-value") {
		fmt.Println(s.read("secret"))
		return 0
	}
	return s.exec("aws", append([]string{"--endpoint-url", cloudURL}, args...))
}

// nap takes a fiftieth of the time.
func (s *boxed) nap(args []string) int {
	seconds, err := strconv.Atoi(args[0])
	time.Sleep(time.Duration(seconds) * time.Second / 50)
	return status(err)
}

// journal has what the test wrote, after the cursor.
func (s *boxed) journal([]string) int {
	skip := false
	for line := range strings.Lines(s.read("entries")) {
		_, after, _ := strings.Cut(s.line, "--after-cursor=")
		before, _, _ := strings.Cut(s.read("entries"), line)
		skip = after != "" && !strings.Contains(before, after)
		if !skip {
			fmt.Print(line)
		}
	}
	return 0
}

// systemctl runs the one unit whose process the tests want, and notes the rest.
func (s *boxed) systemctl(args []string) int {
	if args[len(args)-1] != "riglet-couchdb.service" {
		return 0
	}
	switch {
	case args[0] == "start" && s.alive():
		return 0
	case args[0] == "start", args[0] == "restart":
		s.stopUnit()
		return s.startUnit()
	case args[0] == "stop":
		s.stopUnit()
	}
	return 0
}

func (s *boxed) alive() bool {
	pid, err := strconv.Atoi(s.read("unit"))
	return err == nil && runs(pid)
}

// runs tells a process from what is left of one: nobody waits for the children of this host.
func runs(pid int) bool {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(content), ") Z ")
}

func (s *boxed) stopUnit() {
	pid, err := strconv.Atoi(s.read("unit"))
	if err != nil {
		return
	}
	_ = syscall.Kill(-pid, syscall.SIGTERM)
	for range 100 {
		if !runs(pid) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}

// startUnit leaves the unit's program to the host's first process, with its log for a journal.
func (s *boxed) startUnit() int {
	log, err := os.OpenFile(filepath.Join(s.dir, "unit.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fail(1, err.Error())
	}
	command := exec.Command("/usr/local/sbin/riglet-couchdb-run")
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return fail(1, err.Error())
	}
	return status(os.WriteFile(filepath.Join(s.dir, "unit"), []byte(strconv.Itoa(command.Process.Pid)), 0o600))
}

// docker is the real engine, or runs the server in the way in which the engine would be asked to.
func (s *boxed) docker(args []string) int {
	if s.Docker {
		return s.exec("docker", args)
	}
	switch args[0] {
	case "run":
		return s.container(args)
	case "inspect":
		if !s.alive() {
			return 1
		}
		fmt.Println(s.read("image"))
	}
	return 0
}

// container starts the server as the user and with the folders that the command line names.
func (s *boxed) container(args []string) int {
	const home = "/run/opt-couchdb"
	syscall.Umask(0o022)
	if err := os.MkdirAll(filepath.Join(home, "etc"), 0o755); err != nil {
		return fail(1, err.Error())
	}
	for i, arg := range args {
		if arg != "--mount" {
			continue
		}
		fields := strings.Split(args[i+1], ",")
		source, target := strings.TrimPrefix(fields[1], "source="), strings.TrimPrefix(fields[2], "target=/opt/couchdb/")
		if err := bind(source, filepath.Join(home, target)); err != nil {
			return fail(125, err.Error())
		}
	}
	image := args[len(args)-1]
	if err := os.WriteFile(filepath.Join(s.dir, "image"), []byte(image), 0o600); err != nil {
		return fail(1, err.Error())
	}
	node := ""
	for _, arg := range args {
		if strings.HasPrefix(arg, "NODENAME=") {
			node = arg
		}
	}
	server := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 5984, Gid: 5984}}
	command := exec.Command("/lab/couchdb")
	command.Env = []string{node, "COUCHDB_HOME=" + home}
	command.Stdout, command.Stderr, command.SysProcAttr = os.Stdout, os.Stderr, server
	if err := command.Run(); err != nil {
		return fail(1, err.Error())
	}
	return 0
}

// bind shows a file or folder at another place, as the engine's mounts of that kind do.
func bind(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	_ = syscall.Unmount(target, syscall.MNT_DETACH)
	if info.IsDir() {
		err = os.MkdirAll(target, 0o755)
	} else {
		err = os.WriteFile(target, nil, 0o600)
	}
	if err != nil {
		return err
	}
	return syscall.Mount(source, target, "", syscall.MS_BIND, "")
}
