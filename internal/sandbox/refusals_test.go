package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repeat makes n things that differ by their number.
func repeat(n int, token string, f func(i int) props) []thing {
	out := make([]thing, n)
	for i := range out {
		out[i] = thing{token, fmt.Sprintf("%s%d", token[len(token)-3:], i), f(i)}
	}
	return out
}

func ofGroup(cidr string) props {
	return props{"securityGroupId": "@grp", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": cidr}
}

func with(p props, more props) props {
	out := props{}
	for k, v := range p {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

var (
	balancer = props{"subnets": []any{"@a", "@b"}, "securityGroups": []any{"@grp"}}
	listener = props{"loadBalancerArn": "@lb", "port": 80, "defaultActions": fixed404}
	secure   = props{"loadBalancerArn": "@lb", "port": 443, "protocol": "HTTPS", "defaultActions": fixed404}
	mandated = props{"assumeRolePolicy": trust("ec2.amazonaws.com")}
	logged   = with(balancer, props{"accessLogs": props{"enabled": true, "bucket": "@logs"}})
	otherVpc = []thing{
		{vpcT, "vpc2", props{"cidrBlock": "10.20.0.0/16"}},
		{subnetT, "c", props{"vpcId": "@vpc2", "cidrBlock": "10.20.0.0/24"}},
		{tableT, "table2", props{"vpcId": "@vpc2"}},
		{igwT, "igw2", props{}},
		{groupT, "grp2", props{"vpcId": "@vpc2"}},
	}
	withBalancer = []thing{{lbT, "lb", balancer}}
	withLogs     = []thing{{bucketT, "logs", props{"bucket": "logs-of-test"}}}
	withCert     = []thing{
		{lbT, "lb", balancer},
		{zoneT, "zone", props{"name": "example.com"}},
		{certT, "cert", props{"domainName": "www.example.com", "validationMethod": "DNS"}},
	}
	gone = "0123456789abcdef0"
)

const certARN = "arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012"

// refusal is a create that AWS refuses on top of a network.
type refusal struct {
	name   string
	before []thing
	token  string
	give   props
	want   string // "" when AWS allows it: the neighbour of a refusal
}

func runRefusals(t *testing.T, tests []refusal) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			for _, th := range append(network[:len(network):len(network)], tt.before...) {
				l.make(th.token, th.name, th.props)
			}
			err := l.try(tt.token, "last", tt.give)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			assert.Equal(t, "creating "+tt.token+": "+l.reference(tt.want), err.Error())
		})
	}
}
