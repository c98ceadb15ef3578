package cli

import (
	"os"
	"slices"

	"golang.org/x/term"

	"github.com/riglet/riglet/internal/engine/screen"
)

// isTerminal says whether a person is at the other end of a stream.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func (i *invocation) isTerminal() bool { return isTerminal(i.text) }

// styleOf uses colours and cuts lines on terminals only: what is piped or kept is kept whole.
func styleOf(stream any, environ []string) screen.Style {
	if !isTerminal(stream) {
		return screen.Style{}
	}
	style := screen.Style{Color: wantsColor(environ)}
	if file, ok := stream.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			style.Width = width
		}
	}
	return style
}

// wantsColor follows https://no-color.org.
func wantsColor(environ []string) bool {
	return !slices.ContainsFunc(environ, func(entry string) bool {
		return len(entry) > len("NO_COLOR=") && entry[:len("NO_COLOR=")] == "NO_COLOR=" || entry == "TERM=dumb"
	})
}
