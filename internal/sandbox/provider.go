package sandbox

import (
	"context"
	"fmt"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/riglet/riglet/internal/sandbox/model"
	"github.com/riglet/riglet/internal/sandbox/schema"
)

// The version of the AWS provider whose SDK the catalog is written for.
const version = "6.83.0"

// provider is the AWS provider that the engine sees. One server serves every
// provider instance of a program.
type provider struct {
	plugin.UnimplementedProvider

	cloud *Cloud
}

var _ plugin.Provider = (*provider)(nil)

func newProvider(c *Cloud) *provider { return &provider{cloud: c} }

func (p *provider) Pkg() tokens.Package { return "aws" }

func (p *provider) Close() error { return nil }

func (p *provider) SignalCancellation(context.Context) error { return nil }

// Attach lets the engine say where it is. The provider never calls it.
func (p *provider) Attach(string) error { return nil }

func (p *provider) Handshake(
	context.Context, plugin.ProviderHandshakeRequest,
) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{
		AcceptSecrets: true, AcceptOutputs: true,
		SupportsAutonamingConfiguration: true,
	}, nil
}

func (p *provider) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	v, err := semver.Parse(version)
	return plugin.PluginInfo{Version: &v}, err
}

func (p *provider) GetSchema(context.Context, plugin.GetSchemaRequest) (plugin.GetSchemaResponse, error) {
	return plugin.GetSchemaResponse{Schema: []byte(`{"name":"aws","version":"` + version + `"}`)}, nil
}

// kind returns what is known of a type.
func (p *provider) kind(token tokens.Type) (*model.Kind, error) {
	if err := p.cloud.table.Known(string(token)); err != nil {
		return nil, err
	}
	return p.cloud.table.Kind(string(token)), nil
}

// Check fills in automatic names, and finds every fault that the real provider
// finds before it asks AWS.
func (p *provider) Check(_ context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	kind, err := p.kind(r.Type)
	if err != nil {
		return plugin.CheckResponse{Failures: []plugin.CheckFailure{{Reason: err.Error()}}}, nil
	}
	inputs, err := kind.AutoName(nameRequest(r))
	resp := plugin.CheckResponse{Properties: inputs}
	if err != nil {
		resp.Failures = append(resp.Failures, plugin.CheckFailure{
			Property: resource.PropertyKey(kind.Name.Property), Reason: err.Error(),
		})
	}
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	faults, err := p.cloud.world.Check(string(r.Type), inputs)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	for _, f := range faults {
		resp.Failures = append(resp.Failures, failure(f))
	}
	return resp, nil
}

func failure(f schema.Fault) plugin.CheckFailure {
	return plugin.CheckFailure{Property: resource.PropertyKey(f.Path), Reason: f.Path + ": " + f.Reason}
}

func nameRequest(r plugin.CheckRequest) model.NameRequest {
	n := model.NameRequest{Logical: r.URN.Name(), Seed: r.RandomSeed, Olds: r.Olds, News: r.News}
	if r.Autonaming != nil {
		n.Proposed = r.Autonaming.ProposedName
		n.Disabled = r.Autonaming.Mode == plugin.AutonamingModeDisabled
	}
	return n
}

// Diff compares inputs only: the cloud has no other hand in it than the engine.
func (p *provider) Diff(_ context.Context, r plugin.DiffRequest) (plugin.DiffResult, error) {
	kind, err := p.kind(r.Type)
	if err != nil {
		return plugin.DiffResult{}, err
	}
	return kind.Diff(r.OldInputs, r.NewInputs), nil
}

func (p *provider) Create(_ context.Context, r plugin.CreateRequest) (plugin.CreateResponse, error) {
	if r.Preview {
		return p.previewCreate(r)
	}
	o, err := p.cloud.create(string(r.Type), string(r.URN), r.Properties)
	if err != nil {
		return plugin.CreateResponse{}, fmt.Errorf("creating %s: %w", r.Type, err)
	}
	return plugin.CreateResponse{ID: resource.ID(o.ID), Properties: shown(o), Status: resource.StatusOK}, nil
}

func (p *provider) previewCreate(r plugin.CreateRequest) (plugin.CreateResponse, error) {
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	out, err := p.cloud.world.PreviewCreate(string(r.Type), r.Properties)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	return plugin.CreateResponse{
		Properties: model.Protect(out, model.SecretNames(r.Properties)), Status: resource.StatusOK,
	}, nil
}

func (p *provider) Update(_ context.Context, r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	if r.Preview {
		return p.previewUpdate(r)
	}
	o, err := p.cloud.update(string(r.Type), string(r.ID), string(r.URN), r.NewInputs)
	if err != nil {
		return plugin.UpdateResponse{}, fmt.Errorf("updating %s %s: %w", r.Type, r.ID, err)
	}
	return plugin.UpdateResponse{Properties: shown(o), Status: resource.StatusOK}, nil
}

func (p *provider) previewUpdate(r plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	out, err := p.cloud.world.PreviewUpdate(string(r.Type), r.OldInputs, r.OldOutputs, r.NewInputs)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	return plugin.UpdateResponse{
		Properties: model.Protect(out, model.SecretNames(r.NewInputs)), Status: resource.StatusOK,
	}, nil
}

func (p *provider) Delete(_ context.Context, r plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	if err := p.cloud.remove(string(r.Type), string(r.ID)); err != nil {
		return plugin.DeleteResponse{}, fmt.Errorf("deleting %s %s: %w", r.Type, r.ID, err)
	}
	return plugin.DeleteResponse{Status: resource.StatusOK}, nil
}

// Read serves refresh and import. An object that is gone has no id and no
// outputs, which is how the engine learns of it.
func (p *provider) Read(_ context.Context, r plugin.ReadRequest) (plugin.ReadResponse, error) {
	if _, err := p.kind(r.Type); err != nil {
		return plugin.ReadResponse{}, err
	}
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	o := p.cloud.world.Get(string(r.Type), string(r.ID))
	if o == nil {
		return plugin.ReadResponse{Status: resource.StatusOK}, nil
	}
	return plugin.ReadResponse{
		ReadResult: plugin.ReadResult{
			ID: r.ID, Inputs: model.Protect(o.Inputs, o.Secrets), Outputs: shown(o),
		},
		Status: resource.StatusOK,
	}, nil
}

func shown(o *model.Object) resource.PropertyMap { return model.Protect(o.Outputs, o.Secrets) }
