package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/cmd/riglet/internal/cli"
	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/enginetest"
)

// bench runs command lines against a checkout with a toy cloud.
type bench struct {
	repo string
	deps cli.Deps
	toy  *enginetest.Toy
}

func newBench(t *testing.T, stacks map[string]string) *bench {
	t.Helper()
	toy := enginetest.NewToy(t)
	return &bench{repo: enginetest.Repo(t, stacks), toy: toy, deps: cli.Deps{
		Program:   shelf,
		OpenCloud: func(string) (cli.Cloud, error) { return shared{toy}, nil },
		Environ:   enginetest.Environ(t),
		Stdin:     strings.NewReader(""),
	}}
}

// shared is a toy cloud that several stacks share: what one does not know may be another's.
type shared struct{ *enginetest.Toy }

func (shared) Reconcile(string, map[engine.Key]bool) (int, error) { return 0, nil }

func three() map[string]string {
	return map[string]string{
		"integration": "config:\n  riglet:things: a b\n",
		"staging":     "config:\n  riglet:things: a b c\n",
		"production":  "config:\n  riglet:things: a b c d\n",
	}
}

// shelf makes the things that the configuration names.
func shelf(ctx *pulumi.Context) error {
	names := strings.Fields(config.Get(ctx, "things"))
	if len(names) == 0 {
		return errors.Join(
			fmt.Errorf("Pulumi.%s.yaml: riglet:things: want 1 to 6, got 0", ctx.Stack()),
			fmt.Errorf("Pulumi.%s.yaml: riglet:owner: want a name", ctx.Stack()))
	}
	box, err := enginetest.NewBox(ctx, "box")
	if err != nil {
		return err
	}
	for _, name := range names {
		args := pulumi.Map{"trouble": pulumi.String(strings.TrimPrefix(name, strings.TrimSuffix(name, "!")))}
		if _, err := enginetest.NewThing(ctx, "box-"+name, args, pulumi.Parent(box)); err != nil {
			return err
		}
	}
	ctx.Export("things", pulumi.ToStringArray(names))
	ctx.Export("token", pulumi.ToSecret(pulumi.String("hidden")))
	return nil
}

// outcome is what a command line left on the screen.
type outcome struct {
	code           int
	stdout, stderr string
}

func (b *bench) run(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	deps := b.deps
	deps.Stdout, deps.Stderr = &stdout, &stderr
	code := cli.Main(t.Context(), append(args, "--dir", b.repo), deps)
	return outcome{code, stable(stdout.String()), stderr.String()}
}

// stable replaces durations, which differ from run to run.
func stable(text string) string {
	return regexp.MustCompile(`\d+\.\d+s`).ReplaceAllString(text, "0.0s")
}

func TestMain_shows_a_plan(t *testing.T) {
	t.Parallel()
	got := newBench(t, three()).run(t, "preview", "staging", "--offline")

	assert.Equal(t, outcome{0, `preview staging  offline

+  box  box
    +  shelf/thing  x3  box-*

Plan: 3 to create (0.0s)
Offline: nothing on AWS was touched. The same on AWS: riglet preview staging
`, ""}, got)
}

func TestMain_ups_and_destroys_all_in_order(t *testing.T) {
	t.Parallel()
	b := newBench(t, three())

	up := b.run(t, "up", "--all", "--offline")
	assert.Equal(t, 0, up.code)
	assert.Empty(t, up.stderr)
	assert.Regexp(t, `(?s)up integration.*up staging.*up production`, up.stdout)
	assert.Regexp(t, `  \+  shelf/thing +box-a +created +0\.0s`, up.stdout)
	assert.True(t, strings.HasSuffix(up.stdout, `
integration  2 created                         0.0s
staging      3 created                         0.0s
production   4 created                         0.0s
Offline: nothing on AWS was touched. The same on AWS: riglet up --all
`), up.stdout)
	assert.Equal(t, 9, b.toy.Count())

	again := b.run(t, "up", "integration", "--offline")
	assert.Contains(t, again.stdout, "Done: nothing changed, 2 unchanged in 0.0s\n")
	assert.NotContains(t, again.stdout, "shelf/thing")

	down := b.run(t, "destroy", "--all", "--offline")
	assert.Equal(t, 0, down.code)
	assert.Regexp(t, `(?s)destroy production.*destroy staging.*destroy integration`, down.stdout)
	assert.Equal(t, 0, b.toy.Count())

	none := b.run(t, "outputs", "staging", "--offline")
	assert.Contains(t, none.stdout, "No outputs: staging is not up\n")
}

func TestMain_prints_only_the_faults_of_a_configuration(t *testing.T) {
	t.Parallel()
	b := newBench(t, map[string]string{"integration": "config: {}\n"})

	got := b.run(t, "up", "integration", "--offline")

	assert.Equal(t, outcome{1, "", `Pulumi.integration.yaml: riglet:things: want 1 to 6, got 0
Pulumi.integration.yaml: riglet:owner: want a name
`}, got)
}

func TestMain_previews_all_and_stops_an_up_at_the_first_failure(t *testing.T) {
	t.Parallel()
	stacks := three()
	stacks["staging"] = "config: {}\n"
	b := newBench(t, stacks)

	preview := b.run(t, "preview", "--all", "--offline")
	assert.Equal(t, 1, preview.code)
	assert.Regexp(t, `integration  2 to create .*\nstaging      failed: 2 faults .*\nproduction   4 to create`,
		preview.stdout)

	up := b.run(t, "up", "--all", "--offline")
	assert.Equal(t, 1, up.code)
	assert.Regexp(t, `integration  2 created .*\nstaging      failed: 2 faults .*\nproduction   not reached`, up.stdout)
}

func TestMain_shows_what_the_cloud_refused(t *testing.T) {
	t.Parallel()
	got := newBench(t, map[string]string{"integration": "config:\n  riglet:things: a b!\n"}).
		run(t, "up", "integration", "--offline")

	assert.Equal(t, 1, got.code)
	assert.Equal(t, "shelf/thing box-b!: !\n", got.stderr)
	assert.Contains(t, got.stdout, "    !  shelf/thing  box-b!\n")
	assert.Contains(t, got.stdout, "Failed: 1 created, 1 failed in 0.0s\n")
}

func TestMain_json_is_one_document(t *testing.T) {
	t.Parallel()
	b := newBench(t, three())

	got := b.run(t, "up", "integration", "--offline", "--json")

	var document struct {
		Environment, Operation string
		Offline, OK            bool
		Counts                 map[string]int
		Resources              []struct{ URN, Type, Name, Op string }
		Outputs                map[string]any
		DurationMS             int64 `json:"duration_ms"`
		Errors                 []string
	}
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &document))
	assert.Equal(t, 0, got.code)
	assert.Equal(t, "integration", document.Environment)
	assert.Equal(t, "up", document.Operation)
	assert.True(t, document.Offline && document.OK)
	assert.Equal(t, map[string]int{"create": 2}, document.Counts)
	assert.Len(t, document.Resources, 3)
	assert.Equal(t, map[string]any{"things": []any{"a", "b"}, "token": "[secret]"}, document.Outputs)
	assert.Equal(t, []string{}, document.Errors)
	assert.Positive(t, document.DurationMS)
	assert.Contains(t, got.stderr, "shelf/thing")
}

func TestMain_json_lists_all_environments_and_their_faults(t *testing.T) {
	t.Parallel()
	stacks := three()
	stacks["staging"] = "config: {}\n"

	got := newBench(t, stacks).run(t, "preview", "--all", "--offline", "--json")

	var documents []struct {
		OK     bool
		Errors []string
	}
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &documents))
	assert.Equal(t, 1, got.code)
	require.Len(t, documents, 3)
	assert.True(t, documents[0].OK)
	assert.False(t, documents[1].OK)
	assert.Len(t, documents[1].Errors, 2)
}

func TestMain_rejects(t *testing.T) {
	t.Parallel()
	b := newBench(t, three())
	list := "there are integration, staging and production\n"
	tests := []struct {
		name string
		give []string
		want string
	}{
		{"no environment", []string{"up"}, "riglet: name an environment or pass --all: " + list},
		{"an unknown environment", []string{"up", "nosuch"}, `riglet: no environment "nosuch": ` + list},
		{"names beside --all", []string{"up", "staging", "--all"}, "riglet: --all already names every environment\n"},
		{"an unknown flag", []string{"up", "--frob"}, "riglet: unknown flag: --frob\n"},
		{"an unknown command", []string{"upp"}, "riglet: unknown command \"upp\" for \"riglet\"\n"},
		{"--yes where nothing is changed", []string{"preview", "staging", "--yes"}, "riglet: unknown flag: --yes\n"},
		{"to change AWS with nobody to ask", []string{"up", "staging"}, "riglet: up on AWS asks before it changes " +
			"anything, and there is no terminal: pass --yes, or --offline\n"},
		{
			"--program on AWS",
			[]string{"up", "--program", "."},
			"riglet: --program runs offline only: add --offline; on AWS use `pulumi up` in its folder\n",
		},
		{
			"--program for several stacks",
			[]string{"up", "a", "b", "--program", ".", "--offline"},
			"riglet: --program takes one stack: name it, or leave it out for dev\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := b.run(t, tt.give...)
			assert.Equal(t, 2, got.code)
			assert.Equal(t, tt.want, got.stderr)
			assert.Empty(t, got.stdout)
		})
	}
}

func TestMain_says_what_is_missing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(b *bench)
		code  int
		want  string
	}{
		{
			"a checkout", func(b *bench) { _ = os.Remove(filepath.Join(b.repo, "Pulumi.yaml")) }, 2,
			"riglet: not a riglet repository: no Pulumi.yaml with name: riglet in %s or above it; " +
				"go to the checkout or pass --dir\n",
		},
		{"the cloud, which another run holds", func(b *bench) {
			b.deps.OpenCloud = func(string) (cli.Cloud, error) { return nil, cli.ErrCloudLocked }
		}, 1, "riglet: another offline run holds %s/.riglet/cloud: wait until it is done\n"},
		{
			"the CLI", func(b *bench) { b.deps.Environ = []string{"RIGLET_PULUMI=/nonexistent"} }, 1,
			"riglet: no Pulumi CLI: $RIGLET_PULUMI is /nonexistent, and there is no such file\n",
		},
		{"permission", func(b *bench) {
			_ = os.WriteFile(filepath.Join(b.repo, ".riglet"), nil, 0o600)
		}, 1, "riglet: no write permission for %s/.riglet (not a directory): offline runs keep their cloud and " +
			"state there\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, three())
			tt.spoil(b)
			got := b.run(t, "preview", "staging", "--offline")
			assert.Equal(t, tt.code, got.code)
			assert.Equal(t, strings.ReplaceAll(tt.want, "%s", b.repo), got.stderr)
		})
	}
}
