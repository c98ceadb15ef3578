package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/screen"
)

// invocation is one run of the command line.
type invocation struct {
	operation engine.Operation
	flags     flags
	deps      Deps
	// text is where a person reads: stdout, or stderr beside a JSON document.
	text    io.Writer
	style   screen.Style
	results []engine.Result
	// printed is true once a result is on the screen.
	printed bool
}

func newInvocation(op engine.Operation, opts flags, deps Deps) *invocation {
	text := deps.Stdout
	if opts.json {
		text = deps.Stderr
	}
	return &invocation{operation: op, flags: opts, deps: deps, text: text, style: styleOf(text, deps.Environ)}
}

func (i *invocation) run(ctx context.Context, args []string) error {
	targets, root, err := i.targets(args)
	if err != nil {
		return usageError{err}
	}
	if err := i.mayChange(); err != nil {
		return usageError{err}
	}
	ctx, force, stop := interruptible(ctx, i.deps.Stderr)
	defer stop()
	s, err := i.open(root, force)
	if err == nil {
		err = i.each(ctx, s, targets)
		err = errors.Join(err, s.close())
	}
	if i.flags.json {
		return i.document(err)
	}
	return err
}

// targets are the stacks that the arguments name, and the folder that offline runs keep their files under.
func (i *invocation) targets(args []string) ([]engine.Target, string, error) {
	project, err := engine.FindProject(i.flags.dir)
	if i.flags.program != "" {
		return i.programTarget(args, project)
	}
	if err != nil {
		return nil, "", err
	}
	if len(args) > 0 && i.flags.all {
		return nil, "", errors.New("--all already names every environment")
	}
	names, err := project.Select(args)
	if err != nil {
		return nil, "", err
	}
	if i.flags.all {
		names = slices.Clone(project.Environments)
	}
	if len(names) == 0 {
		return nil, "", project.Need()
	}
	if i.flags.all && i.operation == engine.Destroy {
		slices.Reverse(names)
	}
	var targets []engine.Target
	for _, name := range names {
		target, err := engine.NewTarget(project.Root, name, i.deps.Program)
		if err != nil {
			return nil, "", err
		}
		targets = append(targets, target)
	}
	return targets, project.Root, nil
}

// programTarget is somebody's own program, which may live inside a checkout or outside of any.
func (i *invocation) programTarget(args []string, project engine.Project) ([]engine.Target, string, error) {
	stack := "dev"
	switch {
	case !i.flags.offline:
		return nil, "", errors.New("--program runs offline only: add --offline; on AWS use `pulumi up` in its folder")
	case i.flags.all || len(args) > 1:
		return nil, "", errors.New("--program takes one stack: name it, or leave it out for dev")
	case len(args) == 1:
		stack = args[0]
	}
	target, err := engine.NewTarget(i.flags.program, stack, nil)
	if err != nil {
		return nil, "", fmt.Errorf("no Pulumi program in %s: %w", i.flags.program, err)
	}
	root := project.Root
	if root == "" {
		root = target.Dir
	}
	return []engine.Target{target}, root, nil
}

// each runs the operation on the targets in turn. A preview goes on after a failure, to show all faults; what changes
// things does not.
func (i *invocation) each(ctx context.Context, s *session, targets []engine.Target) error {
	failed := false
	for _, target := range targets {
		result, err := i.one(ctx, s, target)
		if err != nil {
			return err
		}
		i.results = append(i.results, result)
		failed = failed || !result.OK
		if ctx.Err() != nil || !result.OK && !reads(i.operation) {
			break
		}
	}
	if len(targets) > 1 && i.operation != engine.Outputs {
		i.overview(targets)
	}
	if failed {
		return errReported
	}
	if i.flags.offline && i.flags.program == "" {
		_, _ = io.WriteString(i.text, i.style.Offline(i.operation, i.arguments(targets)))
	}
	return nil
}

// arguments are those by which the command line named the targets.
func (i *invocation) arguments(targets []engine.Target) string {
	if i.flags.all {
		return "--all"
	}
	var names []string
	for _, target := range targets {
		names = append(names, target.Stack)
	}
	return strings.Join(names, " ")
}

func reads(operation engine.Operation) bool {
	return operation.Plans() || operation == engine.Outputs
}

func (i *invocation) one(ctx context.Context, s *session, target engine.Target) (engine.Result, error) {
	protected, err := i.protected(ctx, s, target)
	if err != nil {
		return engine.Result{}, err
	}
	if len(protected) > 0 && !i.mayLift() {
		return i.refused(target, protected), nil
	}
	if i.asks() {
		result, agreed, err := i.confirm(ctx, s, target)
		if err != nil || !agreed {
			return result, err
		}
	}
	if len(protected) > 0 || i.flags.unprotect {
		if result, err := i.lift(ctx, s, target, protected); err != nil || !result.OK {
			return result, err
		}
	}
	return i.show(ctx, s, target, i.operation)
}

// show runs one operation with its progress, and draws what came of it.
func (i *invocation) show(
	ctx context.Context, s *session, target engine.Target, operation engine.Operation,
) (engine.Result, error) {
	live := newLive(i.text, i.style, operation, i.isTerminal())
	live.title = i.style.Title(operation, target.Stack, i.flags.offline)
	if i.printed {
		live.title = "\n" + live.title
	}
	result, err := s.engine.Run(ctx, operation, target, live.step)
	live.close()
	if err != nil {
		return result, err
	}
	// Faults of the configuration stand alone: nothing was begun that could be summed up.
	if result.OK || len(result.Resources) > 0 {
		live.begin()
		i.printed = true
		_, _ = io.WriteString(i.text, "\n"+i.style.Result(result))
	}
	_, _ = io.WriteString(i.deps.Stderr, i.style.Faults(result))
	return result, nil
}

// overview closes a run over several environments, and names those that were not reached.
func (i *invocation) overview(targets []engine.Target) {
	var notReached []string
	for _, target := range targets[len(i.results):] {
		notReached = append(notReached, target.Stack)
	}
	i.separate()
	_, _ = io.WriteString(i.text, i.style.Overview(i.results, notReached))
}

// separate puts an empty line between what was printed before and what comes now.
func (i *invocation) separate() {
	if i.printed {
		_, _ = io.WriteString(i.text, "\n")
	}
}

// document prints the results for machines: one of them, or a list when several environments were asked for.
func (i *invocation) document(err error) error {
	if err != nil && !errors.Is(err, errReported) {
		i.results = append(i.results, engine.Result{
			Operation: i.operation, Offline: i.flags.offline, Errors: []string{err.Error()},
		})
	}
	var document any = i.results
	if !i.flags.all && len(i.results) == 1 {
		document = i.results[0]
	}
	encoder := json.NewEncoder(i.deps.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return errors.Join(err, encoder.Encode(document))
}
