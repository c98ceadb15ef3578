package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/engine"
)

// Title is the line above a run.
func (s Style) Title(operation engine.Operation, environment string, offline bool) string {
	where := "AWS"
	if offline {
		where = "offline"
	}
	verb := string(operation)
	if operation == engine.PreviewDestroy {
		verb = "destroy (plan)"
	}
	return s.paint(bold, fmt.Sprintf("%s %s", verb, environment)) + s.paint(dim, "  "+where) + "\n"
}

// Result draws what came out of a run. The faults of one that failed are not part of it, see [Style.Faults].
func (s Style) Result(result engine.Result) string {
	var blocks []string
	if result.Operation != engine.Outputs && result.Changes() > 0 || s.anyFailed(result) {
		blocks = append(blocks, s.Tree(result.Resources))
	}
	network, rest := s.Network(result.Outputs)
	services, rest := s.Services(rest)
	switch result.Operation {
	case engine.Preview:
		// Of the other outputs a plan knows a few at most, and generated names will be others in the end.
		blocks = append(blocks, network, services)
	case engine.Up, engine.Outputs:
		blocks = append(blocks, network, services, s.Outputs(rest))
	case engine.Destroy, engine.PreviewDestroy, engine.Unprotect:
	}
	blocks = append(blocks, s.remarks(result), s.closing(result))
	return paragraphs(blocks)
}

func (s Style) anyFailed(result engine.Result) bool {
	for _, step := range result.Resources {
		if step.Failed {
			return true
		}
	}
	return false
}

func paragraphs(blocks []string) string {
	var filled []string
	for _, block := range blocks {
		if block != "" {
			filled = append(filled, block)
		}
	}
	return strings.Join(filled, "\n")
}

// remarks are the warnings of the program, and what an offline run did differently.
func (s Style) remarks(result engine.Result) string {
	var out strings.Builder
	for _, text := range result.Warnings {
		out.WriteString(s.paint(yellow, "warning: ") + hang(text, "         ") + "\n")
	}
	for _, text := range result.Notes {
		out.WriteString(s.paint(dim, "note: ") + text + "\n")
	}
	return out.String()
}

// hang indents the lines of a text below its first.
func hang(text, indent string) string {
	return strings.ReplaceAll(text, "\n", "\n"+indent)
}

// closing says how it ended.
func (s Style) closing(result engine.Result) string {
	sentence := sentenceOf(result)
	if sentence == "" {
		return ""
	}
	return s.paint(bold, sentence) + "\n"
}

// Offline is the last line of an offline run. The arguments are those of the command line.
func (s Style) Offline(operation engine.Operation, arguments string) string {
	said := "Offline: nothing on AWS was touched."
	if operation == engine.Outputs {
		said = "Offline: this is what the offline cloud holds."
	}
	return s.paint(dim, fmt.Sprintf("%s The same on AWS: riglet %s %s", said, operation, arguments)) + "\n"
}

func sentenceOf(result engine.Result) string {
	took := seconds(result.Duration())
	if !result.OK {
		return fmt.Sprintf("Failed: %s in %s", Counts(result), took)
	}
	switch result.Operation {
	case engine.Outputs:
		if len(result.Outputs) == 0 {
			return fmt.Sprintf("No outputs: %s is not up", result.Environment)
		}
		return ""
	case engine.Preview, engine.PreviewDestroy:
		return fmt.Sprintf("Plan: %s (%s)", Counts(result), took)
	case engine.Up, engine.Destroy, engine.Unprotect:
		return fmt.Sprintf("Done: %s in %s", Counts(result), took)
	}
	return ""
}

// Counts says in words how many resources were, or would be, touched.
func Counts(result engine.Result) string {
	var parts []string
	for _, op := range order() {
		n := result.Counts[op]
		if n == 0 {
			continue
		}
		words := markOf(op).done
		if result.Operation.Plans() {
			words = markOf(op).plan
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, words))
	}
	failures := 0
	for _, step := range result.Resources {
		if step.Failed && !step.Component {
			failures++
		}
	}
	if failures > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", failures))
	}
	if result.OK && result.Changes() == 0 {
		parts = append([]string{"nothing " + nothing(result.Operation)}, parts...)
	}
	if len(parts) == 0 {
		return "nothing done"
	}
	return strings.Join(parts, ", ")
}

func nothing(operation engine.Operation) string {
	switch operation {
	case engine.Preview:
		return "to do"
	case engine.Destroy, engine.PreviewDestroy, engine.Unprotect:
		return "to destroy"
	case engine.Up, engine.Outputs:
	}
	return "changed"
}

// failure says how far a failed run came, or how many faults kept it from starting.
func failure(result engine.Result) string {
	if len(result.Resources) > 0 {
		return Counts(result)
	}
	if len(result.Errors) == 1 {
		return "1 fault"
	}
	return fmt.Sprintf("%d faults", len(result.Errors))
}

// Faults draws the faults of a run that failed, one per line, as they are: each stands alone.
func (s Style) Faults(result engine.Result) string {
	var out strings.Builder
	for _, text := range result.Errors {
		out.WriteString(s.paint(red, hang(text, "    ")) + "\n")
	}
	return out.String()
}

// Overview is the closing table of a run over several environments. Those that were not reached come last.
func (s Style) Overview(results []engine.Result, notReached []string) string {
	names := slices.Clone(notReached)
	for _, result := range results {
		names = append(names, result.Environment)
	}
	column := widest(names)
	var out strings.Builder
	for _, result := range results {
		text, color := Counts(result), green
		if !result.OK {
			text, color = "failed: "+failure(result), red
		}
		fmt.Fprintf(&out, "%s  %s  %s\n", pad(result.Environment, column), s.paint(color, pad(text, 32)),
			seconds(result.Duration()))
	}
	for _, name := range notReached {
		fmt.Fprintf(&out, "%s  %s\n", pad(name, column), s.paint(dim, "not reached"))
	}
	return out.String()
}
