package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/tags"
)

// Run is the program of every environment. It reads the configuration, refuses it with every fault at once, and
// only then makes anything.
func Run(ctx *pulumi.Context) error {
	loaded, err := Load(ctx)
	if err != nil {
		return err
	}
	e := &environment{ctx: ctx, Loaded: loaded}
	for _, step := range []func() error{
		e.foundation,
		e.ingress,
		e.cluster,
		e.couchDB,
		e.services,
		e.rolling,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// environment is what has been made so far.
type environment struct {
	Loaded

	ctx     *pulumi.Context
	network *foundation.Foundation
	front   *ingress.Ingress
	// hosts is the ECS cluster, or nil.
	hosts *compute.Cluster
	// database is the CouchDB host, or nil.
	database *couchdb.Host
}

// prefix begins every name that AWS shows.
func (e *environment) prefix() string {
	return naming.Join(e.Config.Owner, e.Config.Project, e.Environment)
}

// tags are on everything that takes tags.
func (e *environment) tags() map[string]string {
	return tags.Set{
		tags.Owner: e.Config.Owner, tags.Project: e.Config.Project, tags.Environment: e.Environment,
	}
}

// foundation makes the network.
func (e *environment) foundation() error {
	section := e.Config.Network
	if section == nil {
		return nil
	}
	args := &foundation.Args{
		CIDR:                 section.CIDR,
		Zones:                section.Zones,
		ExtraTiers:           section.ExtraTiers,
		NAT:                  section.NAT,
		NATInstanceType:      section.NATInstanceType,
		Endpoints:            section.Endpoints,
		FlowLogTraffic:       section.FlowLogs.Traffic,
		FlowLogRetentionDays: section.FlowLogs.RetentionDays,
		PrivateDomain:        e.Config.Project + ".internal",
		OperationsEmails:     e.Config.Alerts.Operations,
		Prefix:               e.prefix(),
		Tags:                 e.tags(),
	}
	if e.HasPagerURL {
		args.OperationsURL = e.PagerURL
	}
	var err error
	if e.network, err = foundation.NewFoundation(e.ctx, "network", args); err != nil {
		return err
	}
	e.exportNetwork()
	return nil
}

// ingress makes the balancer that services share.
func (e *environment) ingress() error {
	if e.Config.Network == nil || e.Config.Network.Balancer == nil {
		return nil
	}
	section := e.Config.Network.Balancer
	args := &ingress.Args{
		VPCID:              e.network.VPCID,
		SubnetIDs:          e.network.PublicSubnetIDs,
		IdleTimeoutSeconds: section.IdleTimeoutSeconds,
		AccessLogDays:      section.AccessLogDays,
		Protected:          section.Protected,
		AlarmTopicARN:      e.network.OperationsTopicARN,
		Prefix:             e.prefix(),
		Tags:               e.tags(),
	}
	if section.CertificateARN != "" {
		args.CertificateARN = pulumi.String(section.CertificateARN)
	}
	if section.Domain != nil {
		args.Domain = &ingress.Domain{
			Name: section.Domain.Name, HostedZoneID: pulumi.String(section.Domain.HostedZoneID),
		}
	}
	var err error
	if e.front, err = ingress.NewIngress(e.ctx, "ingress", args); err != nil {
		return err
	}
	e.exportIngress()
	return nil
}
