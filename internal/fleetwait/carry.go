package fleetwait

import (
	"context"
	"fmt"
	"time"
)

// Carry gives a new group as many instances as the group beside it has that serves, so that scaling goes on from
// there, and returns how many it has then. A first group has what it was made with.
func (w *Watcher) Carry(ctx context.Context, want Want, tag Tag) (int, error) {
	count := 0
	err := w.poll(ctx, patience, func(time.Duration) (bool, string, error) {
		groups, err := w.api.Groups(ctx, tag)
		if err != nil {
			return false, "", unreachable(want, err)
		}
		targets, err := w.api.Targets(ctx, want.TargetGroup)
		if err != nil {
			return false, "", unreachable(want, err)
		}
		group, err := w.api.Group(ctx, want.Group)
		if err != nil {
			return false, "", unreachable(want, err)
		}
		count = min(max(group.Desired, most(groups, want.Group, targets)), max(group.Most, group.Desired))
		if count != group.Desired {
			if err := w.api.Resize(ctx, want.Group, count); err != nil {
				return false, "", unreachable(want, err)
			}
			w.note(fmt.Sprintf("the new group gets %d instances, as many as the one that serves has", count))
		}
		return true, "", nil
	})
	return count, err
}

// most is the largest number of instances that a group beside this one has, of those that serve.
func most(groups []Group, except string, targets []Target) int {
	count := 0
	for _, group := range groups {
		state := State{Group: group, Targets: targets}
		if group.Name != except && group.Status == "" && state.serving() != "" {
			count = max(count, group.Desired)
		}
	}
	return count
}
