package userdata

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// File is one file that cloud-init writes, before it runs any command.
type File struct {
	// Path is where the file goes. Folders that are missing are made.
	Path string
	// Mode is its permissions in octal, such as "0644".
	Mode string
	// Content is what it holds: text, without control characters other than tabs and newlines.
	Content string
}

// Embedded is the named file of files, as it stands, to be written to path.
func Embedded(files fs.FS, name, path, mode string) (File, error) {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return File{}, err
	}
	return File{Path: path, Mode: mode, Content: string(content)}, nil
}

// plainWord is a word that YAML takes for text as it stands, unless it is in notText.
var (
	plainWord = regexp.MustCompile(`^(--)?[a-z][a-z.-]*$`)
	notText   = map[string]bool{
		"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
		"null": true,
	}
)

// Config is a #cloud-config document.
type Config struct {
	// Files are written in this order.
	Files []File
	// EveryBoot are commands that run early at every boot, before Files are written at the first.
	EveryBoot [][]string
	// Commands run once each at the end of the first boot, in this order and whether or not the one before
	// succeeded. Each is
	// a list of words, which no shell sees.
	Commands [][]string
}

// String writes YAML by hand: literal blocks keep a script readable in the console, and an
// indentation of one column leaves the bytes to the content.
func (c Config) String() string {
	var b strings.Builder
	b.WriteString("#cloud-config\nwrite_files:\n")
	for _, f := range c.Files {
		fmt.Fprintf(&b, "- path: %s\n  permissions: \"%s\"\n  content: %s", f.Path, f.Mode, block(f.Content))
	}
	writeCommands(&b, "bootcmd", c.EveryBoot)
	writeCommands(&b, "runcmd", c.Commands)
	return b.String()
}

// writeCommands quotes words as Go does, which YAML reads, where they are not plain text.
func writeCommands(b *strings.Builder, key string, commands [][]string) {
	if len(commands) == 0 {
		return
	}
	b.WriteString(key + ":\n")
	for _, command := range commands {
		words := make([]string, len(command))
		for i, word := range command {
			words[i] = word
			if !plainWord.MatchString(word) || notText[word] {
				words[i] = strconv.Quote(word)
			}
		}
		fmt.Fprintf(b, "- [%s]\n", strings.Join(words, ", "))
	}
}

// block is a literal block below a key that is two columns in. Its header says what a reader would
// otherwise guess wrong: where the first line begins, and how many newlines stand at the end.
func block(content string) string {
	header := "|"
	if strings.HasPrefix(strings.TrimLeft(content, "\n"), " ") {
		header += "1"
	}
	switch {
	case !strings.HasSuffix(content, "\n"):
		header += "-"
		content += "\n"
	case strings.HasSuffix(content, "\n\n"):
		header += "+"
	}
	return header + "\n" + indent(content)
}

func indent(content string) string {
	var b strings.Builder
	for line := range strings.Lines(content) {
		if line != "\n" {
			b.WriteString("   ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// Setting is one value that a script reads.
type Setting struct {
	// Name is the shell variable's.
	Name string
	// Value is given back to the script as it is, whatever characters it has.
	Value string
}

// Env writes a file of assignments that a POSIX shell can source and systemd can read.
func Env(settings ...Setting) string {
	var b strings.Builder
	for _, s := range settings {
		fmt.Fprintf(&b, "%s=%s\n", s.Name, Quote(s.Value))
	}
	return b.String()
}

// Quote makes one shell word of s, in which no character has a meaning.
func Quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
