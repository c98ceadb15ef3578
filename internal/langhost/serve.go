package langhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server is a host that listens on a port of this machine.
type Server struct {
	port   int
	cancel chan bool
	done   <-chan error
}

// Serve starts the host on a free port of 127.0.0.1.
func (h *Host) Serve() (*Server, error) {
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, h)
			return nil
		},
	})
	if err != nil {
		return nil, fmt.Errorf("language host: %w", err)
	}
	return &Server{port: handle.Port, cancel: cancel, done: handle.Done}, nil
}

// DebugLanguages is the value of PULUMI_DEBUG_LANGUAGES that makes the engine use this host for programs in Go.
func (s *Server) DebugLanguages() string { return fmt.Sprintf("go:%d", s.port) }

// Stop ends the server after the calls that run.
func (s *Server) Stop() error {
	close(s.cancel)
	return <-s.done
}

// alivePeriod is how often the executable looks whether its engine still runs.
const alivePeriod = 5 * time.Minute

// Main is the executable pulumi-language-go: it prints its port, as the engine expects of a plugin, and serves until
// the engine is gone. The last argument is the address of the engine.
func Main(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("pulumi-language-go is started by the Pulumi CLI: want the address of the engine")
	}
	address := args[len(args)-1]
	server, err := New(Options{Engine: address}).Serve()
	if err != nil {
		return err
	}
	if err := rpcutil.Healthcheck(ctx, address, alivePeriod, func() { close(server.cancel) }); err != nil {
		return fmt.Errorf("engine at %s: %w", address, err)
	}
	if _, err := fmt.Fprintln(stdout, server.port); err != nil {
		return err
	}
	return <-server.done
}
