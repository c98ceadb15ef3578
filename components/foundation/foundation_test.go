package foundation_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/pulumitest"
)

func twoZones() []string { return []string{"us-west-2a", "us-west-2b"} }

// make runs a program that makes one foundation called "network".
func program(args *foundation.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := foundation.NewFoundation(ctx, "network", args)
		return err
	}
}

func TestNewFoundation_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give foundation.Args
		want string
	}{
		{
			name: "no zones", give: foundation.Args{},
			want: `foundation "network": zones: want 2 to 6, got 0`,
		},
		{
			name: "one zone", give: foundation.Args{Zones: twoZones()[:1]},
			want: `foundation "network": zones: want 2 to 6, got 1`,
		},
		{
			name: "Docker's range",
			give: foundation.Args{Zones: twoZones(), CIDR: netip.MustParsePrefix("172.17.0.0/16")},
			want: `foundation "network": cidr: want a network clear of 172.17.0.0/16 (Docker's default bridge), ` +
				`got 172.17.0.0/16`,
		},
		{
			name: "an unknown way out", give: foundation.Args{Zones: twoZones(), NAT: "nats"},
			want: `foundation "network": nat: want one of none, instance, gateway or gateway-per-zone, got "nats"`,
		},
		{
			name: "an instance type without an instance",
			give: foundation.Args{Zones: twoZones(), NATInstanceType: "t4g.nano"},
			want: `foundation "network": natInstanceType: want nothing unless nat is instance, got "t4g.nano"`,
		},
		{
			name: "a pager without TLS",
			give: foundation.Args{Zones: twoZones(), OperationsURL: pulumi.String("http://pager.example.com/key")},
			want: `foundation "network": operationsUrl: want an https address, ` +
				`got something else (not shown, it may be secret)`,
		},
		{
			name: "everything at once",
			give: foundation.Args{
				Zones: []string{"us-west-2a", "eu-west-1b"}, Endpoints: []string{"s3"}, FlowLogRetentionDays: 31,
				OperationsEmails: []string{"ops"}, Prefix: "Acme", Tags: map[string]string{"aws:own": "x"},
			},
			want: `foundation "network": zones[1]: want a zone of us-west-2, as us-west-2a is, got "eu-west-1b"
endpoints[0]: want an interface endpoint (s3 has a free gateway endpoint already), got "s3"
flowLogRetentionDays: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, ` +
				`2192, 2557, 2922, 3288, 3653 days, got 31
operationsEmails[0]: want an e-mail address such as ops@example.com, got "ops"
prefix: want a letter, then lower-case letters, digits and hyphens, 63 at most, got "Acme"
tags.aws:own: want a key of 1 to 128 characters that does not begin with aws:, got "aws:own"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder, err := pulumitest.RunE(program(&tt.give))
			require.ErrorContains(t, err, tt.want)
			assert.Empty(t, recorder.Resources())
		})
	}
}

func TestNewFoundation_leavesTheArgumentsAlone(t *testing.T) {
	t.Parallel()
	args := &foundation.Args{Zones: twoZones()}
	pulumitest.Run(t, program(args))
	assert.Equal(t, &foundation.Args{Zones: twoZones()}, args)
}

func TestNewFoundation_closesTheDefaultSecurityGroup(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones()}))
	group := recorder.Find("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "network-default")
	require.NotNil(t, group)
	assert.Nil(t, group.Input("ingress"))
	assert.Nil(t, group.Input("egress"))
}

func TestNewFoundation_givesNoSubnetPublicAddresses(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones()}))
	subnets := recorder.Of("aws:ec2/subnet:Subnet")
	require.Len(t, subnets, 6)
	for _, subnet := range subnets {
		assert.Equal(t, false, subnet.Input("mapPublicIpOnLaunch"), subnet.Name)
	}
}

// Subnets, tables and associations are the same whatever the way out is: changing it moves no subnet.
func TestNewFoundation_keepsTablesWhateverTheNAT(t *testing.T) {
	t.Parallel()
	fixed := func(mode foundation.NATMode) []string {
		recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones(), NAT: mode}))
		var lines []string
		for _, line := range recorder.Lines() {
			if strings.Contains(line, "ubnet:") || strings.Contains(line, "outeTable") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	want := fixed(foundation.NATNone)
	require.Len(t, want, 6+3+6, "subnets, tables, associations")
	assert.Equal(t, want, fixed(foundation.NATInstance))
	assert.Equal(t, want, fixed(foundation.NATGateway))
	assert.Equal(t, want, fixed(foundation.NATGatewayPerZone))
}

func TestNewFoundation_routesPrivateTables(t *testing.T) {
	t.Parallel()
	const a, b = "network-private-us-west-2a-out", "network-private-us-west-2b-out"
	tests := []struct {
		nat  foundation.NATMode
		key  string
		from string
		want map[string]string
	}{
		{
			nat: foundation.NATGateway, key: "natGatewayId", from: "aws:ec2/natGateway:NatGateway",
			want: map[string]string{a: "network-nat-us-west-2b", b: "network-nat-us-west-2b"},
		},
		{
			nat: foundation.NATGatewayPerZone, key: "natGatewayId", from: "aws:ec2/natGateway:NatGateway",
			want: map[string]string{a: "network-nat-us-west-2a", b: "network-nat-us-west-2b"},
		},
		{
			nat: foundation.NATInstance, key: "networkInterfaceId", from: "aws:ec2/networkInterface:NetworkInterface",
			want: map[string]string{a: "network-nat-interface", b: "network-nat-interface"},
		},
	}
	for _, tt := range tests {
		t.Run(string(tt.nat), func(t *testing.T) {
			t.Parallel()
			// The zone listed first holds a single NAT, whatever its letter.
			args := &foundation.Args{Zones: []string{"us-west-2b", "us-west-2a"}, NAT: tt.nat}
			recorder := pulumitest.Run(t, program(args))
			for route, target := range tt.want {
				made := recorder.Find(tt.from, target)
				require.NotNil(t, made, target)
				assert.Equal(t, made.ID, recorder.Find("aws:ec2/route:Route", route).Input(tt.key))
			}
		})
	}
}

func TestNewFoundation_withoutNATHasNoRouteOut(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones(), NAT: foundation.NATNone}))
	routes := recorder.Of("aws:ec2/route:Route")
	require.Len(t, routes, 1)
	assert.Equal(t, "network-public-out", routes[0].Name)
}

// A gateway that is made before the VPC has its way out is refused by AWS.
func TestNewFoundation_makesGatewaysAfterTheInternetGateway(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones(), NAT: foundation.NATGateway}))
	internet := recorder.Find("aws:ec2/internetGateway:InternetGateway", "network-igw")
	for _, typ := range []string{"aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip"} {
		for _, one := range recorder.Of(typ) {
			assert.Contains(t, one.DependsOn, internet.URN, one.Name)
		}
	}
}

func TestNewFoundation_hardensTheNATHost(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones(), NAT: foundation.NATInstance}))
	face := recorder.Find("aws:ec2/networkInterface:NetworkInterface", "network-nat-interface")
	assert.Equal(t, false, face.Input("sourceDestCheck"))
	template := recorder.Find("aws:ec2/launchTemplate:LaunchTemplate", "network-nat")
	assert.Equal(t, "resolve:ssm:/aws/service/debian/release/12/latest/arm64", template.Input("imageId"))
	assert.Equal(t, "required", template.Input("metadataOptions.httpTokens"))
	assert.InDelta(t, 1, template.Input("metadataOptions.httpPutResponseHopLimit"), 0)
	assert.Equal(t, "true", template.Input("blockDeviceMappings[0].ebs.encrypted"))
	assert.Nil(t, template.Input("keyName"))
	for i, kind := range []string{"instance", "volume", "network-interface"} {
		assert.Equal(t, kind, template.Input(fmt.Sprintf("tagSpecifications[%d].resourceType", i)))
	}
	// Nothing comes in from the Internet.
	for _, rule := range recorder.Of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		assert.NotEqual(t, "0.0.0.0/0", rule.Input("cidrIpv4"), rule.Name)
	}
}

func TestNewFoundation_bootsTheNATHostOntoItsInterface(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones(), NAT: foundation.NATInstance}))
	template := recorder.Find("aws:ec2/launchTemplate:LaunchTemplate", "network-nat")
	encoded, ok := template.Input("userData").(string)
	require.True(t, ok)
	document, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	face := recorder.Find("aws:ec2/networkInterface:NetworkInterface", "network-nat-interface")
	assert.Contains(t, string(document), face.ID)
	assert.LessOrEqual(t, len(document), 16384)
}

// The group has one host, counts it only once it translates, and lets the next one boot before the last one goes.
func TestNewFoundation_healsTheNATHost(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones(), NAT: foundation.NATInstance}))
	group := recorder.Find("aws:autoscaling/group:Group", "network-nat")
	for property, want := range map[string]float64{
		"minSize": 1, "maxSize": 1, "desiredCapacity": 1,
		"instanceRefresh.preferences.minHealthyPercentage": 100,
		"instanceRefresh.preferences.maxHealthyPercentage": 200,
	} {
		assert.InDelta(t, want, group.Input(property), 0, property)
	}
	assert.Equal(t, "ABANDON", group.Input("initialLifecycleHooks[0].defaultResult"))
	// A number: with $Latest an update of the template would start no refresh.
	assert.Equal(t, "1", group.Input("launchTemplate.version"))
	alarm := recorder.Find("aws:cloudwatch/metricAlarm:MetricAlarm", "network-nat-down")
	assert.Equal(t, "breaching", alarm.Input("treatMissingData"))
}

func TestNewFoundation_cutsLongNames(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{
		Zones: twoZones(), NAT: foundation.NATInstance, Prefix: strings.Repeat("long", 15),
	}))
	role, ok := recorder.Find("aws:iam/role:Role", "network-flow").Input("name").(string)
	require.True(t, ok)
	assert.Len(t, role, 64)
}

func TestNewFoundation_keepsThePagerSecret(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{
		Zones: twoZones(), OperationsURL: pulumi.String("https://pager.example.com/key"),
	}))
	pager := recorder.Find("aws:sns/topicSubscription:TopicSubscription", "network-operations-pager")
	require.NotNil(t, pager)
	assert.True(t, pager.Inputs["endpoint"].IsSecret())
	assert.Contains(t, pager.SecretOutputs, "endpoint")
}

// A balancer in a VPC without an Internet gateway is refused, and a host that boots before its NAT installs
// nothing: whatever takes a subnet's id waits for its way out.
func TestNewFoundation_handsSubnetsOutWithTheirWayOut(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: twoZones(), NAT: foundation.NATInstance,
		})
		if err != nil {
			return err
		}
		for name, subnets := range map[string]pulumi.StringArrayOutput{
			"public": network.PublicSubnetIDs, "app": network.AppSubnetIDs, "db": network.DBSubnetIDs,
		} {
			if _, err = ec2.NewNetworkInterface(ctx, name, &ec2.NetworkInterfaceArgs{
				SubnetId: subnets.Index(pulumi.Int(0)),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	const face = "aws:ec2/networkInterface:NetworkInterface"
	assert.Contains(t, recorder.Find(face, "public").DependsOn,
		recorder.Find("aws:ec2/route:Route", "network-public-out").URN)
	for _, tier := range []string{"app", "db"} {
		waits := recorder.Find(face, tier).DependsOn
		assert.Contains(t, waits, recorder.Find("aws:ec2/route:Route", "network-private-us-west-2a-out").URN)
		assert.Contains(t, waits, recorder.Find("aws:autoscaling/group:Group", "network-nat").URN)
	}
}
