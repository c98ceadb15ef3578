package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/spf13/cobra"

	"github.com/riglet/riglet/internal/engine"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Cloud is the offline cloud while this process holds it.
type Cloud interface {
	// Providers is the value of PULUMI_DEBUG_PROVIDERS for it.
	Providers() string
	// Environ leads whatever asks AWS by itself to the cloud.
	Environ() []string
	// Reconcile removes what a killed run made and did not note, see [engine.Reconcile].
	Reconcile(prefix string, known map[engine.Key]bool) (int, error)
	Close() error
}

// ErrCloudLocked is to be returned by [Deps.OpenCloud] when another process holds the cloud.
var ErrCloudLocked = errors.New("the offline cloud is in use")

// Deps are what the command line is made of.
type Deps struct {
	// Program is that of every environment.
	Program pulumi.RunFunc
	// OpenCloud opens the offline cloud that is kept in a folder.
	OpenCloud func(dir string) (Cloud, error)
	// Environ is the environment of the caller.
	Environ        []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// System are the dependencies of a real process.
func System(program pulumi.RunFunc, openCloud func(dir string) (Cloud, error)) Deps {
	return Deps{
		Program: program, OpenCloud: openCloud, Environ: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}
}

// flags are the options of all commands.
type flags struct {
	all, offline, json, yes bool
	// unprotect is for destroy only.
	unprotect    bool
	dir, program string
}

// errReported stands for a failure that has been shown already.
var errReported = errors.New("failed")

// usageError is a command line that makes no sense.
type usageError struct{ error }

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, args []string, deps Deps) int {
	var outcome error
	root := newRoot(deps, &outcome)
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		outcome = usageError{err}
	}
	var usage usageError
	switch {
	case outcome == nil:
		return exitOK
	case errors.Is(outcome, errReported):
		return exitFailed
	}
	_, _ = fmt.Fprintln(deps.Stderr, "riglet: "+outcome.Error())
	if errors.As(outcome, &usage) {
		return exitUsage
	}
	return exitFailed
}

func newRoot(deps Deps, outcome *error) *cobra.Command {
	root := &cobra.Command{
		Use:   "riglet",
		Short: "Plan, bring up and destroy environments, offline or on AWS",
		Example: "  riglet up integration --offline\n  riglet preview --all --offline\n" +
			"  riglet preview --program examples/foundation --offline\n  riglet up staging",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(deps.Stdout)
	root.SetErr(deps.Stderr)
	root.CompletionOptions.DisableDefaultCmd = true
	opts := &flags{}
	set := root.PersistentFlags()
	set.BoolVar(&opts.all, "all", false, "all environments: integration, staging, production, then the others")
	set.BoolVar(&opts.offline, "offline", false, "use the offline cloud under .riglet: no account, no network")
	set.BoolVar(&opts.json, "json", false, "print one JSON document; progress goes to stderr")
	set.StringVar(&opts.dir, "dir", ".", "`folder` of the riglet checkout, or one below it")
	set.StringVar(&opts.program, "program", "", "`folder` of another Pulumi program in Go to run instead; offline only")
	for _, op := range []engine.Operation{engine.Preview, engine.Up, engine.Destroy, engine.Outputs} {
		root.AddCommand(newCommand(op, opts, deps, outcome))
	}
	return root
}

func newCommand(op engine.Operation, opts *flags, deps Deps, outcome *error) *cobra.Command {
	cmd := &cobra.Command{
		Use:   string(op) + " [environment...]",
		Short: short(op),
		RunE: func(cmd *cobra.Command, args []string) error {
			*outcome = newInvocation(op, *opts, deps).run(cmd.Context(), args)
			return nil
		},
	}
	if op == engine.Destroy {
		cmd.Flags().BoolVar(&opts.unprotect, "unprotect", false, "turn off what protects resources first, for good")
	}
	if op == engine.Up || op == engine.Destroy {
		cmd.Flags().BoolVar(&opts.yes, "yes", false, "do not ask before AWS is changed")
	}
	return cmd
}

func short(op engine.Operation) string {
	switch op {
	case engine.Preview:
		return "Show what up would do"
	case engine.Up:
		return "Create or change what the configuration describes"
	case engine.Destroy, engine.PreviewDestroy, engine.Unprotect:
		return "Delete everything"
	case engine.Outputs:
		return "Show the outputs of the last up"
	}
	return ""
}
