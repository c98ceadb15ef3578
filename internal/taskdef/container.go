package taskdef

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Container is what runs in a task.
type Container struct {
	// Name is the container's name in its task, and the prefix of its log streams.
	Name string
	// Image is the complete reference.
	Image string
	// Command is run in place of the image's own, unless empty.
	Command []string
	// User is who runs it. Empty is the image's own choice.
	User string
	// CPU is in units of 1/1024 of a processor, and MemoryMiB the hard limit.
	CPU, MemoryMiB int
	// Port is what it listens on, 0 for nothing, and HostPort where the host does, 0 for any free port.
	Port, HostPort int
	// Environment and Secrets are variables by name: values, and where AWS fetches values from.
	Environment, Secrets map[string]string
	// Mounts are volumes of the task, and Tmpfs directories in memory of TmpfsMiB each.
	Mounts   []Mount
	Tmpfs    []string
	TmpfsMiB int
	// WritableRoot makes the root file system writable.
	WritableRoot bool
	// StopTimeoutSeconds is how long it may take to end.
	StopTimeoutSeconds int
	// LogGroup and Region are where its output goes.
	LogGroup, Region string
}

// Mount is where a container finds a volume of its task.
type Mount struct {
	// Volume is the volume's name and Path where the container finds it.
	Volume, Path string
	// ReadOnly forbids writing.
	ReadOnly bool
}

// The form in which AWS gives a container back. What it always shows is never left out, and lists are never null.
type (
	container struct {
		Name         string       `json:"name"`
		Image        string       `json:"image"`
		CPU          int          `json:"cpu"`
		Memory       int          `json:"memory"`
		PortMappings []port       `json:"portMappings"`
		Essential    bool         `json:"essential"`
		Command      []string     `json:"command,omitempty"`
		Environment  []variable   `json:"environment"`
		MountPoints  []mountPoint `json:"mountPoints"`
		VolumesFrom  []struct{}   `json:"volumesFrom"`
		Linux        linux        `json:"linuxParameters"`
		Secrets      []secret     `json:"secrets,omitempty"`
		StopTimeout  int          `json:"stopTimeout"`
		User         string       `json:"user,omitempty"`
		Privileged   bool         `json:"privileged"`
		ReadOnlyRoot bool         `json:"readonlyRootFilesystem"`
		Log          logs         `json:"logConfiguration"`
		SystemCtl    []struct{}   `json:"systemControls"`
	}
	port struct {
		Container int    `json:"containerPort"`
		Host      int    `json:"hostPort"`
		Protocol  string `json:"protocol"`
	}
	variable struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	secret struct {
		Name      string `json:"name"`
		ValueFrom string `json:"valueFrom"`
	}
	mountPoint struct {
		Volume   string `json:"sourceVolume"`
		Path     string `json:"containerPath"`
		ReadOnly bool   `json:"readOnly"`
	}
	linux struct {
		InitProcess bool    `json:"initProcessEnabled"`
		Tmpfs       []tmpfs `json:"tmpfs,omitempty"`
	}
	tmpfs struct {
		Path    string   `json:"containerPath"`
		Size    int      `json:"size"`
		Options []string `json:"mountOptions"`
	}
	logs struct {
		Driver  string            `json:"logDriver"`
		Options map[string]string `json:"options"`
	}
)

// logBufferMiB is kept in the container's own memory while CloudWatch is slow. Beyond it lines are dropped: a service
// that stops because its logs do not get through would be worse.
const logBufferMiB = 4

// JSON is the list of a task's containers, which is this one alone. Whatever order the arguments come in, the text is
// the same.
func (c Container) JSON() (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode([]container{c.canonical()}); err != nil {
		return "", fmt.Errorf("container %q: %w", c.Name, err)
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

func (c Container) canonical() container {
	return container{
		Name: c.Name, Image: c.Image, CPU: c.CPU, Memory: c.MemoryMiB, Essential: true, Command: c.Command,
		User: c.User, StopTimeout: c.StopTimeoutSeconds, ReadOnlyRoot: !c.WritableRoot,
		PortMappings: c.ports(), Environment: c.environment(), Secrets: c.secrets(), MountPoints: c.mounts(),
		VolumesFrom: []struct{}{}, SystemCtl: []struct{}{},
		// An init process passes SIGTERM on and reaps what the container leaves behind.
		Linux: linux{InitProcess: true, Tmpfs: c.tmpfs()},
		Log: logs{Driver: "awslogs", Options: map[string]string{
			"awslogs-group": c.LogGroup, "awslogs-region": c.Region, "awslogs-stream-prefix": c.Name,
			"mode": "non-blocking", "max-buffer-size": strconv.Itoa(logBufferMiB) + "m",
		}},
	}
}

func (c Container) ports() []port {
	if c.Port == 0 {
		return []port{}
	}
	return []port{{Container: c.Port, Host: c.HostPort, Protocol: "tcp"}}
}

func (c Container) environment() []variable {
	list := []variable{}
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		list = append(list, variable{name, c.Environment[name]})
	}
	return list
}

func (c Container) secrets() []secret {
	var list []secret
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		list = append(list, secret{name, c.Secrets[name]})
	}
	return list
}

func (c Container) mounts() []mountPoint {
	list := []mountPoint{}
	for _, m := range c.Mounts {
		list = append(list, mountPoint(m))
	}
	slices.SortFunc(list, func(a, b mountPoint) int { return strings.Compare(a.Path, b.Path) })
	return list
}

func (c Container) tmpfs() []tmpfs {
	var list []tmpfs
	for _, path := range slices.Sorted(slices.Values(c.Tmpfs)) {
		list = append(list, tmpfs{Path: path, Size: c.TmpfsMiB, Options: []string{}})
	}
	return list
}
