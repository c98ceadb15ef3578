package journal_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox/journal"
)

func read(t *testing.T, dir string) (*journal.Journal, []string) {
	t.Helper()
	var lines []string
	j, err := journal.Open(dir, func(line json.RawMessage) error {
		lines = append(lines, string(line))
		return nil
	})
	require.NoError(t, err)
	return j, lines
}

func TestJournal_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, lines := read(t, dir)
	assert.Empty(t, lines)
	require.NoError(t, j.Append(1))
	require.NoError(t, j.Append("two"))
	require.NoError(t, j.Close())

	j, lines = read(t, dir)
	assert.Equal(t, []string{`1`, `"two"`}, lines)
	require.NoError(t, j.Compact([]any{3}))
	require.NoError(t, j.Append(4))
	require.NoError(t, j.Close())

	j, lines = read(t, dir)
	assert.Equal(t, []string{`3`, `4`}, lines)
	require.NoError(t, j.Close())
}

func TestJournal_drops_a_torn_line(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cloud.jsonl"), []byte("1\n{\"tor"), 0o600))
	j, lines := read(t, dir)
	assert.Equal(t, []string{`1`}, lines)
	require.NoError(t, j.Append(2))
	require.NoError(t, j.Close())
	j, lines = read(t, dir)
	assert.Equal(t, []string{`1`, `2`}, lines)
	require.NoError(t, j.Close())
}

func TestJournal_names_a_bad_line_and_gives_the_folder_back(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cloud.jsonl"), []byte("1\n2\n"), 0o600))
	bad := errors.New("bad")
	_, err := journal.Open(dir, func(line json.RawMessage) error {
		return map[string]error{"2": bad}[string(line)]
	})
	require.ErrorIs(t, err, bad)
	require.ErrorContains(t, err, "line 2: bad")
	j, _ := read(t, dir)
	require.NoError(t, j.Close())
}

func TestJournal_says_why_a_folder_cannot_be_made(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := journal.Open(filepath.Join(file, "cloud"), nil)
	require.ErrorContains(t, err, "sandbox folder: ")
}
