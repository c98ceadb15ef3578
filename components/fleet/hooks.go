package fleet

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/fleetwait"
	"github.com/riglet/riglet/internal/fleetwait/awsfleet"
	"github.com/riglet/riglet/internal/rollout/reach"
	"github.com/riglet/riglet/internal/taskdef"
)

// hooks watch the group while it changes. A hook whose error the engine reports fails the update, and the engine then
// deletes nothing: the group beside stays.
func (b *builder) hooks() error {
	ctx := b.Context()
	if ctx.RunningWithMocks() {
		return nil
	}
	hooks := map[string]*pulumi.ResourceHook{}
	for role, look := range map[string]pulumi.ResourceHookFunction{
		"begins": b.begins, "made": b.outcomeOf(b.wasMade), "changed": b.outcomeOf(b.wasChanged),
	} {
		hook, err := ctx.RegisterResourceHook(b.Child(role), look, nil)
		if err != nil {
			return err
		}
		hooks[role] = hook
	}
	b.binding = &pulumi.ResourceHookBinding{
		BeforeUpdate: []*pulumi.ResourceHook{hooks["begins"]},
		AfterCreate:  []*pulumi.ResourceHook{hooks["made"]},
		AfterUpdate:  []*pulumi.ResourceHook{hooks["changed"]},
	}
	return nil
}

// outcomeOf remembers what a hook found, so that nobody asks again.
func (b *builder) outcomeOf(look pulumi.ResourceHookFunction) pulumi.ResourceHookFunction {
	return func(args *pulumi.ResourceHookArgs) error {
		err := look(args)
		b.outcome.Store(&err)
		return err
	}
}

// begins notes the newest refresh, and says what becomes of one that is still under way: the provider cancels it
// before it starts another.
func (b *builder) begins(args *pulumi.ResourceHookArgs) error {
	watcher, want, err := b.watch(text(args.OldOutputs, "arn"), string(args.ID), args.NewInputs)
	if err != nil {
		return err
	}
	latest, err := watcher.Latest(b.patience(), want.Group)
	if err != nil || latest == nil {
		return err
	}
	b.before.Store(latest)
	if latest.UnderWay() && text(args.OldInputs, versionPath) != want.Version {
		b.note(fmt.Sprintf("a refresh of group %s to version %s is %d %% done: version %s takes its place", want.Group,
			latest.Version, latest.Percent, want.Version))
	}
	return nil
}

// wasMade gives a group that takes the place of another one as many instances as that has, and waits for them.
func (b *builder) wasMade(args *pulumi.ResourceHookArgs) error {
	watcher, want, err := b.watch(text(args.NewOutputs, "arn"), string(args.ID), args.NewInputs)
	if err != nil {
		return err
	}
	if b.args.Scaling != nil {
		if _, err := watcher.Carry(b.patience(), want, b.tag()); err != nil {
			return err
		}
	}
	return watcher.Wait(b.patience(), want)
}

// wasChanged waits for the refresh, where the change began one.
func (b *builder) wasChanged(args *pulumi.ResourceHookArgs) error {
	watcher, want, err := b.watch(text(args.NewOutputs, "arn"), string(args.ID), args.NewInputs)
	if err != nil {
		return err
	}
	// What ended before says nothing of this change; what is still under way does, where the version is the same.
	if before := b.before.Load(); before != nil && (!before.UnderWay() ||
		text(args.OldInputs, versionPath) != want.Version) {
		want.Before = before.ID
	}
	if b.args.Rolling == Refresh {
		return watcher.WaitOrPutBack(b.patience(), want)
	}
	return watcher.Wait(b.patience(), want)
}

// settled is the group's name once it serves. An update that has nothing to do asks for it: a roll that failed, or
// that was interrupted, is in the state as if it had ended well, and the group that still serves as one to delete.
func (b *builder) settled() pulumi.StringOutput {
	if !reach.Open(b.Context()) {
		return b.made.Name
	}
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply4Err(
		b.made.Arn, b.made.Name, b.target.Arn, b.template.LatestVersion,
		func(arn, group, target string, version int) (string, error) {
			if found := b.outcome.Load(); found != nil {
				return group, *found
			}
			watcher, want, err := b.wanted(arn, group, target, strconv.Itoa(version))
			if err != nil {
				return "", err
			}
			return group, watcher.Settled(b.patience(), want, b.tag())
		}))
}

const versionPath = templatePath + ".launchTemplateSpecification.version"

// watch is a watcher with what it should see, by the inputs of the group.
func (b *builder) watch(arn, group string, in resource.PropertyMap) (*fleetwait.Watcher, fleetwait.Want, error) {
	return b.wanted(arn, group, text(in, "targetGroupArns[0]"), text(in, versionPath))
}

func (b *builder) wanted(arn, group, target, version string) (*fleetwait.Watcher, fleetwait.Want, error) {
	at, err := taskdef.PlaceOf(arn)
	if err != nil {
		return nil, fleetwait.Want{}, err
	}
	client, err := awsfleet.New(b.patience(), at.Region, reach.Endpoint(b.Context()))
	if err != nil {
		return nil, fleetwait.Want{}, err
	}
	return fleetwait.NewWatcher(client, b.note), fleetwait.Want{
		Fleet: b.name, Group: group, TargetGroup: target, Version: version, MostPercent: b.most(),
		Refreshes: b.args.Rolling == Refresh,
		Deadline:  time.Duration(b.args.DeadlineSeconds) * time.Second,
		Logs:      fleetwait.Logs{Group: b.logName(), Region: at.Region},
	}, nil
}

// note tells whoever waits that something goes on.
func (b *builder) note(text string) {
	_ = b.Context().Log.Info(text, &pulumi.LogArgs{Resource: b.out}) // a note that is lost is no loss
}

// patience is how long the program itself may take.
func (b *builder) patience() context.Context {
	if ctx := b.Context().Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

// text is the text at a path of a resource's properties, or nothing.
func text(properties resource.PropertyMap, path string) string {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return ""
	}
	found, ok := parsed.Get(resource.NewProperty(properties))
	for ok && (found.IsSecret() || found.IsOutput()) {
		if found.IsSecret() {
			found = found.SecretValue().Element
		} else {
			found = found.OutputValue().Element
		}
	}
	if !ok || !found.IsString() {
		return ""
	}
	return found.StringValue()
}
