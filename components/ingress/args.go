package ingress

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/tags"
)

// Args are the arguments of an Ingress. With neither CertificateARN nor Domain the balancer speaks plain HTTP, and
// says so in a warning at every preview and update.
type Args struct {
	// VPCID is the VPC to stand in. Required.
	VPCID pulumi.StringInput
	// SubnetIDs are public subnets in two zones at least, of /27 or more. Required.
	SubnetIDs pulumi.StringArrayInput
	// CertificateARN is an issued certificate in the balancer's region. Default: none.
	CertificateARN pulumi.StringInput
	// Domain makes a certificate, in place of CertificateARN, and leads the domain to the balancer. Default: none.
	Domain *Domain
	// AllowedCIDRs may reach the listeners. Default: everyone, 0.0.0.0/0.
	AllowedCIDRs []string
	// IdleTimeoutSeconds is how long a connection may be silent, 1 to 4000. A server behind the balancer must keep
	// its side open for longer, or the balancer answers 502 now and then. Default: 60.
	IdleTimeoutSeconds int
	// AccessLogDays is how long access logs are kept, 1 to 3653. Default: 90.
	AccessLogDays int
	// Protected makes AWS refuse to delete the balancer, and keeps a log bucket that holds logs. Turn it off and
	// update before a destroy. Default: false.
	Protected bool
	// AlarmTopicARN is the topic that alarms go to. Default: none, and there are no alarms.
	AlarmTopicARN pulumi.StringInput
	// Prefix begins the names that AWS shows: "acme-demo-integration". Lower-case letters, digits and hyphens. A
	// name that grows too long is cut and ends in a hash of the whole. Default: none, and Pulumi makes names up
	// from the logical ones.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

// Domain is a name to make a certificate for. It also covers every name one label below it.
type Domain struct {
	// Name is the domain, such as "integration.example.com". Required.
	Name string
	// HostedZoneID is the public hosted zone that answers for it, where the proof of ownership is written. Required.
	HostedZoneID pulumi.StringInput
}

const (
	// defaultIdleSeconds is AWS's own default.
	defaultIdleSeconds = 60
	// defaultLogDays is a quarter: long enough to look into an incident that is noticed late.
	defaultLogDays = 90

	maxIdleSeconds = 4000
	maxLogDays     = 3653
	everywhere     = "0.0.0.0/0"
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero Args.
func (a *Args) withDefaults() Args {
	var full Args
	if a != nil {
		full = *a
	}
	if full.AllowedCIDRs == nil {
		full.AllowedCIDRs = []string{everywhere}
	}
	if full.IdleTimeoutSeconds == 0 {
		full.IdleTimeoutSeconds = defaultIdleSeconds
	}
	if full.AccessLogDays == 0 {
		full.AccessLogDays = defaultLogDays
	}
	return full
}

// secure tells whether the balancer speaks TLS.
func (a Args) secure() bool { return a.CertificateARN != nil || a.Domain != nil }

var (
	certificatePattern = regexp.MustCompile(`^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$`)
	zonePattern        = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a Args) validate() error {
	f := check.New("")
	if a.VPCID == nil {
		f.At("vpcId").Want("the id of a VPC", nil)
	}
	a.checkSubnets(f.At("subnetIds"))
	a.checkCertificate(f)
	f.At("allowedCidrs").CIDRs(a.AllowedCIDRs)
	f.At("idleTimeoutSeconds").Range(a.IdleTimeoutSeconds, 1, maxIdleSeconds)
	f.At("accessLogDays").Range(a.AccessLogDays, 1, maxLogDays)
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

// checkSubnets counts a list that is known already. One that arrives as an Output is AWS's to count.
func (a Args) checkSubnets(f check.Faults) {
	switch list := a.SubnetIDs.(type) {
	case nil:
		f.Want("public subnets in two zones at least", nil)
	case pulumi.StringArray:
		if len(list) < minZones {
			f.Want("public subnets in two zones at least", len(list))
		}
	}
}

// minZones is how many zones an Application Load Balancer wants.
const minZones = 2

func (a Args) checkCertificate(f check.Faults) {
	if a.CertificateARN != nil && a.Domain != nil {
		f.At("domain").Want("nothing next to certificateArn", a.Domain.Name)
	}
	if arn, known := a.CertificateARN.(pulumi.String); known {
		f.At("certificateArn").Match(string(arn), certificatePattern, "the ARN of an ACM certificate")
	}
	if a.Domain == nil {
		return
	}
	f.At("domain.name").Domain(a.Domain.Name)
	if a.Domain.HostedZoneID == nil {
		f.At("domain.hostedZoneId").Want("the id of a public hosted zone", nil)
	}
	if id, known := a.Domain.HostedZoneID.(pulumi.String); known {
		f.At("domain.hostedZoneId").Match(string(id), zonePattern, "the id of a hosted zone such as Z0123456789ABC")
	}
}
