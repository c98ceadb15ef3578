package engine

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Options say where and against what stacks are run.
type Options struct {
	// Root is the folder of the project; offline runs keep their files in .riglet below it.
	Root string
	// Offline runs against local state and attached providers instead of AWS and the caller's backend.
	Offline bool
	// CreateMissing makes a stack that the backend does not have yet. Offline that is always so.
	CreateMissing bool
	// Environ is the environment of the caller. Default: os.Environ().
	Environ []string
	// Force makes a cancelled run stop at once instead of cleanly, when it is closed.
	Force <-chan struct{}
}

// Target is one stack of one program.
type Target struct {
	// Stack is the name of the stack, which is that of the environment.
	Stack string
	// Project is the name in Pulumi.yaml.
	Project string
	// Dir is the folder with Pulumi.yaml and the stack file.
	Dir string
	// Program is run in this process. If nil, the engine runs the folder's own program.
	Program pulumi.RunFunc
}

// NewTarget is the stack of the project file in dir.
func NewTarget(dir, stack string, program pulumi.RunFunc) (Target, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Target{}, err
	}
	name, err := projectNameOf(abs)
	return Target{Stack: stack, Project: name, Dir: abs, Program: program}, err
}

func (t Target) stackFile() string { return "Pulumi." + t.Stack + ".yaml" }

// Engine runs operations on stacks.
type Engine struct {
	options Options
	command *command
	layout  layout

	reconcile Reconcile
}

// New finds the CLI and, offline, makes the folders.
func New(options Options) (*Engine, error) {
	if options.Environ == nil {
		options.Environ = os.Environ()
	}
	path, err := findCLI(options.Root, options.Offline, options.Environ)
	if err != nil {
		return nil, err
	}
	e := &Engine{options: options, layout: newLayout(options.Root)}
	if options.Offline {
		if err := e.layout.prepare(); err != nil {
			return nil, err
		}
	}
	e.command, err = newCommand(path, options.Root, e.environ())
	if err != nil {
		return nil, err
	}
	e.command.force = options.Force
	return e, nil
}

// CloudDir is the folder for the offline cloud.
func (e *Engine) CloudDir() string { return e.layout.cloud() }

// ProgramsDir is the folder for built programs.
func (e *Engine) ProgramsDir() string { return e.layout.programs() }

// Environ is the environment in which the engine runs; offline it is without credentials.
func (e *Engine) Environ() []string { return slices.Clone(e.command.environ) }

// AttachProviders makes the engine use running providers instead of plugins. The value is that of
// PULUMI_DEBUG_PROVIDERS: "aws:PORT".
func (e *Engine) AttachProviders(value string) { e.attach("PULUMI_DEBUG_PROVIDERS=" + value) }

// AttachLanguages makes the engine use running language hosts. The value is that of PULUMI_DEBUG_LANGUAGES: "go:PORT".
func (e *Engine) AttachLanguages(value string) { e.attach("PULUMI_DEBUG_LANGUAGES=" + value) }

// AttachEnviron gives variables to the engine and to programs that it starts.
func (e *Engine) AttachEnviron(entries []string) {
	for _, entry := range entries {
		e.attach(entry)
	}
}

func (e *Engine) attach(entry string) { e.command.environ = append(e.command.environ, entry) }

// environ is the environment of the CLI.
func (e *Engine) environ() []string {
	common := []string{"PULUMI_SKIP_UPDATE_CHECK=true"}
	if !e.options.Offline {
		return append(slices.Clone(e.options.Environ), common...)
	}
	env := append(append(scrub(e.options.Environ), noCredentials()...), common...)
	return append(env,
		"PULUMI_CONFIG_PASSPHRASE=",
		"PULUMI_BACKEND_URL=file://"+filepath.ToSlash(e.layout.state()),
		"PULUMI_HOME="+e.layout.home(),
		// The history of a folder that nobody reads would only cost time.
		"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
	)
}

// run is one operation on one stack.
type run struct {
	engine    *Engine
	target    Target
	operation Operation
	workspace auto.Workspace
	recorder  *recorder
	result    Result
	// fault is what the program itself returned.
	fault error
}

// Run does the operation and reports each step to observe, which may be nil. The error is not nil only if the engine
// could not be started; see [Result.Errors] for what went wrong in it.
func (e *Engine) Run(ctx context.Context, operation Operation, target Target, observe func(Step)) (Result, error) {
	start := time.Now()
	r := &run{engine: e, target: target, operation: operation, recorder: newRecorder(observe)}
	r.result = Result{Environment: target.Stack, Offline: e.options.Offline, Operation: operation, OK: true}
	if err := r.open(ctx); err != nil {
		return r.result, err
	}
	err := r.do(ctx)
	r.finish(ctx, err)
	r.result.DurationMS = time.Since(start).Milliseconds()
	return r.result, nil
}

// open prepares the work folder and the stack.
func (r *run) open(ctx context.Context) error {
	dir := r.target.Dir
	if r.engine.options.Offline {
		dir = r.engine.layout.work(r.target)
		notes, err := copyFiles(r.target, dir)
		if err != nil {
			return err
		}
		if r.operation == Preview || r.operation == Up {
			r.result.Notes = notes
		}
	}
	local, err := auto.NewLocalWorkspace(ctx, r.workspaceOptions(dir)...)
	if err != nil {
		return err
	}
	r.workspace = selected{local}
	if r.engine.options.Offline {
		return r.openOffline(ctx)
	}
	return nil
}

func (r *run) workspaceOptions(dir string) []auto.LocalWorkspaceOption {
	options := []auto.LocalWorkspaceOption{auto.WorkDir(dir), auto.Pulumi(r.engine.command)}
	program := r.target.Program
	if program != nil && r.operation == Unprotect {
		program = unprotected(program)
	}
	if program != nil {
		options = append(options, auto.Program(r.observed(program)))
	}
	return options
}

// observed keeps what the program returned: the engine would hand it back wrapped in words of its own.
func (r *run) observed(program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		r.fault = program(ctx)
		return r.fault
	}
}

// openOffline makes the stack on its first use, and repairs what a killed run has left behind.
func (r *run) openOffline(ctx context.Context) error {
	if _, err := os.Stat(r.engine.layout.checkpoint(r.target)); err != nil {
		return r.create(ctx)
	}
	if err := r.unlock(ctx); err != nil || r.operation == Outputs {
		return err
	}
	return r.recover(ctx)
}

// create makes the stack without selecting it: which stack is selected is the user's own affair.
func (r *run) create(ctx context.Context) error {
	_, stderr, _, err := r.pulumi(ctx, "stack", "init", r.target.Stack, "--no-select")
	return cliError(stderr, err)
}

func (r *run) pulumi(ctx context.Context, args ...string) (string, string, int, error) {
	return r.engine.command.Run(ctx, r.workspace.WorkDir(), nil, nil, nil, nil, args...)
}

// selected spares the Automation API a start of the CLI: all its commands name the stack anyway, and on AWS the
// selection is the user's.
type selected struct{ auto.Workspace }

// SelectStack implements auto.Workspace.
func (selected) SelectStack(context.Context, string) error { return nil }

// cliError is what the CLI said when a command of it failed, in one line.
func cliError(stderr string, err error) error {
	if err == nil {
		return nil
	}
	for line := range strings.Lines(stderr) {
		if message, ok := strings.CutPrefix(strings.TrimSpace(line), "error: "); ok {
			return cliFault(message)
		}
	}
	return err
}

type cliFault string

func (f cliFault) Error() string { return string(f) }
