package image

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/tags"
)

// Args are the arguments of an Image.
type Args struct {
	// Region is where images are built and kept. Required.
	Region string
	// VPCID and SubnetID are where the build and test instances run: a private subnet that reaches AWS and packages.
	// Required.
	VPCID, SubnetID pulumi.StringInput
	// Components are what is installed, in this order. 1 to 18.
	Components []Component
	// Tests are run on an instance of the image before it counts. They come after one that wants the image to boot
	// without a failed unit. Up to 18, all components together at most 20. Default: none more.
	Tests []Component
	// InstanceType builds and tests; its architecture is the image's. Default: "t4g.medium".
	InstanceType string
	// ParentImageID is the image to begin with. Default: what ParentParameter names.
	ParentImageID pulumi.StringInput
	// ParentParameter is a public or own SSM parameter with an image's id. Default: the newest Debian 12 of the
	// instance type's architecture.
	ParentParameter string
	// VolumeGiB is the image's root volume. 8 to 1024. Default: 8.
	VolumeGiB int
	// RootDevice is the parent's root device. Default: "/dev/xvda", which Debian's and Amazon's images have.
	RootDevice string
	// KMSKeyARN encrypts the image. Default: AWS's own key for EBS, which no other account can use.
	KMSKeyARN pulumi.StringInput
	// ShareWith are accounts that may launch the image. They need KMSKeyARN, and a policy of that key that lets them
	// in. Default: none.
	ShareWith []string
	// ParameterName is the SSM parameter that the image's id is published to; its history is the history of images.
	// Default: "/riglet/<prefix or name>/image".
	ParameterName string
	// FirstImageID is in the parameter until the first image is built. Default: the parent image.
	FirstImageID pulumi.StringInput
	// Schedule is a cron expression, "cron(0 3 ? * mon *)" in UTC, at which an image is built if its parent or a
	// component has
	// a newer version. Default: none, and images are built when the pipeline is started.
	Schedule string
	// KeepImages is how many images are kept. 2 to 1000. Default: 10.
	KeepImages int
	// KeepLaunchedDays keeps an image beyond that for so many days after it was launched last. 1 to 365. Default: 60.
	KeepLaunchedDays int
	// LogBucket and LogPrefix are where the logs of builds go. Default: CloudWatch Logs alone.
	LogBucket pulumi.StringInput
	LogPrefix string
	// AlarmTopicARN hears of builds that failed. Default: none.
	AlarmTopicARN pulumi.StringInput
	// Prefix begins the names that AWS shows: "acme-demo-build". Default: none.
	Prefix string
	// Tags are put on everything that takes tags, and on the images. Default: none.
	Tags map[string]string
}

// Component is one document of Image Builder: either its text or the ARN of one that exists.
type Component struct {
	// Name tells it apart, in its own name too. Lower-case letters, digits and hyphens. Required.
	Name string
	// Data is the document in YAML, with schemaVersion and phases. At most 16000 characters.
	Data string
	// ARN is one that exists, of AWS's or your own, in a fixed version.
	ARN string
}

const (
	defaultInstanceType = "t4g.medium"
	defaultVolumeGiB    = 8
	defaultRootDevice   = "/dev/xvda"
	defaultKeepImages   = 10
	// defaultKeepLaunchedDays outlives the longest that a fleet is left alone between two rolls.
	defaultKeepLaunchedDays = 60

	maxComponents = 20
	maxData       = 16000
	maxVolumeGiB  = 1024
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero Args.
func (a *Args) withDefaults(name string) Args {
	var full Args
	if a != nil {
		full = *a
	}
	full.InstanceType = or(full.InstanceType, defaultInstanceType)
	full.RootDevice = or(full.RootDevice, defaultRootDevice)
	full.VolumeGiB = orNumber(full.VolumeGiB, defaultVolumeGiB)
	full.KeepImages = orNumber(full.KeepImages, defaultKeepImages)
	full.KeepLaunchedDays = orNumber(full.KeepLaunchedDays, defaultKeepLaunchedDays)
	full.ParameterName = or(full.ParameterName, "/riglet/"+or(full.Prefix, name)+"/image")
	if full.ParentImageID == nil {
		full.ParentParameter = or(full.ParentParameter, "/aws/service/debian/release/12/latest/"+string(full.arch()))
	}
	full.Tests = slices.Concat([]Component{boots}, full.Tests)
	return full
}

func (a Args) arch() instancetype.Arch { return instancetype.ArchOf(a.InstanceType) }

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

func orNumber(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

var (
	regionPattern    = regexp.MustCompile(`^[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}$`)
	typePattern      = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9-]+$`)
	namePattern      = regexp.MustCompile(`^[a-z][a-z0-9-]{1,40}$`)
	accountPattern   = regexp.MustCompile(`^[0-9]{12}$`)
	parameterPattern = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+){1,15}$`)
	cronPattern      = regexp.MustCompile(`^cron\([^()]{9,80}\)$`)
	devicePattern    = regexp.MustCompile(`^/dev/[a-z0-9]+$`)
	// A component without a version would change under the recipe, and with it the image.
	componentARN = regexp.MustCompile(
		`^arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):component/[a-z0-9-]+/[0-9]+\.[0-9]+\.[0-9]+(/[0-9]+)?$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a Args) validate() error {
	f := check.New("")
	f.At("region").Match(a.Region, regionPattern, "a region such as eu-central-1")
	required(f.At("vpcId"), a.VPCID)
	required(f.At("subnetId"), a.SubnetID)
	a.checkComponents(f)
	f.At("instanceType").Match(a.InstanceType, typePattern, "an instance type such as t4g.medium")
	if a.ParentImageID != nil && a.ParentParameter != "" {
		f.At("parentParameter").Want("nothing beside parentImageId", a.ParentParameter)
	}
	f.At("volumeGiB").Range(a.VolumeGiB, 8, maxVolumeGiB)
	f.At("rootDevice").Match(a.RootDevice, devicePattern, "a device such as /dev/xvda")
	a.checkSharing(f.At("shareWith"))
	a.checkParameter(f.At("parameterName"))
	if a.Schedule != "" {
		f.At("schedule").Match(a.Schedule, cronPattern, "a cron expression such as cron(0 3 ? * mon *)")
	}
	f.At("keepImages").Range(a.KeepImages, 2, 1000)
	f.At("keepLaunchedDays").Range(a.KeepLaunchedDays, 1, 365)
	if a.LogPrefix != "" && a.LogBucket == nil {
		f.At("logPrefix").Want("nothing without logBucket", a.LogPrefix)
	}
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

func required(f check.Faults, v pulumi.StringInput) {
	if v == nil {
		f.Want("an id", "")
	}
}

func (a Args) checkComponents(f check.Faults) {
	if len(a.Components) == 0 {
		f.At("components").Want("at least one", "")
	}
	if n := len(a.Components) + len(a.Tests); n > maxComponents {
		f.At("components").Want("at most 20 with the tests, one of which is there already", n)
	}
	var names []string
	for i, c := range a.Components {
		c.check(f.At("components").Index(i))
		names = append(names, c.Name)
	}
	for i, c := range a.Tests[1:] {
		c.check(f.At("tests").Index(i))
		names = append(names, c.Name)
	}
	f.At("components").Unique(append(names, boots.Name))
}

func (c Component) check(f check.Faults) {
	f.At("name").Match(c.Name, namePattern, "a letter, then lower-case letters, digits and hyphens, 41 at most")
	switch {
	case (c.Data == "") == (c.ARN == ""):
		f.Want("either data or arn", or(c.ARN, c.Data))
	case c.ARN != "":
		f.At("arn").Match(c.ARN, componentARN, "the ARN of a component with its version")
	default:
		checkData(f.At("data"), c.Data)
	}
}

// checkData wants what Image Builder would refuse only when the update is half done.
func checkData(f check.Faults, data string) {
	var document struct {
		SchemaVersion string `yaml:"schemaVersion"`
		Phases        []struct {
			Name  string
			Steps []struct{ Name, Action string }
		}
	}
	if len(data) > maxData {
		f.Want("at most 16000 characters", len(data))
		return
	}
	if err := yaml.Unmarshal([]byte(data), &document); err != nil {
		f.Want("YAML", err.Error())
		return
	}
	if strings.TrimSpace(document.SchemaVersion) != "1.0" {
		f.At("schemaVersion").Want("1.0", document.SchemaVersion)
	}
	if len(document.Phases) == 0 {
		f.At("phases").Want("at least one", "")
	}
	for i, phase := range document.Phases {
		check.OneOf(f.At("phases").Index(i).At("name"), phase.Name, "build", "validate", "test")
		if len(phase.Steps) == 0 {
			f.At("phases").Index(i).At("steps").Want("at least one", "")
		}
	}
}

// checkSharing: an image under AWS's own key can be seen by another account, and never launched.
func (a Args) checkSharing(f check.Faults) {
	for i, account := range a.ShareWith {
		f.Index(i).Match(account, accountPattern, "an account of 12 digits")
	}
	f.Unique(a.ShareWith)
	if len(a.ShareWith) > 0 && a.KMSKeyARN == nil {
		f.Want("nobody unless kmsKeyArn is given: AWS's own key opens to no other account", strings.Join(a.ShareWith, ", "))
	}
}

// checkParameter: names that begin so are AWS's own.
func (a Args) checkParameter(f check.Faults) {
	lower := strings.ToLower(a.ParameterName)
	if !parameterPattern.MatchString(a.ParameterName) ||
		strings.HasPrefix(lower, "/aws") || strings.HasPrefix(lower, "/ssm") {
		f.Want("a path such as /acme/shop/image, not beginning with /aws or /ssm", a.ParameterName)
	}
}
