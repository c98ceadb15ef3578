// Package journal keeps an append-only file of JSON lines in a folder that one
// process owns at a time.
//
// A step appends one line, so the cost of a step does not grow with what is
// already kept. The file is rewritten only when its owner compacts it.
package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrLocked says that another process owns the folder.
var ErrLocked = errors.New("the sandbox folder is in use by another process")

const (
	fileName = "cloud.jsonl"
	lockName = "cloud.lock"
	fileMode = 0o600
	dirMode  = 0o700
)

// Journal is an open journal. It is not safe for concurrent use.
type Journal struct {
	dir  string
	lock *os.File
	file *os.File
}

// Open creates the folder if need be, takes it, and hands each line kept in it
// to replay. A torn last line, left by a process that died while writing, is
// dropped. It returns ErrLocked when another process owns the folder.
func Open(dir string, replay func(line json.RawMessage) error) (*Journal, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("sandbox folder: %w", err)
	}
	lock, err := takeLock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	j := &Journal{dir: dir, lock: lock}
	if err := j.load(replay); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return j, nil
}

func (j *Journal) load(replay func(json.RawMessage) error) error {
	f, err := os.OpenFile(j.path(), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return fmt.Errorf("sandbox journal: %w", err)
	}
	whole, err := replayLines(f, replay)
	if err == nil {
		err = f.Truncate(whole)
	}
	if err == nil {
		_, err = f.Seek(whole, io.SeekStart)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("sandbox journal %s: %w", j.path(), err), f.Close())
	}
	j.file = f
	return nil
}

// replayLines returns the length of the part that consists of whole lines.
func replayLines(r io.Reader, replay func(json.RawMessage) error) (int64, error) {
	br := bufio.NewReader(r)
	var whole int64
	for n := 1; ; n++ {
		line, err := br.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil {
			return whole, err
		}
		if err := replay(json.RawMessage(bytes.TrimSpace(line))); err != nil {
			return whole, fmt.Errorf("line %d: %w", n, err)
		}
		whole += int64(len(line))
	}
}

// Append writes one entry as one line.
func (j *Journal) Append(entry any) error {
	line, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("sandbox journal: %w", err)
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("sandbox journal: %w", err)
	}
	return nil
}

// Compact replaces all lines by the given entries, in one step: whoever reads
// after a crash sees either the old lines or the new ones.
func (j *Journal) Compact(entries []any) error {
	next, err := os.OpenFile(j.path()+".next", os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return fmt.Errorf("sandbox journal: %w", err)
	}
	if err := writeAll(next, entries); err != nil {
		return errors.Join(fmt.Errorf("sandbox journal: %w", err), next.Close())
	}
	if err := os.Rename(next.Name(), j.path()); err != nil {
		return errors.Join(fmt.Errorf("sandbox journal: %w", err), next.Close())
	}
	old := j.file
	j.file = next
	return old.Close()
}

func writeAll(f *os.File, entries []any) error {
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for _, e := range entries {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// Close gives the folder back.
func (j *Journal) Close() error {
	return errors.Join(j.file.Sync(), j.file.Close(), j.lock.Close())
}

func (j *Journal) path() string { return filepath.Join(j.dir, fileName) }
