package buildcontext_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/registry/internal/buildcontext"
	"github.com/riglet/riglet/internal/check"
)

// folder makes a folder with a Dockerfile and these files, by name.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "Dockerfile", "FROM scratch\n")
	for name, text := range files {
		write(t, dir, name, text)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func hash(t *testing.T, dir string) string {
	t.Helper()
	sum, err := buildcontext.Hash(dir, buildcontext.Dockerfile(dir))
	require.NoError(t, err)
	return sum
}

// A checkout of the same commit elsewhere and later gives the same.
func TestHash_isOfTheContentAlone(t *testing.T) {
	t.Parallel()
	files := map[string]string{"main.go": "package main", "a/b/c.txt": "c", ".dockerignore": "*.log\n"}
	one, other := folder(t, files), folder(t, files)
	long := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(filepath.Join(other, "main.go"), long, long))
	assert.Equal(t, hash(t, one), hash(t, other))
	assert.Len(t, hash(t, one), 64)
}

func TestHash_seesEveryChange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(t *testing.T, dir string)
	}{
		{"a content", func(t *testing.T, dir string) { t.Helper(); write(t, dir, "main.go", "package other") }},
		{"a new file", func(t *testing.T, dir string) { t.Helper(); write(t, dir, "a/new.txt", "") }},
		{"a file that is gone", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Remove(filepath.Join(dir, "a", "b.txt")))
		}},
		{"another name", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Rename(filepath.Join(dir, "a", "b.txt"), filepath.Join(dir, "a", "c.txt")))
		}},
		{"a program", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Chmod(filepath.Join(dir, "main.go"), 0o700))
		}},
		{"an empty folder", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "data"), 0o750))
		}},
		{"a link that leads elsewhere", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Remove(filepath.Join(dir, "link")))
			require.NoError(t, os.Symlink("main.go", filepath.Join(dir, "link")))
		}},
		{"the Dockerfile, though it is left out", func(t *testing.T, dir string) {
			t.Helper()
			write(t, dir, "Dockerfile", "FROM scratch\nUSER 1000\n")
		}},
		{"the .dockerignore", func(t *testing.T, dir string) {
			t.Helper()
			write(t, dir, ".dockerignore", "Dockerfile\n#\n")
		}},
		{"content that moves between files", func(t *testing.T, dir string) {
			t.Helper()
			write(t, dir, "main.go", "package ")
			write(t, dir, "a/b.txt", "mainb")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, map[string]string{"main.go": "package main", "a/b.txt": "b", ".dockerignore": "Dockerfile\n"})
			require.NoError(t, os.Symlink("a/b.txt", filepath.Join(dir, "link")))
			before := hash(t, dir)
			tt.change(t, dir)
			assert.NotEqual(t, before, hash(t, dir))
		})
	}
}

// The rules are those of Docker's reference, ".dockerignore file".
func TestHash_leavesOutWhatDockerDoes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, patterns, file string
		out                  bool
	}{
		{"a name", "secret.txt", "secret.txt", true},
		{"a name is of the top alone", "secret.txt", "a/secret.txt", false},
		{"a folder with all below it", "node_modules", "node_modules/a/b.js", true},
		{"a folder with a slash", "node_modules/", "node_modules/a.js", true},
		{"a slash in front", "/secret.txt", "secret.txt", true},
		{"a star", "*.log", "x.log", true},
		{"a star is of one level", "*.log", "a/x.log", false},
		{"a star for a level", "*/temp*", "a/temporary.txt", true},
		{"a star for one level of two", "*/temp*", "a/b/temp", false},
		{"two levels", "*/*/temp*", "a/b/temp", true},
		{"any level", "**/*.log", "a/b/x.log", true},
		{"any level is also none", "**/*.log", "x.log", true},
		{"two stars inside", "a/**/x", "a/b/c/x", true},
		{"two stars inside stand for nothing", "a/**/x", "a/x", true},
		{"one letter", "temp?", "tempa", true},
		{"one letter is not two", "temp?", "tempab", false},
		{"a class", "temp[0-9]", "temp7", true},
		{"not in the class", "temp[0-9]", "tempx", false},
		{"an exception", "*.md\n!README.md", "README.md", false},
		{"the last one decides", "*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
		{"an exception that comes too early", "!README.md\n*.md", "README.md", true},
		{"an exception within a folder", "a\n!a/keep.txt", "a/keep.txt", false},
		{"beside that exception", "a\n!a/keep.txt", "a/other.txt", true},
		{"a comment", "#secret.txt", "secret.txt", false},
		{"spaces around", "  secret.txt  ", "secret.txt", true},
		{"dots in a path", "a/../secret.txt", "secret.txt", true},
		{"a dot is a dot", "a.c", "abc", false},
		{"an escape", `\*.txt`, "x.txt", false},
		{"nothing", ".\n\n/", "a.txt", false},
		{"other letters", "grün/*", "grün/x", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, map[string]string{".dockerignore": tt.patterns, tt.file: "one"})
			before := hash(t, dir)
			write(t, dir, tt.file, "two")
			assert.Equal(t, tt.out, before == hash(t, dir))
		})
	}
}

// A file beside the Dockerfile takes the place of the folder's own.
func TestHash_prefersTheDockerfilesOwn(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		".dockerignore": "a.txt", "Dockerfile.dockerignore": "b.txt", "a.txt": "1", "b.txt": "1",
	})
	before := hash(t, dir)
	write(t, dir, "b.txt", "2")
	assert.Equal(t, before, hash(t, dir))
	write(t, dir, "a.txt", "2")
	assert.NotEqual(t, before, hash(t, dir))
}

func TestCheck_reports(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{".dockerignore": "a\n[", "file": ""})
	f := check.New("")
	buildcontext.Check(f, filepath.Join(dir, "missing"), "")
	buildcontext.Check(f, filepath.Join(dir, "file"), "")
	buildcontext.Check(f, dir, filepath.Join(dir, "Dockerfile.other"))
	var got []string
	for _, fault := range f.List() {
		got = append(got, fault.Error())
	}
	assert.Equal(t, []string{
		`context: want a folder, got ` + check.Quote(filepath.Join(dir, "missing")),
		`context: want a folder, got ` + check.Quote(filepath.Join(dir, "file")),
		`dockerfile: want a file, got ` + check.Quote(filepath.Join(dir, "Dockerfile.other")),
		`context: want a .dockerignore with patterns that can be read, got line 2: "[" is no pattern`,
	}, got)
	_, err := buildcontext.Hash(dir, buildcontext.Dockerfile(dir))
	assert.ErrorContains(t, err, `line 2: "[" is no pattern`)
}
