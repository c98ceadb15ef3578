package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// do runs the operation, on a stack that it makes first if there is none and the caller wants that.
func (r *run) do(ctx context.Context) error {
	err := r.once(ctx)
	if err == nil || !r.engine.options.CreateMissing || !missing(err) {
		return err
	}
	if err := r.create(ctx); err != nil {
		return err
	}
	return r.once(ctx)
}

// missing says whether the error is that the backend does not have the stack.
func missing(err error) bool {
	return auto.IsSelectStack404Error(err) || strings.Contains(err.Error(), "no stack named")
}

// once runs the operation and records its events until the engine is done.
func (r *run) once(ctx context.Context) error {
	stack, err := auto.SelectStack(ctx, r.target.Stack, r.workspace)
	if err != nil {
		return err
	}
	stream := make(chan events.EngineEvent)
	finished := make(chan error, 1)
	go func() { finished <- r.operate(ctx, &stack, stream) }()
	return r.recorder.record(stream, finished)
}

func (r *run) operate(ctx context.Context, stack *auto.Stack, stream chan<- events.EngineEvent) error {
	var err error
	switch r.operation {
	case Preview:
		_, err = stack.Preview(ctx, optpreview.EventStreams(stream))
	case Up:
		_, err = stack.Up(ctx, optup.EventStreams(stream))
	case Destroy:
		_, err = stack.Destroy(ctx, optdestroy.EventStreams(stream))
	case PreviewDestroy:
		_, err = stack.PreviewDestroy(ctx, optdestroy.EventStreams(stream))
	case Unprotect:
		err = r.unprotect(ctx, stack, stream)
	case Outputs:
		err = r.readOutputs(ctx)
	}
	return err
}

// readOutputs asks for the outputs with secrets masked, in one start of the CLI.
func (r *run) readOutputs(ctx context.Context) error {
	stdout, stderr, _, err := r.pulumi(ctx, "stack", "output", "--json", maskedOutputs, "--stack", r.target.Stack)
	if err != nil {
		return cliError(stderr, err)
	}
	return json.Unmarshal([]byte(stdout), &r.recorder.outputs)
}

// finish turns what was recorded into the result.
func (r *run) finish(ctx context.Context, err error) {
	r.result.Resources = r.recorder.steps(err == nil)
	r.result.Outputs = plainOutputs(r.recorder.outputs)
	r.result.Warnings = r.recorder.warnings
	r.result.count()
	if err == nil {
		return
	}
	r.result.OK = false
	if ctx.Err() != nil {
		r.result.Interrupted = true
		r.result.fail(fmt.Sprintf("interrupted: the state is saved, run `riglet %s %s` again to go on",
			r.operation, r.target.Stack))
		return
	}
	r.result.fail(r.faults(err)...)
}

// faults are the lines that say what went wrong, from the best source that has any: the program, the resources, the
// CLI.
func (r *run) faults(err error) []string {
	if lines := r.ownFaults(); len(lines) > 0 {
		return append(lines, r.recorder.resource...)
	}
	if lines := r.recorder.errors(); len(lines) > 0 {
		return lines
	}
	return []string{r.explain(err)}
}

// ownFaults are what the program returned. After a resource has failed, the engine cancels what the program still
// waits for; that it says so is an echo, not a fault.
func (r *run) ownFaults() []string {
	if r.fault == nil {
		return nil
	}
	lines := strings.Split(r.fault.Error(), "\n")
	if len(r.recorder.resource) == 0 {
		return lines
	}
	return slices.DeleteFunc(lines, func(line string) bool {
		return strings.Contains(line, "context canceled") || strings.Contains(line, "code = Canceled")
	})
}

// explain turns what the CLI wrote into one line that says what to do.
func (r *run) explain(err error) string {
	message := err.Error()
	switch {
	case missing(err):
		return fmt.Sprintf("no stack %s in your backend: run `riglet up %[1]s` to make it", r.target.Stack)
	case auto.IsConcurrentUpdateError(err):
		return fmt.Sprintf("another run holds the stack %s: wait for it, or if it is dead run `pulumi cancel -s %[1]s`",
			r.target.Stack)
	case strings.Contains(message, "PULUMI_ACCESS_TOKEN"):
		return "not logged in to a Pulumi backend: run `pulumi login`, or pass --offline"
	}
	var fault cliFault
	if errors.As(err, &fault) {
		return fault.Error()
	}
	_, stderr, _ := strings.Cut(message, "stderr: ")
	return cliError(stderr, errors.New(strings.SplitN(message, "\n", 2)[0])).Error()
}

// unlock removes the locks of the stack if there are any. The offline cloud is held by one process at a time, so what
// still holds a lock now is an engine whose parent was killed: it is given a moment to notice that its provider is
// gone.
func (r *run) unlock(ctx context.Context) error {
	dir := r.engine.layout.locks(r.target)
	files := lockFiles(dir)
	for tries := 0; anyAlive(files) && tries < 20; tries++ {
		time.Sleep(250 * time.Millisecond)
		files = lockFiles(dir)
	}
	if len(files) == 0 {
		return nil
	}
	_, stderr, _, err := r.pulumi(ctx, "cancel", "--yes", "--stack", r.target.Stack)
	r.result.Notes = append(r.result.Notes, "an earlier run was killed: its lock is removed")
	return cliError(stderr, err)
}
