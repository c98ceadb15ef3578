package fleetwait

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// firstPause doubles up to longestPause: what is quick is seen at once, and an hour takes 240 looks.
	firstPause   = 400 * time.Millisecond
	longestPause = 15 * time.Second
	// noteEvery is how often whoever waits is told how far things are.
	noteEvery = time.Minute
	// patience is for how long AWS may not answer at all.
	patience = 5 * time.Minute
)

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

// poll looks until it is done or has failed, less and less often. A look that AWS did not answer does not count until
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
