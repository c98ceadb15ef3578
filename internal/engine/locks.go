package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
)

// lockFiles are the locks of a stack in the offline backend.
func lockFiles(dir string) []string {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil
	}
	return files
}

// anyAlive says whether the process behind one of the locks still runs.
func anyAlive(files []string) bool {
	for _, file := range files {
		data, err := os.ReadFile(file) //nolint:gosec // a file of the offline state
		if err != nil {
			continue
		}
		var lock struct {
			PID int `json:"pid"`
		}
		if json.Unmarshal(data, &lock) == nil && alive(lock.PID) {
			return true
		}
	}
	return false
}

func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	return err == nil && pid > 0 && process.Signal(syscall.Signal(0)) == nil
}
