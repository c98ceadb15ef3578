package enginetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/riglet/riglet/internal/engine"
)

// Toy is a provider of things. A thing has three properties: size changes in place, color replaces it, and trouble is
// what its creation fails with.
type Toy struct {
	pulumirpc.UnimplementedResourceProviderServer

	// Delay is how long each creation takes.
	Delay time.Duration

	port   int
	mutex  sync.Mutex
	things map[string]bool
	next   int
}

// NewToy serves a toy provider until the test ends.
func NewToy(tb testing.TB) *Toy {
	tb.Helper()
	toy := &Toy{things: map[string]bool{}}
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, toy)
			return nil
		},
	})
	require.NoError(tb, err)
	toy.port = handle.Port
	tb.Cleanup(func() {
		close(cancel)
		<-handle.Done
	})
	return toy
}

// Providers is the value of PULUMI_DEBUG_PROVIDERS.
func (t *Toy) Providers() string { return fmt.Sprintf("toy:%d", t.port) }

// Environ is nothing: toys ask nobody.
func (t *Toy) Environ() []string { return nil }

// Close implements the cloud of the command line; the provider lives as long as the test.
func (t *Toy) Close() error { return nil }

// Reconcile implements the cloud of the command line. Things do not know their stack: all that are not known go.
func (t *Toy) Reconcile(_ string, known map[engine.Key]bool) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	before := len(t.things)
	maps.DeleteFunc(t.things, func(id string, _ bool) bool {
		return !known[engine.Key{Type: ThingType, ID: id}]
	})
	return before - len(t.things), nil
}

// Count is the number of things that exist.
func (t *Toy) Count() int {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return len(t.things)
}

// GetPluginInfo implements the provider.
func (t *Toy) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

// Attach implements the provider.
func (t *Toy) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// CheckConfig implements the provider.
func (t *Toy) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// DiffConfig implements the provider.
func (t *Toy) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{}, nil
}

// Configure implements the provider.
func (t *Toy) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{SupportsPreview: true}, nil
}

// Check implements the provider.
func (t *Toy) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// Diff implements the provider.
func (t *Toy) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	resp := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	for _, key := range []string{"size", "color"} {
		if text(req.GetOldInputs(), key) != text(req.GetNews(), key) {
			resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
			resp.Diffs = append(resp.Diffs, key)
		}
	}
	if text(req.GetOldInputs(), "color") != text(req.GetNews(), "color") {
		resp.Replaces = []string{"color"}
	}
	return resp, nil
}

// Create implements the provider.
func (t *Toy) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	time.Sleep(t.Delay)
	if trouble := text(req.GetProperties(), "trouble"); trouble != "" {
		return nil, errors.New(trouble)
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.next++
	id := fmt.Sprintf("thing-%d", t.next)
	t.things[id] = true
	return &pulumirpc.CreateResponse{Id: id, Properties: req.GetProperties()}, nil
}

// Update implements the provider.
func (t *Toy) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	return &pulumirpc.UpdateResponse{Properties: req.GetNews()}, nil
}

// Delete implements the provider.
func (t *Toy) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.things, req.GetId())
	return &emptypb.Empty{}, nil
}

func text(properties *structpb.Struct, key string) string {
	return properties.GetFields()[key].GetStringValue()
}

// Box is a component.
type Box struct{ pulumi.ResourceState }

// NewBox registers a component.
func NewBox(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (*Box, error) {
	box := &Box{}
	return box, ctx.RegisterComponentResource("riglet:box:Box", name, box, opts...)
}

// ThingType is the type of things.
const ThingType = "toy:shelf/thing:Thing"

// Thing is a resource of the toy provider.
type Thing struct{ pulumi.CustomResourceState }

// NewThing registers a thing.
func NewThing(ctx *pulumi.Context, name string, args pulumi.Map, opts ...pulumi.ResourceOption) (*Thing, error) {
	thing := &Thing{}
	return thing, ctx.RegisterResource(ThingType, name, args, thing, opts...)
}
