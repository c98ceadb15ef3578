package catalog

import (
	"encoding/json"
	"regexp"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/riglet/riglet/internal/sandbox/model"
	"github.com/riglet/riglet/internal/taskdef"
)

const (
	modeVPC  = "awsvpc"
	modeHost = "host"

	minContainerMiB = 6
	maxFargateStop  = 120

	invalidRole = "ClientException: Role is not valid ({value})"
)

var imageReference = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}$`)

var ecsTasks = []model.Kind{{
	Token: typeTaskDefinition, Args: ecs.TaskDefinitionArgs{}, State: ecs.TaskDefinition{},
	// The real provider takes the family for the id, so that a revision and the one that replaces it have the same.
	// Here every object has an id of its own.
	ARN:      "arn:aws:ecs:{region}:{account}:task-definition/{family}:{revision}",
	Identify: newRevision,
	Required: []string{"containerDefinitions", "family"},
	Replace: []string{
		"containerDefinitions", "cpu", "enableFaultInjection", "ephemeralStorage", "executionRoleArn", "family",
		"inferenceAccelerators", "ipcMode", "memory", "networkMode", "pidMode", "placementConstraints",
		"proxyConfiguration", "requiresCompatibilities", "runtimePlatform", "taskRoleArn", "volumes",
	},
	Sets: []string{"requiresCompatibilities", "volumes"},
	JSON: []string{"containerDefinitions"},
	Refs: []model.Ref{
		{Path: "executionRoleArn", To: tokenRole, By: "arn", Loose: true, Missing: invalidRole},
		{Path: "taskRoleArn", To: tokenRole, By: "arn", Loose: true, Missing: invalidRole},
	},
	Outputs: map[string]any{"networkMode": "bridge", "skipDestroy": false, "trackLatest": false},
	Missing: "ClientException: Unable to describe task definition. ({value})",
	Rules: []model.Rule{
		pattern("family", ecsNameWant, ecsName), oneOf("networkMode", "bridge", modeHost, modeVPC, "none"),
		oneOf("requiresCompatibilities[]", "EC2", "FARGATE", "EXTERNAL"), oneOf("pidMode", "host", "task"),
		oneOf("runtimePlatform.cpuArchitecture", "X86_64", "ARM64"),
		oneOf("volumes[].efsVolumeConfiguration.transitEncryption", "ENABLED", "DISABLED"),
		oneOf("volumes[].efsVolumeConfiguration.authorizationConfig.iam", "ENABLED", "DISABLED"),
		pattern("volumes[].efsVolumeConfiguration.fileSystemId", "a file system such as fs-0123456789abcdef0", fileSystemID),
		containerRules, onFargate, filesEncrypted,
	},
	Admit: admits(keepRevision),
	Fill: func(s *model.Scene) {
		s.Set("arnWithoutRevision", s.Expand("arn:aws:ecs:{region}:{account}:task-definition/{family}"))
	},
}}

// containerDefinition is what is checked of a container.
type containerDefinition struct {
	Name, Image            string
	CPU, Memory            int
	MemoryReservation      int
	Essential, Privileged  *bool
	StopTimeout            int
	PortMappings           []struct{ ContainerPort, HostPort int }
	Environment            []struct{ Name, Value string }
	Secrets                []struct{ Name, ValueFrom string }
	MountPoints            []struct{ SourceVolume, ContainerPath string }
	LinuxParameters        struct{ Tmpfs []struct{ Size int } }
	LogConfiguration       struct{ LogDriver string }
	ReadonlyRootFilesystem bool
}

func containersOf(text string) ([]containerDefinition, error) {
	var list []containerDefinition
	err := json.Unmarshal([]byte(text), &list)
	return list, err
}

const definitions = "containerDefinitions"

// containerRules are what AWS checks of containers when it takes a definition.
func containerRules(c *model.Check) {
	text := model.Str(c.Props, definitions)
	if text == "" {
		return
	}
	list, err := containersOf(text)
	if err != nil {
		c.Fault(definitions, "want a JSON list of containers: %v", err)
		return
	}
	essential := false
	for i := range list {
		essential = essential || list[i].Essential == nil || *list[i].Essential
		checkContainer(c, &list[i])
	}
	if !essential {
		c.Fault(definitions, "want an essential container")
	}
}

func checkContainer(c *model.Check, one *containerDefinition) {
	fault := func(format string, args ...any) {
		c.Fault(definitions, "container %q: "+format, append([]any{one.Name}, args...)...)
	}
	if !ecsName.MatchString(one.Name) {
		fault("want a name of %s", ecsNameWant)
	}
	if !imageReference.MatchString(one.Image) {
		fault("want an image, got %q", one.Image)
	}
	switch {
	case one.Memory == 0 && one.MemoryReservation == 0 && !model.Has(c.Props, "memory"):
		fault("want memory here or for the task")
	case one.Memory != 0 && one.Memory < minContainerMiB:
		fault("want %d MiB of memory at least, got %d", minContainerMiB, one.Memory)
	}
	containerPorts(c, one, fault)
	containerMounts(c, one, fault)
}

func containerPorts(c *model.Check, one *containerDefinition, fault func(string, ...any)) {
	fixed := input("networkMode", modeVPC, modeHost)(c)
	for _, p := range one.PortMappings {
		if p.ContainerPort < 1 || p.ContainerPort > 65535 || p.HostPort < 0 || p.HostPort > 65535 {
			fault("want ports 1 to 65535, got %d and %d", p.ContainerPort, p.HostPort)
		}
		if fixed && p.HostPort != 0 && p.HostPort != p.ContainerPort {
			fault("when networkMode=%s, the host ports and container ports in port mappings must match",
				model.Str(c.Props, "networkMode"))
		}
	}
}

func containerMounts(c *model.Check, one *containerDefinition, fault func(string, ...any)) {
	volumes := model.Strs(c.Props, "volumes[].name")
	for _, m := range one.MountPoints {
		if !contains(volumes, m.SourceVolume) {
			fault("unknown volume '%s'", m.SourceVolume)
		}
	}
	names := map[string]bool{}
	for _, v := range one.Environment {
		names[v.Name] = true
	}
	for _, v := range one.Secrets {
		if names[v.Name] {
			fault("the secret name must be unique and not shared with any new or existing environment variables (%s)", v.Name)
		}
	}
}

// onFargate wants what only Fargate insists on.
func onFargate(c *model.Check) {
	if !contains(model.Strs(c.Props, "requiresCompatibilities[]"), "FARGATE") {
		return
	}
	if !input("networkMode", modeVPC)(c) {
		c.Fault("networkMode", "want awsvpc on Fargate")
	}
	cpu, _ := strconv.Atoi(model.Str(c.Props, "cpu"))
	memory, _ := strconv.Atoi(model.Str(c.Props, "memory"))
	found := false
	for _, size := range taskdef.FargateMemory(cpu) {
		found = found || size == memory
	}
	if !found {
		c.Fault("cpu", "no Fargate configuration exists for given values: %d CPU, %d memory", cpu, memory)
	}
	list, _ := containersOf(model.Str(c.Props, definitions))
	for i := range list {
		fargateContainer(c, &list[i])
	}
}

func fargateContainer(c *model.Check, one *containerDefinition) {
	if len(one.LinuxParameters.Tmpfs) > 0 {
		c.Fault(definitions, "container %q: tmpfs is not supported on Fargate", one.Name)
	}
	if one.Privileged != nil && *one.Privileged {
		c.Fault(definitions, "container %q: privileged containers are not supported on Fargate", one.Name)
	}
	if one.StopTimeout > maxFargateStop {
		c.Fault(definitions, "container %q: want a stopTimeout of %d at most on Fargate, got %d",
			one.Name, maxFargateStop, one.StopTimeout)
	}
	if one.LogConfiguration.LogDriver == "awslogs" && !model.Has(c.Props, "executionRoleArn") {
		c.Fault("executionRoleArn", "missing: Fargate requires an execution role for the log driver awslogs")
	}
}

// filesEncrypted: access points and IAM work through TLS only.
func filesEncrypted(c *model.Check) {
	for _, volume := range model.Objects(c.Props, "volumes[].efsVolumeConfiguration") {
		needs := model.Has(volume, "authorizationConfig")
		if needs && model.Str(volume, "transitEncryption") != "ENABLED" {
			c.Fault("volumes", "want transitEncryption ENABLED with an access point or IAM")
		}
	}
}

// newRevision numbers the revisions of a family one after the other.
func newRevision(s *model.Scene) string {
	revision := s.Object.Life
	for _, other := range s.World.All(typeTaskDefinition) {
		if other.In("family") == s.In("family") {
			revision = max(revision, model.Int(other.Outputs, "revision", 0)+1)
		}
	}
	s.Set("revision", revision)
	return s.Expand(s.Kind.ARN)
}

func keepRevision(s *model.Scene) error {
	if s.Old != nil {
		s.Set("revision", model.Int(s.Old.Outputs, "revision", 1))
	}
	return nil
}
