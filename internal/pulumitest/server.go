package pulumitest

import (
	"context"
	"net"
	"strings"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/riglet/riglet/internal/sandbox"
)

// server is the monitor and the little of the engine that a program talks to.
type server struct {
	monitor *monitor
	address string
	stop    func()
}

func serve(info pulumi.RunInfo, cloud *sandbox.Cloud) (*server, error) {
	aws := cloud.Provider()
	if err := configure(aws, info.Config); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &monitor{info: info, aws: aws, docker: cloud.Docker(), recorder: &Recorder{}}
	rpc := grpc.NewServer()
	pulumirpc.RegisterResourceMonitorServer(rpc, m)
	pulumirpc.RegisterEngineServer(rpc, &engine{recorder: m.recorder})
	go func() {
		_ = rpc.Serve(listener) // ends with Stop
	}()
	return &server{monitor: m, address: listener.Addr().String(), stop: rpc.Stop}, nil
}

func configure(aws plugin.Provider, config map[string]string) error {
	inputs := resource.PropertyMap{}
	for key, value := range config {
		if name, found := strings.CutPrefix(key, "aws:"); found {
			inputs[resource.PropertyKey(name)] = resource.NewProperty(value)
		}
	}
	_, err := aws.Configure(context.Background(), plugin.ConfigureRequest{Inputs: inputs})
	return err
}

// engine keeps the stack's URN and what the program logs.
type engine struct {
	pulumirpc.UnimplementedEngineServer

	root     atomic.Value
	recorder *Recorder
}

func (e *engine) Log(_ context.Context, request *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	severity := strings.ToLower(request.GetSeverity().String())
	if request.GetSeverity() != pulumirpc.LogSeverity_DEBUG {
		e.recorder.note(&e.recorder.messages, severity+": "+request.GetMessage())
	}
	return &emptypb.Empty{}, nil
}

func (e *engine) GetRootResource(
	context.Context, *pulumirpc.GetRootResourceRequest,
) (*pulumirpc.GetRootResourceResponse, error) {
	urn, _ := e.root.Load().(string) // empty before the stack is registered
	return &pulumirpc.GetRootResourceResponse{Urn: urn}, nil
}

func (e *engine) SetRootResource(
	_ context.Context, request *pulumirpc.SetRootResourceRequest,
) (*pulumirpc.SetRootResourceResponse, error) {
	e.root.Store(request.GetUrn())
	return &pulumirpc.SetRootResourceResponse{}, nil
}
