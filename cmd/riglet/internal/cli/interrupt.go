package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// interruptible ends ctx at the first Ctrl-C, so that the engine stops cleanly, and closes force at the second.
func interruptible(ctx context.Context, stderr io.Writer) (context.Context, <-chan struct{}, func()) {
	ctx, cancel := context.WithCancel(ctx)
	force := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, open := <-signals; !open {
			return
		}
		_, _ = fmt.Fprintln(stderr, "\nstopping after the steps that run; once more to stop at once")
		cancel()
		if _, open := <-signals; open {
			// A third one ends this process at once, as if nobody listened.
			signal.Stop(signals)
			close(force)
		}
	}()
	return ctx, force, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}
