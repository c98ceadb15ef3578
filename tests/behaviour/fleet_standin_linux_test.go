package behaviour_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// fleetVariable names the folder of a fleet's host to the programs on its path.
const fleetVariable = "RIGLET_BEHAVIOUR_FLEET"

// The parameters and secrets of AWS, by what the document calls them.
var fleetSecrets = map[string]string{
	"/acme/shop/token": fleetCanary,
	"arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-shop-AbCdEf": "canary-of-one-line",
}

// fleetStandIn plays every program that the fleet's scripts call.
func fleetStandIn(name string, args []string) int {
	dir := os.Getenv(fleetVariable)
	line := strings.ReplaceAll(strings.Join(append([]string{name}, args...), " "), dir, "")
	s := &fleetStand{stand: stand{dir: dir, line: line}}
	if err := json.Unmarshal([]byte(s.read("plan")), &s.fleetPlan); err != nil {
		return fail(70, err.Error())
	}
	count := s.note("calls", s.line)
	if s.Broken != "" && strings.Contains(s.line+" ", s.Broken) {
		if broken := s.note("broken", s.line); s.Times == 0 || broken <= s.Times {
			return fail(1, "broken by the test: "+s.line)
		}
	}
	if count == s.KillAt {
		defer s.signal(syscall.SIGKILL)
	}
	return s.play(name, args)
}

type fleetStand struct {
	stand
	fleetPlan
}

func (s *fleetStand) play(name string, args []string) int {
	stubs := map[string]func([]string) int{
		"apt-get": s.install, "aws": s.cloud, "curl": s.download, "docker": s.docker, "dpkg": s.dpkg, "sleep": s.pause,
		"systemctl": s.systemctl,
	}
	if stub, known := stubs[name]; known {
		return stub(args)
	}
	return s.program(name, args)
}

// program runs the real one, which the script's own path does not have.
func (s *fleetStand) program(name string, args []string) int {
	path, err := exec.LookPath("/usr/bin/" + name)
	if err != nil {
		return fail(127, err.Error())
	}
	command := exec.Command(path, args...)
	command.Env = append(os.Environ(), "PATH="+s.dir+"/bin:/usr/bin")
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return max(1, command.ProcessState.ExitCode())
	}
	return 0
}

func (s *fleetStand) install([]string) int {
	for pkg, program := range map[string]string{
		"awscli": "aws", "docker.io": "docker", "curl": "curl", "unattended-upgrades": "unattended-upgrade",
	} {
		if strings.HasSuffix(s.line, " "+pkg) {
			return s.provide(program)
		}
	}
	return 0
}

// download is the real curl, except for the Session Manager agent, which is outside.
func (s *fleetStand) download(args []string) int {
	if strings.Contains(s.line, "amazon-ssm-"+region) {
		return status(os.WriteFile(args[slices.Index(args, "--output")+1], []byte("package"), 0o600))
	}
	return s.program("curl", args)
}

func (s *fleetStand) pause(args []string) int {
	seconds, err := strconv.Atoi(args[0])
	speed := s.Speed
	if speed == 0 {
		speed = 50
	}
	time.Sleep(time.Duration(seconds) * time.Second / time.Duration(speed))
	return status(err)
}

// docker has no image at first, and runs one by becoming the application.
func (s *fleetStand) docker(args []string) int {
	switch args[0] {
	case "image":
		return status(missing(s.read("pulled")))
	case "pull":
		s.note("pulled", args[len(args)-1])
		return 0
	case "login":
		return s.logIn()
	case "run":
		return s.runContainer(args)
	}
	return fail(125, "unexpected: "+s.line)
}

// logIn keeps the password where Docker does.
func (s *fleetStand) logIn() int {
	return status(os.MkdirAll(os.Getenv("DOCKER_CONFIG"), 0o700))
}

func missing(content string) error {
	if content == "" {
		return os.ErrNotExist
	}
	return nil
}

// runContainer gives the application what Docker would: the file's lines as they are, then what is
// named on the command line from its own environment.
func (s *fleetStand) runContainer(args []string) int {
	environment, err := os.ReadFile(args[slices.Index(args, "--env-file")+1])
	if err != nil {
		return fail(125, err.Error())
	}
	env := []string{partVariable + "=app", "APP_UNHEALTHY=" + strconv.FormatBool(s.Unhealthy)}
	env = append(env, strings.Split(strings.TrimSuffix(string(environment), "\n"), "\n")...)
	for i, arg := range args {
		if arg == "--env" {
			env = append(env, args[i+1]+"="+os.Getenv(args[i+1]))
		}
	}
	port, _, _ := strings.Cut(args[slices.Index(args, "--publish")+1], ":")
	self, err := os.Executable()
	if err != nil {
		return fail(125, err.Error())
	}
	return fail(125, syscall.Exec(self, []string{"app", port}, env).Error())
}

// systemctl is the part of systemd that starts and stops the container's unit.
func (s *fleetStand) systemctl(args []string) int {
	switch {
	case args[0] == "start" && slices.Contains(args, "riglet-fleet-app.service"):
		return s.startUnit()
	case args[0] == "stop" && slices.Contains(args, "riglet-fleet.target"):
		return s.stopUnit()
	case args[0] == "status":
		fmt.Println("the unit's last lines")
	}
	return 0
}

func (s *fleetStand) startUnit() int {
	if pid, err := strconv.Atoi(s.read("app.pid")); err == nil && running(pid) {
		return 0
	}
	unit := exec.Command(s.dir + "/root/usr/local/sbin/riglet-fleet-run")
	unit.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := unit.Start(); err != nil {
		return fail(1, err.Error())
	}
	return status(os.WriteFile(filepath.Join(s.dir, "app.pid"), []byte(strconv.Itoa(unit.Process.Pid)), 0o600))
}

// stopUnit gives the application the time that its container has.
func (s *fleetStand) stopUnit() int {
	var container struct{ StopSeconds int }
	if err := json.Unmarshal([]byte(s.read("root/etc/riglet-fleet/container.json")), &container); err != nil {
		return fail(1, err.Error())
	}
	pid, err := strconv.Atoi(s.read("app.pid"))
	if err != nil {
		return 0
	}
	s.note("stopped", end(pid, time.Duration(container.StopSeconds)*time.Second))
	return 0
}

// end asks a process to end, and kills it when the time is over. It tells which of them it was.
func end(pid int, patience time.Duration) string {
	_ = syscall.Kill(pid, syscall.SIGTERM)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if !running(pid) {
			return "ended"
		}
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
	return "killed"
}

// running: a process whose parent has not yet asked for its status is over all the same.
func running(pid int) bool {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(content), ") ")
	return !strings.HasPrefix(after, "Z")
}

// cloud is what the fleet's hosts use of AWS.
func (s *fleetStand) cloud(args []string) int {
	if !strings.HasPrefix(s.line, "aws --region "+region+" ") {
		return fail(252, "no region")
	}
	for call, answer := range map[string]func([]string) int{
		"autoscaling complete-lifecycle-action": s.completeHook,
		"ssm get-parameter":                     s.secret,
		"secretsmanager get-secret-value":       s.secret,
		"ecr get-login-password":                ok,
		"logs create-log-stream":                ok,
		"logs put-log-events":                   s.putEvents,
	} {
		if s.has(call) {
			return answer(args)
		}
	}
	return fail(252, "unknown call: "+s.line)
}

func (s *fleetStand) secret([]string) int {
	for name, value := range fleetSecrets {
		if s.has("--name "+name, "--with-decryption") || s.has("--secret-id "+name) {
			fmt.Println(value)
			return 0
		}
	}
	return fail(refused, "An error occurred (ParameterNotFound): "+s.line)
}

func (s *fleetStand) putEvents(args []string) int {
	path := strings.TrimPrefix(args[slices.Index(args, "--cli-input-json")+1], "file://")
	content, err := os.ReadFile(path)
	if err != nil {
		return fail(252, err.Error())
	}
	s.note("events", string(content))
	return 0
}

// completeHook takes one answer for each hook.
func (s *fleetStand) completeHook([]string) int {
	if !s.has("--auto-scaling-group-name="+fleetGroup, "--instance-id "+newInstance) {
		return fail(252, "unexpected: "+s.line)
	}
	for note, name := range map[string]string{"launch": fleetLaunch, "terminate": fleetTerminate} {
		if !s.has("--lifecycle-hook-name=" + name) {
			continue
		}
		if s.read(note) != "" {
			return fail(refused, "An error occurred (ValidationError) when calling the CompleteLifecycleAction operation: "+
				"No active Lifecycle Action found with instance ID "+newInstance)
		}
		_, after, _ := strings.Cut(s.line, "--lifecycle-action-result ")
		s.note(note, strings.Fields(after)[0])
		return 0
	}
	return fail(252, "unexpected: "+s.line)
}
