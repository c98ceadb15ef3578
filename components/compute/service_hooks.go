package compute

import (
	"context"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/rollout"
	"github.com/riglet/riglet/internal/rollout/awsecs"
	"github.com/riglet/riglet/internal/rollout/reach"
	"github.com/riglet/riglet/internal/taskdef"
)

// hooks watch the service while it changes: migrations before, and the wait for what runs after. A hook whose error
// the engine reports fails the update, with the service in the state as AWS has it.
func (b *serviceBuilder) hooks() error {
	if b.Context().RunningWithMocks() {
		return nil
	}
	b.binding = &pulumi.ResourceHookBinding{}
	if b.args.Migrations != nil {
		hook, err := b.Context().RegisterResourceHook(b.Child("migrations"), b.migrate, nil)
		if err != nil {
			return err
		}
		b.binding.BeforeCreate = []*pulumi.ResourceHook{hook}
		b.binding.BeforeUpdate = []*pulumi.ResourceHook{hook}
	}
	if b.args.DoNotWait {
		return nil
	}
	hook, err := b.Context().RegisterResourceHook(b.Child("runs"), b.await, nil)
	if err != nil {
		return err
	}
	b.binding.AfterCreate = []*pulumi.ResourceHook{hook}
	b.binding.AfterUpdate = []*pulumi.ResourceHook{hook}
	return nil
}

// await ends once the service runs what it was told to.
func (b *serviceBuilder) await(args *pulumi.ResourceHookArgs) error {
	b.hooksHaveRun.Store(true)
	watcher, region, err := b.watcher(string(args.ID))
	if err != nil {
		return err
	}
	return watcher.Wait(b.patience(), b.want(text(args.NewInputs, "cluster"),
		text(args.NewInputs, "taskDefinition"), region))
}

// migrate runs the migrations with the task definition that the service is about to get. A change of anything else,
// such as the number of tasks, needs none.
func (b *serviceBuilder) migrate(args *pulumi.ResourceHookArgs) error {
	in := args.NewInputs
	if definition := text(in, "taskDefinition"); definition == text(args.OldInputs, "taskDefinition") {
		return nil
	}
	watcher, region, err := b.watcher(text(in, "cluster"))
	if err != nil {
		return err
	}
	once := rollout.Once{
		Cluster: text(in, "cluster"), TaskDefinition: text(in, "taskDefinition"), Container: b.container,
		Command: b.args.Migrations.Command, StartedBy: naming.Cut("riglet/"+b.called, maxStartedBy),
		Subnets: texts(in, "networkConfiguration.subnets"), Groups: texts(in, "networkConfiguration.securityGroups"),
	}
	for _, name := range texts(in, "capacityProviderStrategies[*].capacityProvider") {
		once.Providers = append(once.Providers, rollout.Provider{Name: name, Weight: 1})
	}
	deadline := time.Duration(b.args.Migrations.TimeoutSeconds) * time.Second
	if err := watcher.Run(b.patience(), once, b.logsIn(region), deadline); err != nil {
		return fmt.Errorf("service %q stays as it was: migrations: %w", b.called, err)
	}
	return nil
}

// maxStartedBy is ECS's limit.
const maxStartedBy = 128

// running is the task definition that runs. An update that has nothing to do asks ECS for it: what was rolled back is
// in the state as if it ran, since the state says what AWS was told.
func (b *serviceBuilder) running() pulumi.StringOutput {
	ctx := b.Context()
	if b.args.DoNotWait || !reach.Open(ctx) {
		return b.definition.Arn
	}
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply3Err(
		b.made.ID().ToStringOutput(), b.made.Cluster, b.definition.Arn,
		func(service, cluster, definition string) (string, error) {
			if b.hooksHaveRun.Load() {
				return definition, nil
			}
			watcher, region, err := b.watcher(service)
			if err != nil {
				return "", err
			}
			return definition, watcher.Check(b.patience(), b.want(cluster, definition, region))
		}))
}

// watcher asks the ECS of the region that the ARN is of.
func (b *serviceBuilder) watcher(arn string) (*rollout.Watcher, string, error) {
	at, err := taskdef.PlaceOf(arn)
	if err != nil {
		return nil, "", err
	}
	client, err := awsecs.New(b.patience(), at.Region, reach.Endpoint(b.Context()))
	if err != nil {
		return nil, "", err
	}
	return rollout.NewWatcher(client, b.note), at.Region, nil
}

// note tells whoever waits that something goes on.
func (b *serviceBuilder) note(text string) {
	_ = b.Context().Log.Info(text, &pulumi.LogArgs{Resource: b.out}) // a note that is lost is no loss
}

// patience is how long the program itself may take.
func (b *serviceBuilder) patience() context.Context {
	if ctx := b.Context().Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

func (b *serviceBuilder) want(cluster, definition, region string) rollout.Want {
	return rollout.Want{
		Ref:            rollout.Ref{Cluster: cluster, Name: b.called},
		TaskDefinition: definition, Logs: b.logsIn(region),
		Deadline: time.Duration(b.args.DeadlineSeconds) * time.Second,
	}
}

func (b *serviceBuilder) logsIn(region string) rollout.Logs {
	return rollout.Logs{Group: b.logName, Region: region}
}

// text is the text at a path of a resource's inputs, or nothing.
func text(inputs resource.PropertyMap, path string) string {
	if found := texts(inputs, path); len(found) > 0 {
		return found[0]
	}
	return ""
}

// texts are all texts at a path, in which [*] stands for every element, or in the list that is there.
func texts(inputs resource.PropertyMap, path string) []string {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil
	}
	return collect(resource.NewProperty(inputs), parsed)
}

func collect(value resource.PropertyValue, path resource.PropertyPath) []string {
	switch {
	case value.IsSecret():
		return collect(value.SecretValue().Element, path)
	case value.IsOutput():
		return collect(value.OutputValue().Element, path)
	case value.IsArray():
		var all []string
		for _, one := range value.ArrayValue() {
			all = append(all, collect(one, rest(path))...)
		}
		return all
	case value.IsString() && len(path) == 0:
		return []string{value.StringValue()}
	case value.IsObject() && len(path) > 0:
		key, _ := path[0].(string)
		return collect(value.ObjectValue()[resource.PropertyKey(key)], path[1:])
	}
	return nil
}

// rest is a path without the [*] of the list that it leads through.
func rest(path resource.PropertyPath) resource.PropertyPath {
	if len(path) > 0 && path[0] == "*" {
		return path[1:]
	}
	return path
}
