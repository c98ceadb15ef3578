package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Unprotect turns off what would stop a destroy, and changes nothing else.
const Unprotect Operation = "unprotect"

// refusing are the properties by which AWS refuses to delete a resource.
var refusing = []string{
	"enableDeletionProtection", "deletionProtection", "deletionProtectionEnabled", "disableApiTermination",
	"disableApiStop",
}

// emptying are the properties that let a delete take what a resource holds with it. Without them AWS refuses to
// delete what is not empty, which nobody knows beforehand: they are no reason to stop, but are set by Unprotect.
var emptying = []string{"forceDestroy", "forceDelete"}

// Protected is a resource that a destroy would fail on.
type Protected struct {
	URN, Type, Name string
	// By is the property that protects it, or "protect" where it is Pulumi that does.
	By string
}

// stateResource is what the state says of a resource.
type stateResource struct {
	URN     resource.URN   `json:"urn"`
	Type    string         `json:"type"`
	Protect bool           `json:"protect"`
	Inputs  map[string]any `json:"inputs"`
}

// Protected are the resources of a stack that a destroy would fail on, half way through. A stack that does not exist
// has none.
func (e *Engine) Protected(ctx context.Context, target Target) ([]Protected, error) {
	resources, err := e.state(ctx, target)
	var found []Protected
	for _, one := range resources {
		if by := one.protectedBy(); by != "" {
			found = append(found, Protected{URN: string(one.URN), Type: one.Type, Name: one.URN.Name(), By: by})
		}
	}
	return found, err
}

func (s stateResource) protectedBy() string {
	if s.Protect {
		return "protect"
	}
	for _, property := range refusing {
		if s.Inputs[property] == true {
			return property
		}
	}
	return ""
}

// unprotects tells whether Unprotect has to change the resource.
func (s stateResource) unprotects() bool {
	return s.protectedBy() != "" || slices.ContainsFunc(emptying, func(property string) bool {
		return s.Inputs[property] == false
	})
}

// state reads the resources of a stack.
func (e *Engine) state(ctx context.Context, target Target) ([]stateResource, error) {
	r := &run{engine: e, target: target, operation: Outputs, recorder: newRecorder(nil)}
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	stdout, stderr, _, err := r.pulumi(ctx, "stack", "export", "--stack", target.Stack)
	if err != nil {
		if fault := cliError(stderr, err); !missing(fault) {
			return nil, fault
		}
		return nil, nil
	}
	var exported struct {
		Deployment struct {
			Resources []stateResource `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal([]byte(stdout), &exported); err != nil {
		return nil, fmt.Errorf("state of %s: %w", target.Stack, err)
	}
	return exported.Deployment.Resources, nil
}

// unprotect updates the protected resources and no others.
func (r *run) unprotect(ctx context.Context, stack *auto.Stack, stream chan<- events.EngineEvent) error {
	resources, err := r.engine.state(ctx, r.target)
	if err != nil {
		close(stream)
		return err
	}
	var urns []string
	for _, one := range resources {
		if one.unprotects() {
			urns = append(urns, string(one.URN))
		}
	}
	_, err = stack.Up(ctx, optup.EventStreams(stream), optup.Target(urns))
	return err
}

// unprotected is the program with every protection off.
func unprotected(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if err := ctx.RegisterResourceTransform(liftProtection); err != nil {
			return err
		}
		return program(ctx)
	}
}

func liftProtection(
	_ context.Context, args *pulumi.ResourceTransformArgs,
) *pulumi.ResourceTransformResult {
	for _, property := range refusing {
		if _, set := args.Props[property]; set {
			args.Props[property] = pulumi.Bool(false)
		}
	}
	for _, property := range emptying {
		if _, set := args.Props[property]; set {
			args.Props[property] = pulumi.Bool(true)
		}
	}
	args.Opts.Protect = false
	args.Opts.RetainOnDelete = false
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}
