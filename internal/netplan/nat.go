package netplan

import "github.com/riglet/riglet/internal/check"

// NATMode is how private subnets reach the Internet.
type NATMode string

// The four ways out. Whichever is chosen, each zone keeps its own private route table.
const (
	// NATNone gives private subnets no way out: VPC endpoints only.
	NATNone NATMode = "none"
	// NATInstance is one Debian host that heals itself.
	NATInstance NATMode = "instance"
	// NATGateway is one NAT gateway in the first zone; the others reach it across zones.
	NATGateway NATMode = "gateway"
	// NATGatewayPerZone is one NAT gateway in each zone: a lost zone takes no other zone's way out with it.
	NATGatewayPerZone NATMode = "gateway-per-zone"
)

// NATModes are all modes, cheapest first.
func NATModes() []NATMode { return []NATMode{NATNone, NATInstance, NATGateway, NATGatewayPerZone} }

// Traffic is which connections a flow log records.
type Traffic string

// The three choices that EC2 offers.
const (
	TrafficAll      Traffic = "all"
	TrafficAccepted Traffic = "accepted"
	TrafficRejected Traffic = "rejected"
)

// Traffics are all choices.
func Traffics() []Traffic { return []Traffic{TrafficAll, TrafficAccepted, TrafficRejected} }

// endpointLimit is the default quota of interface endpoints in one VPC (VPC quotas).
const endpointLimit = 50

// CheckEndpoints records every fault of a list of interface endpoints, given by service: "ssm", "ecr.api".
func CheckEndpoints(f check.Faults, services []string) {
	f.Unique(services)
	if len(services) > endpointLimit {
		f.Want("50 services at most", len(services))
	}
	for i, service := range services {
		switch {
		case service == "s3" || service == "dynamodb":
			f.Index(i).Want("an interface endpoint ("+service+" has a free gateway endpoint already)", service)
		case !servicePattern.MatchString(service):
			f.Index(i).Want("a service such as ssm or ecr.api, without region", service)
		}
	}
}
