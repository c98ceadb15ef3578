package rollout

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Want is what should run.
type Want struct {
	Ref

	// TaskDefinition is the ARN of the revision.
	TaskDefinition string
	// Logs are where its containers write.
	Logs Logs
	// Deadline is how long it may take.
	Deadline time.Duration
}

// Logs are where containers write.
type Logs struct{ Group, Region string }

// String says how to read them.
func (l Logs) String() string {
	return fmt.Sprintf("log group %s in %s: aws logs tail %[1]s --region %[2]s --since 1h", l.Group, l.Region)
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

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

const (
	// firstPause doubles up to longestPause: what is quick is seen at once, and two hundred services at the same time
	// stay below the 20 calls a second that ECS takes.
	firstPause   = 400 * time.Millisecond
	longestPause = 15 * time.Second
	// notes come this often.
	noteEvery = time.Minute
	// settling is for how long another revision may show before it counts: ECS answers from copies that lag behind.
	settling = 20 * time.Second
	// patience is for how long ECS may not answer at all.
	patience = 5 * time.Minute
	// goodLooks is how many good answers in turn count: the first may be from before the update.
	goodLooks = 2
)

// Wait returns nil once the service runs what is wanted with as many tasks as it should, and otherwise an error that
// says why it does not: what ECS says, what its tasks ended of, and where to read more.
func (w *Watcher) Wait(ctx context.Context, want Want) error {
	return w.watch(ctx, want, goodLooks, settling)
}

// Check is Wait for a service that nobody has changed just now: one good look is enough, and what shows counts. It
// waits for a deployment that is still under way, such as that of an update that was interrupted.
func (w *Watcher) Check(ctx context.Context, want Want) error { return w.watch(ctx, want, 1, 0) }

func (w *Watcher) watch(ctx context.Context, want Want, looks int, settling time.Duration) error {
	good := 0
	return w.poll(ctx, want.Deadline, func(waited time.Duration) (bool, string, error) {
		service, err := w.api.Service(ctx, want.Ref)
		if err != nil {
			return false, "", w.unreachable(want, err)
		}
		verdict := Judge(service, want.TaskDefinition)
		switch {
		case verdict.Outcome == Runs:
			good++
			return good >= looks, verdict.Text, nil
		case verdict.Outcome == Waits, verdict.Outcome == Replaced && waited < settling:
			good = 0
			if waited >= want.Deadline {
				verdict.Text += fmt.Sprintf(" after %s", want.Deadline)
				return false, "", w.explain(ctx, want, service, verdict)
			}
			return false, verdict.Text, nil
		}
		return false, "", w.explain(ctx, want, service, verdict)
	})
}

func (w *Watcher) unreachable(want Want, err error) error {
	switch {
	case errors.Is(err, ErrGone):
		return fmt.Errorf("service %q: it is not there any more: somebody deleted it", want.Name)
	case errors.Is(err, ErrBusy):
		return err
	}
	return fmt.Errorf("service %q: whether it runs cannot be told: %w", want.Name, err)
}

// poll looks until it is done or has failed, less and less often. A look that ECS did not answer does not count until
// there were too many of them; the last look is at the deadline.
func (w *Watcher) poll(
	ctx context.Context, deadline time.Duration, look func(waited time.Duration) (bool, string, error),
) error {
	start, pause := w.now(), firstPause
	answered, noted := start, start
	for {
		waited := w.now().Sub(start)
		done, text, err := look(waited)
		switch {
		case err == nil && done:
			return nil
		case err != nil && !errors.Is(err, ErrBusy):
			return err
		case err == nil:
			answered = w.now()
		case w.now().Sub(answered) >= patience || waited >= deadline:
			return fmt.Errorf("%w: no answer for %s", err, w.now().Sub(answered).Round(time.Second))
		}
		if w.now().Sub(noted) >= noteEvery && text != "" {
			noted = w.now()
			w.note(fmt.Sprintf("%s (%s)", text, waited.Round(time.Second)))
		}
		if err := w.pause(ctx, min(pause, max(deadline-waited, firstPause))); err != nil {
			return err
		}
		pause = min(2*pause, longestPause)
	}
}
