package langhost

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// ErrNoGo says that the machine has no go command.
var ErrNoGo = errors.New("no go command on PATH: install Go from https://go.dev/dl")

// Run builds the program and runs it to its end. Faults of the program are in the response; an error is returned only
// for what is no fault of it.
func (h *Host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	ctx, done := h.track(ctx, req)
	defer done()
	binary, err := h.build(ctx, programDir(req))
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	environ, err := h.environOf(req)
	if err != nil {
		return nil, err
	}
	return execute(ctx, binary, req, environ), nil
}

// track makes the run one that Cancel can end.
func (h *Host) track(ctx context.Context, req *pulumirpc.RunRequest) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.cancels[req] = cancel
	return ctx, func() {
		h.mutex.Lock()
		defer h.mutex.Unlock()
		delete(h.cancels, req)
		cancel()
	}
}

// programDir is the folder of the main package.
func programDir(req *pulumirpc.RunRequest) string {
	info := req.GetInfo()
	if info.GetProgramDirectory() == "" {
		return req.GetPwd()
	}
	entry := filepath.Join(info.GetProgramDirectory(), info.GetEntryPoint())
	if stat, err := os.Stat(entry); err == nil && !stat.IsDir() {
		return filepath.Dir(entry)
	}
	return entry
}

// build compiles the folder into the cache. The name is the folder's, so that go build sees what it built before and
// links only what changed.
func (h *Host) build(ctx context.Context, dir string) (string, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", ErrNoGo
	}
	if err := os.MkdirAll(h.options.Cache, 0o750); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(dir))
	binary := filepath.Join(h.options.Cache, fmt.Sprintf("%s-%x", filepath.Base(dir), sum[:6]))
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, ".") //nolint:gosec // a path of this package's making
	cmd.Dir = dir
	cmd.Env = h.options.Environ
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s does not build: %w\n%s", dir, err, strings.TrimSpace(string(out)))
	}
	return binary, nil
}

// environOf is the environment in which pulumi.Run finds what it is to do.
func (h *Host) environOf(req *pulumirpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return append(slices.Clone(h.options.Environ),
		pulumi.EnvProject+"="+req.GetProject(),
		pulumi.EnvStack+"="+req.GetStack(),
		pulumi.EnvOrganization+"="+req.GetOrganization(),
		pulumi.EnvPulumiRootDirectory+"="+req.GetInfo().GetRootDirectory(),
		pulumi.EnvConfig+"="+string(config),
		pulumi.EnvConfigSecretKeys+"="+string(secretKeys),
		pulumi.EnvParallel+"="+strconv.Itoa(int(req.GetParallel())),
		pulumi.EnvDryRun+"="+strconv.FormatBool(req.GetDryRun()),
		pulumi.EnvMonitor+"="+req.GetMonitorAddress(),
		pulumi.EnvEngine+"="+h.engine,
	), nil
}

func execute(ctx context.Context, binary string, req *pulumirpc.RunRequest, environ []string) *pulumirpc.RunResponse {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, req.GetArgs()...) //nolint:gosec // what build made
	cmd.Dir = req.GetPwd()
	cmd.Env = environ
	// What a program prints is no part of its plan; the stdout of a language host belongs to the engine.
	cmd.Stdout, cmd.Stderr = os.Stderr, &stderr
	return responseOf(cmd.Run(), stderr.String())
}

// responseOf tells a program that reported its fault to the engine from one that just died.
func responseOf(err error, stderr string) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case errors.As(err, &exit) && exit.ExitCode() == constant.ExitStatusLoggedError:
		return &pulumirpc.RunResponse{Bail: true}
	}
	text := strings.TrimSpace(fmt.Sprintf("the program ended with %v\n%s", err, stderr))
	return &pulumirpc.RunResponse{Error: text}
}

func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "riglet", "programs")
}
