package buildcontext

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// ignoreFile is read from the folder, and a file of that ending beside the Dockerfile is read in its place.
const ignoreFile = ".dockerignore"

// ignored is the patterns of a .dockerignore, in its order: the last one that matches decides.
type ignored []pattern

type pattern struct {
	match     *regexp.Regexp
	exception bool
}

func readIgnored(folder, dockerfile string) (ignored, error) {
	for _, name := range []string{dockerfile + ignoreFile, filepath.Join(folder, ignoreFile)} {
		document, err := os.ReadFile(name) //nolint:gosec // the folder is the caller's choice
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return parseIgnored(string(document))
	}
	return nil, nil
}

func parseIgnored(document string) (ignored, error) {
	var all ignored
	lines := bufio.NewScanner(strings.NewReader(strings.TrimPrefix(document, "\ufeff")))
	for n := 1; lines.Scan(); n++ {
		// Only a number sign in the first column begins a comment.
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(lines.Text(), "#") || line == "" {
			continue
		}
		one := pattern{}
		if rest, ok := strings.CutPrefix(line, "!"); ok {
			one.exception, line = true, strings.TrimSpace(rest)
		}
		line = strings.TrimPrefix(path.Clean(filepath.ToSlash(line)), "/")
		if line == "." || line == "" {
			continue
		}
		var err error
		if one.match, err = compile(line); err != nil {
			return nil, fmt.Errorf("line %d: %q is no pattern", n, line)
		}
		all = append(all, one)
	}
	return all, lines.Err()
}

// matches tells whether a name is left out of the build: by a pattern for itself or for a folder above it.
func (i ignored) matches(name string) bool {
	out := false
	for _, one := range i {
		if one.match.MatchString(name) {
			out = !one.exception
		}
	}
	return out
}

// exceptions tells whether something in a folder that is left out may go into the build after all.
func (i ignored) exceptions() bool {
	for _, one := range i {
		if one.exception {
			return true
		}
	}
	return false
}

// compile turns a pattern into an expression for the name and for whatever is below it: a star stays within one
// level, two stars reach over any number of them, and classes and escapes are Go's.
func compile(glob string) (*regexp.Regexp, error) {
	if _, err := filepath.Match(strings.ReplaceAll(glob, "**", "*"), "x"); err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString("^")
	for rest := glob; rest != ""; {
		var part string
		part, rest = next(rest)
		out.WriteString(part)
	}
	out.WriteString("(/.*)?$")
	return regexp.Compile(out.String())
}

// next translates what a pattern begins with, and returns the rest of it.
func next(glob string) (expression, rest string) {
	switch {
	case strings.HasPrefix(glob, "**/"):
		return "(.*/)?", glob[3:]
	case strings.HasPrefix(glob, "**"):
		return ".*", glob[2:]
	case glob[0] == '*':
		return "[^/]*", glob[1:]
	case glob[0] == '?':
		return "[^/]", glob[1:]
	case glob[0] == '[':
		end := strings.Index(glob[1:], "]") + 2
		return glob[:end], glob[end:]
	case glob[0] == '\\' && len(glob) > 1:
		return regexp.QuoteMeta(glob[1:2]), glob[2:]
	default:
		return regexp.QuoteMeta(glob[:1]), glob[1:]
	}
}
