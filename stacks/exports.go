package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/netplan"
)

// exportNetwork exports the network: its ids, and its address plan as a list that a person can be shown.
func (e *environment) exportNetwork() {
	section := e.Config.Network
	plan := netplan.Spec{CIDR: section.CIDR, Zones: section.Zones, ExtraTiers: section.ExtraTiers}
	subnets := pulumi.Array{}
	for _, planned := range plan.Subnets() {
		subnets = append(subnets, pulumi.Map{
			"tier": pulumi.String(planned.Tier),
			"zone": pulumi.String(planned.Zone),
			"cidr": pulumi.String(planned.CIDR.String()),
			"id":   e.network.SubnetIDs.MapIndex(pulumi.String(planned.Key())),
		})
	}
	e.ctx.Export("network", pulumi.Map{
		"vpcId":         e.network.VPCID,
		"cidr":          pulumi.String(section.CIDR.String()),
		"nat":           pulumi.String(section.NAT),
		"natAddresses":  e.network.NATAddresses,
		"privateDomain": e.network.PrivateDomain,
		"subnets":       subnets,
	})
	e.ctx.Export("operationsTopicArn", e.network.OperationsTopicARN)
}

// exportIngress exports where the environment is reached.
func (e *environment) exportIngress() {
	e.ctx.Export("ingress", pulumi.Map{
		"url":       e.front.URL,
		"dnsName":   e.front.DNSName,
		"logBucket": e.front.LogBucket,
	})
}

// exportCluster exports what runs the services.
func (e *environment) exportCluster() {
	e.ctx.Export("cluster", pulumi.Map{
		"name":      e.hosts.ClusterName,
		"arn":       e.hosts.ClusterARN,
		"groupName": e.hosts.GroupName,
	})
}

// exportServices exports the services by name: where each answers, how many tasks it has and where its logs are.
func (e *environment) exportServices(made map[string]*compute.Service) {
	all := pulumi.Map{}
	for name, service := range made {
		section := e.Config.Services[name]
		one := pulumi.Map{
			"tasks":    pulumi.Int(section.Desired()),
			"service":  service.ServiceName,
			"logGroup": pulumi.String(e.logGroup(name)),
		}
		if section.Port > 0 {
			one["url"] = service.URL
			one["hosts"] = pulumi.ToStringArray(e.Config.HostsOf(e.Environment, name))
			one["priority"] = pulumi.Int(section.Priority)
		}
		if scaling := section.Scaling; scaling != nil {
			one["scales"] = pulumi.Sprintf("%d to %d", scaling.Min, scaling.Max)
		}
		all[name] = one
	}
	e.ctx.Export("services", all)
}
