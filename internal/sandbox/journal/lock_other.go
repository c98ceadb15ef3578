//go:build !unix

package journal

import (
	"fmt"
	"os"
)

// takeLock only opens the file: two processes on one folder are not told apart
// on systems without flock.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("sandbox lock: %w", err)
	}
	return f, nil
}
