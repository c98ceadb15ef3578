package config_test

// badTop are wrong outside of the network.
func badTop() []badConfig {
	return []badConfig{
		{
			name: "nothing at all",
			give: file(``),
			want: []string{
				`aws:region: want a region such as us-west-2, got nothing`,
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got nothing`,
				`riglet:project: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got nothing`,
			},
		},
		{
			name: "no region",
			give: file(`riglet:owner: acme
riglet:project: demo`),
			want: []string{`aws:region: want a region such as us-west-2, got nothing`},
		},
		{
			name: "region that is a zone",
			give: file(`aws:region: us-west-2a
riglet:owner: acme
riglet:project: demo`),
			want: []string{`aws:region: want a region such as us-west-2, got "us-west-2a"`},
		},
		{
			name: "no owner",
			give: file(`aws:region: us-west-2
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got nothing`,
			},
		},
		{
			name: "empty owner",
			give: file(`aws:region: us-west-2
riglet:owner: ''
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got nothing`,
			},
		},
		{
			name: "owner without a value",
			give: file(`aws:region: us-west-2
riglet:owner:
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got nothing`,
			},
		},
		{
			name: "owner in capitals",
			give: file(`aws:region: us-west-2
riglet:owner: Acme
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got "Acme"`,
			},
		},
		{
			name: "owner that begins with a digit",
			give: file(`aws:region: us-west-2
riglet:owner: 4711
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got "4711"`,
			},
		},
		{
			name: "owner of 21 characters",
			give: file(`aws:region: us-west-2
riglet:owner: abcdefghijklmnopqrstu
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got "abcdefghijklmnopqrstu"`,
			},
		},
		{
			name: "project that ends with a hyphen",
			give: file(`aws:region: us-west-2
riglet:owner: acme
riglet:project: demo-`),
			want: []string{
				`riglet:project: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got "demo-"`,
			},
		},
		{
			name: "project as a list",
			give: file(`aws:region: us-west-2
riglet:owner: acme
riglet:project: [demo]`),
			want: []string{
				`riglet:project: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got a list`,
			},
		},
		{
			name: "owner as a section",
			give: file(`aws:region: us-west-2
riglet:owner: {name: acme}
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got a section`,
			},
		},
		{
			name: "owner over two lines",
			give: file(`aws:region: us-west-2
riglet:owner: "ac\nme"
riglet:project: demo`),
			want: []string{
				`riglet:owner: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, ` +
					`got "ac\nme"`,
			},
		},
		{
			name: "owner as a secret",
			give: file(`aws:region: us-west-2
riglet:owner: {secure: AAABAhunter2}
riglet:project: demo`),
			want: []string{
				`riglet:owner: want no secret here (secrets have keys of their own: riglet:pagerUrl), got one`,
			},
		},
		{
			name: "mistyped section",
			give: top(`riglet:netwerk: {cidr: 10.10.0.0/16}`),
			want: []string{
				`riglet:netwerk: want one of ` + knownKeys() + ` ` +
					`(did you mean network?), got "netwerk"`,
			},
		},
		{
			name: "unknown section",
			give: top(`riglet:kubernetes: {nodes: 3}`),
			want: []string{
				`riglet:kubernetes: want one of ` + knownKeys() + `, ` +
					`got "kubernetes"`,
			},
		},
		{
			name: "section of another case",
			give: top(`riglet:Alerts: {operations: [ops@example.com]}`),
			want: []string{
				`riglet:Alerts: want one of ` + knownKeys() + ` (did ` +
					`you mean alerts?), got "Alerts"`,
			},
		},
		{
			name: "two unknown sections and a mistyped one",
			give: top(`riglet:zebra: 1
riglet:apple: 2
riglet:alert: {builds: []}`),
			want: []string{
				`riglet:alert: want one of ` + knownKeys() + ` (did ` +
					`you mean alerts?), got "alert"`,
				`riglet:apple: want one of ` + knownKeys() + `, got "apple"`,
				`riglet:zebra: want one of ` + knownKeys() + `, got "zebra"`,
			},
		},
		{
			name: "unknown secret",
			give: top(`riglet:password: {secure: AAABAhunter2}`),
			want: []string{
				`riglet:password: want one of ` + knownKeys() + `, ` +
					`got "password"`,
			},
		},
		{
			name: "key with a line break",
			give: top(`"riglet:net\nwork": {}`),
			want: []string{
				`"riglet:net\nwork": want one of ` + knownKeys() + ` ` +
					`(did you mean network?), got "net\nwork"`,
			},
		},
		{
			name: "quota as a word",
			give: top(`riglet:elasticIpQuota: many`),
			want: []string{`riglet:elasticIpQuota: want a whole number, got text "many"`},
		},
		{
			name: "quota of nothing",
			give: top(`riglet:elasticIpQuota:`),
			want: []string{`riglet:elasticIpQuota: want a whole number, got nothing`},
		},
		{
			name: "quota out of range",
			give: top(`riglet:elasticIpQuota: 0`),
			want: []string{`riglet:elasticIpQuota: want 1 to 1000, got 0`},
		},
		{
			name: "quota with a fraction",
			give: top(`riglet:elasticIpQuota: 5.5`),
			want: []string{`riglet:elasticIpQuota: want a whole number, got number 5.5`},
		},
		{
			name: "quota as a truth",
			give: top(`riglet:elasticIpQuota: true`),
			want: []string{`riglet:elasticIpQuota: want a whole number, got true`},
		},
		{
			name: "quota as a list",
			give: top(`riglet:elasticIpQuota: [5]`),
			want: []string{`riglet:elasticIpQuota: want a whole number, got a list`},
		},
		{
			name: "pager in plain text",
			give: top(`riglet:pagerUrl: https://events.example.com/hunter2`),
			want: []string{
				`riglet:pagerUrl: want a secret (pulumi config set --secret riglet:pagerUrl), got plain text`,
			},
		},
		{
			name: "network as text",
			give: top(`riglet:network: 10.10.0.0/16`),
			want: []string{`riglet:network: want a section, got text "10.10.0.0/16"`},
		},
		{
			name: "network as a list",
			give: top(`riglet:network: [10.10.0.0/16]`),
			want: []string{`riglet:network: want a section, got a list`},
		},
		{
			name: "network without a value",
			give: top(`riglet:network:`),
			want: []string{`riglet:network: want a section, got nothing`},
		},
		{
			name: "network as a secret",
			give: top(`riglet:network: {secure: AAABAhunter2}`),
			want: []string{
				`riglet:network: want no secret here (secrets have keys of their own: riglet:pagerUrl), got one`,
			},
		},
		{
			name: "alerts without a value",
			give: top(`riglet:alerts:`),
			want: []string{`riglet:alerts: want a section ({} for its defaults), got nothing`},
		},
		{
			name: "alerts as a list",
			give: top(`riglet:alerts: [ops@example.com]`),
			want: []string{`riglet:alerts: want a section, got a list`},
		},
		{
			name: "alerts with a key that is none",
			give: top(`riglet:alerts: {operation: [ops@example.com]}`),
			want: []string{
				`riglet:alerts.operation: want one of operations or builds (did you mean operations?), got ` +
					`"operation"`,
			},
		},
		{
			name: "operations as text",
			give: top(`riglet:alerts: {operations: ops@example.com}`),
			want: []string{`riglet:alerts.operations: want a list, got text "ops@example.com"`},
		},
		{
			name: "addresses that are none",
			give: top(`riglet:alerts: {operations: [ops, Ops <ops@example.com>, ops@localhost], builds: ['']}`),
			want: []string{
				`riglet:alerts.operations[0]: want an e-mail address such as ops@example.com, got "ops"`,
				`riglet:alerts.operations[1]: want an e-mail address such as ops@example.com, got "Ops ` +
					`<ops@example.com>"`,
				`riglet:alerts.operations[2]: want an e-mail address such as ops@example.com, got "ops@localhost"`,
				`riglet:alerts.builds[0]: want an e-mail address such as ops@example.com, got nothing`,
			},
		},
		{
			name: "address twice",
			give: top(`riglet:alerts: {builds: [dev@example.com, dev@example.com]}`),
			want: []string{`riglet:alerts.builds[1]: want each value once, got "dev@example.com"`},
		},
		{
			name: "address as a number",
			give: top(`riglet:alerts: {builds: [5]}`),
			want: []string{`riglet:alerts.builds[0]: want an e-mail address such as ops@example.com, got number 5`},
		},
	}
}
