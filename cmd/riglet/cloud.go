package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/cmd/riglet/internal/cli"
	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/rollout/reach"
	"github.com/riglet/riglet/internal/sandbox"
)

// cloud is the offline cloud with the provider that serves it.
type cloud struct {
	cloud  *sandbox.Cloud
	server *sandbox.Server
	ecs    *sandbox.ECSServer
}

// offline is where the open cloud answers for ECS, or empty.
type offline struct{ endpoint atomic.Value }

// program is a program whose components ask the open cloud, where there is one, and AWS otherwise.
func (o *offline) program(run pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if endpoint, _ := o.endpoint.Load().(string); endpoint != "" {
			ctx = reach.Via(ctx, endpoint)
		}
		return run(ctx)
	}
}

func (o *offline) open(dir string) (cli.Cloud, error) {
	opened, err := sandbox.Open(dir)
	if errors.Is(err, sandbox.ErrLocked) {
		return nil, cli.ErrCloudLocked
	}
	if err != nil {
		return nil, err
	}
	server, err := opened.Serve()
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	ecs, err := opened.ServeECS()
	if err != nil {
		server.Stop()
		return nil, errors.Join(err, opened.Close())
	}
	o.endpoint.Store(ecs.URL())
	return cloud{opened, server, ecs}, nil
}

// Providers implements cli.Cloud.
func (c cloud) Providers() string { return c.server.DebugProviders() }

// Environ implements cli.Cloud.
func (c cloud) Environ() []string { return c.ecs.Environ() }

// Reconcile implements cli.Cloud. What stands on something else is removed before it, which the cloud enforces: the
// rest is tried again as long as anything could be removed.
func (c cloud) Reconcile(prefix string, known map[engine.Key]bool) (int, error) {
	removed := 0
	for {
		before := removed
		var errs []error
		for _, orphan := range c.orphans(prefix, known) {
			_, err := c.cloud.Provider().Delete(context.Background(), plugin.DeleteRequest{
				URN: resource.URN(orphan.URN), Type: tokens.Type(orphan.Type), ID: resource.ID(orphan.ID),
				Inputs: orphan.Inputs, Outputs: orphan.Outputs,
			})
			if err != nil {
				errs = append(errs, err)
				continue
			}
			removed++
		}
		if len(errs) == 0 || removed == before {
			return removed, errors.Join(errs...)
		}
	}
}

// orphans are the resources of a stack that its state does not know.
func (c cloud) orphans(prefix string, known map[engine.Key]bool) []sandbox.Resource {
	return slices.DeleteFunc(c.cloud.Resources(), func(r sandbox.Resource) bool {
		return !strings.HasPrefix(r.URN, prefix) || known[engine.Key{Type: r.Type, ID: r.ID}]
	})
}

// Close implements cli.Cloud.
func (c cloud) Close() error {
	c.server.Stop()
	c.ecs.Stop()
	return c.cloud.Close()
}
