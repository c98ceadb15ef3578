package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/enginetest"
)

// fixture is a checkout with an engine and a toy provider attached to it.
type fixture struct {
	repo   string
	toy    *enginetest.Toy
	engine *engine.Engine
}

func newFixture(t *testing.T, stackFile string) fixture {
	t.Helper()
	repo := enginetest.Repo(t, map[string]string{"dev": stackFile})
	f := fixture{repo: repo, toy: enginetest.NewToy(t)}
	f.engine = f.open(t)
	return f
}

func (f fixture) open(t *testing.T) *engine.Engine {
	t.Helper()
	e, err := engine.New(engine.Options{Root: f.repo, Offline: true, Environ: enginetest.Environ(t)})
	require.NoError(t, err)
	e.AttachProviders(f.toy.Providers())
	return e
}

func (f fixture) run(t *testing.T, op engine.Operation, program pulumi.RunFunc) engine.Result {
	t.Helper()
	target, err := engine.NewTarget(f.repo, "dev", program)
	require.NoError(t, err)
	result, err := f.engine.Run(t.Context(), op, target, nil)
	require.NoError(t, err)
	return result
}

// shelf is a program with a component that holds things with the given properties.
func shelf(things map[string]pulumi.Map) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		box, err := enginetest.NewBox(ctx, "box")
		if err != nil {
			return err
		}
		for name, args := range things {
			if _, err := enginetest.NewThing(ctx, "box-"+name, args, pulumi.Parent(box)); err != nil {
				return err
			}
		}
		ctx.Export("plain", pulumi.String("value"))
		ctx.Export("secret", pulumi.ToSecret(pulumi.String("hidden")))
		return nil
	}
}

func thing(size, color string) pulumi.Map {
	return pulumi.Map{"size": pulumi.String(size), "color": pulumi.String(color)}
}

func TestEngine_lives_a_life_across_invocations(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "config: {}\n")
	first := shelf(map[string]pulumi.Map{"a": thing("1", "red"), "b": thing("1", "red"), "c": thing("1", "red")})
	second := shelf(map[string]pulumi.Map{"a": thing("2", "red"), "b": thing("1", "blue"), "d": thing("1", "red")})
	steps := []struct {
		op      engine.Operation
		program pulumi.RunFunc
		want    map[engine.Op]int
		things  int
	}{
		{engine.Preview, first, map[engine.Op]int{engine.OpCreate: 3}, 0},
		{engine.Up, first, map[engine.Op]int{engine.OpCreate: 3}, 3},
		{engine.Up, first, map[engine.Op]int{engine.OpSame: 3}, 3},
		{engine.Preview, second, map[engine.Op]int{
			engine.OpCreate: 1, engine.OpUpdate: 1, engine.OpReplace: 1, engine.OpDelete: 1,
		}, 3},
		{engine.Up, second, map[engine.Op]int{
			engine.OpCreate: 1, engine.OpUpdate: 1, engine.OpReplace: 1, engine.OpDelete: 1,
		}, 3},
		{engine.PreviewDestroy, nil, map[engine.Op]int{engine.OpDelete: 3}, 3},
		{engine.Destroy, second, map[engine.Op]int{engine.OpDelete: 3}, 0},
		{engine.Destroy, second, map[engine.Op]int{}, 0},
	}
	for _, step := range steps {
		f.engine = f.open(t)
		result := f.run(t, step.op, step.program)
		assert.Empty(t, result.Errors, step.op)
		assert.True(t, result.OK, step.op)
		assert.Equal(t, step.want, result.Counts, step.op)
		assert.Equal(t, step.things, f.toy.Count(), step.op)
	}
}

func TestEngine_reports_resources_and_outputs(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "")
	result := f.run(t, engine.Up, shelf(map[string]pulumi.Map{"a": thing("1", "red")}))

	require.Len(t, result.Resources, 2)
	box, a := result.Resources[0], result.Resources[1]
	assert.Equal(t, "urn:pulumi:dev::riglet::riglet:box:Box::box", box.URN)
	assert.True(t, box.Component)
	assert.Equal(t, "toy:shelf/thing:Thing", a.Type)
	assert.Equal(t, "box-a", a.Name)
	assert.Equal(t, box.URN, a.Parent)
	assert.Equal(t, engine.OpCreate, a.Op)
	assert.Equal(t, map[string]any{"plain": "value", "secret": engine.Secret}, result.Outputs)

	outputs := f.run(t, engine.Outputs, nil)
	assert.Equal(t, result.Outputs, outputs.Outputs)
}

func TestEngine_never_touches_the_files_of_the_checkout(t *testing.T) {
	t.Parallel()
	const stackFile = "# a comment\nconfig:\n    riglet:token:\n        secure: AAABAB+x   # odd spaces\n"
	f := newFixture(t, stackFile)
	read := func(ctx *pulumi.Context) error {
		ctx.Export("token", config.GetSecret(ctx, "token"))
		return nil
	}

	for _, op := range []engine.Operation{engine.Preview, engine.Up, engine.Destroy} {
		result := f.run(t, op, read)
		assert.Empty(t, result.Errors)
	}

	assert.Equal(t, stackFile, enginetest.Read(t, filepath.Join(f.repo, "Pulumi.dev.yaml")))
	assert.Equal(t, []string{".riglet", "Pulumi.dev.yaml", "Pulumi.yaml"}, listing(t, f.repo))
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestEngine_hides_credentials_from_the_engine(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "")

	for _, entry := range f.engine.Environ() {
		assert.NotContains(t, entry, "example")
		assert.NotContains(t, entry, "AWS_PROFILE")
	}
	assert.Contains(t, f.engine.Environ(), "AWS_EC2_METADATA_DISABLED=true")
}

func TestEngine_shows_faults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		program pulumi.RunFunc
		want    []string
	}{
		{"of the configuration, each on its line", func(*pulumi.Context) error {
			return errors.Join(errors.New("Pulumi.dev.yaml: a: want b"), errors.New("Pulumi.dev.yaml: c: want d"))
		}, []string{"Pulumi.dev.yaml: a: want b", "Pulumi.dev.yaml: c: want d"}},
		{"of a resource, with its name", shelf(map[string]pulumi.Map{
			"a": {"trouble": pulumi.String("VpcLimitExceeded: the maximum is 5")},
		}), []string{"shelf/thing box-a: VpcLimitExceeded: the maximum is 5"}},
		{"of a program that panics, without its stack", func(*pulumi.Context) error {
			panic("boom") //nolint:forbidigo // what is tested
		}, []string{"go inline source runtime error, an unhandled panic occurred: boom"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			result := newFixture(t, "").run(t, engine.Up, tt.program)
			assert.False(t, result.OK)
			assert.Equal(t, tt.want, result.Errors)
		})
	}
}

func TestEngine_keeps_what_was_made_when_a_resource_fails(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "")
	broken := thing("1", "red")
	broken["trouble"] = pulumi.String("no")

	result := f.run(t, engine.Up, shelf(map[string]pulumi.Map{"a": thing("1", "red"), "b": broken}))
	assert.False(t, result.OK)
	assert.Equal(t, map[engine.Op]int{engine.OpCreate: 1}, result.Counts)

	result = f.run(t, engine.Up, shelf(map[string]pulumi.Map{"a": thing("1", "red"), "b": thing("1", "red")}))
	assert.True(t, result.OK)
	assert.Equal(t, map[engine.Op]int{engine.OpCreate: 1, engine.OpSame: 1}, result.Counts)
}

func TestEngine_warns_once(t *testing.T) {
	t.Parallel()
	result := newFixture(t, "").run(t, engine.Preview, func(ctx *pulumi.Context) error {
		return errors.Join(ctx.Log.Warn("no certificate", nil), ctx.Log.Warn("no certificate", nil))
	})

	assert.Equal(t, []string{"no certificate"}, result.Warnings)
	assert.True(t, result.OK)
}

func TestEngine_stops_cleanly_when_interrupted(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "")
	f.toy.Delay = 500 * time.Millisecond
	target, err := engine.NewTarget(f.repo, "dev", chain)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())

	result, err := f.engine.Run(ctx, engine.Up, target, func(step engine.Step) {
		if step.Name == "first" {
			cancel()
		}
	})

	require.NoError(t, err)
	assert.True(t, result.Interrupted)
	assert.Equal(t, []string{"interrupted: the state is saved, run `riglet up dev` again to go on"}, result.Errors)
	f.toy.Delay = 0
	again := f.run(t, engine.Up, chain)
	assert.Empty(t, again.Errors)
	assert.Equal(t, 2, f.toy.Count())
}

// chain is two things of which the second waits for the first.
func chain(ctx *pulumi.Context) error {
	first, err := enginetest.NewThing(ctx, "first", thing("1", "red"))
	if err != nil {
		return err
	}
	_, err = enginetest.NewThing(ctx, "second", thing("1", "red"), pulumi.DependsOn([]pulumi.Resource{first}))
	return err
}

func TestEngine_removes_the_lock_of_a_killed_run(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "")
	f.run(t, engine.Up, chain)
	lock := filepath.Join(f.repo, ".riglet", "state", ".pulumi", "locks", "organization", "riglet", "dev", "dead.json")
	enginetest.Write(t, lock, `{"pid": 4194305, "username": "user", "hostname": "host"}`)

	result := f.run(t, engine.Up, chain)

	assert.Empty(t, result.Errors)
	assert.Equal(t, []string{"an earlier run was killed: its lock is removed"}, result.Notes)
	assert.Equal(t, map[engine.Op]int{engine.OpSame: 2}, result.Counts)
}

func TestEngine_repairs_what_a_killed_run_left(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "")
	f.engine.ReconcileWith(f.toy.Reconcile)
	f.run(t, engine.Up, chain)
	// The state as it is when a run is killed after the cloud has made the second thing, but before it said so.
	state := filepath.Join(f.repo, ".riglet", "state", ".pulumi", "stacks", "riglet", "dev.json")
	killed(t, state, "::second")

	result := f.run(t, engine.Up, chain)

	assert.Empty(t, result.Errors)
	assert.Empty(t, result.Warnings)
	assert.Equal(t, []string{
		"an earlier run was killed: 1 resource removed from the offline cloud, which it had not noted yet",
	}, result.Notes)
	assert.Equal(t, map[engine.Op]int{engine.OpCreate: 1, engine.OpSame: 1}, result.Counts)
	assert.Equal(t, 2, f.toy.Count())
}

// killed moves the resource whose URN ends so from the resources of a state file to its pending operations.
func killed(t *testing.T, path, ending string) {
	t.Helper()
	var state map[string]any
	require.NoError(t, json.Unmarshal([]byte(enginetest.Read(t, path)), &state))
	checkpoint, _ := state["checkpoint"].(map[string]any)
	latest, _ := checkpoint["latest"].(map[string]any)
	resources, _ := latest["resources"].([]any)
	at := slices.IndexFunc(resources, func(item any) bool {
		resource, _ := item.(map[string]any)
		urn, _ := resource["urn"].(string)
		return strings.HasSuffix(urn, ending)
	})
	require.GreaterOrEqual(t, at, 0)
	latest["pending_operations"] = []any{map[string]any{"type": "creating", "resource": resources[at]}}
	latest["resources"] = slices.Delete(resources, at, at+1)
	data, err := json.Marshal(state)
	require.NoError(t, err)
	enginetest.Write(t, path, string(data))
}

func TestNew_names_the_folder_that_cannot_be_written(t *testing.T) {
	t.Parallel()
	repo := enginetest.Repo(t, nil)
	enginetest.Write(t, filepath.Join(repo, ".riglet"), "a file where the folder should be")

	_, err := engine.New(engine.Options{Root: repo, Offline: true, Environ: enginetest.Environ(t)})

	require.ErrorIs(t, err, engine.ErrNotWritable)
	assert.EqualError(t, err, "no write permission for "+filepath.Join(repo, ".riglet")+
		" (not a directory): offline runs keep their cloud and state there")
}
