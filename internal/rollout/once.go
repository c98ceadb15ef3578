package rollout

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Run runs a task to its end. The error says how it ended, where it did not end well.
func (w *Watcher) Run(ctx context.Context, once Once, logs Logs, deadline time.Duration) error {
	var arn string
	return w.poll(ctx, deadline, func(waited time.Duration) (bool, string, error) {
		if arn == "" {
			var err error
			if arn, err = w.api.Start(ctx, once); err != nil {
				return false, "", started(once, err)
			}
		}
		task, err := w.api.Task(ctx, once.Cluster, arn)
		switch {
		case errors.Is(err, ErrGone):
			// A task that was started a moment ago may not be seen everywhere yet.
			task.Status, err = "PENDING", nil
		case err != nil:
			return false, "", err
		}
		switch {
		case task.Status == stopped:
			return true, "", once.ended(task, logs)
		case waited >= deadline:
			return false, "", fmt.Errorf("task %s: it is still %s after %s and is left alone\n  logs: %s",
				Revision(arn), task.Status, deadline, logs)
		}
		return false, fmt.Sprintf("%v: %s", once.Command, task.Status), err
	})
}

func started(once Once, err error) error {
	if errors.Is(err, ErrBusy) {
		return err
	}
	return fmt.Errorf("%v did not start: %w", once.Command, err)
}

// ended is nil for a task whose container ran and ended with 0.
func (o Once) ended(task Task, logs Logs) error {
	for _, c := range task.Containers {
		if c.Name == o.Container && c.Exit != nil && *c.Exit == 0 {
			return nil
		}
	}
	return fmt.Errorf("%v failed: %s\n  logs: %s", o.Command, task.end(), logs)
}

// Bound sets the number of a service's tasks to one between low and high, where it is another.
func (w *Watcher) Bound(ctx context.Context, at Ref, low, high int) error {
	return w.poll(ctx, patience, func(time.Duration) (bool, string, error) {
		service, err := w.api.Service(ctx, at)
		if errors.Is(err, ErrGone) || err == nil && service.Status != active {
			return true, "", nil
		}
		count := min(max(service.Desired, low), high)
		if err == nil && count != service.Desired {
			err = w.api.Resize(ctx, at, count)
		}
		if err != nil && !errors.Is(err, ErrBusy) {
			return false, "", fmt.Errorf("service %q: its number of tasks cannot be set: %w", at.Name, err)
		}
		return err == nil, "", err
	})
}
