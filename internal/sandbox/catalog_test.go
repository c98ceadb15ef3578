package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/schema"
)

func all() []thing { return append(slices.Clone(everything), validation...) }

// Outputs that are empty on AWS too, unless something asks for them.
var emptyIsReal = []string{
	"associationId", "carrierIp", "customerOwnedIp", "customerOwnedIpv4Pool", "instance", "ipamPoolId", "networkInterface",
	"networkInterfaceId", "privateDns", "privateIp", "ptrRecord", "ipv6AssociationId", "ipv6CidrBlock",
	"ipv6CidrBlockNetworkBorderGroup", "ipv6CidrBlockAssociationId", "vpcId", "instanceId", "instanceOwnerId",
	"namePrefix", "bucketPrefix", "outpostArn", "prefixListId", "policy", "logGroupName",
	"hostId", "hostResourceGroupArn", "keyName", "publicIp", "spotInstanceRequestId", "kmsKeyId", "snapshotId", "keyId",
	"preserveClientIp",
}

func TestCatalog_makes_every_type_with_the_outputs_of_the_SDK(t *testing.T) {
	t.Parallel()
	l, table := newLab(t), catalog.Table()
	tested := map[string]bool{}
	for _, th := range all() {
		got := l.make(th.token, th.name, th.props)
		tested[th.token] = true
		shape, err := table.Outputs(th.token)
		require.NoError(t, err)
		assert.Empty(t, schema.Check(topLevel(shape), withoutNested(got.Properties)), "%s", th.token)
		assert.NotEmpty(t, got.ID, "%s", th.token)
		assertFilled(t, th.token, shape, got.Properties)
	}
	for _, token := range table.Tokens() {
		assert.True(t, tested[token], "%s has no example in fixture_test.go", token)
	}
}

// topLevel drops what is required inside objects: outputs repeat inputs, which
// leave out what AWS would fill in.
func topLevel(s *schema.Shape) *schema.Shape {
	out := &schema.Shape{Kind: schema.Object}
	for _, f := range s.Fields {
		if f.Shape.Kind == schema.Object {
			f.Shape = &schema.Shape{Kind: schema.Map, Elem: &schema.Shape{Kind: schema.Any}}
		}
		if f.Shape.Kind == schema.List && f.Shape.Elem.Kind == schema.Object {
			f.Shape = &schema.Shape{Kind: schema.List, Elem: &schema.Shape{Kind: schema.Any}}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

func withoutNested(p resource.PropertyMap) resource.PropertyMap { return schema.PlainMap(p) }

// assertFilled wants the outputs that name something to name it.
func assertFilled(t *testing.T, token string, s *schema.Shape, out resource.PropertyMap) {
	t.Helper()
	for _, f := range s.Fields {
		v := schema.Plain(out[resource.PropertyKey(f.Name)])
		if strings.HasPrefix(f.Name, "routingHttp") {
			continue
		}
		naming := f.Name == "arn" || strings.HasSuffix(f.Name, "Id") || strings.HasSuffix(f.Name, "Arn") ||
			strings.HasSuffix(f.Name, "Name") || strings.HasSuffix(f.Name, "Ip") || f.Name == "name"
		if f.Required && naming && f.Shape.Kind == schema.String && !slices.Contains(emptyIsReal, f.Name) {
			assert.NotEmpty(t, v.StringValue(), "%s: output %s", token, f.Name)
		}
	}
}

func TestCatalog_ids_look_real(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range all() {
		l.make(th.token, th.name, th.props)
	}
	tests := []struct{ give, want string }{
		{"@vpc", `^vpc-0[0-9a-f]{16}$`},
		{"@vpc.arn", `^arn:aws:ec2:us-west-2:123456789012:vpc/vpc-0[0-9a-f]{16}$`},
		{"@vpc.defaultSecurityGroupId", `^sg-0[0-9a-f]{16}$`},
		{"@a", `^subnet-0[0-9a-f]{16}$`},
		{"@a.availabilityZoneId", `^usw2-az1$`},
		{"@igw", `^igw-0[0-9a-f]{16}$`},
		{"@route", `^r-rtb-0[0-9a-f]{16}\d{10}$`},
		{"@eip", `^eipalloc-0[0-9a-f]{16}$`},
		{"@eip.publicIp", `^(198\.51\.100|203\.0\.113)\.\d+$`},
		{"@nat.privateIp", `^10\.10\.0\.\d+$`},
		{"@eni.privateIp", `^10\.10\.0\.\d+$`},
		{"@in", `^sgr-0[0-9a-f]{16}$`},
		{"@s3Endpoint", `^vpce-0[0-9a-f]{16}$`},
		{"@s3Endpoint.prefixListId", `^pl-[0-9a-f]{8}$`},
		{"@lb", `^arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/lb-[0-9a-f]{7}/[0-9a-f]{16}$`},
		{"@lb.arnSuffix", `^app/lb-[0-9a-f]{7}/[0-9a-f]{16}$`},
		{"@lb.dnsName", `^lb-[0-9a-f]{7}-\d{10}\.us-west-2\.elb\.amazonaws\.com$`},
		{"@lb.zoneId", `^Z1H1FL5HABSF5$`},
		{"@http", `:listener/app/lb-[0-9a-f]{7}/[0-9a-f]{16}/[0-9a-f]{16}$`},
		{"@rule", `:listener-rule/app/lb-[0-9a-f]{7}/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}$`},
		{"@targets.arnSuffix", `^targetgroup/targets-[0-9a-f]{7}/[0-9a-f]{16}$`},
		{"@cert", `^arn:aws:acm:us-west-2:123456789012:certificate/[0-9a-f-]{36}$`},
		{"@zone", `^Z[0-9A-Z]{20}$`},
		{"@topic", `^arn:aws:sns:us-west-2:123456789012:topic-[0-9a-f]{7}$`},
		{"@role", `^role-[0-9a-f]{7}$`},
		{"@role.arn", `^arn:aws:iam::123456789012:role/role-[0-9a-f]{7}$`},
		{"@bucket", `^bucket-[0-9a-f]{7}$`},
		{"@alias", `^alias/alias-[0-9a-f]{7}$`},
		{"@record.fqdn", `^proof\.example\.com$`},
	}
	for _, tt := range tests {
		assert.Regexp(t, tt.want, l.reference(tt.give), tt.give)
	}
}

func TestCatalog_deletes_everything_in_the_opposite_order(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range all() {
		l.make(th.token, th.name, th.props)
	}
	for _, th := range slices.Backward(all()) {
		require.NoError(t, l.remove(th.name), th.name)
	}
	assert.Empty(t, l.cloud.Resources())
}
