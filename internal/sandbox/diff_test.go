package sandbox_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (l *lab) diff(token string, before, after props) plugin.DiffResult {
	l.tb.Helper()
	d, err := l.p.Diff(context.Background(), plugin.DiffRequest{
		URN: urn(token, "x"), Type: tokens.Type(token), OldInputs: l.inputs(before), NewInputs: l.inputs(after),
	})
	require.NoError(l.tb, err)
	return d
}

func TestDiff_says_what_changes_and_what_replaces(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	named := []any{"a", "b"}
	tests := []struct {
		name, token   string
		before, after props
		want          map[string]plugin.DiffKind
	}{
		{"nothing", vpcT, props{"cidrBlock": "x"}, props{"cidrBlock": "x"}, nil},
		{
			"tags", vpcT,
			props{"tags": props{"a": "1"}},
			props{"tags": props{"a": "2", "b": "3"}},
			map[string]plugin.DiffKind{"tags.a": plugin.DiffUpdate, "tags.b": plugin.DiffAdd},
		},
		{
			"block", vpcT,
			props{"cidrBlock": "x"},
			props{"cidrBlock": "y"},
			map[string]plugin.DiffKind{"cidrBlock": plugin.DiffUpdateReplace},
		},
		{
			"tenancy taken", vpcT,
			props{},
			props{"instanceTenancy": "dedicated"},
			map[string]plugin.DiffKind{"instanceTenancy": plugin.DiffAddReplace},
		},
		{
			"tenancy given up", vpcT,
			props{"instanceTenancy": "dedicated"},
			props{"instanceTenancy": "default"},
			map[string]plugin.DiffKind{"instanceTenancy": plugin.DiffUpdate},
		},
		{
			"route target", routeT,
			props{"natGatewayId": "a"},
			props{"networkInterfaceId": "b"},
			map[string]plugin.DiffKind{"natGatewayId": plugin.DiffDelete, "networkInterfaceId": plugin.DiffAdd},
		},
		{"set order", lbT, props{"subnets": named}, props{"subnets": []any{"b", "a"}}, nil},
		{
			"set content", lbT,
			props{"subnets": named},
			props{"subnets": []any{"c", "a"}},
			map[string]plugin.DiffKind{"subnets": plugin.DiffUpdate},
		},
		{
			"subnets of a network balancer", lbT,
			props{"loadBalancerType": "network", "subnets": named},
			props{"loadBalancerType": "network", "subnets": []any{"a"}},
			map[string]plugin.DiffKind{"subnets": plugin.DiffUpdateReplace},
		},
		{"policy spacing", rolePolT, props{"policy": `{"a": 1, "b": 2}`}, props{"policy": `{"b":2,"a":1}`}, nil},
		{
			"user data", instanceT,
			props{"userData": "a"},
			props{"userData": "b"},
			map[string]plugin.DiffKind{"userData": plugin.DiffUpdate},
		},
		{
			"user data that replaces", instanceT,
			props{"userData": "a", "userDataReplaceOnChange": true},
			props{"userData": "b", "userDataReplaceOnChange": true},
			map[string]plugin.DiffKind{"userData": plugin.DiffUpdateReplace},
		},
		{
			"root disk size", instanceT,
			props{"rootBlockDevice": props{"volumeSize": 8}},
			props{"rootBlockDevice": props{"volumeSize": 9}},
			map[string]plugin.DiffKind{"rootBlockDevice.volumeSize": plugin.DiffUpdate},
		},
		{
			"root disk encryption", instanceT,
			props{"rootBlockDevice": props{"encrypted": false}},
			props{"rootBlockDevice": props{"encrypted": true}},
			map[string]plugin.DiffKind{"rootBlockDevice.encrypted": plugin.DiffUpdateReplace},
		},
		{
			"rule peer", ingressT,
			props{"cidrIpv4": "a"},
			props{"cidrIpv4": "b"},
			map[string]plugin.DiffKind{"cidrIpv4": plugin.DiffUpdate},
		},
		{
			"kind of rule peer", ingressT,
			props{"cidrIpv4": "a"},
			props{"referencedSecurityGroupId": "b"},
			map[string]plugin.DiffKind{"cidrIpv4": plugin.DiffDeleteReplace, "referencedSecurityGroupId": plugin.DiffAddReplace},
		},
		{
			"tier down", paramT,
			props{"tier": "Advanced"},
			props{"tier": "Standard"},
			map[string]plugin.DiffKind{"tier": plugin.DiffUpdateReplace},
		},
		{
			"tier up", paramT,
			props{"tier": "Standard"},
			props{"tier": "Advanced"},
			map[string]plugin.DiffKind{"tier": plugin.DiffUpdate},
		},
	}
	for _, tt := range tests {
		got := map[string]plugin.DiffKind{}
		for path, d := range l.diff(tt.token, tt.before, tt.after).DetailedDiff {
			got[path] = d.Kind
		}
		want := map[string]plugin.DiffKind{}
		maps.Copy(want, tt.want)
		assert.Equal(t, want, got, tt.name)
	}
}

func TestDiff_deletes_first_when_the_name_is_taken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	auto := []any{"name"}
	tests := []struct {
		name          string
		before, after props
		want          bool
	}{
		{"given and kept", props{"name": "n", "description": "a"}, props{"name": "n", "description": "b"}, true},
		{"given and changed", props{"name": "n", "description": "a"}, props{"name": "m", "description": "b"}, false},
		{
			"automatic",
			props{"name": "n", "description": "a", "__defaults": auto},
			props{"name": "n", "description": "b", "__defaults": auto},
			false,
		},
		{"only updated", props{"name": "n"}, props{"name": "n", "tags": props{"a": "b"}}, false},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, l.diff(groupT, tt.before, tt.after).DeleteBeforeReplace, tt.name)
	}
}

func TestDiff_takes_unknown_for_changed(t *testing.T) {
	t.Parallel()
	d, err := newLab(t).p.Diff(context.Background(), plugin.DiffRequest{
		URN: urn(subnetT, "x"), Type: subnetT,
		OldInputs: resource.PropertyMap{"vpcId": resource.NewProperty("vpc-1")},
		NewInputs: resource.PropertyMap{"vpcId": resource.MakeComputed(resource.NewProperty(""))},
	})
	require.NoError(t, err)
	assert.Equal(t, plugin.DiffUpdateReplace, d.DetailedDiff["vpcId"].Kind)
}

func TestUpdate_keeps_the_id_and_counts_versions(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	before := l.make(templateT, "lt", props{"name": "web", "imageId": ami})
	after, err := l.update("lt", props{"name": "web", "imageId": ami, "instanceType": "t3.micro"})
	require.NoError(t, err)
	assert.Equal(t, resource.NewProperty(1.0), before.Properties["latestVersion"])
	assert.Equal(t, resource.NewProperty(2.0), after.Properties["latestVersion"])
	assert.Equal(t, resource.NewProperty(1.0), after.Properties["defaultVersion"])
	assert.Equal(t, before.Properties["arn"], after.Properties["arn"])

	after, err = l.update("lt", props{"name": "web", "imageId": ami, "updateDefaultVersion": true})
	require.NoError(t, err)
	assert.Equal(t, resource.NewProperty(3.0), after.Properties["defaultVersion"])
}

func TestUpdate_is_refused_like_a_create(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range network {
		l.make(th.token, th.name, th.props)
	}
	l.make(lbT, "lb", balancer)
	_, err := l.update("lb", props{"name": "lb", "subnets": []any{"@a"}})
	require.ErrorContains(t, err, "At least two subnets in two different Availability Zones")
	l.make(volumeT, "v", props{"availabilityZone": region + "a", "size": 20})
	_, err = l.update("v", props{"availabilityZone": region + "a", "size": 10})
	require.ErrorContains(t, err, "InvalidParameterValue: New size cannot be smaller than existing size 20")
	l.types["nothing"], l.made["nothing"] = vpcT, plugin.CreateResponse{ID: "vpc-1"}
	_, err = l.update("nothing", props{"cidrBlock": "10.0.0.0/16"})
	require.ErrorContains(t, err, "InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist")
}

func TestUpdate_keeps_addresses(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, th := range network {
		l.make(th.token, th.name, th.props)
	}
	before := l.make(eniT, "eni", props{"subnetId": "@a"})
	after, err := l.update("eni", props{"subnetId": "@a", "description": "changed"})
	require.NoError(t, err)
	assert.Equal(t, before.Properties["privateIp"], after.Properties["privateIp"])
	assert.Equal(t, before.Properties["macAddress"], after.Properties["macAddress"])
}

func TestPreview_writes_nothing_and_knows_what_can_be_known(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	ctx := context.Background()
	resp, err := l.p.Create(ctx, plugin.CreateRequest{
		URN: urn(vpcT, "v"), Type: vpcT, Preview: true,
		Properties: l.inputs(props{"cidrBlock": "10.10.0.0/16", "tags": props{"Name": "x"}}),
	})
	require.NoError(t, err)
	assert.Empty(t, resp.ID)
	assert.Empty(t, l.cloud.Resources())
	assert.Equal(t, "10.10.0.0/16", resp.Properties["cidrBlock"].StringValue())
	assert.True(t, resp.Properties["arn"].IsComputed())
	assert.True(t, resp.Properties["defaultSecurityGroupId"].IsComputed())
	assert.True(t, resp.Properties["enableDnsSupport"].BoolValue())
	assert.Equal(t, "x", resp.Properties["tagsAll"].ObjectValue()["Name"].StringValue())

	before := l.make(templateT, "lt", props{"name": "web", "imageId": ami})
	up, err := l.p.Update(ctx, plugin.UpdateRequest{
		URN: urn(templateT, "lt"), Type: templateT, ID: before.ID, Preview: true,
		OldInputs: l.inputs(props{"name": "web", "imageId": ami}), OldOutputs: before.Properties,
		NewInputs: l.inputs(props{"name": "web"}),
	})
	require.NoError(t, err)
	assert.True(t, up.Properties["latestVersion"].IsComputed())
	assert.Equal(t, before.Properties["arn"], up.Properties["arn"])
	assert.NotContains(t, up.Properties, resource.PropertyKey("imageId"))
}

func TestSecrets_stay_secret(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	resp, err := l.p.Create(context.Background(), plugin.CreateRequest{
		URN: urn(paramT, "p"), Type: paramT, Properties: resource.PropertyMap{
			"name": resource.NewProperty("/p"), "type": resource.NewProperty("SecureString"),
			"value": resource.MakeSecret(resource.NewProperty("hush")),
		},
	})
	require.NoError(t, err)
	assert.True(t, resp.Properties["value"].IsSecret())
	read, err := l.p.Read(context.Background(), plugin.ReadRequest{URN: urn(paramT, "p"), Type: paramT, ID: "/p"})
	require.NoError(t, err)
	assert.True(t, read.Outputs["value"].IsSecret())
	assert.True(t, read.Inputs["value"].IsSecret())
}

func TestRead_finds_what_is_there(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	made := l.make(vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16"})
	got, err := l.p.Read(context.Background(), plugin.ReadRequest{URN: urn(vpcT, "vpc"), Type: vpcT, ID: made.ID})
	require.NoError(t, err)
	assert.Equal(t, made.ID, got.ID)
	assert.Equal(t, made.Properties, got.Outputs)
	got, err = l.p.Read(context.Background(), plugin.ReadRequest{URN: urn(vpcT, "vpc"), Type: vpcT, ID: "vpc-1"})
	require.NoError(t, err)
	assert.Empty(t, got.ID)
	assert.Nil(t, got.Outputs)
}

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
