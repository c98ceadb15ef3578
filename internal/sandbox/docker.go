package sandbox

import (
	"context"
	"fmt"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// The version of the Docker provider whose SDK the catalog is written for.
const dockerVersion = "4.10.0"

// dockerProvider is the Docker provider that the engine sees. It builds nothing and needs no Docker: an image is a row
// of the catalog, whose digest follows from how often it was built. Whether a build succeeds, and what is in the image,
// only the real provider can say.
type dockerProvider struct{ *provider }

var _ plugin.Provider = dockerProvider{}

func (dockerProvider) Pkg() tokens.Package { return "docker" }

func (dockerProvider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v, err := semver.Parse(dockerVersion)
	return plugin.PluginInfo{Version: &v}, err
}

func (dockerProvider) GetSchema(context.Context, plugin.GetSchemaRequest) (plugin.GetSchemaResponse, error) {
	return plugin.GetSchemaResponse{Schema: []byte(`{"name":"docker","version":"` + dockerVersion + `"}`)}, nil
}

// CheckConfig takes any configuration: there is no engine to reach.
func (dockerProvider) CheckConfig(
	_ context.Context, r plugin.CheckConfigRequest,
) (plugin.CheckConfigResponse, error) {
	return plugin.CheckConfigResponse{Properties: r.News}, nil
}

func (dockerProvider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffResult{Changes: plugin.DiffNone}, nil
}

func (dockerProvider) Configure(context.Context, plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	return plugin.ConfigureResponse{}, nil
}

func (dockerProvider) Invoke(_ context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	return plugin.InvokeResponse{}, fmt.Errorf("the offline cloud does not answer %s", r.Tok)
}
