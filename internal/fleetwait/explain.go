package fleetwait

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// maxShown is how many of a kind are shown: enough to know the cause, few enough to be read.
const maxShown = 3

// Logs are where instances write.
type Logs struct{ Group, Region string }

// explain is the error of a roll: what became of it on the first line, below that what AWS says of the instances,
// what was done, and where to read more.
func (w *Watcher) explain(ctx context.Context, want Want, state State, verdict Verdict, putBack bool) error {
	lines := []string{fmt.Sprintf("fleet %q: %s", want.Fleet, verdict.Text)}
	if verdict.Outcome == Gone {
		return errors.New(lines[0])
	}
	if verdict.Outcome == Failed {
		serving, _ := state.count(want.Version)
		lines = append(lines, fmt.Sprintf("%d of %d instances are of version %s and healthy at the balancer", serving,
			state.Group.Desired, want.Version))
	}
	lines = append(lines, state.unfit()...)
	if failures, err := w.api.Failures(ctx, want.Group); err == nil {
		lines = append(lines, distinct("launch failed: ", failures)...)
	}
	lines = append(lines, w.back(ctx, want, state, putBack))
	lines = append(lines, fmt.Sprintf("look: aws autoscaling describe-scaling-activities --region %s "+
		"--auto-scaling-group-name %s; aws logs tail %s --region %[1]s --since 1h", want.Logs.Region, want.Group,
		want.Logs.Group))
	next := "next: deploy a version that serves, or update again once the cause is gone"
	if want.Refreshes {
		next = "next: deploy a version that serves; to try this one again, `pulumi refresh` first"
	}
	lines = append(lines, next)
	return errors.New(strings.Join(lines, "\n  "))
}

// unfit are the instances of the group that the balancer does not find healthy, with its reasons.
func (s State) unfit() []string {
	found := map[string]Target{}
	for _, target := range s.Targets {
		found[target.ID] = target
	}
	var lines []string
	for _, one := range s.Group.Instances {
		target, registered := found[one.ID]
		switch {
		case len(lines) == maxShown:
			return append(lines, "and more")
		case target.State == healthy:
		case !registered:
			lines = append(lines, fmt.Sprintf("%s (version %s): %s, not at the balancer yet", one.ID, one.Version, one.State))
		default:
			lines = append(lines, because(fmt.Sprintf("%s (version %s): %s", one.ID, one.Version, target.State), target.Reason))
		}
	}
	return lines
}

// distinct are the first few of a list, each once.
func distinct(head string, list []string) []string {
	var lines []string
	seen := map[string]bool{}
	for _, one := range list {
		if !seen[one] && len(lines) < maxShown {
			seen[one] = true
			lines = append(lines, head+one)
		}
	}
	return lines
}

// back says which version serves, after telling the group to launch that one again.
func (w *Watcher) back(ctx context.Context, want Want, state State, putBack bool) string {
	serving := state.serving()
	switch {
	case serving == "":
		return "no instance of this group serves"
	case serving == want.Version:
		return "the instances that serve are of version " + serving
	case state.refreshing():
		return "version " + serving + " goes on serving; the refresh goes on too, and the next update waits for it"
	case !putBack || state.Group.Version == serving:
		return "version " + serving + " goes on serving"
	}
	if err := w.api.PutBack(ctx, want.Group, serving, want.MostPercent); err != nil {
		return fmt.Sprintf("version %s goes on serving, but the group launches version %s and could not be told "+
			"otherwise: %v", serving, state.Group.Version, err)
	}
	return fmt.Sprintf("version %s goes on serving, and the group launches that one again", serving)
}
