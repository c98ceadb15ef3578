package host

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/riglet/riglet/internal/check"
)

// Params are the values of one fleet's instances. None of them is secret.
type Params struct {
	// Container is what the instance runs, or nil where the image or Parts bring it themselves.
	Container *Container
	// Parts are the user's own cloud-init parts, instead of a Container.
	Parts []Part
	// Region is the AWS region of the group.
	Region string
	// GroupName is the name of the Auto Scaling group. Empty where it is not known when the template is made: the
	// instance then reads it from its own tags, which the template must let the metadata service tell.
	GroupName string
	// LaunchHook and TerminateHook are the names of the group's lifecycle hooks.
	LaunchHook, TerminateHook string
	// LogGroup takes the logs of the container and of the host's own programs.
	LogGroup string
	// DrainSeconds is how long the instance goes on serving once it is to be terminated: the
	// target group's deregistration delay. 0 to 3600.
	DrainSeconds int
	// HealthPort and HealthPath are what the balancer asks, and the host before it. The port is 1
	// to 65535, the path begins with "/".
	HealthPort int
	HealthPath string
}

// Container is one container of the host.
type Container struct {
	// Image is the image by digest, or by a tag other than latest.
	Image string
	// Port is what the container listens on, and the host too. 1 to 65535.
	Port int
	// Environment is the container's plain environment.
	Environment map[string]string
	// Secrets are environment variables whose values are read at boot: the name of an SSM
	// parameter ("/acme/token"), its ARN, or the ARN of a Secrets Manager secret. Newlines at a
	// value's end are not kept.
	Secrets map[string]string
	// Command takes the place of the image's own command. Empty keeps that.
	Command []string
	// StopSeconds is the time between SIGTERM and SIGKILL. 1 to 3600.
	StopSeconds int
}

// Part is one cloud-init part, such as a shell script.
type Part struct {
	// ContentType is its MIME type, "text/x-shellscript" or another that cloud-init reads.
	ContentType string
	// Body is the part itself.
	Body string
}

// The forms that AWS itself accepts, less what nobody needs in a name.
var (
	regionForm = regexp.MustCompile(`^[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}$`)
	hookForm   = regexp.MustCompile(`^[A-Za-z0-9_/-]{1,255}$`)
	nameForm   = regexp.MustCompile(`^[!-9;-~]{1,255}$`)
	logForm    = regexp.MustCompile(`^[A-Za-z0-9_/.#-]{1,512}$`)
	pathForm   = regexp.MustCompile(`^/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]{0,999}$`)
	kindForm   = regexp.MustCompile(`^text/[a-z0-9.+-]{1,50}$`)
	envForm    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,254}$`)
	imageForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9._/-]*(:[0-9]{1,5}/[a-z0-9._/-]+)?` +
		`(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$`)
	secretForm = regexp.MustCompile(`^(/[A-Za-z0-9_./-]{1,999}` +
		`|arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+` +
		`|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519})$`)
	// clientName is what the Docker client or its loader reads from its own environment, through
	// which a value of several lines has to go.
	clientName = regexp.MustCompile(`^(DOCKER_|LD_|GO|PATH$|HOME$)`)
)

const (
	maxDrain = 3600
	maxPort  = 65535
	maxStop  = 3600
)

func (p Params) validate() error {
	f := check.New("")
	if p.Container != nil && len(p.Parts) > 0 {
		f.At("parts").Want("none beside a container", strconv.Itoa(len(p.Parts)))
	}
	if p.Container != nil {
		p.Container.validate(f.At("container"))
	}
	for i, part := range p.Parts {
		part.validate(f.At("parts").Index(i))
	}
	f.At("region").Match(p.Region, regionForm, "a region such as eu-central-1")
	if p.GroupName != "" {
		f.At("groupName").Match(p.GroupName, nameForm, "1 to 255 printable ASCII characters without space or colon")
	}
	f.At("launchHook").Match(p.LaunchHook, hookForm, "1 to 255 of letters, digits, - _ /")
	f.At("terminateHook").Match(p.TerminateHook, hookForm, "1 to 255 of letters, digits, - _ /")
	f.At("logGroup").Match(p.LogGroup, logForm, "1 to 512 of letters, digits, . - _ / #")
	f.At("drainSeconds").Range(p.DrainSeconds, 0, maxDrain)
	f.At("healthPort").Range(p.HealthPort, 1, maxPort)
	f.At("healthPath").Match(p.HealthPath, pathForm, `a path such as "/health"`)
	return f.Err()
}

func (c Container) validate(f check.Faults) {
	if !imageForm.MatchString(c.Image) || !pinned(c.Image) {
		f.At("image").Want("an image by digest or by a tag other than latest", c.Image)
	}
	f.At("port").Range(c.Port, 1, maxPort)
	f.At("stopSeconds").Range(c.StopSeconds, 1, maxStop)
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		c.validateVariable(f.At("environment").At(name), name)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		at := f.At("secrets").At(name)
		at.Match(name, envForm, "a name of letters, digits and _")
		at.Match(c.Secrets[name], secretForm, "the name or ARN of an SSM parameter or the ARN of a secret")
	}
	for i, word := range c.Command {
		if !text(word) {
			f.At("command").Index(i).Want("text without NUL", word)
		}
	}
}

// pinned: a name without a tag means latest, which moves under a fleet.
func pinned(image string) bool {
	if strings.Contains(image, "@sha256:") {
		return true
	}
	_, tag, tagged := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	return tagged && tag != "latest"
}

func (c Container) validateVariable(f check.Faults, name string) {
	value := c.Environment[name]
	f.Match(name, envForm, "a name of letters, digits and _")
	if _, twice := c.Secrets[name]; twice {
		f.Want("either a plain value or a secret", "both")
	}
	if !text(value) {
		f.Want("text without NUL", value)
	}
	if strings.ContainsAny(value, "\n\r") && clientName.MatchString(name) {
		f.Want("one line", value)
	}
}

func text(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func (p Part) validate(f check.Faults) {
	f.At("contentType").Match(p.ContentType, kindForm, `a type such as "text/x-shellscript"`)
	if p.Body == "" || !text(p.Body) {
		f.At("body").Want("text without NUL", p.Body)
	}
}
