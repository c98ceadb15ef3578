package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/screen"
)

// live prints progress: a line per finished step and, on a terminal, a counter below them. A plan has no lines, since
// its tree follows a moment later.
type live struct {
	out       io.Writer
	style     screen.Style
	operation engine.Operation
	counter   bool
	title     string
	begun     sync.Once
	start     time.Time
	stop      chan struct{}
	stopped   sync.WaitGroup

	mutex    sync.Mutex
	running  map[string]bool
	finished map[string]bool
}

const tick = 200 * time.Millisecond

func newLive(out io.Writer, style screen.Style, operation engine.Operation, terminal bool) *live {
	l := &live{
		out: out, style: style, operation: operation, start: time.Now(), stop: make(chan struct{}),
		counter: terminal && operation != engine.Outputs,
		running: map[string]bool{}, finished: map[string]bool{},
	}
	if l.counter {
		l.stopped.Go(l.tick)
	}
	return l
}

func (l *live) tick() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
			l.mutex.Lock()
			l.redraw("")
			l.mutex.Unlock()
		}
	}
}

// step takes one report of the engine.
func (l *live) step(step engine.Step) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if step.Component {
		return
	}
	if !step.Done {
		l.running[step.URN] = true
		return
	}
	delete(l.running, step.URN)
	l.finished[step.URN] = true
	if text := l.style.Progress(step); text != "" && !l.operation.Plans() {
		l.begin()
		l.redraw(text + "\n")
	}
}

// redraw writes a line above the counter. The counter itself is only drawn where it can be wiped again.
func (l *live) redraw(text string) {
	if !l.counter {
		_, _ = io.WriteString(l.out, text)
		return
	}
	counter := l.style.Counter(l.operation, len(l.finished), len(l.running), time.Since(l.start))
	_, _ = fmt.Fprintf(l.out, "\r\x1b[K%s%s", text, counter)
}

// begin prints the title, once there is something to print below it.
func (l *live) begin() {
	l.begun.Do(func() { l.redraw(l.title) })
}

func (l *live) close() {
	close(l.stop)
	l.stopped.Wait()
	if l.counter {
		l.counter = false
		_, _ = io.WriteString(l.out, "\r\x1b[K")
	}
}
