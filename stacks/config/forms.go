package config

import (
	"net/url"
	"reflect"
	"regexp"
	"strings"

	"github.com/riglet/riglet/internal/backupsource"
	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/netplan"
)

// form is what a text must look like, beyond being text.
type form struct {
	// want is the form in words, as a fault says it.
	want string
	// pattern is the form for the schema; it may be wider than what is checked.
	pattern string
	// texts and numbers are the only values, where there is a fixed set.
	texts   []string
	numbers []int
	// check records a fault unless v has the form. It is nil where netplan checks the value with the others.
	check func(f check.Faults, v string)
}

const (
	certificatePattern = `^arn:aws(-[a-z]+)*:acm:([a-z0-9-]+):[0-9]{12}:certificate/` +
		`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`
	// repositoryPattern is what Docker takes for a repository, with or without a registry.
	repositoryPattern = `[a-z0-9]+([.-][a-z0-9]+)*(:[0-9]{1,5})?(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*`
	tagPattern        = `:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
	imageReference    = `^` + repositoryPattern + `(` + tagPattern + `|(` + tagPattern + `)?@sha256:[0-9a-f]{64})$`
	imageWanted       = "an image by digest, or by a tag that never moves (not latest)"
	instancePattern   = `^[a-z]+[0-9]+[a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$`
)

// enums are the types of text with a fixed set of values.
var enums = map[reflect.Type][]string{
	reflect.TypeFor[netplan.NATMode](): words(netplan.NATModes()),
	reflect.TypeFor[netplan.Traffic](): words(netplan.Traffics()),

	reflect.TypeFor[RollingWay]():        words([]RollingWay{RollingReplace, RollingRefresh}),
	reflect.TypeFor[Launch]():            words([]Launch{LaunchEC2, LaunchFargate}),
	reflect.TypeFor[NetworkMode]():       words([]NetworkMode{NetworkBridge, NetworkVPC, NetworkHost}),
	reflect.TypeFor[instancetype.Arch](): words([]instancetype.Arch{instancetype.ARM64, instancetype.AMD64}),
}

// forms are what the tag form may name.
var forms = map[string]form{
	// Twenty characters each keep owner, project and environment readable in the 32 of a load balancer's name.
	"label": matching(`^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$`,
		"1 to 20 lower-case letters, digits and inner hyphens, a letter first"),
	"instanceType": matching(instancePattern, "an instance type such as t4g.nano"),
	"certificate": matching(certificatePattern,
		"the ARN of an ACM certificate (arn:aws:acm:<region>:<account>:certificate/<id>)"),
	"machineImage": matching(`^ami-[0-9a-f]{8,17}$`, "the id of an image such as ami-0123456789abcdef0"),
	"hostedZone":   matching(`^Z[A-Z0-9]{1,31}$`, "the id of a hosted zone, such as Z0123456789ABCDEFGHIJ"),
	"domain": {
		want: "a domain name such as app.example.com", pattern: check.DomainPattern, check: check.Faults.Domain,
	},
	"email": {
		want: "an e-mail address such as ops@example.com", pattern: `^[^@\s]+@[^@\s]+\.[^@\s]+$`,
		check: check.Faults.Email,
	},
	"https":   {want: "an https:// address", pattern: `^https://`, check: checkHTTPS},
	"network": {want: "a network such as 10.10.0.0/16", pattern: `^([0-9]{1,3}\.){3}[0-9]{1,3}/(1[6-9]|2[01])$`},
	"zone":    {want: "an availability zone such as us-west-2a", pattern: netplan.ZonePattern},
	"service": {want: "a service such as ssm or ecr.api, without region", pattern: netplan.ServicePattern},
	"tier":    {want: "a name of lower-case letters and digits, 12 at most", pattern: netplan.TierPattern},
	"text":    {want: "text"},
	"variable": matching(`^[A-Za-z_][A-Za-z0-9_]*$`,
		"a variable name: letters, digits and underscores, no digit first"),
	"user":          matching(`^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$`, "a user such as 1000 or node:node"),
	"folder":        matching(`^(/[A-Za-z0-9_.-]+)+$`, "a folder such as /var/cache/nginx"),
	"parameterPath": matching(`^(/[A-Za-z0-9_.-]+)+$`, "a path of parameters such as /acme/shop"),
	"volume":        matching(`^[A-Za-z0-9_-]{1,255}$`, "letters, digits, hyphens and underscores"),
	"host": {
		want: "a name such as app.example.com or *.example.com", pattern: `^(\*\.)?` + check.DomainPattern[1:],
		check: checkHost,
	},
	"hostPrefix": matching(`^[a-z0-9][a-z0-9-]{0,19}$`,
		"1 to 20 lower-case letters, digits and hyphens, no hyphen first"),
	"pathPattern": matching(`^/[A-Za-z0-9_.$/~"'@:+&*?-]{0,127}$`, "a path pattern such as /api/*"),
	"healthPath":  matching(`^/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]{0,999}$`, "a path such as /health"),
	"matcher":     matching(`^[2-4][0-9]{2}([,-][2-4][0-9]{2})*$`, "status codes such as 200 or 200-301"),
	"branch":      matching(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`, "letters, digits and inner ._-, no slash"),
	"reference":   {want: imageWanted, pattern: imageReference, check: checkImage},
	"imageRepository": matching(`^`+repositoryPattern+`$`, "a repository without a tag, such as "+
		"123456789012.dkr.ecr.us-west-2.amazonaws.com/shop"),
	"fileSystem":  matching(`^fs-[0-9a-f]{8,40}$`, "the id of an EFS file system such as fs-0123456789abcdef0"),
	"accessPoint": matching(`^fsap-[0-9a-f]{8,40}$`, "the id of an access point such as fsap-0123456789abcdef0"),
	"backup": {
		want: backupsource.Want, pattern: backupsource.Pattern, check: backupsource.Check,
	},
	"retentionDays": {want: "a period that CloudWatch Logs offers", numbers: check.RetentionPeriods()},
}

var imagePattern = regexp.MustCompile(imageReference)

// certificateRegion finds the region of a certificate's ARN.
var certificateRegion = regexp.MustCompile(certificatePattern)

// formOf is the form of a type with a fixed set of values, else the one that the tag names, else nil.
func formOf(t reflect.Type, tag string) *form {
	if texts, ok := enums[t]; ok {
		want := "one of " + check.List(texts)
		return &form{want: want, texts: texts, check: func(f check.Faults, v string) { check.OneOf(f, v, texts...) }}
	}
	if named, ok := forms[tag]; ok {
		return &named
	}
	return nil
}

func matching(pattern, want string) form {
	compiled := regexp.MustCompile(pattern)
	return form{want: want, pattern: pattern, check: func(f check.Faults, v string) { f.Match(v, compiled, want) }}
}

func checkHTTPS(f check.Faults, v string) {
	address, err := url.Parse(v)
	if err != nil || address.Scheme != "https" || address.Hostname() == "" || address.User != nil {
		f.Want("an https:// address", v)
	}
}

// checkHost wants a domain name, or a star for its first label.
func checkHost(f check.Faults, v string) {
	probe := check.New("")
	if probe.Domain(strings.TrimPrefix(v, "*.")); probe.Err() != nil {
		f.Want("a name such as app.example.com or *.example.com", v)
	}
}

// checkImage wants a reference that says the same tomorrow.
func checkImage(f check.Faults, v string) {
	if !imagePattern.MatchString(v) || (strings.HasSuffix(v, ":latest") && !strings.Contains(v, "@")) {
		f.Want(imageWanted, v)
	}
}

func words[T ~string](values []T) []string {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = string(v)
	}
	return plain
}
