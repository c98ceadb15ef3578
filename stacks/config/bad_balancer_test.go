package config_test

// badBalancers are wrong in the balancer, or everywhere.
func badBalancers() []badConfig {
	return []badConfig{
		{
			name: "empty balancer",
			give: more(`balancer: {}`),
			want: []string{
				`riglet:network.balancer: want one of certificateArn, domain or plainHttp: true, got none`,
			},
		},
		{
			name: "balancer without a value",
			give: more(`balancer:`),
			want: []string{`riglet:network.balancer: want a section, got nothing`},
		},
		{
			name: "balancer as a truth",
			give: more(`balancer: true`),
			want: []string{`riglet:network.balancer: want a section, got true`},
		},
		{
			name: "plain HTTP switched off",
			give: more(`balancer: {plainHttp: false}`),
			want: []string{
				`riglet:network.balancer: want one of certificateArn, domain or plainHttp: true, got none`,
			},
		},
		{
			name: "plain HTTP as text",
			give: more(`balancer: {plainHttp: 'true'}`),
			want: []string{`riglet:network.balancer.plainHttp: want true or false without quotes, got text "true"`},
		},
		{
			name: "plain HTTP as a word",
			give: more(`balancer: {plainHttp: 'on'}`),
			want: []string{`riglet:network.balancer.plainHttp: want true or false, got text "on"`},
		},
		{
			name: "certificate and plain HTTP",
			give: more(`balancer:
  plainHttp: true
  certificateArn: arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012`),
			want: []string{
				`riglet:network.balancer: want one of certificateArn, domain or plainHttp: true, got ` +
					`certificateArn and plainHttp: true`,
			},
		},
		{
			name: "everything at once",
			give: more(`balancer:
  plainHttp: true
  certificateArn: arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012
  domain: {name: example.com, hostedZoneId: Z123}`),
			want: []string{
				`riglet:network.balancer: want one of certificateArn, domain or plainHttp: true, got ` +
					`certificateArn and domain and plainHttp: true`,
			},
		},
		{
			name: "certificate that is none",
			give: more(`balancer: {certificateArn: my-certificate}`),
			want: []string{
				`riglet:network.balancer.certificateArn: want the ARN of an ACM certificate ` +
					`(arn:aws:acm:<region>:<account>:certificate/<id>), got "my-certificate"`,
			},
		},
		{
			name: "certificate of another region",
			give: more(`balancer:
  certificateArn: arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012`),
			want: []string{
				`riglet:network.balancer.certificateArn: want a certificate of us-west-2, got one of us-east-1`,
			},
		},
		{
			name: "certificate of IAM",
			give: more(`balancer: {certificateArn: 'arn:aws:iam::123456789012:server-certificate/old'}`),
			want: []string{
				`riglet:network.balancer.certificateArn: want the ARN of an ACM certificate ` +
					`(arn:aws:acm:<region>:<account>:certificate/<id>), got ` +
					`"arn:aws:iam::123456789012:server-certificate/old"`,
			},
		},
		{
			name: "mistyped certificate",
			give: more(`balancer: {certificateARN: x}`),
			want: []string{
				`riglet:network.balancer.certificateARN: want one of certificateArn, domain, plainHttp, ` +
					`idleTimeoutSeconds, accessLogDays or protected (did you mean certificateArn?), got ` +
					`"certificateARN"`,
			},
		},
		{
			name: "empty domain",
			give: more(`balancer: {domain: {}}`),
			want: []string{
				`riglet:network.balancer.domain.name: want a domain name such as app.example.com, got nothing`,
				`riglet:network.balancer.domain.hostedZoneId: want the id of a hosted zone, such as ` +
					`Z0123456789ABCDEFGHIJ, got nothing`,
			},
		},
		{
			name: "domain as text",
			give: more(`balancer: {domain: example.com}`),
			want: []string{`riglet:network.balancer.domain: want a section, got text "example.com"`},
		},
		{
			name: "domain and zone that are none",
			give: more(`balancer: {domain: {name: 'https://example.com/', hostedZoneId: /hostedzone/Z123}}`),
			want: []string{
				`riglet:network.balancer.domain.name: want a domain name such as app.example.com, got ` +
					`"https://example.com/"`,
				`riglet:network.balancer.domain.hostedZoneId: want the id of a hosted zone, such as ` +
					`Z0123456789ABCDEFGHIJ, got "/hostedzone/Z123"`,
			},
		},
		{
			name: "domain with a dot at the end",
			give: more(`balancer: {domain: {name: example.com., hostedZoneId: Z123}}`),
			want: []string{
				`riglet:network.balancer.domain.name: want a domain name such as app.example.com, got "example.com."`,
			},
		},
		{
			name: "mistyped key of the domain",
			give: more(`balancer: {domain: {name: example.com, zoneId: Z123}}`),
			want: []string{
				`riglet:network.balancer.domain.zoneId: want one of name or hostedZoneId, got "zoneId"`,
				`riglet:network.balancer.domain.hostedZoneId: want the id of a hosted zone, such as ` +
					`Z0123456789ABCDEFGHIJ, got nothing`,
			},
		},
		{
			name: "timeout of zero",
			give: more(`balancer: {plainHttp: true, idleTimeoutSeconds: 0}`),
			want: []string{`riglet:network.balancer.idleTimeoutSeconds: want 1 to 4000, got 0`},
		},
		{
			name: "timeout too long",
			give: more(`balancer: {plainHttp: true, idleTimeoutSeconds: 4001}`),
			want: []string{`riglet:network.balancer.idleTimeoutSeconds: want 1 to 4000, got 4001`},
		},
		{
			name: "timeout as text",
			give: more(`balancer: {plainHttp: true, idleTimeoutSeconds: '60'}`),
			want: []string{
				`riglet:network.balancer.idleTimeoutSeconds: want a whole number without quotes, got text "60"`,
			},
		},
		{
			name: "timeout with a unit",
			give: more(`balancer: {plainHttp: true, idleTimeoutSeconds: 60s}`),
			want: []string{`riglet:network.balancer.idleTimeoutSeconds: want a whole number, got text "60s"`},
		},
		{
			name: "timeout with a fraction",
			give: more(`balancer: {plainHttp: true, idleTimeoutSeconds: 1.5}`),
			want: []string{`riglet:network.balancer.idleTimeoutSeconds: want a whole number, got number 1.5`},
		},
		{
			name: "timeout beyond any number",
			give: more(`balancer: {plainHttp: true, idleTimeoutSeconds: 123456789012345678901234567890}`),
			want: []string{
				`riglet:network.balancer.idleTimeoutSeconds: want a whole number, got number 1.2345678901234568e+29`,
			},
		},
		{
			name: "log days out of range",
			give: more(`balancer: {plainHttp: true, accessLogDays: 3654}`),
			want: []string{`riglet:network.balancer.accessLogDays: want 1 to 3653, got 3654`},
		},
		{
			name: "protected as a number",
			give: more(`balancer: {plainHttp: true, protected: 1}`),
			want: []string{`riglet:network.balancer.protected: want true or false, got number 1`},
		},
		{
			name: "faults in every section at once",
			give: file(`aws:region: eu-north-1
riglet:owner: ACME
riglet:netwerk: {}
riglet:elasticIpQuota: 2000
riglet:network:
  nat: gateway-per-zone
  natInstanceType: t4g.nano
  zone: [eu-north-1a]
  cidr: 10.10.0.0/30
  extraTiers: {db: 3}
  endpoints: [dynamodb]
  flowLogs: {traffic: all, days: 3}
  balancer:
    domain: {name: Example.com}
    accessLogDays: -1
    protected: 'yes'
riglet:alerts: {operations: [nobody]}
riglet:pagerUrl: hunter2`),
			want: []string{
				`riglet:netwerk: want one of ` + knownKeys() + ` ` +
					`(did you mean network?), got "netwerk"`,
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got "ACME"`,
				`riglet:project: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got nothing`,
				`riglet:elasticIpQuota: want 1 to 1000, got 2000`,
				`riglet:network.zone: want one of cidr, zones, extraTiers, nat, natInstanceType, endpoints, ` +
					`flowLogs or balancer (did you mean zones?), got "zone"`,
				`riglet:network.cidr: want a network of /16 to /21, got 10.10.0.0/30`,
				`riglet:network.extraTiers.db: want a name other than public, app and db, got "db"`,
				`riglet:network.natInstanceType: want nothing unless nat is instance, got "t4g.nano"`,
				`riglet:network.endpoints[0]: want an interface endpoint (dynamodb has a free gateway ` +
					`endpoint already), got "dynamodb"`,
				`riglet:network.flowLogs.days: want one of traffic or retentionDays, got "days"`,
				`riglet:network.balancer.domain.name: want a domain name such as app.example.com, got "Example.com"`,
				`riglet:network.balancer.domain.hostedZoneId: want the id of a hosted zone, such as ` +
					`Z0123456789ABCDEFGHIJ, got nothing`,
				`riglet:network.balancer.accessLogDays: want 1 to 3653, got -1`,
				`riglet:network.balancer.protected: want true or false, got text "yes"`,
				`riglet:alerts.operations[0]: want an e-mail address such as ops@example.com, got "nobody"`,
				`riglet:pagerUrl: want a secret (pulumi config set --secret riglet:pagerUrl), got plain text`,
			},
		},
	}
}
