package config_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/netplan"
	"github.com/riglet/riglet/stacks/config"
)

func TestDecode_fillsDefaults(t *testing.T) {
	t.Parallel()
	cfg, err := decode(network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: instance
balancer: {plainHttp: true}`))
	require.NoError(t, err)
	assert.Equal(t, config.Config{
		Owner:          "acme",
		Project:        "demo",
		ElasticIPQuota: 5,
		Network: &config.Network{
			CIDR:            netip.MustParsePrefix("10.10.0.0/16"),
			Zones:           []string{"us-west-2a", "us-west-2b"},
			NAT:             netplan.NATInstance,
			NATInstanceType: "t4g.nano",
			FlowLogs:        config.FlowLogs{Traffic: netplan.TrafficAll, RetentionDays: 30},
			Balancer:        &config.Balancer{PlainHTTP: true, IdleTimeoutSeconds: 60, AccessLogDays: 90},
		},
	}, cfg)
}

func TestDecode_readsEveryKey(t *testing.T) {
	t.Parallel()
	cfg, err := decode(top(`riglet:elasticIpQuota: 20
riglet:network:
  cidr: 10.64.0.0/18
  zones: [us-west-2c, us-west-2a, us-west-2b, us-west-2d, us-west-2e, us-west-2f]
  extraTiers: {cache: 3, queue: 7}
  nat: gateway-per-zone
  endpoints: [ssm, ecr.api]
  flowLogs: {traffic: rejected, retentionDays: 3653}
  balancer:
    domain: {name: app.example.com, hostedZoneId: Z0123456789ABCDEFGHIJ}
    plainHttp: false
    idleTimeoutSeconds: 4000
    accessLogDays: 3653
    protected: true
riglet:alerts:
  operations: [ops@example.com, night+shift@example.com]
  builds: [dev@example.com]
riglet:pagerUrl: {secure: AAABAhunter2}
other:key: {anything: [1, 2]}`))
	require.NoError(t, err)
	assert.Equal(t, config.Config{
		Owner:          "acme",
		Project:        "demo",
		ElasticIPQuota: 20,
		Network: &config.Network{
			CIDR:       netip.MustParsePrefix("10.64.0.0/18"),
			Zones:      []string{"us-west-2c", "us-west-2a", "us-west-2b", "us-west-2d", "us-west-2e", "us-west-2f"},
			ExtraTiers: map[string]int{"cache": 3, "queue": 7},
			NAT:        netplan.NATGatewayPerZone,
			Endpoints:  []string{"ssm", "ecr.api"},
			FlowLogs:   config.FlowLogs{Traffic: netplan.TrafficRejected, RetentionDays: 3653},
			Balancer: &config.Balancer{
				Domain:             &config.Domain{Name: "app.example.com", HostedZoneID: "Z0123456789ABCDEFGHIJ"},
				IdleTimeoutSeconds: 4000,
				AccessLogDays:      3653,
				Protected:          true,
			},
		},
		Alerts: config.Alerts{
			Operations: []string{"ops@example.com", "night+shift@example.com"},
			Builds:     []string{"dev@example.com"},
		},
		PagerURL: true,
	}, cfg)
}

func TestDecode_accepts(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give string }{
		{"no section", top("")},
		{"the old spelling of a key", file("aws:config:region: us-west-2\nriglet:config:owner: a\nriglet:project: b")},
		{"the longest owner", file("aws:region: us-west-2\nriglet:owner: abcdefghijklmnopqrst\nriglet:project: b")},
		{"a quota in quotes, as `pulumi config set` writes it", top("riglet:elasticIpQuota: '6'")},
		{"sections of defaults", more("flowLogs: {}\nendpoints: []\nextraTiers: {}")},
		{"no alerts", top("riglet:alerts: {}")},
		{"six zones behind one gateway", network(`cidr: 192.168.0.0/21
zones: [us-west-2a, us-west-2b, us-west-2c, us-west-2d, us-west-2e, us-west-2f]
nat: gateway`)},
		{"a certificate of a partition", file(`aws:region: us-gov-west-1
riglet:owner: acme
riglet:project: demo
riglet:network:
  cidr: 10.10.0.0/16
  zones: [us-gov-west-1a, us-gov-west-1b]
  nat: none
  balancer:
    certificateArn: arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012`)},
		{"an x86 host", network("cidr: 10.10.0.0/16\nzones: [us-west-2a, us-west-2b]\nnat: instance\n" +
			"natInstanceType: m7i-flex.large")},
		{"anchors", top("riglet:alerts: {operations: &all [ops@example.com], builds: *all}")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(tt.give)
			assert.NoError(t, err)
		})
	}
}

func TestValidate_checksWhatWasNotDecoded(t *testing.T) {
	t.Parallel()
	cfg, err := decode(more("balancer: {plainHttp: true}"))
	require.NoError(t, err)
	require.NoError(t, cfg.Validate("us-west-2"))

	cfg.Network.FlowLogs = config.FlowLogs{}
	cfg.Network.Balancer = &config.Balancer{}
	assert.EqualError(t, cfg.Validate("us-east-1"), `riglet:network.zones[0]: want a zone of us-east-1, got "us-west-2a"
riglet:network.zones[1]: want a zone of us-east-1, got "us-west-2b"
riglet:network.flowLogs.traffic: want one of all, accepted or rejected, got nothing
riglet:network.flowLogs.retentionDays: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, `+
		`1096, 1827, 2192, 2557, 2922, 3288, 3653 days, got 0
riglet:network.balancer: want one of certificateArn, domain or plainHttp: true, got none
riglet:network.balancer.idleTimeoutSeconds: want 1 to 4000, got 0
riglet:network.balancer.accessLogDays: want 1 to 3653, got 0`)
}

func TestElasticIPs(t *testing.T) {
	t.Parallel()
	three := []string{"us-west-2a", "us-west-2b", "us-west-2c"}
	tests := []struct {
		give *config.Network
		want int
	}{
		{nil, 0},
		{&config.Network{Zones: three, NAT: netplan.NATNone}, 0},
		{&config.Network{Zones: three, NAT: netplan.NATInstance}, 1},
		{&config.Network{Zones: three, NAT: netplan.NATGateway}, 1},
		{&config.Network{Zones: three, NAT: netplan.NATGatewayPerZone}, 3},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, config.Config{Network: tt.give}.ElasticIPs())
	}
}

// The three environments may share one new account.
func TestEnvironments_fitOneAccount(t *testing.T) {
	t.Parallel()
	addresses := 0
	var ranges []netip.Prefix
	for _, environment := range environments() {
		cfg, err := decode(readEnvironment(t, environment))
		require.NoError(t, err)
		for _, other := range ranges {
			assert.False(t, other.Overlaps(cfg.Network.CIDR), "%s overlaps %s", cfg.Network.CIDR, other)
		}
		ranges = append(ranges, cfg.Network.CIDR)
		addresses += cfg.ElasticIPs()
	}
	assert.LessOrEqual(t, addresses, 5)
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	in, err := config.FromYAML(testFile, []byte(top("riglet:zebra: 1\nriglet:netwerk: {}\nother:thing: 2")))
	require.NoError(t, err)
	assert.Equal(t, []string{"netwerk", "zebra"}, in.Unknown())
	assert.Equal(t, []string{"pagerUrl"}, config.SecretKeys())
}
