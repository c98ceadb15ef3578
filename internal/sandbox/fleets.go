package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/fleetapi"
	"github.com/riglet/riglet/internal/sandbox/model"
)

// FleetServer answers the Auto Scaling and load-balancing APIs for the groups of a cloud, on a port of this machine.
type FleetServer struct {
	// Handler is what answers. Tests write scripts for it.
	Handler *fleetapi.Handler

	address string
	http    *http.Server
	done    chan struct{}
}

// ServeFleets starts to answer both APIs on a free port of 127.0.0.1. Stop it before the cloud is closed.
func (c *Cloud) ServeFleets() (*FleetServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sandbox Auto Scaling server: %w", err)
	}
	handler := fleetapi.New(fleets{c})
	s := &FleetServer{
		Handler: handler, address: l.Addr().String(), done: make(chan struct{}),
		http: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute},
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // it ends when Stop is called
	}()
	return s, nil
}

// URL is where the server answers.
func (s *FleetServer) URL() string { return "http://" + s.address }

// Environ leads an AWS SDK here, and keeps it from looking for credentials: it needs some, and uses them for nothing.
func (s *FleetServer) Environ() []string {
	return []string{
		"AWS_ENDPOINT_URL_AUTO_SCALING=" + s.URL(), "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=" + s.URL(),
		"AWS_ACCESS_KEY_ID=offline", "AWS_SECRET_ACCESS_KEY=offline",
	}
}

// Stop ends the server and waits until it has ended.
func (s *FleetServer) Stop() {
	_ = s.http.Close() // what it has open is nobody's any more
	<-s.done
}

// fleets are the Auto Scaling groups of a cloud.
type fleets struct{ cloud *Cloud }

// Groups implements fleetapi.Store.
func (f fleets) Groups() []fleetapi.Told {
	f.cloud.mu.Lock()
	defer f.cloud.mu.Unlock()
	var groups []fleetapi.Told
	for _, o := range f.cloud.world.All(catalog.TokenScalingGroup) {
		groups = append(groups, told(o))
	}
	return groups
}

func told(o *model.Object) fleetapi.Told {
	one := fleetapi.Told{
		Name:       o.ID,
		TemplateID: catalog.GroupTemplate(o, "launchTemplateId", "id"), Version: catalog.GroupTemplate(o, "version", "version"),
		Desired: model.Int(o.Outputs, "desiredCapacity", 0), Min: model.Int(o.Inputs, "minSize", 0),
		Max: model.Int(o.Inputs, "maxSize", 0), Refreshes: model.Has(o.Inputs, "instanceRefresh"),
		TargetGroups: model.Strs(o.Inputs, "targetGroupArns[]"), Tags: map[string]string{},
	}
	for _, tag := range model.Values(o.Inputs, "tags[]") {
		one.Tags[model.Str(tag.ObjectValue(), "key")] = model.Str(tag.ObjectValue(), "value")
	}
	return one
}

// SetDesired implements fleetapi.Store.
func (f fleets) SetDesired(group string, count int) error {
	return f.change(group, func(o *model.Object) {
		o.Outputs["desiredCapacity"] = resource.NewProperty(float64(count))
	})
}

// SetVersion implements fleetapi.Store.
func (f fleets) SetVersion(group, version string) error {
	return f.change(group, func(o *model.Object) {
		for _, path := range catalog.GroupVersionPaths() {
			o.Inputs, o.Outputs = replaced(o.Inputs, path, version), replaced(o.Outputs, path, version)
		}
	})
}

// replaced is a copy with another text at a path, where there is one.
func replaced(properties resource.PropertyMap, path, text string) resource.PropertyMap {
	if model.Str(properties, path) == "" {
		return properties
	}
	parsed := resource.PropertyPath{}
	for part := range strings.SplitSeq(path, ".") {
		parsed = append(parsed, part)
	}
	changed := properties.Copy()
	parsed.Set(resource.NewProperty(changed), resource.NewProperty(text))
	return changed
}

func (f fleets) change(group string, apply func(*model.Object)) error {
	f.cloud.mu.Lock()
	defer f.cloud.mu.Unlock()
	o := f.cloud.world.Get(catalog.TokenScalingGroup, group)
	if o == nil {
		return fmt.Errorf("AutoScalingGroup name not found - AutoScalingGroup %s not found", group)
	}
	apply(o)
	entry, err := f.cloud.world.PutEntry(o)
	if err != nil {
		return err
	}
	return f.cloud.journal.Append(entry)
}
