//go:build unix

package engine

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from the CLI: it would count as a second interrupt beside the one that the run
// sends, and the engine would drop what it is doing.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
