package config

import (
	"net/netip"

	"github.com/riglet/riglet/internal/netplan"
)

// Config is one environment. A section that is absent is not deployed.
type Config struct {
	// Owner is who the environment belongs to: the first part of every name and the tag Owner.
	Owner string `json:"owner" required:"true" form:"label"`
	// Project is what the environment runs: the second part of every name and the tag Project.
	Project string `json:"project" required:"true" form:"label"`
	// ElasticIPQuota is how many Elastic IPs the account may have in the region. Raise it after AWS has raised
	// yours (Service Quotas, "EC2-VPC Elastic IPs").
	ElasticIPQuota int `json:"elasticIpQuota" range:"1,1000" default:"5"`
	// Network is the VPC and what every environment has in it.
	Network *Network `json:"network"`
	// Cluster is the ECS cluster that services run on.
	Cluster *Cluster `json:"cluster"`
	// ServiceNames are the names that services get below a domain. Left out: that of the balancer.
	ServiceNames *ServiceNames `json:"serviceNames"`
	// Services are the containers that are kept running, by name. They run on the cluster.
	Services map[string]Service `json:"services" form:"label"`
	// CouchDB is a CouchDB on a host of its own, with backups.
	CouchDB *CouchDB `json:"couchdb"`
	// Rolling is a group of instances that rolls without downtime.
	Rolling *Rolling `json:"rolling"`
	// Alerts are the people who are told.
	Alerts Alerts `json:"alerts"`
	// PagerURL is an HTTPS address that the operations topic posts to as well, such as a PagerDuty integration.
	// Set it with `pulumi config set --secret riglet:pagerUrl`.
	PagerURL Secret `json:"pagerUrl" form:"https"`
}

// Secret tells whether a secret was given. The value itself stays with Pulumi, as a secret output.
type Secret bool

// Network is the VPC and what every environment has in it.
type Network struct {
	// CIDR is the range of the VPC: private IPv4 addresses, /16 to /21. It can never be changed in place.
	CIDR netip.Prefix `json:"cidr" required:"true" form:"network"`
	// Zones are the availability zones by name, all of aws:region. The first one listed has the NAT where there is
	// only one; otherwise their order has no meaning.
	Zones []string `json:"zones" required:"true" range:"2,6" form:"zone"`
	// ExtraTiers are private subnets beside app and db, by name, each with its slot of the address plan. A slot
	// is kept for good: it decides the addresses.
	ExtraTiers map[string]int `json:"extraTiers" range:"3,7" form:"tier"`
	// NAT is how private subnets reach the Internet: not at all, through one small Debian host, through one NAT
	// gateway, or through one NAT gateway in each zone.
	NAT netplan.NATMode `json:"nat" required:"true"`
	// NATInstanceType is the EC2 instance type of the NAT host. Its family decides between arm64 and x86.
	NATInstanceType string `json:"natInstanceType" default:"t4g.nano" form:"instanceType" only:"nat=instance"`
	// Endpoints are the AWS services with an interface endpoint in the VPC. S3 and DynamoDB have a free gateway
	// endpoint always.
	Endpoints []string `json:"endpoints" form:"service"`
	// FlowLogs are the records of connections. They are always kept; this is which and how long.
	FlowLogs FlowLogs `json:"flowLogs"`
	// Balancer is the Application Load Balancer. Left out: there is none.
	Balancer *Balancer `json:"balancer"`
}

// FlowLogs are the records of the network's connections, in CloudWatch Logs.
type FlowLogs struct {
	// Traffic is which connections are recorded.
	Traffic netplan.Traffic `json:"traffic" default:"all"`
	// RetentionDays is for how many days records are kept: a period that CloudWatch Logs offers.
	RetentionDays int `json:"retentionDays" default:"30" form:"retentionDays"`
}

// Balancer is the Application Load Balancer. It must say how it is reached: by certificateArn, domain or plainHttp.
type Balancer struct {
	_ struct{} `choice:"certificateArn,domain,plainHttp"`

	// CertificateARN is an issued certificate of ACM, of the same region.
	CertificateARN string `json:"certificateArn" form:"certificate"`
	// Domain is a name that gets a certificate made for it, and that points at the balancer.
	Domain *Domain `json:"domain"`
	// PlainHTTP is whether to serve on port 80 without TLS, for trying things out: anyone on the way can read and
	// change what is sent.
	PlainHTTP bool `json:"plainHttp" default:"false"`
	// IdleTimeoutSeconds is for how many seconds a connection may be silent before it is closed.
	IdleTimeoutSeconds int `json:"idleTimeoutSeconds" range:"1,4000" default:"60"`
	// AccessLogDays is for how many days access logs are kept.
	AccessLogDays int `json:"accessLogDays" range:"1,3653" default:"90"`
	// Protected is whether deleting the balancer is refused, until this is false again.
	Protected bool `json:"protected" default:"false"`
}

// Domain is a name of the environment in Route 53.
type Domain struct {
	// Name is the domain name that the balancer answers to.
	Name string `json:"name" required:"true" form:"domain"`
	// HostedZoneID is the public hosted zone that the name belongs to.
	HostedZoneID string `json:"hostedZoneId" required:"true" form:"hostedZone"`
}

// Alerts are the people who are told, by e-mail address. AWS asks each of them to confirm first.
type Alerts struct {
	// Operations are the addresses that are told of every alarm.
	Operations []string `json:"operations" form:"email"`
	// Builds are the addresses that are told how builds and releases went.
	Builds []string `json:"builds" form:"email"`
}
