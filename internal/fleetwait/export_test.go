package fleetwait

import (
	"context"
	"time"
)

// SetClock gives a watcher a clock of the test's own, on which every pause is over at once.
func (w *Watcher) SetClock() {
	now := time.Unix(0, 0)
	w.now = func() time.Time { return now }
	w.pause = func(_ context.Context, d time.Duration) error {
		now = now.Add(d)
		return nil
	}
}
