package config

import "slices"

// Domain is the domain that services get their names in, or nothing.
func (c Config) Domain() string {
	switch {
	case c.ServiceNames != nil:
		return c.ServiceNames.Domain
	case c.Network != nil && c.Network.Balancer != nil && c.Network.Balancer.Domain != nil:
		return c.Network.Balancer.Domain.Name
	default:
		return ""
	}
}

// NamesZoneID is the hosted zone for the records of services, or nothing.
func (c Config) NamesZoneID() string {
	switch {
	case c.ServiceNames != nil:
		return c.ServiceNames.HostedZoneID
	case c.Domain() != "":
		return c.Network.Balancer.Domain.HostedZoneID
	default:
		return ""
	}
}

// HostsOf are the names that lead to a service in an environment.
func (c Config) HostsOf(environment, name string) []string {
	s, domain := c.Services[name], c.Domain()
	hosts := slices.Clone(s.Hosts)
	if domain == "" {
		return hosts
	}
	if len(hosts) == 0 {
		hosts = append(hosts, s.HostPrefix+environment+"-"+name+"."+domain)
	}
	if short := name + "." + domain; s.ShortName && !slices.Contains(hosts, short) {
		hosts = append(hosts, short)
	}
	return hosts
}
