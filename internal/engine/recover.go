package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Key names a resource of a cloud.
type Key struct{ Type, ID string }

// Reconcile removes from the offline cloud the resources whose URN begins with prefix and that are not known, and
// returns how many these were. A killed run leaves them: made, but not noted in the state.
type Reconcile func(prefix string, known map[Key]bool) (int, error)

// ReconcileWith makes offline runs start from a cloud that matches their state.
func (e *Engine) ReconcileWith(reconcile Reconcile) { e.reconcile = reconcile }

// checkpoint is the part of a state file that recovery needs.
type checkpoint struct {
	Checkpoint struct {
		Latest *struct {
			Resources []struct {
				Type string `json:"type"`
				ID   string `json:"id"`
			} `json:"resources"`
			Pending []json.RawMessage `json:"pending_operations"`
		} `json:"latest"`
	} `json:"checkpoint"`
}

// recover brings state and cloud together again after a run that was killed. After any other run it only reads a file.
func (r *run) recover(ctx context.Context) error {
	data, err := os.ReadFile(r.engine.layout.checkpoint(r.target))
	if err != nil {
		return err
	}
	var state checkpoint
	if err := json.Unmarshal(data, &state); err != nil {
		return fmt.Errorf("%s: %w", r.engine.layout.checkpoint(r.target), err)
	}
	known := map[Key]bool{}
	pending := 0
	if latest := state.Checkpoint.Latest; latest != nil {
		pending = len(latest.Pending)
		for _, resource := range latest.Resources {
			known[Key{resource.Type, resource.ID}] = true
		}
	}
	if pending > 0 {
		if err := r.forgetPending(ctx); err != nil {
			return err
		}
	}
	return r.reconcile(known)
}

func (r *run) reconcile(known map[Key]bool) error {
	if r.engine.reconcile == nil {
		return nil
	}
	count, err := r.engine.reconcile(fmt.Sprintf("urn:pulumi:%s::%s::", r.target.Stack, r.target.Project), known)
	if count > 0 {
		r.result.Notes = append(r.result.Notes, fmt.Sprintf(
			"an earlier run was killed: %s removed from the offline cloud, which it had not noted yet",
			plural(count, "resource", "resources")))
	}
	return err
}

// forgetPending drops the operations that a killed run had begun. On AWS a person must look what became of them;
// the offline cloud is asked instead.
func (r *run) forgetPending(ctx context.Context) error {
	file := filepath.Join(r.workspace.WorkDir(), "state.json")
	_, stderr, _, err := r.pulumi(ctx, "stack", "export", "--stack", r.target.Stack, "--file", file)
	if err != nil {
		return cliError(stderr, err)
	}
	if err := dropPending(file); err != nil {
		return err
	}
	_, stderr, _, err = r.pulumi(ctx, "stack", "import", "--stack", r.target.Stack, "--file", file)
	return errors.Join(cliError(stderr, err), os.Remove(file))
}

func dropPending(file string) error {
	data, err := os.ReadFile(file) //nolint:gosec // a file of the offline state
	if err != nil {
		return err
	}
	var export, deployment map[string]json.RawMessage
	if err := json.Unmarshal(data, &export); err != nil {
		return err
	}
	if err := json.Unmarshal(export["deployment"], &deployment); err != nil {
		return err
	}
	delete(deployment, "pending_operations")
	if export["deployment"], err = json.Marshal(deployment); err != nil {
		return err
	}
	if data, err = json.Marshal(export); err != nil {
		return err
	}
	return os.WriteFile(file, data, fs.FileMode(0o600))
}
