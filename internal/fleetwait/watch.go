package fleetwait

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Want is what should serve.
type Want struct {
	// Fleet is what the fleet is called in messages.
	Fleet string
	// Group is the Auto Scaling group, TargetGroup the ARN of where its instances are registered.
	Group, TargetGroup string
	// Version is the version of the launch template that every instance should be of.
	Version string
	// Before is the newest refresh from before the update: that one says nothing about it.
	Before string
	// Refreshes is whether the one group replaces its instances, in place of another group that takes its place.
	Refreshes bool
	// MostPercent is how many of the wanted instances there may be while they are replaced.
	MostPercent int
	// Deadline is how long it may take.
	Deadline time.Duration
	// Logs are where the instances write.
	Logs Logs
}

// Watcher waits. Its zero value is not usable: see NewWatcher.
type Watcher struct {
	api  API
	note func(string)
	// pause waits, or returns early with the context's error.
	pause func(context.Context, time.Duration) error
	now   func() time.Time
}

// NewWatcher is a watcher that tells note from time to time how far things are.
func NewWatcher(api API, note func(string)) *Watcher {
	return &Watcher{api: api, note: note, pause: sleep, now: time.Now}
}

const (
	// settling is for how long nothing may move before it counts: AWS answers from copies that lag behind.
	settling = 30 * time.Second
	// goodLooks is how many good answers in turn count: the first may be from before the update.
	goodLooks = 2
)

// Wait returns nil once as many instances as there should be are of the wanted version and healthy at the balancer,
// and otherwise an error that says why they are not.
func (w *Watcher) Wait(ctx context.Context, want Want) error {
	return w.wait(ctx, want, waiting{settling, false})
}

// WaitOrPutBack is Wait, and where the roll fails lets the group launch the version that serves.
func (w *Watcher) WaitOrPutBack(ctx context.Context, want Want) error {
	return w.wait(ctx, want, waiting{settling, true})
}

// waiting is how to wait.
type waiting struct {
	// settling is for how long nothing may move.
	settling time.Duration
	// putBack is whether a group whose roll failed is told to launch the version that serves.
	putBack bool
}

func (w *Watcher) wait(ctx context.Context, want Want, how waiting) error {
	good := 0
	var idle time.Time
	return w.poll(ctx, want.Deadline, func(waited time.Duration) (bool, string, error) {
		state, err := w.look(ctx, want)
		if err != nil {
			return false, "", unreachable(want, err)
		}
		verdict := Judge(state, want)
		if verdict.Outcome == Serves {
			good++
			return good >= goodLooks, verdict.Text, nil
		}
		good = 0
		if verdict.Outcome != Idle {
			idle = time.Time{}
		} else if idle.IsZero() {
			idle = w.now()
		}
		stuck := verdict.Outcome == Idle && w.now().Sub(idle) >= how.settling
		switch {
		case verdict.Outcome == Failed, verdict.Outcome == Gone, stuck:
		case waited >= want.Deadline:
			verdict.Text += fmt.Sprintf(" after %s", want.Deadline)
		default:
			return false, verdict.Text, nil
		}
		return false, "", w.explain(ctx, want, state, verdict, how.putBack)
	})
}

// look asks for everything at once.
func (w *Watcher) look(ctx context.Context, want Want) (State, error) {
	var state State
	var err error
	if state.Group, err = w.api.Group(ctx, want.Group); err != nil {
		return state, err
	}
	if state.Refreshes, err = w.api.Refreshes(ctx, want.Group); err != nil {
		return state, err
	}
	state.Targets, err = w.api.Targets(ctx, want.TargetGroup)
	return state, err
}

// Latest is the newest refresh of a group, or nil.
func (w *Watcher) Latest(ctx context.Context, group string) (*Refresh, error) {
	var latest *Refresh
	err := w.poll(ctx, patience, func(time.Duration) (bool, string, error) {
		refreshes, err := w.api.Refreshes(ctx, group)
		if errors.Is(err, ErrGone) {
			return true, "", nil
		}
		if err == nil && len(refreshes) > 0 {
			latest = &refreshes[0]
		}
		return err == nil, "", err
	})
	return latest, err
}

// Settled looks at a group to which nothing was done. While a roll goes on, or an earlier one has left a group beside
// this one, it waits for the end. Otherwise an instance that is being replaced is no fault, and none that serves, or
// one of another version, is.
func (w *Watcher) Settled(ctx context.Context, want Want, tag Tag) error {
	wait := false
	err := w.poll(ctx, patience, func(time.Duration) (bool, string, error) {
		groups, err := w.api.Groups(ctx, tag)
		if err != nil {
			return false, "", unreachable(want, err)
		}
		state, err := w.look(ctx, want)
		if err != nil {
			return false, "", unreachable(want, err)
		}
		serving, _ := state.count(want.Version)
		verdict := Judge(state, want)
		wait = len(groups) > 1 || verdict.Outcome != Waits && verdict.Outcome != Serves ||
			state.refreshing() || serving == 0 && state.Group.Desired > 0
		return true, "", nil
	})
	if err != nil || !wait {
		return err
	}
	// Nothing was changed that AWS could be late to show. Nobody was there when a refresh failed that went on alone.
	return w.wait(ctx, want, waiting{putBack: want.Refreshes})
}

func unreachable(want Want, err error) error {
	switch {
	case errors.Is(err, ErrGone):
		return fmt.Errorf("fleet %q: group %s is not there any more: somebody deleted it", want.Fleet, want.Group)
	case errors.Is(err, ErrBusy):
		return err
	}
	return fmt.Errorf("fleet %q: whether it serves cannot be told: %w", want.Fleet, err)
}
