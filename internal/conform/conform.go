// Package conform is the contract that every component keeps, as tests. A component joins with one row.
package conform

import (
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/pulumitest"
	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/tags"
)

// Component is one row: how a component is made well, badly and from nothing. A constructor may make what its
// component stands on first, outside of the component.
type Component struct {
	// Type is the component's type token.
	Type string
	// New makes the component from good arguments that carry Tags.
	New Constructor
	// Bad makes it from arguments with a fault.
	Bad Constructor
	// Nil makes it from nil.
	Nil Constructor
	// MayBeEmpty are outputs that are rightly empty with New's arguments.
	MayBeEmpty []string
}

// Constructor makes a component under a name.
type Constructor func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (pulumi.ComponentResource, error)

// Tags are what New must pass as the component's tags.
func Tags() map[string]string {
	return map[string]string{
		tags.Owner: "acme", tags.Project: "demo", tags.Environment: "test", tags.App: "shop",
	}
}

// name is what the component under test is called: no other resource's name begins so by accident.
const name = "rig7"

// Test holds one component against the contract.
func Test(t *testing.T, c Component) {
	t.Helper()
	t.Run("nil arguments do not panic", c.nilArguments)
	t.Run("bad arguments register nothing", c.badArguments)
	t.Run("children descend from the component", c.children)
	t.Run("two live side by side", c.two)
	t.Run("outputs are declared, known and given", c.outputs)
	t.Run("everything that takes tags has them", c.tagged)
	t.Run("what is replaced has no fixed name", c.names)
	t.Run("a preview registers what an update does", c.preview)
	t.Run("an explicit provider reaches every child", c.provider)
}

func (c Component) run(t *testing.T, options ...pulumitest.Option) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := c.New(ctx, name)
		return err
	}, options...)
}

func (c Component) nilArguments(t *testing.T) {
	t.Parallel()
	recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		_, err := c.Nil(ctx, name)
		return err
	})
	if err != nil {
		assert.Empty(t, recorder.Of(c.Type), "refused, so nothing may be registered")
		assert.Contains(t, err.Error(), ": want ")
	}
}

func (c Component) badArguments(t *testing.T) {
	t.Parallel()
	recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		_, err := c.Bad(ctx, name)
		return err
	})
	require.Error(t, err)
	assert.Contains(t, err.Error(), name)
	assert.Contains(t, err.Error(), ": want ")
	assert.Empty(t, c.below(recorder))
}

// below are the component called name and all its descendants.
func (c Component) below(recorder *pulumitest.Recorder) []*pulumitest.Resource {
	family := map[string]bool{}
	var members []*pulumitest.Resource
	for _, one := range recorder.Resources() {
		if (one.Type == c.Type && one.Name == name) || family[one.Parent] {
			family[one.URN] = true
			members = append(members, one)
		}
	}
	return members
}

func (c Component) children(t *testing.T) {
	t.Parallel()
	recorder := c.run(t)
	family := c.below(recorder)
	require.Greater(t, len(family), 1, "a component with no child")
	inFamily := map[string]bool{}
	for _, one := range family {
		inFamily[one.URN] = true
		assert.True(t, strings.HasPrefix(one.Name, name), "%s does not begin with the component's name", one.Line())
	}
	for _, one := range recorder.Resources() {
		if strings.HasPrefix(one.Name, name) {
			assert.True(t, inFamily[one.URN], "%s is made by the component but is not below it", one.Line())
		}
	}
}

func (c Component) two(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		if _, err := c.New(ctx, name); err != nil {
			return err
		}
		_, err := c.New(ctx, "other")
		return err
	})
	seen := map[string]bool{}
	for _, one := range recorder.Resources() {
		assert.False(t, seen[one.URN], "twice: %s", one.URN)
		seen[one.URN] = true
	}
}

func (c Component) outputs(t *testing.T) {
	t.Parallel()
	var made pulumi.ComponentResource
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		var err error
		made, err = c.New(ctx, name)
		return err
	})
	component := recorder.Find(c.Type, name)
	require.NotNil(t, component)
	declared := declaredOutputs(made)
	assert.ElementsMatch(t, declared, keys(component.Outputs), "struct tags and registered outputs differ")
	for _, output := range declared {
		value := component.Outputs[resource.PropertyKey(output)]
		assert.False(t, value.ContainsUnknowns(), "%s is unknown after an update", output)
		if !contains(c.MayBeEmpty, output) {
			assert.False(t, empty(value), "%s is empty", output)
		}
	}
}

func (c Component) tagged(t *testing.T) {
	t.Parallel()
	table := catalog.Table()
	for _, one := range c.below(c.run(t)) {
		if !one.Custom || !strings.HasPrefix(one.Type, "aws:") {
			continue
		}
		shape, err := table.Inputs(one.Type)
		require.NoError(t, err)
		if _, takes := shape.Field("tags"); !takes {
			continue
		}
		got := tagsOf(one.Inputs["tags"])
		assert.NotEmpty(t, got[tags.Name], "%s has no Name", one.Line())
		assert.NotEmpty(t, got[tags.Group], "%s has no Group", one.Line())
		for key, want := range Tags() {
			assert.Equal(t, want, got[key], "%s: tag %s", one.Line(), key)
		}
	}
}

// createFirst are the types that a change can replace while others use them. With a fixed name the old one would have
// to go first, which AWS refuses.
var createFirst = []string{"aws:ec2/securityGroup:SecurityGroup", "aws:lb/targetGroup:TargetGroup"}

func (c Component) names(t *testing.T) {
	t.Parallel()
	for _, one := range c.below(c.run(t)) {
		if contains(createFirst, one.Type) {
			assert.Nil(t, one.Input("name"), one.Line())
		}
	}
}

func (c Component) preview(t *testing.T) {
	t.Parallel()
	assert.Equal(t, c.run(t).Lines(), c.run(t, pulumitest.Preview()).Lines())
}

func (c Component) provider(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "elsewhere", &aws.ProviderArgs{Region: pulumi.String("us-west-2")})
		if err != nil {
			return err
		}
		builder, err := docker.NewProvider(ctx, "elsewhere", nil)
		if err != nil {
			return err
		}
		_, err = c.New(ctx, name, pulumi.Providers(provider, builder))
		return err
	})
	for _, one := range c.below(recorder) {
		if one.Custom {
			assert.Contains(t, one.Provider, "elsewhere", "%s went to the default provider", one.Line())
		}
	}
}

// declaredOutputs are the pulumi tags of a component's fields.
func declaredOutputs(component pulumi.ComponentResource) []string {
	typ := reflect.TypeOf(component).Elem()
	var names []string
	for i := range typ.NumField() {
		if tag := typ.Field(i).Tag.Get("pulumi"); tag != "" {
			names = append(names, tag)
		}
	}
	return names
}
