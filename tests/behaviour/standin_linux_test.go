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

// labVariable names the folder of the lab to the programs on the script's path.
const labVariable = "RIGLET_BEHAVIOUR_LAB"

const (
	region         = "eu-central-1"
	newInstance    = "i-0123456789abcdef0"
	oldInstance    = "i-0fedcba9876543210"
	fixedInterface = "eni-0a1b2c3d4e5f67890"
	hook           = "acme-shop-integration-nat-launch"
	group          = "acme-shop-integration-nat"
)

// plan is what goes wrong in one run of the script.
type plan struct {
	Prefix    string            // of the namespaces' names
	Real      map[string]string // paths of the programs that the stand-ins stand in for
	Broken    string            // commands whose line contains this fail
	Times     int               // so often, or always if zero
	KillAt    int               // the script is killed at this command, counted from one
	KillAfter bool              // once the command is done, not before
	TermAt    int               // as KillAt, but asked to end
	Denied    int               // the first calls of AWS that lack permission
	Detaching int               // turns until a detached interface is available
}

// standIn plays every program that the script calls: it notes the call, lets go wrong what the
// plan says, and then is either a stub or the real program.
func standIn(name string, args []string) int {
	dir := os.Getenv(labVariable)
	line := strings.ReplaceAll(strings.Join(append([]string{name}, args...), " "), dir, "")
	s := &stand{dir: dir, line: line}
	if err := json.Unmarshal([]byte(s.read("plan")), &s.plan); err != nil {
		return fail(70, err.Error())
	}
	count := s.note("calls", s.line)
	if s.Broken != "" && strings.Contains(s.line+" ", s.Broken) {
		if broken := s.note("broken", s.line); s.Times == 0 || broken <= s.Times {
			return fail(1, "broken by the plan: "+s.line)
		}
	}
	switch {
	case count == s.TermAt:
		s.signal(syscall.SIGTERM)
	case count == s.KillAt && !s.KillAfter:
		s.signal(syscall.SIGKILL)
		return 1
	case count == s.KillAt:
		defer s.signal(syscall.SIGKILL)
	}
	return s.run(name, args)
}

type stand struct {
	plan
	dir, line string // the line without the lab's folder in it
}

func (s *stand) run(name string, args []string) int {
	stubs := map[string]func([]string) int{
		"aws": s.aws, "apt-get": s.aptGet, "dpkg": s.dpkg, "curl": s.curl, "sleep": s.sleep,
		"systemctl": ok, "networkctl": ok, "udevadm": ok,
	}
	if stub, known := stubs[name]; known {
		return stub(args)
	}
	return s.real(name, args)
}

func ok([]string) int { return 0 }

func fail(status int, message string) int {
	fmt.Fprintln(os.Stderr, message)
	return status
}

// real runs the program itself, as a child because a kill may have to follow.
func (s *stand) real(name string, args []string) int {
	path, known := s.Real[name]
	if !known {
		return fail(127, name+" is not on this machine")
	}
	command := exec.Command(path, args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return max(1, command.ProcessState.ExitCode())
	}
	return 0
}

func (s *stand) signal(signal syscall.Signal) {
	if pid, err := strconv.Atoi(s.read("pid")); err == nil {
		_ = syscall.Kill(pid, signal)
	}
}

// curl is real, except for the download of the Session Manager agent, which is outside.
func (s *stand) curl(args []string) int {
	if !strings.Contains(s.line, "amazon-ssm-"+region) {
		return s.real("curl", args)
	}
	for i, arg := range args {
		if arg == "--output" {
			return status(os.WriteFile(args[i+1], []byte("package"), 0o600))
		}
	}
	return 2
}

// sleep takes a fiftieth of the time.
func (s *stand) sleep(args []string) int {
	seconds, err := strconv.Atoi(args[0])
	time.Sleep(time.Duration(seconds) * time.Second / 50)
	return status(err)
}

// aptGet installs by putting the package's program on the path.
func (s *stand) aptGet(args []string) int {
	provided := map[string]string{"nftables": "nft", "awscli": "aws", "unattended-upgrades": "unattended-upgrade"}
	if strings.Contains(s.line, " install ") {
		return s.provide(provided[args[len(args)-1]])
	}
	return 0
}

func (s *stand) dpkg(args []string) int {
	switch args[0] {
	case "--print-architecture":
		fmt.Println("amd64")
	case "--install":
		return s.provide("amazon-ssm-agent")
	}
	return 0
}

func (s *stand) provide(program string) int {
	self, err := os.Executable()
	if err != nil || program == "" {
		return fail(100, "no such package")
	}
	return status(os.Symlink(self, filepath.Join(s.dir, "bin", program)))
}

func status(err error) int {
	if err != nil {
		return fail(1, err.Error())
	}
	return 0
}

func (s *stand) read(name string) string {
	content, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return ""
	}
	return string(content)
}

// note appends a line and returns how many lines there are now.
func (s *stand) note(name, line string) int {
	file, err := os.OpenFile(filepath.Join(s.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0
	}
	_, _ = file.WriteString(line + "\n")
	_ = file.Close()
	return strings.Count(s.read(name), "\n")
}
