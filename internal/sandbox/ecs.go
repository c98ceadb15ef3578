package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/ecsapi"
	"github.com/riglet/riglet/internal/sandbox/fleetapi"
	"github.com/riglet/riglet/internal/sandbox/model"
)

// ECSServer answers the ECS API for the services of a cloud, and the Auto Scaling and load-balancing APIs for its
// groups, on a port of this machine.
type ECSServer struct {
	// Handler is what answers for ECS, Fleets for groups. Tests write scripts for them.
	Handler *ecsapi.Handler
	Fleets  *fleetapi.Handler

	address string
	http    *http.Server
	done    chan struct{}
}

// ServeECS starts to answer the ECS API on a free port of 127.0.0.1. Stop it before the cloud is closed.
func (c *Cloud) ServeECS() (*ECSServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sandbox ECS server: %w", err)
	}
	handler, groups := ecsapi.New(containers{c}), fleetapi.New(fleets{c})
	s := &ECSServer{
		Handler: handler, Fleets: groups, address: l.Addr().String(), done: make(chan struct{}),
		http: &http.Server{Handler: byProtocol(handler, groups), ReadHeaderTimeout: time.Minute},
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // it ends when Stop is called
	}()
	return s, nil
}

// byProtocol leads a request to whom it is for: ECS is asked in JSON, under the header that names the operation.
func byProtocol(containers, groups http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "" {
			containers.ServeHTTP(w, r)
			return
		}
		groups.ServeHTTP(w, r)
	})
}

// URL is where the server answers.
func (s *ECSServer) URL() string { return "http://" + s.address }

// Environ leads an AWS SDK here, and keeps it from looking for credentials: it needs some, and uses them for nothing.
func (s *ECSServer) Environ() []string {
	return []string{
		"AWS_ENDPOINT_URL_ECS=" + s.URL(), "AWS_ENDPOINT_URL_AUTO_SCALING=" + s.URL(),
		"AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=" + s.URL(), "AWS_ACCESS_KEY_ID=offline", "AWS_SECRET_ACCESS_KEY=offline",
	}
}

// Stop ends the server and waits until it has ended.
func (s *ECSServer) Stop() {
	_ = s.http.Close() // what it has open is nobody's any more
	<-s.done
}

// containers are the ECS services of a cloud.
type containers struct{ cloud *Cloud }

// Service implements ecsapi.Store.
func (c containers) Service(cluster, name string) (ecsapi.Service, bool) {
	c.cloud.mu.Lock()
	defer c.cloud.mu.Unlock()
	o := c.find(cluster, name)
	if o == nil {
		return ecsapi.Service{}, false
	}
	return ecsapi.Service{
		ARN: o.ID, Cluster: catalog.ClusterARN(c.cloud.world, o.Out("cluster")), Name: o.Out("name"),
		TaskDefinition: o.Out("taskDefinition"),
		Desired:        model.Int(o.Outputs, "desiredCount", 0),
	}, true
}

// Resize implements ecsapi.Store.
func (c containers) Resize(cluster, name string, count int) error {
	c.cloud.mu.Lock()
	defer c.cloud.mu.Unlock()
	o := c.find(cluster, name)
	if o == nil {
		return fmt.Errorf("service %s not found", name)
	}
	o.Outputs["desiredCount"] = resource.NewProperty(float64(count))
	entry, err := c.cloud.world.PutEntry(o)
	if err != nil {
		return err
	}
	return c.cloud.journal.Append(entry)
}

// find is a service by the names that the API takes: the ARN or the name of each.
func (c containers) find(cluster, name string) *model.Object {
	short := name[strings.LastIndex(name, "/")+1:]
	world := c.cloud.world
	for _, o := range world.All(catalog.TypeService) {
		if o.Out("name") == short && catalog.ClusterARN(world, o.Out("cluster")) == catalog.ClusterARN(world, cluster) {
			return o
		}
	}
	return nil
}
