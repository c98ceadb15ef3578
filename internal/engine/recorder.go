package engine

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

const stackType = "pulumi:pulumi:Stack"

// recorder keeps what the event stream of one operation tells. It is fed by one goroutine and read after that is done.
type recorder struct {
	observe  func(Step)
	byURN    map[string]*Step
	order    []string
	started  map[string]time.Time
	outputs  map[string]any
	warnings []string
	// resource are errors of single resources, general those of the run as a whole.
	resource []string
	general  []string
}

func newRecorder(observe func(Step)) *recorder {
	if observe == nil {
		observe = func(Step) {}
	}
	return &recorder{observe: observe, byURN: map[string]*Step{}, started: map[string]time.Time{}}
}

// record takes events until the operation is finished. The stream is closed by the Automation API when the CLI has
// sent all, but stays open if the CLI ended before it sent any.
func (r *recorder) record(stream <-chan events.EngineEvent, finished <-chan error) error {
	for {
		select {
		case event, open := <-stream:
			if !open {
				return <-finished
			}
			r.event(event)
		case err := <-finished:
			return err
		}
	}
}

func (r *recorder) event(event events.EngineEvent) {
	switch {
	case event.ResourcePreEvent != nil:
		r.start(event.ResourcePreEvent.Metadata)
	case event.ResOutputsEvent != nil:
		r.end(event.ResOutputsEvent.Metadata, false)
	case event.ResOpFailedEvent != nil:
		r.end(event.ResOpFailedEvent.Metadata, true)
	case event.DiagnosticEvent != nil:
		r.diagnostic(*event.DiagnosticEvent)
	}
}

func (r *recorder) start(meta apitype.StepEventMetadata) {
	if step := r.step(meta); step != nil {
		if _, running := r.started[meta.URN]; !running {
			r.started[meta.URN] = time.Now()
		}
		r.observe(*step)
	}
}

func (r *recorder) end(meta apitype.StepEventMetadata, failed bool) {
	if meta.Type == stackType {
		if meta.New != nil && meta.New.Outputs != nil {
			r.outputs = meta.New.Outputs
		}
		return
	}
	step := r.step(meta)
	if step == nil {
		return
	}
	step.Failed = step.Failed || failed
	step.Done = true
	if start, ok := r.started[meta.URN]; ok {
		step.Duration = time.Since(start)
	}
	r.observe(*step)
}

// step returns the step of the resource that an event is about, or nil if it is none that a reader cares about. A
// replacement comes as several steps, of which the reader sees one.
func (r *recorder) step(meta apitype.StepEventMetadata) *Step {
	if meta.Type == stackType || strings.HasPrefix(meta.Type, "pulumi:providers:") {
		return nil
	}
	op := opOf(meta.Op)
	step, ok := r.byURN[meta.URN]
	if !ok {
		step = &Step{URN: meta.URN, Type: meta.Type, Name: urn.URN(meta.URN).Name(), Op: op}
		r.byURN[meta.URN] = step
		r.order = append(r.order, meta.URN)
	}
	if step.Op != OpReplace {
		step.Op = op
	}
	for _, state := range []*apitype.StepEventStateMetadata{meta.Old, meta.New} {
		if state != nil {
			step.Component = !state.Custom
			step.Parent = parentOf(state.Parent)
		}
	}
	return step
}

// parentOf hides the stack, which is above everything.
func parentOf(parent string) string {
	if parent == "" || urn.URN(parent).Type() == stackType {
		return ""
	}
	return parent
}

func opOf(op apitype.OpType) Op {
	switch op { //nolint:exhaustive // the rest is named like ours
	case apitype.OpCreateReplacement, apitype.OpDeleteReplaced, apitype.OpReadReplacement,
		apitype.OpDiscardReplaced, apitype.OpImportReplacement:
		return OpReplace
	case apitype.OpReadDiscard, apitype.OpRefresh:
		return OpRead
	case apitype.OpImport:
		return OpCreate
	case apitype.OpRemovePendingReplace:
		return OpDelete
	}
	return Op(op)
}

// steps are the steps in the order of their start. After a success all are done: the engine reports the end of a
// component only if the component has outputs.
func (r *recorder) steps(success bool) []Step {
	steps := make([]Step, 0, len(r.order))
	for _, id := range r.order {
		step := *r.byURN[id]
		step.Done = step.Done || success
		steps = append(steps, step)
	}
	return steps
}

func (r *recorder) diagnostic(event apitype.DiagnosticEvent) {
	message := plainMessage(event.Message)
	if message == "" || event.Ephemeral {
		return
	}
	switch event.Severity {
	case "warning":
		r.warnings = appendNew(r.warnings, r.about(event.URN, message))
	case "error":
		if event.URN == "" || urn.URN(event.URN).Type() == stackType {
			r.general = appendNew(r.general, faultLines(message)...)
		} else {
			r.resource = appendNew(r.resource, r.about(event.URN, message))
		}
	}
}

// hasProblem is how the engine introduces what a provider finds wrong with a resource that is named already.
var hasProblem = regexp.MustCompile(`^\S+ resource '[^']*' has a problem: `)

// about puts the resource before a message, unless it is about none.
func (r *recorder) about(id, message string) string {
	if id == "" || urn.URN(id).Type() == stackType {
		return message
	}
	message = hasProblem.ReplaceAllString(strings.TrimPrefix(message, id+": "), "")
	return fmt.Sprintf("%s %s: %s", ShortType(string(urn.URN(id).Type())), urn.URN(id).Name(), message)
}

// errors are those of the resources, or those of the run when no resource failed: after a failed resource the run
// only repeats that it failed.
func (r *recorder) errors() []string {
	if len(r.resource) > 0 {
		return r.resource
	}
	return r.general
}
