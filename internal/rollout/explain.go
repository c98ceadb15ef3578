package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// How much of what ECS says is shown: enough to know the cause, few enough to be read.
const (
	maxEvents = 3
	maxEnds   = 3
)

// explain is the error of a deployment: what became of it on the first line, what ECS says of it below, and where to
// read more.
func (w *Watcher) explain(ctx context.Context, want Want, service Service, verdict Verdict) error {
	lines := []string{fmt.Sprintf("service %q: %s", want.Name, verdict.Text)}
	tasks, err := w.api.Stopped(ctx, want.Ref)
	if err == nil {
		lines = append(lines, ends(tasks, want.TaskDefinition)...)
	}
	lines = append(lines, history(service, verdict)...)
	lines = append(lines, "logs: "+want.Logs.String())
	if verdict.Outcome == RolledBack || verdict.Outcome == Failed {
		lines = append(lines, "next: deploy a revision that runs; to try this one again, `pulumi refresh` first")
	}
	return errors.New(strings.Join(lines, "\n  "))
}

// ends are the ways in which tasks of a revision ended, the most frequent first.
func ends(tasks []Task, taskDefinition string) []string {
	counts := map[string]int{}
	var ways []string
	for _, task := range tasks {
		if task.TaskDefinition != taskDefinition {
			continue
		}
		way := task.end()
		if counts[way] == 0 {
			ways = append(ways, way)
		}
		counts[way]++
	}
	slices.SortStableFunc(ways, func(a, b string) int { return counts[b] - counts[a] })
	var lines []string
	for _, way := range ways[:min(len(ways), maxEnds)] {
		lines = append(lines, fmt.Sprintf("%d stopped: %s", counts[way], way))
	}
	return lines
}

// end is why a task stopped, with what its containers have to say.
func (t Task) end() string {
	var parts []string
	for _, c := range t.Containers {
		switch {
		case c.Exit != nil && c.Reason != "":
			parts = append(parts, fmt.Sprintf("%s exited with %d, %s", c.Name, *c.Exit, c.Reason))
		case c.Exit != nil:
			parts = append(parts, fmt.Sprintf("%s exited with %d", c.Name, *c.Exit))
		case c.Reason != "":
			parts = append(parts, c.Name+": "+c.Reason)
		}
	}
	if len(parts) == 0 {
		return t.Reason
	}
	return fmt.Sprintf("%s (%s)", t.Reason, strings.Join(parts, "; "))
}

// history is what happened since the deployment began and is more than its coming and going.
func history(service Service, verdict Verdict) []string {
	var lines []string
	for _, event := range service.Events {
		if len(lines) == maxEvents {
			break
		}
		old := verdict.Deployment != nil && event.At.Before(verdict.Deployment.Created)
		if !old && !plainEvent(event.Message) {
			lines = append(lines, "event: "+event.Message)
		}
	}
	return lines
}

// plainEvent tells the events that every deployment has.
func plainEvent(message string) bool {
	return slices.ContainsFunc([]string{
		"has reached a steady state", "has started", "registered ", "has begun draining", "has stopped",
		"deployment completed",
	}, func(plain string) bool { return strings.Contains(message, plain) }) &&
		!strings.Contains(message, "unhealthy")
}
