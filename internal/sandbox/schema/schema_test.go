package schema_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox/schema"
)

// args has one property of each kind that SDKs have.
type args struct {
	Name   string            `pulumi:"name"`
	Count  *int              `pulumi:"count"`
	Ratio  *float64          `pulumi:"ratio"`
	On     *bool             `pulumi:"on"`
	Zones  []string          `pulumi:"zones"`
	Tags   map[string]string `pulumi:"tags"`
	Rules  []rule            `pulumi:"rules"`
	Policy any               `pulumi:"policy"`
	Parent *args             `pulumi:"parent"`
	_      int
}

type rule struct {
	Port int `pulumi:"port"`
}

type Args struct{}

func (Args) ElementType() reflect.Type { return reflect.TypeFor[args]() }

type state struct {
	pulumi.CustomResourceState

	Name  pulumi.StringOutput      `pulumi:"name"`
	Count pulumi.IntPtrOutput      `pulumi:"count"`
	Zones pulumi.StringArrayOutput `pulumi:"zones"`
}

func TestInputs_reads_an_args_struct(t *testing.T) {
	t.Parallel()
	s, err := schema.Inputs(Args{})
	require.NoError(t, err)
	require.Len(t, s.Fields, reflect.TypeFor[args]().NumField()-1)
	for _, f := range s.Fields {
		assert.Equal(t, f.Name == "name", f.Required, f.Name)
	}
	_, err = schema.Inputs(rule{})
	require.EqualError(t, err, "schema_test.rule: want an args struct of an SDK")
}

func TestOutputs_reads_a_resource_struct(t *testing.T) {
	t.Parallel()
	s, err := schema.Outputs(state{})
	require.NoError(t, err)
	want := map[string]bool{"name": true, "count": false, "zones": true}
	for _, f := range s.Fields {
		assert.Equal(t, want[f.Name], f.Required, f.Name)
	}
	_, err = schema.Outputs(nil)
	require.EqualError(t, err, "<nil>: want a resource struct of an SDK")
}

func TestCheck_finds_faults(t *testing.T) {
	t.Parallel()
	s, err := schema.Inputs(Args{})
	require.NoError(t, err)
	tests := []struct {
		name string
		give map[string]any
		want []string
	}{
		{"good", map[string]any{
			"name": "x", "count": 1, "ratio": 1.5, "on": true, "zones": []any{"a"}, "tags": map[string]any{"a": "b"},
			"rules": []any{map[string]any{"port": 1}}, "policy": map[string]any{}, "parent": map[string]any{"name": "y"},
		}, nil},
		{"missing", map[string]any{}, []string{`name: missing required property "name"`}},
		{"null", map[string]any{"name": nil}, []string{`name: missing required property "name"`}},
		{"near", map[string]any{"name": "x", "zone": 1}, []string{`zone: unknown property "zone" (did you mean "zones"?)`}},
		{"far", map[string]any{"name": "x", "volume": 1}, []string{`volume: unknown property "volume"`}},
		{"bookkeeping", map[string]any{"name": "x", "__defaults": []any{}}, nil},
		{"fraction", map[string]any{"name": "x", "count": 1.5}, []string{"count: want an integer, got a number"}},
		{
			"nested",
			map[string]any{"name": "x", "rules": []any{map[string]any{"port": "80"}, map[string]any{}}},
			[]string{"rules[0].port: want an integer, got a string", `rules[1].port: missing required property "port"`},
		},
		{"list", map[string]any{"name": "x", "zones": "a"}, []string{"zones: want a list, got a string"}},
		{
			"map",
			map[string]any{"name": "x", "tags": map[string]any{"a": true}},
			[]string{"tags.a: want a string, got a boolean"},
		},
		{"object", map[string]any{"name": "x", "parent": []any{}}, []string{"parent: want an object, got a list"}},
	}
	for _, tt := range tests {
		var got []string
		for _, f := range schema.Check(s, resource.NewPropertyMapFromMap(tt.give)) {
			got = append(got, f.Path+": "+f.Reason)
		}
		assert.Equal(t, tt.want, got, tt.name)
	}
}

func TestPlainMap_unwraps(t *testing.T) {
	t.Parallel()
	x := resource.NewProperty("x")
	ref := resource.MakeCustomResourceReference("urn:pulumi:a::b::c:d:e::f", "id-1", "")
	got := schema.PlainMap(resource.PropertyMap{
		"secret": resource.MakeSecret(x), "output": resource.NewProperty(resource.Output{
			Element: x, Known: true,
			Secret: true,
		}),
		"unknown": resource.NewProperty(resource.Output{Element: x}), "ref": ref, "null": resource.NewNullProperty(),
		"list": resource.NewProperty([]resource.PropertyValue{resource.MakeSecret(x)}),
	})
	want := resource.PropertyMap{
		"secret": x, "output": x, "unknown": resource.MakeComputed(resource.NewProperty("")),
		"ref": resource.NewProperty("id-1"), "list": resource.NewProperty([]resource.PropertyValue{x}),
	}
	assert.Equal(t, want, got)
}
