package engine

import (
	"encoding/json"
	"strings"
	"time"
)

// Operation is what is done to a stack.
type Operation string

// The operations.
const (
	Preview Operation = "preview"
	Up      Operation = "up"
	Destroy Operation = "destroy"
	Outputs Operation = "outputs"
	// PreviewDestroy is the plan of a destroy.
	PreviewDestroy Operation = "preview-destroy"
)

// Plans says whether the operation only tells what another would do.
func (o Operation) Plans() bool { return o == Preview || o == PreviewDestroy }

// Op is what happens to one resource.
type Op string

// The ops, as a reader of a plan tells them apart.
const (
	OpCreate  Op = "create"
	OpUpdate  Op = "update"
	OpReplace Op = "replace"
	OpDelete  Op = "delete"
	OpSame    Op = "same"
	OpRead    Op = "read"
)

// Secret stands in the place of a secret value.
const Secret = "[secret]"

// Step is what an operation does, or did, to one resource.
type Step struct {
	URN  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
	Op   Op     `json:"op"`
	// Component is true for a component: a group of resources that is nothing by itself on AWS.
	Component bool `json:"component,omitempty"`
	// Failed is true if the cloud refused the step.
	Failed bool `json:"failed,omitempty"`
	// Parent is the URN of the parent, empty below the stack itself.
	Parent string `json:"-"`
	// Duration is the time from the start of the step to its end.
	Duration time.Duration `json:"-"`
	// Done is false while the step runs, or if it never finished.
	Done bool `json:"-"`
}

// Result is what came out of an operation on one stack.
type Result struct {
	Environment string    `json:"environment"`
	Offline     bool      `json:"offline"`
	Operation   Operation `json:"operation"`
	OK          bool      `json:"ok"`
	// Counts has the number of cloud resources per op. Components are not counted.
	Counts map[Op]int `json:"counts"`
	// Resources has components too, in the order in which they were first seen.
	Resources []Step `json:"resources"`
	// Outputs are the exports of the stack, with [Secret] in place of secret values. In a preview, what is only known
	// after an up is left out.
	Outputs    map[string]any `json:"outputs"`
	DurationMS int64          `json:"duration_ms"`
	// Errors are the faults, one per line, as a person should read them.
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings,omitempty"`
	// Notes say what an offline run did differently from a run on AWS.
	Notes []string `json:"notes,omitempty"`
	// Interrupted is true if the run was cancelled before it was finished.
	Interrupted bool `json:"interrupted,omitempty"`
}

// MarshalJSON writes empty lists and maps where there is nothing, so that a reader need not expect null.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	if r.Counts == nil {
		r.Counts = map[Op]int{}
	}
	if r.Resources == nil {
		r.Resources = []Step{}
	}
	if r.Outputs == nil {
		r.Outputs = map[string]any{}
	}
	if r.Errors == nil {
		r.Errors = []string{}
	}
	return json.Marshal(plain(r))
}

// Changes is the number of cloud resources that are, or would be, touched.
func (r Result) Changes() int {
	return r.Counts[OpCreate] + r.Counts[OpUpdate] + r.Counts[OpReplace] + r.Counts[OpDelete]
}

// Duration is how long the operation took.
func (r Result) Duration() time.Duration {
	return time.Duration(r.DurationMS) * time.Millisecond
}

// count fills Counts from Resources. Steps that failed or never finished do not count as done.
func (r *Result) count() {
	r.Counts = map[Op]int{}
	for _, step := range r.Resources {
		if !step.Component && step.Done && !step.Failed {
			r.Counts[step.Op]++
		}
	}
}

// fail adds fault lines, each once.
func (r *Result) fail(lines ...string) {
	r.OK = false
	r.Errors = appendNew(r.Errors, lines...)
}

func appendNew(list []string, lines ...string) []string {
	seen := map[string]bool{}
	for _, line := range list {
		seen[line] = true
	}
	for _, line := range lines {
		line = strings.TrimRight(line, " \t\r\n")
		if line != "" && !seen[line] {
			seen[line] = true
			list = append(list, line)
		}
	}
	return list
}
