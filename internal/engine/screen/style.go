package screen

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/riglet/riglet/internal/engine"
)

// Style is what the screen can show.
type Style struct {
	// Width is the number of columns. Zero: no limit.
	Width int
	// Color allows ANSI colours.
	Color bool
}

const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	purple = "35"
)

func (s Style) paint(code, text string) string {
	if !s.Color || code == "" || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// fit cuts text to the columns that are left after used ones.
func (s Style) fit(text string, used int) string {
	left := s.Width - used
	if s.Width == 0 || utf8.RuneCountInString(text) <= left {
		return text
	}
	if left <= 1 {
		return ""
	}
	return string([]rune(text)[:left-1]) + "…"
}

func pad(text string, width int) string {
	if missing := width - utf8.RuneCountInString(text); missing > 0 {
		return text + strings.Repeat(" ", missing)
	}
	return text
}

func widest(texts []string) int {
	width := 0
	for _, text := range texts {
		width = max(width, utf8.RuneCountInString(text))
	}
	return width
}

// mark is how an op is shown: its symbol, its colour, and the words for a plan and for what was done.
type mark struct{ symbol, color, plan, done string }

func markOf(op engine.Op) mark {
	switch op {
	case engine.OpCreate:
		return mark{"+", green, "to create", "created"}
	case engine.OpUpdate:
		return mark{"~", yellow, "to update", "updated"}
	case engine.OpReplace:
		return mark{"+-", purple, "to replace", "replaced"}
	case engine.OpDelete:
		return mark{"-", red, "to delete", "deleted"}
	case engine.OpRead:
		return mark{">", dim, "to read", "read"}
	case engine.OpSame:
		return mark{"=", dim, "unchanged", "unchanged"}
	}
	return mark{"?", dim, string(op), string(op)}
}

var failed = mark{"!", red, "failed", "failed"} //nolint:gochecknoglobals // a constant that Go cannot spell

// order is that of counts in a sentence.
func order() []engine.Op {
	return []engine.Op{
		engine.OpCreate, engine.OpUpdate, engine.OpReplace, engine.OpDelete, engine.OpRead, engine.OpSame,
	}
}

// seconds is a duration as short as a reader needs it.
func seconds(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
}
