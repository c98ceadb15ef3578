package sandbox

import (
	"fmt"
	"net"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// The engine sends whole states in one message. The default of 4 MB is too
// little for a large one.
const maxMessage = 400 << 20

// Server is the providers of a cloud, each on a port of this machine.
type Server struct {
	services []*service
}

// service is one provider on its port.
type service struct {
	pkg  string
	grpc *grpc.Server
	port int
	done chan struct{}
}

// Serve starts the providers for the cloud, AWS and Docker, on free ports of 127.0.0.1. Stop them before the cloud is
// closed.
func (c *Cloud) Serve() (*Server, error) {
	s := &Server{}
	for pkg, p := range map[string]plugin.Provider{"aws": c.Provider(), "docker": c.Docker()} {
		one, err := serve(pkg, p)
		if err != nil {
			s.Stop()
			return nil, err
		}
		s.services = append(s.services, one)
	}
	return s, nil
}

func serve(pkg string, p plugin.Provider) (*service, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sandbox server: %w", err)
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return nil, fmt.Errorf("sandbox server: %s: want a TCP address", l.Addr())
	}
	s := &service{
		pkg:  pkg,
		grpc: grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage)),
		port: addr.Port,
		done: make(chan struct{}),
	}
	pulumirpc.RegisterResourceProviderServer(s.grpc, plugin.NewProviderServer(p))
	go func() {
		defer close(s.done)
		_ = s.grpc.Serve(l) // it ends when Stop is called
	}()
	return s, nil
}

// DebugProviders returns the value for PULUMI_DEBUG_PROVIDERS that makes the
// engine use this server: "aws:PORT,docker:PORT".
func (s *Server) DebugProviders() string {
	entries := make([]string, len(s.services))
	for i, one := range s.services {
		entries[i] = fmt.Sprintf("%s:%d", one.pkg, one.port)
	}
	return strings.Join(entries, ",")
}

// Stop ends the server and waits until it has ended.
func (s *Server) Stop() {
	for _, one := range s.services {
		one.grpc.Stop()
		<-one.done
	}
}
