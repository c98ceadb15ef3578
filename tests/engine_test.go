package tests_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/enginetest"
	"github.com/riglet/riglet/internal/rollout/reach"
	"github.com/riglet/riglet/internal/sandbox"
	"github.com/riglet/riglet/stacks"
)

// account is the real engine with an offline cloud of the test's own.
type account struct {
	engine *engine.Engine
	cloud  *sandbox.Cloud
	ecs    *sandbox.ECSServer
	dir    string
}

// newAccount makes a checkout with the real stack files, changed as edits say: old text, new text.
func newAccount(tb testing.TB, edits ...string) *account {
	tb.Helper()
	dir := tb.TempDir()
	files := []string{"Pulumi.yaml"}
	for _, environment := range environments() {
		files = append(files, "Pulumi."+environment+".yaml")
	}
	for _, file := range files {
		text := strings.NewReplacer(edits...).Replace(enginetest.Read(tb, filepath.Join(root, file)))
		enginetest.Write(tb, filepath.Join(dir, file), text)
	}
	made, err := engine.New(engine.Options{Root: dir, Offline: true, Environ: enginetest.Environ(tb)})
	require.NoError(tb, err)
	cloud, err := sandbox.Open(made.CloudDir())
	require.NoError(tb, err)
	server, err := cloud.Serve()
	require.NoError(tb, err)
	made.AttachProviders(server.DebugProviders())
	ecs, err := cloud.ServeECS()
	require.NoError(tb, err)
	tb.Cleanup(func() {
		server.Stop()
		ecs.Stop()
		assert.NoError(tb, cloud.Close())
	})
	return &account{engine: made, cloud: cloud, ecs: ecs, dir: dir}
}

// edit changes an environment's file.
func (a *account) edit(tb testing.TB, environment, from, to string) {
	tb.Helper()
	file := filepath.Join(a.dir, "Pulumi."+environment+".yaml")
	text := enginetest.Read(tb, file)
	require.Contains(tb, text, from)
	require.NoError(tb, os.WriteFile(file, []byte(strings.Replace(text, from, to, 1)), 0o600))
}

// do runs one operation and wants it to succeed.
func (a *account) do(tb testing.TB, operation engine.Operation, environment string) engine.Result {
	tb.Helper()
	result := a.try(tb, operation, environment, stacks.Run)
	require.Empty(tb, result.Errors)
	require.True(tb, result.OK)
	return result
}

func (a *account) try(
	tb testing.TB, operation engine.Operation, environment string, program pulumi.RunFunc,
) engine.Result {
	tb.Helper()
	target, err := engine.NewTarget(a.dir, environment, func(ctx *pulumi.Context) error {
		return program(reach.Via(ctx, a.ecs.URL()))
	})
	require.NoError(tb, err)
	result, err := a.engine.Run(context.Background(), operation, target, nil)
	require.NoError(tb, err)
	return result
}

// lines are what a result did to each resource that it touched, as "op type name".
func lines(result engine.Result) []string {
	var touched []string
	for _, step := range result.Resources {
		if step.Op != engine.OpSame && !step.Component {
			touched = append(touched, string(step.Op)+" "+engine.ShortType(step.Type)+" "+step.Name)
		}
	}
	return touched
}

// Every environment goes its whole way on the real engine: plan, up, nothing to do, down.
func TestEngine_environmentsComeAndGo(t *testing.T) {
	t.Parallel()
	for _, environment := range environments() {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, "protected: true", "protected: false")
			plan := a.do(t, engine.Preview, environment)
			assert.Empty(t, a.cloud.Resources(), "a preview makes nothing")
			up := a.do(t, engine.Up, environment)
			assert.Equal(t, plan.Counts, up.Counts, "the preview told the truth")
			assert.Len(t, a.cloud.Resources(), up.Counts[engine.OpCreate])
			assert.Zero(t, a.do(t, engine.Up, environment).Changes(), "a second up changes nothing")
			a.do(t, engine.Destroy, environment)
			assert.Empty(t, a.cloud.Resources())
		})
	}
}

// All three stand in one account at once, within its quotas, and go again.
func TestEngine_environmentsShareAnAccount(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "protected: true", "protected: false")
	for _, environment := range environments() {
		a.do(t, engine.Up, environment)
	}
	for _, environment := range environments() {
		a.do(t, engine.Destroy, environment)
	}
	assert.Empty(t, a.cloud.Resources())
}

// Another way out changes routes and makes or removes the NAT; subnets and their tables stay untouched.
func TestEngine_changesTheWayOut(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.do(t, engine.Up, "integration")
	for _, step := range []struct{ from, to string }{
		{"nat: instance", "nat: gateway"},
		{"nat: gateway", "nat: gateway-per-zone"},
		{"nat: gateway-per-zone", "nat: none"},
		{"nat: none", "nat: instance"},
	} {
		a.edit(t, "integration", step.from, step.to)
		result := a.do(t, engine.Up, "integration")
		assert.NotZero(t, result.Changes(), step.to)
		for _, line := range lines(result) {
			assert.NotContains(t, line, "ubnet", step.to)
			assert.NotContains(t, line, "outeTable", step.to)
			assert.False(t, strings.HasPrefix(line, "replace "), "%s: %s", step.to, line)
		}
		assert.Zero(t, a.do(t, engine.Up, "integration").Changes(), step.to)
	}
}

// A zone and a tier are added without a change to any subnet that is there.
func TestEngine_growsInPlace(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.do(t, engine.Up, "staging")
	a.edit(t, "staging", "us-west-2b", "us-west-2b, us-west-2c")
	a.edit(t, "staging", "    nat:", "    extraTiers: {cache: 3}\n    nat:")
	for _, line := range lines(a.do(t, engine.Up, "staging")) {
		if strings.Contains(line, "subnet ") {
			assert.Regexp(t, `^create ec2/subnet network-(cache-us-west-2[abc]|(public|app|db)-us-west-2c)$`, line)
		}
	}
}

// What production protects stays: the destroy fails, says why, and works after the protection is turned off, which
// changes nothing else.
func TestEngine_keepsWhatIsProtected(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.do(t, engine.Up, "production")
	target, err := engine.NewTarget(a.dir, "production", stacks.Run)
	require.NoError(t, err)
	protected, err := a.engine.Protected(context.Background(), target)
	require.NoError(t, err)
	by := map[string]string{}
	for _, one := range protected {
		by[one.Name] = one.By
	}
	assert.Equal(t, "enableDeletionProtection", by["ingress-balancer"])
	assert.Equal(t, "protect", by["couchdb-data"])

	refused := a.try(t, engine.Destroy, "production", stacks.Run)
	assert.False(t, refused.OK)
	assert.Contains(t, strings.Join(refused.Errors, "\n"), "deletion protection")

	a.do(t, engine.Up, "production")
	touched := lines(a.do(t, engine.Unprotect, "production"))
	assert.Subset(t, touched, []string{
		"update lb/loadBalancer ingress-balancer", "update s3/bucketV2 ingress-logs", "update ec2/instance couchdb-host",
	})
	for _, line := range touched {
		assert.True(t, strings.HasPrefix(line, "update "), line)
	}
	a.do(t, engine.Destroy, "production")
	assert.Empty(t, a.cloud.Resources())
}

// A secret reaches the cloud and stays encrypted everywhere that it is kept.
func TestEngine_keepsSecretsOutOfState(t *testing.T) {
	t.Parallel()
	const canary = "https://pager.example.com/canary-5a1f"
	a := newAccount(t)
	target, err := engine.NewTarget(a.dir, "integration", func(ctx *pulumi.Context) error {
		_, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATInstance,
			OperationsURL: pulumi.String(canary),
		})
		return err
	})
	require.NoError(t, err)
	result, err := a.engine.Run(context.Background(), engine.Up, target, nil)
	require.NoError(t, err)
	require.Empty(t, result.Errors)
	assert.Empty(t, filesWith(t, filepath.Join(a.dir, ".riglet"), canary, "cloud"))
}

// filesWith are the files below dir that hold the text, but for those below the folder that is left out.
func filesWith(t *testing.T, dir, text, leftOut string) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == leftOut {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() && strings.Contains(enginetest.Read(t, path), text) {
			found = append(found, path)
		}
		return nil
	}))
	return found
}

// Bad configuration stops the engine before anything is planned, with every fault on a line of its own.
func TestEngine_refusesBadConfiguration(t *testing.T) {
	t.Parallel()
	a := newAccount(t, "zones: [us-west-2a, us-west-2b]", "zones: [us-west-2a]\n    zoned: true")
	result := a.try(t, engine.Preview, "integration", stacks.Run)
	assert.Equal(t, []string{
		`Pulumi.integration.yaml: riglet:network.zoned: want one of cidr, zones, extraTiers, nat, natInstanceType, ` +
			`endpoints, flowLogs or balancer (did you mean zones?), got "zoned"`,
		`Pulumi.integration.yaml: riglet:network.zones: want 2 to 6, got 1`,
	}, result.Errors)
	assert.Empty(t, lines(result))
}
