// Package schema_test holds riglet.schema.json against a real JSON Schema validator.
package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// root is the folder of the project.
const root = "../.."

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "riglet.schema.json"))
	require.NoError(t, err)
	return schema
}

func parse(t *testing.T, document []byte) any {
	t.Helper()
	var parsed any
	require.NoError(t, yaml.Unmarshal(document, &parsed))
	return parsed
}

func TestSchema_acceptsTheEnvironments(t *testing.T) {
	t.Parallel()
	for _, environment := range []string{"integration", "staging", "production"} {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			document, err := os.ReadFile(filepath.Join(root, "Pulumi."+environment+".yaml"))
			require.NoError(t, err)
			assert.NoError(t, compile(t).Validate(parse(t, document)))
		})
	}
}

const (
	head    = "config:\n  aws:region: us-west-2\n  riglet:owner: acme\n  riglet:project: demo\n"
	service = "  riglet:services:\n    shop:\n      "
	network = head + "  riglet:network:\n    cidr: 10.10.0.0/16\n    zones: [us-west-2a, us-west-2b]\n"
)

func TestSchema_accepts(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give string }{
		{"no section", head},
		{"another namespace", head + "  other:key: {anything: [1]}\n"},
		{"a secret", head + "  riglet:pagerUrl: {secure: AAABA}\n"},
		{"the settings of a secrets provider", "secretsprovider: awskms://alias/x\nencryptedkey: AAABA\n" + head},
		{"a host of another type", network + "    nat: instance\n    natInstanceType: t3.micro\n"},
		{"a tier", network + "    nat: none\n    extraTiers: {cache: 3}\n"},
		{"a service", head + service + "image: {reference: 'example/shop:v1'}\n      environment: {A: ''}\n"},
		{"a released image", head + service + "image: {released: true, repository: example/shop}\n"},
		{"a build", head + service + "image: {build: {context: shop}}\n      command: [a, a]\n"},
		{"plain HTTP", network + "    nat: none\n    balancer: {plainHttp: true}\n"},
		{"a domain without plain HTTP", network + "    nat: none\n    balancer:\n      plainHttp: false\n" +
			"      domain: {name: example.com, hostedZoneId: Z123}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.NoError(t, compile(t).Validate(parse(t, []byte(tt.give))))
		})
	}
}

func TestSchema_rejects(t *testing.T) {
	t.Parallel()
	balancer := network + "    nat: none\n    balancer: "
	tests := []struct{ name, give string }{
		{"no configuration", "{}"},
		{"no region", "config: {'riglet:owner': acme, 'riglet:project': demo}"},
		{"no owner", "config: {'aws:region': us-west-2, 'riglet:project': demo}"},
		{"a service of no image", head + service + "image: {}\n"},
		{"two images", head + service + "image: {reference: 'example/shop:v1', build: {context: shop}}\n"},
		{"a released image from nowhere", head + service + "image: {released: true}\n"},
		{"a repository beside a reference", head + service + "image: {reference: 'a:v1', repository: a}\n"},
		{"a number as a variable", head + service + "image: {reference: 'a:v1'}\n      environment: {A: 1}\n"},
		{"an unknown network mode", head + service + "image: {reference: 'a:v1'}\n      networkMode: nat\n"},
		{"a mistyped key of a service", head + service + "image: {reference: 'a:v1'}\n      prot: 80\n"},
		{"a service with capitals", head + "  riglet:services:\n    Shop: {image: {reference: 'a:v1'}}\n"},
		{"an architecture of hosts", head + service + "image: {reference: 'a:v1'}\n      architecture: arm64\n"},
		{"a mistyped section", head + "  riglet:netwerk: {}\n"},
		{"a pager in plain text", head + "  riglet:pagerUrl: https://example.com\n"},
		{"an address that is none", head + "  riglet:alerts: {operations: [ops]}\n"},
		{"a quota out of range", head + "  riglet:elasticIpQuota: 0\n"},
		{"no nat", network},
		{"a nat that is none of the four", network + "    nat: gateways\n"},
		{"a host type with a gateway", network + "    nat: gateway\n    natInstanceType: t4g.nano\n"},
		{"a mistyped key", network + "    nat: none\n    zonez: []\n"},
		{"one zone", head + "  riglet:network: {cidr: 10.10.0.0/16, zones: [us-west-2a], nat: none}\n"},
		{"a slot out of range", network + "    nat: none\n    extraTiers: {cache: 2}\n"},
		{"a tier in capitals", network + "    nat: none\n    extraTiers: {Cache: 3}\n"},
		{"days that CloudWatch Logs has not", network + "    nat: none\n    flowLogs: {retentionDays: 31}\n"},
		{"a balancer that does not say how", balancer + "{}\n"},
		{"a balancer that says it twice", balancer + "{plainHttp: true, domain: {name: example.com, hostedZoneId: Z1}}\n"},
		{"plain HTTP switched off", balancer + "{plainHttp: false}\n"},
		{"a timeout as text", balancer + "{plainHttp: true, idleTimeoutSeconds: '60'}\n"},
		{"a timeout out of range", balancer + "{plainHttp: true, idleTimeoutSeconds: 4001}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Error(t, compile(t).Validate(parse(t, []byte(tt.give))))
		})
	}
}
