package sandbox_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox"
	"github.com/riglet/riglet/internal/sandbox/schema"
)

func bare(t *testing.T) plugin.Provider {
	t.Helper()
	cloud, err := sandbox.Open(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	return sandbox.NewProvider(cloud)
}

const noRegion = "aws:region: want a region, got none (set it with `pulumi config set aws:region us-west-2`)"

func TestCheckConfig_finds_faults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give props
		want []string
	}{
		{"good", props{"region": region, "profile": "x", "version": "6.83.0", "defaultTags": `{"tags":{}}`}, []string{}},
		{"no region", props{}, []string{noRegion}},
		{"unknown setting", props{"region": region, "regoin": "x"}, []string{"aws:regoin: no such provider setting"}},
		{"unknown region", props{"region": "mars-1"}, []string{"aws:region: want one of ap-northeast-1, ap-northeast-2, " +
			"ap-south-1, ap-southeast-1, ap-southeast-2, ca-central-1, eu-central-1, eu-north-1, eu-west-1, eu-west-2, " +
			"eu-west-3, sa-east-1, us-east-1, us-east-2, us-west-1, us-west-2, got mars-1"}},
	}
	p := bare(t)
	for _, tt := range tests {
		resp, err := p.CheckConfig(context.Background(), plugin.CheckConfigRequest{
			URN: "urn:pulumi:test::riglet::pulumi:providers:aws::x", News: resource.NewPropertyMapFromMap(tt.give),
		})
		require.NoError(t, err, tt.name)
		got := []string{}
		for _, f := range resp.Failures {
			got = append(got, f.Reason)
		}
		assert.Equal(t, tt.want, got, tt.name)
	}
}

func TestConfigure_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give props
		want string
	}{
		{"no region", props{}, noRegion},
		{
			"account",
			props{"region": region, "allowedAccountIds": `["111122223333"]`},
			"AWS account ID not allowed: 123456789012 (aws:allowedAccountIds has 111122223333)",
		},
		{
			"account as a list",
			props{"region": region, "allowedAccountIds": []any{"111122223333"}},
			"AWS account ID not allowed: 123456789012 (aws:allowedAccountIds has 111122223333)",
		},
		{
			"forbidden account",
			props{"region": region, "forbiddenAccountIds": `["123456789012"]`},
			"AWS account ID not allowed: 123456789012",
		},
		{
			"tags",
			props{"region": region, "defaultTags": "x"},
			"aws:defaultTags: invalid character 'x' looking for beginning of value",
		},
	}
	for _, tt := range tests {
		p := bare(t)
		_, err := p.Configure(context.Background(), plugin.ConfigureRequest{Inputs: resource.NewPropertyMapFromMap(tt.give)})
		require.EqualError(t, err, tt.want, tt.name)
	}
}

func TestConfigure_has_one_region(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	require.NoError(t, l.configure(region))
	require.EqualError(t, l.configure("eu-west-1"), "aws:region: the offline cloud is in us-west-2, got eu-west-1: "+
		"it has one region at a time, so destroy first or use a folder of its own")
}

func TestConfigure_sets_default_tags(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	_, err := l.p.Configure(context.Background(), plugin.ConfigureRequest{Inputs: resource.PropertyMap{
		"region": resource.NewProperty(region), "allowedAccountIds": resource.NewProperty(`["123456789012"]`),
		"defaultTags": resource.NewProperty(`{"tags":{"Owner":"ops","Name":"x"}}`),
	}})
	require.NoError(t, err)
	vpc := l.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16", "tags": props{"Name": "mine"}})
	assert.Equal(t, map[string]any{"Owner": "ops", "Name": "mine"}, vpc.Properties["tagsAll"].Mappable())
}

func (l *lab) invoke(token string, args props) (map[string]any, error) {
	resp, err := l.p.Invoke(context.Background(), plugin.InvokeRequest{
		Tok: tokens.ModuleMember(token), Args: resource.NewPropertyMapFromMap(args),
	})
	return schema.PlainMap(resp.Properties).Mappable(), err
}

func TestInvoke_answers(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range network {
		l.make(th.token, th.name, th.props)
	}
	l.make(zoneT, "zone", props{"name": "example.com"})
	l.make(zoneT, "private", props{"name": "example.com", "vpcs": []any{props{"vpcId": "@vpc"}}})
	l.make(paramT, "param", props{"name": "/n", "type": "String", "value": "v"})
	tests := []struct {
		token string
		args  props
		want  map[string]any
	}{
		{"aws:index/getCallerIdentity:getCallerIdentity", nil, map[string]any{"accountId": "123456789012"}},
		{"aws:index/getRegion:getRegion", nil, map[string]any{"name": region, "description": "US West (Oregon)"}},
		{"aws:index/getPartition:getPartition", nil, map[string]any{"partition": "aws", "dnsSuffix": "amazonaws.com"}},
		{
			"aws:index/getAvailabilityZones:getAvailabilityZones",
			props{"excludeNames": []any{"us-west-2a"}},
			map[string]any{"names": []any{"us-west-2b", "us-west-2c", "us-west-2d"}},
		},
		{"aws:elb/getServiceAccount:getServiceAccount", nil, map[string]any{"id": "797873946194"}},
		{"aws:elb/getServiceAccount:getServiceAccount", props{"region": "eu-west-1"}, map[string]any{"id": "156460612806"}},
		{"aws:route53/getZone:getZone", props{"name": "example.com."}, map[string]any{"zoneId": l.reference("@zone")}},
		{
			"aws:route53/getZone:getZone",
			props{"name": "example.com", "privateZone": true},
			map[string]any{"zoneId": l.reference("@private")},
		},
		{"aws:route53/getZone:getZone", props{"zoneId": l.reference("@zone")}, map[string]any{"name": "example.com"}},
		{"aws:ssm/getParameter:getParameter", props{"name": "/n"}, map[string]any{"value": "v", "version": 1.0}},
	}
	for _, tt := range tests {
		got, err := l.invoke(tt.token, tt.args)
		require.NoError(t, err, tt.token)
		for k, v := range tt.want {
			assert.Equal(t, v, got[k], "%s %s", tt.token, k)
		}
	}
}

func TestInvoke_finds_images(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	seen := map[any]bool{}
	for _, name := range []string{
		"/aws/service/debian/release/12/latest/amd64", "/aws/service/debian/release/12/latest/arm64",
		"/aws/service/debian/release/13/latest/amd64",
		"/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
		"/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
	} {
		got, err := l.invoke("aws:ssm/getParameter:getParameter", props{"name": name})
		require.NoError(t, err)
		assert.Regexp(t, `^ami-0[0-9a-f]{16}$`, got["value"], name)
		seen[got["value"]] = true
	}
	assert.Len(t, seen, 5)
	doc, err := l.invoke("aws:ssm/getParameter:getParameter", props{
		"name": "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended",
	})
	require.NoError(t, err)
	assert.Contains(t, doc["value"], `"image_id":"ami-0`)
}

func TestInvoke_refuses(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	_, err := l.invoke("aws:ssm/getParameter:getParameter", props{"name": "/nosuch"})
	require.EqualError(t, err, "invoking aws:ssm/getParameter:getParameter: "+
		"reading SSM Parameter (/nosuch): ParameterNotFound")
	_, err = l.invoke("aws:route53/getZone:getZone", props{"name": "example.org"})
	require.ErrorContains(t, err, "no matching Route 53 Hosted Zone found")
	_, err = l.invoke("aws:ec2/getAmi:getAmi", nil)
	require.ErrorContains(t, err, "the offline cloud does not answer aws:ec2/getAmi:getAmi: it knows aws:")
}
