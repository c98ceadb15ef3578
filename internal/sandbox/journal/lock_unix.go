//go:build unix

package journal

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// takeLock uses flock, which the kernel drops when the process dies, so that a
// crash never leaves a folder locked.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode) //nolint:gosec // the folder is the caller's own
	if err != nil {
		return nil, fmt.Errorf("sandbox lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrLocked
	}
	return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
}
