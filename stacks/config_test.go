package stacks_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/pulumitest"
	"github.com/riglet/riglet/stacks"
)

const pager = "https://events.example.com/integration/hunter2"

// values are the least that an environment needs, and more.
func values(more map[string]string) map[string]string {
	all := map[string]string{"aws:region": "us-west-2", "riglet:owner": "acme", "riglet:project": "demo"}
	for key, value := range more {
		all[key] = value
	}
	return all
}

// load runs Load alone. Secrets says which keys are secret.
func load(config map[string]string, folder string, secrets ...string) (stacks.Loaded, error) {
	var loaded stacks.Loaded
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) (err error) {
		loaded, err = stacks.Load(ctx)
		return err
	}, pulumitest.Stack("staging"), pulumitest.Root(folder), pulumitest.Config(config, secrets...))
	return loaded, err
}

// folder holds a stack's file with these lines of configuration.
func folder(t *testing.T, lines string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "Pulumi.staging.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config:\n"+lines), 0o600))
	return dir
}

func TestLoad_takesValuesFromTheEngine(t *testing.T) {
	t.Parallel()
	// What the command line overrides is not in the file.
	dir := folder(t, "  riglet:owner: nobody\n  riglet:alerts: {builds: [nobody]}\n")
	give := values(map[string]string{"riglet:alerts": `{"operations":["ops@example.com"]}`})
	loaded, err := load(give, dir)
	require.NoError(t, err)
	assert.Equal(t, "acme", loaded.Config.Owner)
	assert.Equal(t, []string{"ops@example.com"}, loaded.Config.Alerts.Operations)
	assert.Empty(t, loaded.Config.Alerts.Builds)
	assert.Nil(t, loaded.Config.Network)
	assert.Equal(t, "staging", loaded.Environment)
	assert.Equal(t, "Pulumi.staging.yaml", loaded.File)
	assert.False(t, loaded.HasPagerURL)
}

func TestLoad_findsUnknownKeysInTheFile(t *testing.T) {
	t.Parallel()
	_, err := load(values(nil), folder(t, "  riglet:alert: {}\n  other:alert: {}\n"))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "Pulumi.staging.yaml: riglet:alert: want one of ")
	assert.Contains(t, err.Error(), ` (did you mean alerts?), got "alert"`)
	assert.NotContains(t, err.Error(), "other")
}

func TestLoad_refusesAFileThatIsNoYAML(t *testing.T) {
	t.Parallel()
	_, err := load(values(nil), folder(t, "  riglet:owner: [\n"))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "Pulumi.staging.yaml: yaml: line ")
}

func TestLoad_reportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := load(values(map[string]string{"riglet:owner": "", "riglet:network": "[]"}), t.TempDir())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "Pulumi.staging.yaml: riglet:owner: want 1 to 20 lower-case letters")
	assert.Contains(t, err.Error(), "\nPulumi.staging.yaml: riglet:network: want a section, got a list")
}

func TestLoad_keepsSecretsSecret(t *testing.T) {
	t.Parallel()
	give := values(map[string]string{"riglet:pagerUrl": pager})
	loaded, err := load(give, t.TempDir(), "riglet:pagerUrl")
	require.NoError(t, err)
	assert.True(t, loaded.HasPagerURL)
	assert.True(t, pulumi.IsSecret(loaded.PagerURL))

	_, err = load(give, t.TempDir())
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hunter2")
}

// A program that runs without a stack's file has its configuration in the environment.
func TestLoad_findsUnknownKeysInTheEnvironment(t *testing.T) {
	t.Setenv("PULUMI_CONFIG", `{"riglet:alert":"{}","riglet:owner":"acme"}`)
	_, err := load(values(nil), t.TempDir())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "riglet:alert: want one of")

	t.Setenv("PULUMI_CONFIG", "no JSON")
	_, err = load(values(nil), t.TempDir())
	assert.NoError(t, err)
}
