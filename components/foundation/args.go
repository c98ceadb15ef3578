package foundation

import (
	"net/netip"
	"net/url"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/netplan"
	"github.com/riglet/riglet/internal/tags"
)

// NATMode is how private subnets reach the Internet.
type NATMode = netplan.NATMode

// The four ways out, cheapest first. Changing from one to another changes routes, and makes or removes the NAT
// itself; subnets and route tables stay.
const (
	NATNone           = netplan.NATNone
	NATInstance       = netplan.NATInstance
	NATGateway        = netplan.NATGateway
	NATGatewayPerZone = netplan.NATGatewayPerZone
)

// Traffic is which connections the flow log records.
type Traffic = netplan.Traffic

// The three choices of a flow log.
const (
	TrafficAll      = netplan.TrafficAll
	TrafficAccepted = netplan.TrafficAccepted
	TrafficRejected = netplan.TrafficRejected
)

// Args are the arguments of a Foundation. Only Zones has no default.
type Args struct {
	// CIDR is the range of the VPC: private IPv4 addresses, /16 to /21, clear of Docker's 172.17.0.0/16 and
	// 172.18.0.0/16. It can never change. Default: 10.10.0.0/16.
	CIDR netip.Prefix
	// Zones are the availability zones by name, 2 to 6 of one region: "us-west-2a". A subnet's addresses follow
	// from its zone's letter, so zones can be added and removed at any time. The first one listed holds the NAT
	// where there is only one. Required.
	Zones []string
	// ExtraTiers are private tiers beside app and db: name to address slot, 3 to 7. Default: none.
	ExtraTiers map[string]int
	// NAT is how private subnets reach the Internet. Default: NATGateway.
	NAT NATMode
	// NATInstanceType is the size of the NAT host, with NATInstance only; its family decides between arm64 and
	// x86. Default: t4g.nano.
	NATInstanceType string
	// Endpoints are the services to make interface endpoints for, such as "ssm" or "ecr.api". S3 and DynamoDB
	// have gateway endpoints always, which are free. Default: none.
	Endpoints []string
	// FlowLogTraffic is which connections are logged. Default: TrafficAll.
	FlowLogTraffic Traffic
	// FlowLogRetentionDays is how long they are kept, one of the periods that CloudWatch Logs takes. Default: 30.
	FlowLogRetentionDays int
	// PrivateDomain is the name of the private hosted zone. It can never change. Default: "<name>.internal".
	PrivateDomain string
	// OperationsEmails get everything that the operations topic gets. AWS asks each of them to confirm once.
	// Default: none.
	OperationsEmails []string
	// OperationsURL is an HTTPS address that the operations topic also posts to and that confirms by itself, as
	// PagerDuty's and Opsgenie's do. It usually carries a key: pass it as a secret. Default: none.
	OperationsURL pulumi.StringInput
	// Prefix begins the names that AWS shows: "acme-demo-integration". Lower-case letters, digits and hyphens. A
	// name that grows too long is cut and ends in a hash of the whole. Default: none, and Pulumi makes names up
	// from the logical ones.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

const (
	// defaultNATInstanceType is the smallest Graviton host: 5 Gbit/s burst, and translation needs no memory.
	defaultNATInstanceType = "t4g.nano"
	// defaultRetentionDays covers the time in which an incident is looked into.
	defaultRetentionDays = 30
)

// defaultCIDR keeps clear of 10.0.0.0/24, which Docker Swarm's ingress network takes by default.
var defaultCIDR = netip.MustParsePrefix("10.10.0.0/16")

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero Args.
func (a *Args) withDefaults(name string) Args {
	var full Args
	if a != nil {
		full = *a
	}
	if !full.CIDR.IsValid() {
		full.CIDR = defaultCIDR
	}
	full.NAT = either(full.NAT, NATGateway)
	if full.NAT == NATInstance {
		full.NATInstanceType = either(full.NATInstanceType, defaultNATInstanceType)
	}
	full.FlowLogTraffic = either(full.FlowLogTraffic, TrafficAll)
	full.FlowLogRetentionDays = either(full.FlowLogRetentionDays, defaultRetentionDays)
	full.PrivateDomain = either(full.PrivateDomain, name+".internal")
	return full
}

// either is v, or the default where v was left out.
func either[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// plan is the address plan that the arguments ask for.
func (a Args) plan() netplan.Spec {
	return netplan.Spec{CIDR: a.CIDR, Zones: a.Zones, ExtraTiers: a.ExtraTiers}
}

// validate is every fault of the arguments, before anything is registered.
func (a Args) validate() error {
	f := check.New("")
	a.plan().Check(f)
	check.OneOf(f.At("nat"), a.NAT, netplan.NATModes()...)
	a.checkInstanceType(f.At("natInstanceType"))
	netplan.CheckEndpoints(f.At("endpoints"), a.Endpoints)
	check.OneOf(f.At("flowLogTraffic"), a.FlowLogTraffic, netplan.Traffics()...)
	f.At("flowLogRetentionDays").RetentionDays(a.FlowLogRetentionDays)
	f.At("privateDomain").Domain(a.PrivateDomain)
	f.At("operationsEmails").Unique(a.OperationsEmails)
	for i, address := range a.OperationsEmails {
		f.At("operationsEmails").Index(i).Email(address)
	}
	checkURL(f.At("operationsUrl"), a.OperationsURL)
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

func (a Args) checkInstanceType(f check.Faults) {
	switch {
	case a.NAT != NATInstance && a.NATInstanceType != "":
		f.Want("nothing unless nat is instance", a.NATInstanceType)
	case a.NAT == NATInstance && !instancetype.Valid(a.NATInstanceType):
		f.Want("an instance type such as t4g.nano", a.NATInstanceType)
	}
}

// checkURL looks at an address that is known already. One that arrives as an Output is SNS's to judge.
func checkURL(f check.Faults, input pulumi.StringInput) {
	plain, known := input.(pulumi.String)
	if !known {
		return
	}
	parsed, err := url.Parse(string(plain))
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		// The address may carry a key, so it is not repeated.
		f.Want("an https address", errHidden{})
	}
}

// errHidden stands for a value that must not be shown.
type errHidden struct{}

func (errHidden) Error() string { return "something else (not shown, it may be secret)" }
