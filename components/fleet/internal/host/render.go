package host

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/riglet/riglet/internal/userdata"
)

const (
	// MaxBytes is what EC2 accepts as user data, before base64.
	MaxBytes = userdata.MaxBytes
	// SetupSeconds is the longest time until the host has answered its launch hook: 900 to set
	// up, 600 for an image or a package that was begun just before, 120 to be heard and 60 for the
	// last call. One to three minutes are usual.
	SetupSeconds = 1680
	// leaving is what a termination takes beside its drain and its stop: 10 to be noticed, 180 for
	// a start that is still under way, 20 for Docker, 180 to be heard.
	leaving = 390
)

// LeaveSeconds is the longest time from the group's wish to terminate an instance until the host
// has answered the terminate hook, whose heartbeat timeout must be longer.
func LeaveSeconds(drainSeconds, stopSeconds int) int { return drainSeconds + stopSeconds + leaving }

//go:embed files
var files embed.FS

const (
	programs = "/usr/local/sbin/"
	helpers  = "/usr/local/lib/riglet-fleet/"
	units    = "/etc/systemd/system/"
)

// file is one that the document writes: the embedded file, its path and its permissions.
type file struct{ name, path, mode string }

// always is written for whatever the instance runs, contained beside it for a container.
var (
	always = []file{
		{"common.sh", helpers + "common.sh", "0644"},
		{"events.py", helpers + "events", "0755"},
		{"boot.sh", programs + "riglet-fleet-boot", "0755"},
		{"drain.sh", programs + "riglet-fleet-drain", "0755"},
		{"riglet-fleet.target", units + "riglet-fleet.target", "0644"},
		{"riglet-fleet-boot.service", units + "riglet-fleet-boot.service", "0644"},
		{"riglet-fleet-drain.service", units + "riglet-fleet-drain.service", "0644"},
		{"apt.conf", "/etc/apt/apt.conf.d/90riglet-fleet", "0644"},
		{"journald.conf", "/etc/systemd/journald.conf.d/90-riglet-fleet.conf", "0644"},
	}
	contained = []file{
		{"run.py", programs + "riglet-fleet-run", "0755"},
		{"riglet-fleet-app.service", units + "riglet-fleet-app.service", "0644"},
		{"daemon.json", "/etc/docker/daemon.json", "0644"},
		{"preferences", "/etc/apt/preferences.d/90riglet-fleet", "0644"},
	}
)

// Render returns the user data of a fleet's instances, not yet in base64: a document over
// [MaxBytes] is compressed and no longer text. The same parameters always give the same document.
func Render(p Params) (string, error) {
	if err := p.validate(); err != nil {
		return "", err
	}
	config, err := document(p)
	if err != nil {
		return "", err
	}
	text := config.String()
	if len(p.Parts) > 0 {
		if text, err = withParts(p.Parts, text); err != nil {
			return "", err
		}
	}
	return userdata.Fit(text, "give shorter parts, or bake them into the image")
}

func document(p Params) (userdata.Config, error) {
	config := userdata.Config{Commands: [][]string{
		{"systemctl", "daemon-reload"},
		{"systemctl", "try-restart", "systemd-journald.service"},
		{"systemctl", "enable", "riglet-fleet-boot.service", "riglet-fleet-drain.service"},
		// Scripts of the user's own run after these, and what they start is waited for.
		{"systemctl", "start", "--no-block", "riglet-fleet-boot.service", "riglet-fleet-drain.service"},
	}}
	list := always
	if p.Container != nil {
		list = append(list[:len(list):len(list)], contained...)
	}
	for _, f := range list {
		written, err := userdata.Embedded(files, "files/"+f.name, f.path, f.mode)
		if err != nil {
			return config, err
		}
		config.Files = append(config.Files, written)
	}
	config.Files = append(config.Files, userdata.File{Path: "/etc/riglet-fleet/env", Mode: "0644", Content: env(p)})
	if p.Container == nil {
		return config, nil
	}
	own, err := p.Container.files(p.HealthPort)
	config.Files = append(config.Files, own...)
	return config, err
}

// env is what the shell scripts read.
func env(p Params) string {
	image, secrets := "", ""
	if p.Container != nil {
		image, secrets = p.Container.Image, p.Container.secrets()
	}
	return userdata.Env(
		userdata.Setting{Name: "REGION", Value: p.Region},
		userdata.Setting{Name: "GROUP_NAME", Value: p.GroupName},
		userdata.Setting{Name: "LAUNCH_HOOK", Value: p.LaunchHook},
		userdata.Setting{Name: "TERMINATE_HOOK", Value: p.TerminateHook},
		userdata.Setting{Name: "LOG_GROUP", Value: p.LogGroup},
		userdata.Setting{Name: "DRAIN_SECONDS", Value: strconv.Itoa(p.DrainSeconds)},
		userdata.Setting{Name: "HEALTH_PORT", Value: strconv.Itoa(p.HealthPort)},
		userdata.Setting{Name: "HEALTH_PATH", Value: p.HealthPath},
		userdata.Setting{Name: "IMAGE", Value: image},
		userdata.Setting{Name: "SECRETS", Value: secrets},
	)
}

// containerFile is what the unit of the container reads. It has words that no shell ever sees.
type containerFile struct {
	Image       string            `json:"image"`
	Ports       []int             `json:"ports"`
	Environment map[string]string `json:"environment"`
	Command     []string          `json:"command"`
	StopSeconds int               `json:"stopSeconds"`
}

func (c Container) files(healthPort int) ([]userdata.File, error) {
	ports := []int{c.Port}
	if healthPort != c.Port {
		ports = append(ports, healthPort)
	}
	content, err := json.Marshal(containerFile{c.Image, ports, c.Environment, c.Command, c.StopSeconds})
	if err != nil {
		return nil, err
	}
	return []userdata.File{
		{Path: "/etc/riglet-fleet/container.json", Mode: "0600", Content: ascii(string(content)) + "\n"},
		{
			Path: units + "riglet-fleet-app.service.d/stop.conf", Mode: "0644",
			Content: fmt.Sprintf("[Service]\nTimeoutStopSec=%d\n", c.StopSeconds+stopMargin),
		},
	}, nil
}

// stopMargin is what Docker has to end a container that did not end by itself.
const stopMargin = 20

// ascii escapes what YAML does not take, or takes for a line's end, inside a JSON text.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		case r > '~':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
