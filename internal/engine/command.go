package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blang/semver"
	pulumisdk "github.com/pulumi/pulumi/sdk/v3"
)

// ErrNoCLI says that there is no Pulumi CLI to run.
var ErrNoCLI = errors.New("no Pulumi CLI")

// command runs the Pulumi CLI for the Automation API. It differs from the SDK's own in three ways: its environment is
// exactly the one given (the SDK adds that of the process, credentials included), an interrupt is waited for as long
// as the engine needs to stop cleanly (the SDK kills after ten seconds, in the middle of a resource), and it answers
// questions that the event stream has already answered, see [command.known].
type command struct {
	path    string
	environ []string
	version semver.Version
	// force is closed when the user does not want to wait for a clean stop any longer.
	force <-chan struct{}
}

// findCLI returns the path of the CLI: $RIGLET_PULUMI, then the one that the project built, then the one on PATH.
// On AWS the one on PATH goes before the project's own: it is the one that the user logged in with.
func findCLI(root string, offline bool, environ []string) (string, error) {
	if named := lookup(environ, "RIGLET_PULUMI"); named != "" {
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("%w: $RIGLET_PULUMI is %s, and there is no such file", ErrNoCLI, named)
		}
		return filepath.Abs(named)
	}
	onPath := searchPath("pulumi", lookup(environ, "PATH"))
	built := filepath.Join(root, "bin", "pulumi")
	candidates := []string{built, onPath}
	if !offline {
		candidates = []string{onPath, built}
	}
	for _, path := range candidates {
		if info, err := os.Stat(path); path != "" && err == nil && !info.IsDir() {
			return filepath.Abs(path)
		}
	}
	return "", fmt.Errorf("%w: `make tools` builds it to %s, or set RIGLET_PULUMI to one of version %s",
		ErrNoCLI, built, pulumisdk.Version)
}

// searchPath is exec.LookPath for the PATH of a caller that need not be this process.
func searchPath(name, path string) string {
	for _, dir := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return found
		}
	}
	return ""
}

// oldest is the first version whose engine streams its events over a connection instead of a file.
var oldest = semver.MustParse("3.206.0") //nolint:gochecknoglobals // a constant that Go cannot spell

// newCommand checks the version only of a CLI that the project did not build itself: the check costs a start of it.
func newCommand(path, root string, environ []string) (*command, error) {
	c := &command{path: path, environ: prependPath(environ, filepath.Dir(path)), version: pulumisdk.Version}
	if path == filepath.Join(root, "bin", "pulumi") {
		return c, nil
	}
	cmd := exec.Command(path, "version") //nolint:noctx // it ends at once
	cmd.Env = append(slices.Clone(c.environ), "PULUMI_SKIP_UPDATE_CHECK=true")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s does not run: %w", ErrNoCLI, path, err)
	}
	version, err := semver.ParseTolerant(strings.TrimSpace(string(out)))
	if err != nil || version.LT(oldest) {
		return nil, fmt.Errorf("%w: %s is version %s, want %s or newer; `make tools` builds it",
			ErrNoCLI, path, strings.TrimSpace(string(out)), oldest)
	}
	c.version = version
	return c, nil
}

// Version implements auto.PulumiCommand.
func (c *command) Version() semver.Version { return c.version }

// Run implements auto.PulumiCommand.
func (c *command) Run(ctx context.Context, workDir string, stdin io.Reader, stdouts, stderrs []io.Writer,
	env []string, args ...string,
) (string, string, int, error) {
	if answer, ok := known(args); ok {
		return answer, "", 0, nil
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.path, nonInteractive(args)...) //nolint:gosec // the user's own CLI
	cmd.Dir = workDir
	cmd.Env = append(append(slices.Clone(c.environ), env...), "PULUMI_AUTOMATION_API=true")
	cmd.Stdin = stdin
	cmd.Stdout = io.MultiWriter(append(slices.Clone(stdouts), &stdout)...)
	cmd.Stderr = io.MultiWriter(append(slices.Clone(stderrs), &stderr)...)
	ownGroup(cmd)
	finished := make(chan struct{})
	cmd.Cancel = func() error { return c.interrupt(cmd.Process, finished) }
	err := cmd.Run()
	close(finished)
	return stdout.String(), stderr.String(), exitCode(err), err
}

// interrupt asks the engine to stop: it finishes the steps that run, saves the state and exits. When force is closed
// it is asked again, which makes it save what it knows and exit at once.
func (c *command) interrupt(process *os.Process, finished <-chan struct{}) error {
	go func() {
		select {
		case <-c.force:
			_ = process.Signal(os.Interrupt)
		case <-finished:
		}
	}()
	return process.Signal(os.Interrupt)
}

// known answers what the Automation API asks after each update: outputs (twice) and history. The event stream has told
// them by then, and each question would cost a start of the CLI.
func known(args []string) (string, bool) {
	switch {
	case len(args) < 2 || args[0] != "stack":
		return "", false
	case args[1] == "history":
		return "[]", true
	case args[1] == "output" && !slices.Contains(args, maskedOutputs):
		return "{}", true
	}
	return "", false
}

// maskedOutputs is the flag by which this package asks for outputs itself; the Automation API never passes it.
const maskedOutputs = "--show-secrets=false"

func nonInteractive(args []string) []string {
	return append([]string{"--non-interactive"}, args...)
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}
