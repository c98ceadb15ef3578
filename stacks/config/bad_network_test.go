package config_test

// badNetworks are wrong in the network, but for the balancer.
func badNetworks() []badConfig {
	return []badConfig{
		{
			name: "empty network",
			give: network(`{}`),
			want: []string{
				`riglet:network.cidr: want a network such as 10.10.0.0/16, got nothing`,
				`riglet:network.zones: want 2 to 6, got 0`,
				`riglet:network.nat: want one of none, instance, gateway or gateway-per-zone, got nothing`,
			},
		},
		{
			name: "no range",
			give: network(`zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.cidr: want a network such as 10.10.0.0/16, got nothing`},
		},
		{
			name: "range as a number",
			give: network(`cidr: 10
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.cidr: want a network such as 10.10.0.0/16, got number 10`},
		},
		{
			name: "range that is none",
			give: network(`cidr: 10.10.0.0
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.cidr: want a network such as 10.10.0.0/16, got "10.10.0.0"`},
		},
		{
			name: "range of IPv6",
			give: network(`cidr: fd00::/16
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.cidr: want an IPv4 network such as 10.10.0.0/16, got fd00::/16`},
		},
		{
			name: "range with host bits",
			give: network(`cidr: 10.10.3.7/16
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{
				`riglet:network.cidr: want a network without host bits, such as 10.10.0.0/16, got 10.10.3.7/16`,
			},
		},
		{
			name: "range too wide",
			give: network(`cidr: 10.0.0.0/8
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.cidr: want a network of /16 to /21, got 10.0.0.0/8`},
		},
		{
			name: "range too narrow",
			give: network(`cidr: 10.10.0.0/24
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.cidr: want a network of /16 to /21, got 10.10.0.0/24`},
		},
		{
			name: "range of public addresses",
			give: network(`cidr: 8.8.0.0/16
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{
				`riglet:network.cidr: want private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or ` +
					`100.64.0.0/10), got 8.8.0.0/16`,
			},
		},
		{
			name: "range that Docker uses",
			give: network(`cidr: 172.17.0.0/16
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{
				`riglet:network.cidr: want a network clear of 172.17.0.0/16 (Docker's default bridge), got ` +
					`172.17.0.0/16`,
			},
		},
		{
			name: "no zones",
			give: network(`cidr: 10.10.0.0/16
nat: none`),
			want: []string{`riglet:network.zones: want 2 to 6, got 0`},
		},
		{
			name: "zones as text",
			give: network(`cidr: 10.10.0.0/16
zones: a
nat: none`),
			want: []string{`riglet:network.zones: want a list, got text "a"`},
		},
		{
			name: "zones without a value",
			give: network(`cidr: 10.10.0.0/16
zones:
nat: none`),
			want: []string{`riglet:network.zones: want a list, got nothing`},
		},
		{
			name: "one zone",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a]
nat: none`),
			want: []string{`riglet:network.zones: want 2 to 6, got 1`},
		},
		{
			name: "seven zones",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b, us-west-2c, us-west-2d, us-west-2e, us-west-2f, us-west-2g]
nat: none`),
			want: []string{`riglet:network.zones: want 2 to 6, got 7`},
		},
		{
			name: "zone twice",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2a]
nat: none`),
			want: []string{`riglet:network.zones[1]: want each value once, got "us-west-2a"`},
		},
		{
			name: "zone as a number and as a list",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, 2, [us-west-2b]]
nat: none`),
			want: []string{
				`riglet:network.zones[1]: want an availability zone such as us-west-2a, got number 2`,
				`riglet:network.zones[2]: want an availability zone such as us-west-2a, got a list`,
			},
		},
		{
			name: "zone by its letter",
			give: network(`cidr: 10.10.0.0/16
zones: [a, b]
nat: none`),
			want: []string{
				`riglet:network.zones[0]: want an availability zone such as us-west-2a, got "a"`,
				`riglet:network.zones[1]: want an availability zone such as us-west-2a, got "b"`,
			},
		},
		{
			name: "local zone",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2-lax-1a]
nat: none`),
			want: []string{
				`riglet:network.zones[1]: want an availability zone such as us-west-2a, got "us-west-2-lax-1a"`,
			},
		},
		{
			name: "zones of another region",
			give: network(`cidr: 10.10.0.0/16
zones: [us-east-1a, us-east-1b]
nat: none`),
			want: []string{
				`riglet:network.zones[0]: want a zone of us-west-2, got "us-east-1a"`,
				`riglet:network.zones[1]: want a zone of us-west-2, got "us-east-1b"`,
			},
		},
		{
			name: "zones of two regions",
			give: network(`cidr: 10.10.0.0/16
zones: [us-east-1a, us-west-2b]
nat: none`),
			want: []string{`riglet:network.zones[0]: want a zone of us-west-2, got "us-east-1a"`},
		},
		{
			name: "zones of two regions and no region",
			give: file(`riglet:owner: acme
riglet:project: demo
riglet:network: {cidr: 10.10.0.0/16, zones: [us-east-1a, us-west-2b], nat: none}`),
			want: []string{
				`aws:region: want a region such as us-west-2, got nothing`,
				`riglet:network.zones[1]: want a zone of us-east-1, as us-east-1a is, got "us-west-2b"`,
			},
		},
		{
			name: "no nat",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]`),
			want: []string{
				`riglet:network.nat: want one of none, instance, gateway or gateway-per-zone, got nothing`,
			},
		},
		{
			name: "nat that is none of the four",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: gateways`),
			want: []string{
				`riglet:network.nat: want one of none, instance, gateway or gateway-per-zone, got "gateways"`,
			},
		},
		{
			name: "nat as a truth",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: false`),
			want: []string{`riglet:network.nat: want one of none, instance, gateway or gateway-per-zone, got false`},
		},
		{
			name: "nat in another case",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: Gateway`),
			want: []string{
				`riglet:network.nat: want one of none, instance, gateway or gateway-per-zone, got "Gateway"`,
			},
		},
		{
			name: "host type with a gateway",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: gateway
natInstanceType: t4g.nano`),
			want: []string{`riglet:network.natInstanceType: want nothing unless nat is instance, got "t4g.nano"`},
		},
		{
			name: "host type that is none",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: instance
natInstanceType: nano`),
			want: []string{`riglet:network.natInstanceType: want an instance type such as t4g.nano, got "nano"`},
		},
		{
			name: "host type that is empty",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: instance
natInstanceType: ''`),
			want: []string{`riglet:network.natInstanceType: want an instance type such as t4g.nano, got nothing`},
		},
		{
			name: "six gateways",
			give: network(`cidr: 10.10.0.0/16
zones: [us-west-2a, us-west-2b, us-west-2c, us-west-2d, us-west-2e, us-west-2f]
nat: gateway-per-zone`),
			want: []string{`riglet:network.nat: want 5 Elastic IPs at most (riglet:elasticIpQuota), got 6`},
		},
		{
			name: "tiers in slots that are taken",
			give: more(`extraTiers: {web: 2, cache: 8, queue: 3, search: 3}`),
			want: []string{
				`riglet:network.extraTiers.cache: want 3 to 7, got 8`,
				`riglet:network.extraTiers.search: want a slot of its own (queue has this one), got 3`,
				`riglet:network.extraTiers.web: want 3 to 7, got 2`,
			},
		},
		{
			name: "tiers with names that are taken or impossible",
			give: more(`extraTiers: {app: 4, Big-Data: 5, '': 6}`),
			want: []string{
				`riglet:network.extraTiers."": want a name of lower-case letters and digits, 12 at most, got nothing`,
				`riglet:network.extraTiers.Big-Data: want a name of lower-case letters and digits, 12 at ` +
					`most, got "Big-Data"`,
				`riglet:network.extraTiers.app: want a name other than public, app and db, got "app"`,
			},
		},
		{
			name: "tier slot as text",
			give: more(`extraTiers: {cache: '4'}`),
			want: []string{`riglet:network.extraTiers.cache: want a whole number without quotes, got text "4"`},
		},
		{
			name: "tier slot as a word",
			give: more(`extraTiers: {cache: four}`),
			want: []string{`riglet:network.extraTiers.cache: want a whole number, got text "four"`},
		},
		{
			name: "tiers as a list",
			give: more(`extraTiers: [cache]`),
			want: []string{
				`riglet:network.extraTiers: want a section of names, each with a whole number, got a list`,
			},
		},
		{
			name: "endpoints that are free or impossible",
			give: more(`endpoints: [s3, com.amazonaws.us-west-2.ssm, 'ssm ', ssm, ssm]`),
			want: []string{
				`riglet:network.endpoints[0]: want an interface endpoint (s3 has a free gateway endpoint ` +
					`already), got "s3"`,
				`riglet:network.endpoints[2]: want a service such as ssm or ecr.api, without region, got "ssm "`,
				`riglet:network.endpoints[4]: want each value once, got "ssm"`,
			},
		},
		{
			name: "endpoints as text",
			give: more(`endpoints: ssm`),
			want: []string{`riglet:network.endpoints: want a list, got text "ssm"`},
		},
		{
			name: "mistyped key",
			give: network(`cdir: 10.10.0.0/16
zones: [us-west-2a, us-west-2b]
nat: none`),
			want: []string{
				`riglet:network.cdir: want one of cidr, zones, extraTiers, nat, natInstanceType, endpoints, ` +
					`flowLogs or balancer (did you mean cidr?), got "cdir"`,
			},
		},
		{
			name: "key from another tool",
			give: more(`enable_nat_gateway: true`),
			want: []string{
				`riglet:network.enable_nat_gateway: want one of cidr, zones, extraTiers, nat, ` +
					`natInstanceType, endpoints, flowLogs or balancer, got "enable_nat_gateway"`,
			},
		},
		{
			name: "flow logs without a value",
			give: more(`flowLogs:`),
			want: []string{`riglet:network.flowLogs: want a section ({} for its defaults), got nothing`},
		},
		{
			name: "flow logs as a truth",
			give: more(`flowLogs: false`),
			want: []string{`riglet:network.flowLogs: want a section, got false`},
		},
		{
			name: "flow logs of other traffic and other days",
			give: more(`flowLogs: {traffic: most, retentionDays: 31}`),
			want: []string{
				`riglet:network.flowLogs.traffic: want one of all, accepted or rejected, got "most"`,
				`riglet:network.flowLogs.retentionDays: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, ` +
					`180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days, got 31`,
			},
		},
		{
			name: "flow logs with days as text",
			give: more(`flowLogs: {retentionDays: '30'}`),
			want: []string{
				`riglet:network.flowLogs.retentionDays: want a whole number without quotes, got text "30"`,
			},
		},
		{
			name: "secret deep in the network",
			give: more(`flowLogs: {traffic: {secure: AAABAhunter2}}`),
			want: []string{
				`riglet:network: want no secret here (secrets have keys of their own: riglet:pagerUrl), got one`,
			},
		},
	}
}
