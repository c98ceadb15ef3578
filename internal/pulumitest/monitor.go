package pulumitest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// monitor answers a program's registrations and writes them down.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer

	info     pulumi.RunInfo
	aws      plugin.Provider
	docker   plugin.Provider
	recorder *Recorder
}

// marshal keeps everything that a program may send.
var marshal = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

// unsupported are the features that a program must do without: the first two change how values arrive, and the
// others need an engine.
var unsupported = map[string]bool{"outputValues": true, "parameterization": true, "errorHooks": true}

func (m *monitor) SupportsFeature(
	_ context.Context, request *pulumirpc.SupportsFeatureRequest,
) (*pulumirpc.SupportsFeatureResponse, error) {
	return &pulumirpc.SupportsFeatureResponse{HasSupport: !unsupported[request.GetId()]}, nil
}

func (m *monitor) RegisterResource(
	ctx context.Context, request *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	inputs, err := plugin.UnmarshalProperties(request.GetObject(), marshal)
	if err != nil {
		return nil, err
	}
	one := record(request, m.urn(request), inputs)
	m.recorder.add(one)
	id, outputs, err := m.make(ctx, one)
	if err != nil {
		return nil, err
	}
	if one.Custom {
		m.recorder.made(one, id, outputs)
	}
	object, err := plugin.MarshalProperties(outputs, marshal)
	return &pulumirpc.RegisterResourceResponse{Urn: one.URN, Id: id, Object: object}, err
}

// make asks the offline cloud for a resource of AWS or Docker; anything else is given back as it came.
func (m *monitor) make(ctx context.Context, one *Resource) (string, resource.PropertyMap, error) {
	pkg, _, _ := strings.Cut(one.Type, ":")
	from := map[string]plugin.Provider{"aws": m.aws, "docker": m.docker}[pkg]
	if !one.Custom || from == nil {
		return one.Name, one.Inputs, nil
	}
	urn, seed := resource.URN(one.URN), sha256.Sum256([]byte(one.URN))
	checked, err := from.Check(ctx, plugin.CheckRequest{
		URN: urn, Name: one.Name, Type: tokens.Type(one.Type), News: one.Inputs,
		AllowUnknowns: m.info.DryRun, RandomSeed: seed[:],
	})
	if err != nil {
		return "", nil, err
	}
	if len(checked.Failures) > 0 {
		return "", nil, refusal(one, checked.Failures)
	}
	made, err := from.Create(ctx, plugin.CreateRequest{
		URN: urn, Name: one.Name, Type: tokens.Type(one.Type), Properties: checked.Properties, Preview: m.info.DryRun,
	})
	return string(made.ID), made.Properties, err
}

func refusal(one *Resource, failures []plugin.CheckFailure) error {
	faults := make([]error, len(failures))
	for i, failure := range failures {
		faults[i] = fmt.Errorf("%s %s: %s", one.Type, one.Name, failure.Reason)
	}
	return errors.Join(faults...)
}

func (m *monitor) RegisterResourceOutputs(
	_ context.Context, request *pulumirpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	outputs, err := plugin.UnmarshalProperties(request.GetOutputs(), marshal)
	m.recorder.outputs(request.GetUrn(), outputs)
	return &emptypb.Empty{}, err
}

func (m *monitor) Invoke(
	ctx context.Context, request *pulumirpc.ResourceInvokeRequest,
) (*pulumirpc.InvokeResponse, error) {
	m.recorder.note(&m.recorder.invokes, request.GetTok())
	args, err := plugin.UnmarshalProperties(request.GetArgs(), marshal)
	if err != nil {
		return nil, err
	}
	answer, err := m.aws.Invoke(ctx, plugin.InvokeRequest{Tok: tokens.ModuleMember(request.GetTok()), Args: args})
	if err != nil {
		return nil, err
	}
	object, err := plugin.MarshalProperties(answer.Properties, marshal)
	return &pulumirpc.InvokeResponse{Return: object}, err
}

func (m *monitor) RegisterResourceHook(
	context.Context, *pulumirpc.RegisterResourceHookRequest,
) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (m *monitor) SignalAndWaitForShutdown(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// urn is the identity that the engine gives a resource: its own type below those of its parents.
func (m *monitor) urn(request *pulumirpc.RegisterResourceRequest) string {
	var above tokens.Type
	if parent := resource.URN(request.GetParent()); parent != "" && parent.QualifiedType() != resource.RootStackType {
		above = parent.QualifiedType()
	}
	return string(resource.NewURN(tokens.QName(m.info.Stack), tokens.PackageName(m.info.Project),
		above, tokens.Type(request.GetType()), request.GetName()))
}

func record(request *pulumirpc.RegisterResourceRequest, urn string, inputs resource.PropertyMap) *Resource {
	one := &Resource{
		Type: request.GetType(), Name: request.GetName(), URN: urn, Parent: request.GetParent(),
		Custom: request.GetCustom(), Provider: request.GetProvider(), Inputs: inputs,
		DependsOn: request.GetDependencies(), Protect: request.GetProtect(),
		RetainOnDelete: request.GetRetainOnDelete(), IgnoreChanges: request.GetIgnoreChanges(),
		SecretOutputs: request.GetAdditionalSecretOutputs(),
	}
	for _, alias := range request.GetAliases() {
		one.Aliases = append(one.Aliases, alias.String())
	}
	for _, bound := range [][]string{
		request.GetHooks().GetBeforeCreate(), request.GetHooks().GetAfterCreate(),
		request.GetHooks().GetBeforeUpdate(), request.GetHooks().GetAfterUpdate(),
		request.GetHooks().GetBeforeDelete(), request.GetHooks().GetAfterDelete(),
	} {
		one.Hooks = append(one.Hooks, bound...)
	}
	return one
}
