package enginetest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// CLI returns the path of the real Pulumi CLI. A machine without it fails the test: a suite that skips what it is for
// proves nothing.
func CLI(tb testing.TB) string {
	tb.Helper()
	path := os.Getenv("RIGLET_PULUMI")
	if path == "" {
		_, file, _, _ := runtime.Caller(0)
		path = filepath.Join(filepath.Dir(file), "..", "..", "..", "bin", "pulumi")
	}
	if _, err := os.Stat(path); err != nil {
		tb.Fatalf("no Pulumi CLI at %s: run `make tools`, or set RIGLET_PULUMI", path)
	}
	return path
}

// Environ is an environment in which the CLI is found and which holds credentials that must not get through.
func Environ(tb testing.TB) []string {
	tb.Helper()
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GOFLAGS=" + os.Getenv("GOFLAGS"),
		"RIGLET_PULUMI=" + CLI(tb),
		"AWS_SECRET_ACCESS_KEY=example", "AWS_PROFILE=production",
		"PULUMI_ACCESS_TOKEN=example", "PULUMI_BACKEND_URL=https://backend.example.com",
	}
}

// Repo makes a checkout with the given stack files, by name of the environment.
func Repo(tb testing.TB, stacks map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	Write(tb, filepath.Join(dir, "Pulumi.yaml"), "name: riglet\nruntime: go\n")
	for name, text := range stacks {
		Write(tb, filepath.Join(dir, "Pulumi."+name+".yaml"), text)
	}
	return dir
}

// Write writes a file.
func Write(tb testing.TB, path, text string) {
	tb.Helper()
	require.NoError(tb, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(tb, os.WriteFile(path, []byte(text), 0o600))
}

// Read reads a file.
func Read(tb testing.TB, path string) string {
	tb.Helper()
	data, err := os.ReadFile(path) //nolint:gosec // a file of the test's own
	require.NoError(tb, err)
	return string(data)
}
