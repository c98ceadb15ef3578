package langhost

import (
	"context"
	"os"
	"sync"

	pulumisdk "github.com/pulumi/pulumi/sdk/v3"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Options say how programs are built and run.
type Options struct {
	// Environ is the environment of the compiler and of the programs. Default: os.Environ().
	Environ []string
	// Cache is the folder in which built programs are kept, so that one that did not change is not linked again.
	// Default: riglet in the user's cache folder.
	Cache string
	// Engine is the address of the engine, if it is known before the handshake.
	Engine string
}

// Host implements pulumirpc.LanguageRuntimeServer. What it does not implement answers that it does not.
type Host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	options Options

	mutex  sync.Mutex
	engine string
	// cancels ends the programs that run.
	cancels map[*pulumirpc.RunRequest]context.CancelFunc
}

// New returns a host.
func New(options Options) *Host {
	if options.Environ == nil {
		options.Environ = os.Environ()
	}
	if options.Cache == "" {
		options.Cache = defaultCache()
	}
	return &Host{
		options: options,
		engine:  options.Engine,
		cancels: map[*pulumirpc.RunRequest]context.CancelFunc{},
	}
}

// Handshake learns the address of the engine, to which programs connect.
func (h *Host) Handshake(
	_ context.Context, req *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.engine = req.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo gives the version of the SDK that this host was built with.
func (h *Host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: pulumisdk.Version.String()}, nil
}

// GetRequiredPackages names none: the engine asks for a provider when the first resource needs it.
func (h *Host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// GetRequiredPlugins names none, see GetRequiredPackages.
func (h *Host) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

// GetProgramDependencies names none: it only feeds the statistics of a backend.
func (h *Host) GetProgramDependencies(
	context.Context, *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	return &pulumirpc.GetProgramDependenciesResponse{}, nil
}

// InstallDependencies does nothing: the go command fetches modules when it builds.
func (h *Host) InstallDependencies(
	*pulumirpc.InstallDependenciesRequest, pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	return nil
}

// Cancel ends the programs that run.
func (h *Host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for _, cancel := range h.cancels {
		cancel()
	}
	return &emptypb.Empty{}, nil
}
