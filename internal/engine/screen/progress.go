package screen

import (
	"fmt"
	"time"

	"github.com/riglet/riglet/internal/engine"
)

// The columns of progress lines are fixed: a line is printed before the next one is known.
const (
	kindColumn = 34
	nameColumn = 40
	restColumn = 26
)

// kindOf is the type of a step, cut to the width of its column: a few types of S3 have names longer than any other.
func kindOf(step engine.Step) string {
	return Style{Width: kindColumn}.fit(engine.ShortType(step.Type), 0)
}

// Progress is the line of a finished step, without a line end. It is empty for steps that a reader need not see: those
// of components, and those that change nothing.
func (s Style) Progress(step engine.Step) string {
	if !step.Done || step.Component || step.Op == engine.OpSame {
		return ""
	}
	m := markOf(step.Op)
	if step.Failed {
		m = failed
	}
	column := nameColumn
	if s.Width > 0 {
		column = min(column, max(0, s.Width-kindColumn-restColumn))
	}
	name := step.Name
	if s.Width > 0 {
		name = Style{Width: column}.fit(name, 0)
	}
	return fmt.Sprintf("  %s %s  %s  %s %6s", s.paint(m.color, pad(m.symbol, 2)), pad(kindOf(step), kindColumn),
		pad(name, column), s.paint(m.color, pad(m.done, 9)), seconds(step.Duration))
}

// Counter is the live line below the progress lines.
func (s Style) Counter(operation engine.Operation, finished, running int, elapsed time.Duration) string {
	text := fmt.Sprintf("  %s: %d done, %d running, %s", operation, finished, running, seconds(elapsed))
	return s.paint(dim, s.fit(text, 0))
}
