package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrNotWritable says that the folder of offline runs cannot be written.
var ErrNotWritable = errors.New("no write permission")

// layout is the folder in which offline runs keep everything.
type layout struct{ root string }

// newLayout returns the layout of the project in root. Nothing is made yet.
func newLayout(root string) layout {
	return layout{root: filepath.Join(root, ".riglet")}
}

// cloud is the folder of the offline cloud.
func (l layout) cloud() string { return filepath.Join(l.root, "cloud") }

func (l layout) state() string { return filepath.Join(l.root, "state") }
func (l layout) home() string  { return filepath.Join(l.root, "home") }

func (l layout) programs() string { return filepath.Join(l.root, "programs") }

// work is the folder from which a stack is run. Programs of other projects have folders of their own.
func (l layout) work(target Target) string {
	if target.Project == ProjectName {
		return filepath.Join(l.root, "work", target.Stack)
	}
	return filepath.Join(l.root, "work", target.Project+"."+target.Stack)
}

// checkpoint is the file in which the backend keeps a stack; it exists once the stack does.
func (l layout) checkpoint(target Target) string {
	return filepath.Join(l.state(), ".pulumi", "stacks", target.Project, target.Stack+".json")
}

// locks is the folder in which the backend keeps the locks of a stack.
func (l layout) locks(target Target) string {
	return filepath.Join(l.state(), ".pulumi", "locks", "organization", target.Project, target.Stack)
}

// prepare makes the folders, and names the one that cannot be written.
func (l layout) prepare() error {
	for _, dir := range []string{l.root, l.cloud(), l.state(), l.home()} {
		if err := makeWritable(dir); err != nil {
			return err
		}
	}
	// The CLI leaves a log of each start and never removes one.
	return os.RemoveAll(filepath.Join(l.home(), "logs"))
}

func makeWritable(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return notWritable(dir, err)
	}
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return notWritable(dir, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func notWritable(dir string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("%w for %s (%w): offline runs keep their cloud and state there", ErrNotWritable, dir, err)
}
