package pulumitest

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/rollout/reach"
	"github.com/riglet/riglet/internal/sandbox"
)

// Option changes how a program is run.
type Option func(*pulumi.RunInfo)

// Preview runs the program as a preview does: what only AWS can know stays unknown.
func Preview() Option { return func(info *pulumi.RunInfo) { info.DryRun = true } }

// Stack names the stack. Without it, it is called "test".
func Stack(name string) Option { return func(info *pulumi.RunInfo) { info.Stack = name } }

// Root is the folder that holds Pulumi.yaml.
func Root(dir string) Option { return func(info *pulumi.RunInfo) { info.RootDirectory = dir } }

// Config sets configuration by full key, such as "riglet:owner". Keys in secrets are secret.
func Config(values map[string]string, secrets ...string) Option {
	return func(info *pulumi.RunInfo) { info.Config, info.ConfigSecretKeys = values, secrets }
}

// Run runs the program and fails the test where the program fails.
func Run(tb testing.TB, program pulumi.RunFunc, options ...Option) *Recorder {
	tb.Helper()
	recorder, err := RunE(program, options...)
	require.NoError(tb, err)
	return recorder
}

// RunE runs the program and returns its error, with whatever was registered until then: never nil.
func RunE(program pulumi.RunFunc, options ...Option) (_ *Recorder, err error) {
	info := pulumi.RunInfo{
		Project: "riglet", Stack: "test", Parallel: 16,
		Config: map[string]string{"aws:region": "us-west-2"},
	}
	for _, option := range options {
		option(&info)
	}
	dir, err := os.MkdirTemp("", "riglet-cloud-")
	if err != nil {
		return &Recorder{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cloud, err := sandbox.Open(dir)
	if err != nil {
		return &Recorder{}, err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	return run(info, cloud, program)
}

func run(info pulumi.RunInfo, cloud *sandbox.Cloud, program pulumi.RunFunc) (*Recorder, error) {
	server, err := serve(info, cloud)
	if err != nil {
		return &Recorder{}, err
	}
	defer server.stop()
	info.MonitorAddr, info.EngineAddr = server.address, server.address
	ctx, err := pulumi.NewContext(context.Background(), info)
	if err != nil {
		return &Recorder{}, err
	}
	err = pulumi.RunWithContext(ctx, func(ctx *pulumi.Context) error {
		// Nothing runs here that ECS could be asked about.
		return program(reach.Off(ctx))
	})
	return server.monitor.recorder, errors.Join(err, ctx.Close())
}
