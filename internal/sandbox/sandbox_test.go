package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox"
)

const region = "us-west-2"

// lab is a provider on a cloud of its own, with what was made in it by name.
type lab struct {
	tb    testing.TB
	cloud *sandbox.Cloud
	p     plugin.Provider
	made  map[string]plugin.CreateResponse
	types map[string]string
}

// props are inputs as Go values. A string "@name.property" stands for an output
// of what was made under a name, and "@name" for its id.
type props map[string]any

func newLab(tb testing.TB) *lab {
	tb.Helper()
	cloud, err := sandbox.Open(tb.TempDir())
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, cloud.Close()) })
	l := &lab{
		tb: tb, cloud: cloud, p: sandbox.NewProvider(cloud),
		made: map[string]plugin.CreateResponse{}, types: map[string]string{},
	}
	require.NoError(tb, l.configure(region))
	return l
}

func (l *lab) configure(name string) error {
	_, err := l.p.Configure(context.Background(), plugin.ConfigureRequest{
		Inputs: resource.PropertyMap{"region": resource.NewProperty(name)},
	})
	return err
}

func urn(token, name string) resource.URN {
	return resource.NewURN("test", "riglet", "", tokens.Type(token), name)
}

// resolve replaces references by what they mean.
func (l *lab) resolve(v any) any {
	switch v := v.(type) {
	case string:
		return l.reference(v)
	case props:
		return l.resolve(map[string]any(v))
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = l.resolve(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = l.resolve(e)
		}
		return out
	default:
		return v
	}
}

func (l *lab) inputs(p props) resource.PropertyMap {
	m, ok := l.resolve(p).(map[string]any)
	require.True(l.tb, ok)
	return resource.NewPropertyMapFromMap(m)
}

// try checks and creates, and returns the first failure as an error.
func (l *lab) try(token, name string, p props) error {
	l.tb.Helper()
	checked, err := l.check(token, name, nil, l.inputs(p))
	if err != nil {
		return err
	}
	resp, err := l.p.Create(context.Background(), plugin.CreateRequest{
		URN: urn(token, name), Type: tokens.Type(token), Properties: checked,
	})
	if err != nil {
		return err
	}
	l.made[name], l.types[name] = resp, token
	return nil
}

func (l *lab) make(token, name string, p props) plugin.CreateResponse {
	l.tb.Helper()
	require.NoError(l.tb, l.try(token, name, p))
	return l.made[name]
}

func (l *lab) check(
	token, name string, olds, news resource.PropertyMap,
) (resource.PropertyMap, error) {
	resp, err := l.p.Check(context.Background(), plugin.CheckRequest{
		URN: urn(token, name), Type: tokens.Type(token), Olds: olds, News: news,
		RandomSeed: []byte(name), AllowUnknowns: true,
	})
	if err == nil && len(resp.Failures) > 0 {
		err = fmt.Errorf("%s", resp.Failures[0].Reason)
	}
	return resp.Properties, err
}

func (l *lab) remove(name string) error {
	_, err := l.p.Delete(context.Background(), plugin.DeleteRequest{
		URN: urn(l.types[name], name), Type: tokens.Type(l.types[name]), ID: l.made[name].ID,
	})
	return err
}

func (l *lab) update(name string, p props) (plugin.UpdateResponse, error) {
	return l.p.Update(context.Background(), plugin.UpdateRequest{
		URN: urn(l.types[name], name), Type: tokens.Type(l.types[name]), ID: l.made[name].ID, NewInputs: l.inputs(p),
	})
}

func text(v any) string {
	b, _ := json.Marshal(v) // test data always marshals
	return string(b)
}

var embedded = regexp.MustCompile(`@\{([\w.\[\]]+)\}`)

// reference gives what "@name.property" stands for. Inside a longer string it
// is written "@{name.property}".
func (l *lab) reference(v string) string {
	ref, ok := strings.CutPrefix(v, "@")
	if !ok || strings.HasPrefix(ref, "{") {
		return embedded.ReplaceAllStringFunc(v, func(m string) string { return l.reference("@" + m[2:len(m)-1]) })
	}
	name, property, _ := strings.Cut(ref, ".")
	made, ok := l.made[name]
	require.True(l.tb, ok, "nothing was made as %s", name)
	if property == "" {
		return string(made.ID)
	}
	path, err := resource.ParsePropertyPath(property)
	require.NoError(l.tb, err)
	found, ok := path.Get(resource.NewProperty(made.Properties))
	require.True(l.tb, ok, "%s has no output", v)
	return found.StringValue()
}
