package config

import (
	"net/url"
	"reflect"
	"regexp"

	"github.com/riglet/riglet/internal/check"
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
	instancePattern = `^[a-z]+[0-9]+[a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$`
)

// enums are the types of text with a fixed set of values.
var enums = map[reflect.Type][]string{
	reflect.TypeFor[netplan.NATMode](): words(netplan.NATModes()),
	reflect.TypeFor[netplan.Traffic](): words(netplan.Traffics()),
}

// forms are what the tag form may name.
var forms = map[string]form{
	// Twenty characters each keep owner, project and environment readable in the 32 of a load balancer's name.
	"label": matching(`^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$`,
		"1 to 20 lower-case letters, digits and inner hyphens, a letter first"),
	"instanceType": matching(instancePattern, "an instance type such as t4g.nano"),
	"certificate": matching(certificatePattern,
		"the ARN of an ACM certificate (arn:aws:acm:<region>:<account>:certificate/<id>)"),
	"hostedZone": matching(`^Z[A-Z0-9]{1,31}$`, "the id of a hosted zone, such as Z0123456789ABCDEFGHIJ"),
	"domain": {
		want: "a domain name such as app.example.com", pattern: check.DomainPattern, check: check.Faults.Domain,
	},
	"email": {
		want: "an e-mail address such as ops@example.com", pattern: `^[^@\s]+@[^@\s]+\.[^@\s]+$`,
		check: check.Faults.Email,
	},
	"https":         {want: "an https:// address", pattern: `^https://`, check: checkHTTPS},
	"network":       {want: "a network such as 10.10.0.0/16", pattern: `^([0-9]{1,3}\.){3}[0-9]{1,3}/(1[6-9]|2[01])$`},
	"zone":          {want: "an availability zone such as us-west-2a", pattern: netplan.ZonePattern},
	"service":       {want: "a service such as ssm or ecr.api, without region", pattern: netplan.ServicePattern},
	"tier":          {want: "a name of lower-case letters and digits, 12 at most", pattern: netplan.TierPattern},
	"retentionDays": {want: "a period that CloudWatch Logs offers", numbers: check.RetentionPeriods()},
}

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

func words[T ~string](values []T) []string {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = string(v)
	}
	return plain
}
