package fleetwait_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/fleetwait"
)

var want = fleetwait.Want{
	Fleet: "web", Group: "g", TargetGroup: "tg", Version: "2", Refreshes: true, MostPercent: 110,
	Deadline: 10 * time.Minute, Logs: fleetwait.Logs{Group: "/logs", Region: "us-west-2"},
}

// of is a group of instances "version:state at the balancer", called i-0, i-1 and so on.
func of(version string, desired int, instances ...[2]string) fleetwait.State {
	state := fleetwait.State{Group: fleetwait.Group{Name: "g", Version: version, Desired: desired, Most: 10}}
	for i, one := range instances {
		id := fmt.Sprintf("i-%d", i)
		state.Group.Instances = append(state.Group.Instances, fleetwait.Instance{ID: id, Version: one[0], State: "InService"})
		if one[1] != "" {
			state.Targets = append(state.Targets, fleetwait.Target{ID: id, State: one[1], Reason: "Target.Timeout"})
		}
	}
	return state
}

func after(state fleetwait.State, refreshes ...fleetwait.Refresh) fleetwait.State {
	state.Refreshes = refreshes
	return state
}

var (
	oldOne = [2]string{"1", "healthy"}
	newOne = [2]string{"2", "healthy"}
	badOne = [2]string{"2", "unhealthy"}
)

func TestJudge(t *testing.T) {
	t.Parallel()
	refresh := func(status string) fleetwait.Refresh {
		return fleetwait.Refresh{ID: "r-2", Version: "2", Status: status, Percent: 50, Reason: "because."}
	}
	gone := of("2", 1)
	gone.Group.Status = "Delete in progress"
	tests := []struct {
		name string
		give fleetwait.State
		want fleetwait.Outcome
		text string
	}{
		{"all serve", of("2", 2, newOne, newOne), fleetwait.Serves, "2 of 2 instances of group g are of version 2"},
		{"more than wanted", of("2", 1, newOne, newOne), fleetwait.Serves, "2 of 1"},
		{"none wanted", of("2", 0), fleetwait.Serves, "0 of 0"},
		{"one is not healthy", of("2", 2, newOne, badOne), fleetwait.Waits, "1 of 2"},
		{"one is not registered", of("2", 1, [2]string{"2", ""}), fleetwait.Waits, "0 of 1"},
		{"draining does not serve", of("2", 1, [2]string{"2", "draining"}), fleetwait.Waits, "0 of 1"},
		{"under way", after(of("2", 2, oldOne, newOne), refresh("InProgress")), fleetwait.Waits, "to version 2 is 50 % done"},
		{
			"going back", after(of("2", 2, oldOne, newOne), refresh("RollbackInProgress")),
			fleetwait.Waits, "50 % done: because",
		},
		{"baking", after(of("2", 2, newOne, newOne), refresh("Baking")), fleetwait.Waits, "50 % done"},
		{"successful", after(of("2", 2, newOne, newOne), refresh("Successful")), fleetwait.Serves, "2 of 2"},
		{
			"failed", after(of("2", 2, oldOne, oldOne), refresh("Failed")),
			fleetwait.Failed, "version 2 failed at 50 %: because",
		},
		{"cancelled", after(of("2", 2, oldOne), refresh("Cancelled")), fleetwait.Failed, "was cancelled at 50 %"},
		{"rolled back", after(of("2", 2, oldOne), refresh("RollbackSuccessful")), fleetwait.Failed, "rolled back at 50 %"},
		{
			"rollback failed", after(of("2", 2, oldOne), refresh("RollbackFailed")),
			fleetwait.Failed, "its rollback too, at 50 %",
		},
		{
			"failed long ago", after(of("2", 1, newOne), fleetwait.Refresh{ID: "r-1", Status: "Failed"}),
			fleetwait.Serves, "1 of 1",
		},
		{
			"another version failed", after(of("2", 1, newOne), fleetwait.Refresh{ID: "r-0", Version: "1", Status: "Failed"}),
			fleetwait.Serves, "1 of 1",
		},
		{"nothing moves", of("2", 2, oldOne, oldOne), fleetwait.Idle, "2 are of another version and nothing replaces them"},
		{"put back", of("1", 1), fleetwait.Idle, "launches version 1 in place of 2"},
		{"being removed", gone, fleetwait.Gone, "is being removed (Delete in progress)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sought := want
			sought.Before = "r-1"
			verdict := fleetwait.Judge(tt.give, sought)
			assert.Equal(t, tt.want, verdict.Outcome, verdict.Text)
			assert.Contains(t, verdict.Text, tt.text)
		})
	}
}

// aws gives one answer after the other, the last one for ever.
type aws struct {
	states   []fleetwait.State
	errs     []error
	beside   []fleetwait.Group
	failures []string
	sized    int
	putBack  []string
	refusal  error
	looks    int
}

func (a *aws) now() fleetwait.State { return a.states[min(a.looks, len(a.states))-1] }

func (a *aws) Group(context.Context, string) (fleetwait.Group, error) {
	a.looks++
	if a.looks <= len(a.errs) && a.errs[a.looks-1] != nil {
		return fleetwait.Group{}, a.errs[a.looks-1]
	}
	return a.now().Group, nil
}

func (a *aws) Groups(context.Context, fleetwait.Tag) ([]fleetwait.Group, error) { return a.beside, nil }

func (a *aws) Refreshes(context.Context, string) ([]fleetwait.Refresh, error) {
	return a.now().Refreshes, nil
}

func (a *aws) Targets(context.Context, string) ([]fleetwait.Target, error) {
	return a.states[max(min(a.looks, len(a.states))-1, 0)].Targets, nil
}

func (a *aws) Failures(context.Context, string) ([]string, error) { return a.failures, nil }

func (a *aws) Resize(_ context.Context, _ string, count int) error {
	a.sized = count
	return nil
}

func (a *aws) PutBack(_ context.Context, group, version string, most int) error {
	a.putBack = append(a.putBack, fmt.Sprintf("%s to %s at %d %%", group, version, most))
	return a.refusal
}

func watch(a *aws) (*fleetwait.Watcher, *[]string) {
	var notes []string
	watcher := fleetwait.NewWatcher(a, func(text string) { notes = append(notes, text) })
	watcher.SetClock()
	return watcher, &notes
}

func TestWait_endsOnceAllServe(t *testing.T) {
	t.Parallel()
	a := &aws{states: []fleetwait.State{of("2", 2, newOne, badOne), of("2", 2, newOne, newOne)}}
	watcher, notes := watch(a)
	require.NoError(t, watcher.Wait(context.Background(), want))
	assert.Equal(t, 3, a.looks, "one good look may be of before")
	assert.Empty(t, *notes)
}

func TestWait_saysWhyNobodyServes(t *testing.T) {
	t.Parallel()
	a := &aws{
		states:   []fleetwait.State{of("2", 2, oldOne, badOne, badOne, badOne, badOne)},
		failures: []string{"no capacity", "no capacity", "quota"},
	}
	a.states[0].Group.Instances[0].State = "Terminating"
	watcher, notes := watch(a)
	err := watcher.Wait(context.Background(), want)
	require.EqualError(t, err, `fleet "web": 0 of 2 instances of group g are of version 2 and `+
		`healthy at the balancer after 10m0s
  i-1 (version 2): unhealthy: Target.Timeout
  i-2 (version 2): unhealthy: Target.Timeout
  i-3 (version 2): unhealthy: Target.Timeout
  and more
  launch failed: no capacity
  launch failed: quota
  no instance of this group serves
  look: aws autoscaling describe-scaling-activities --region us-west-2 --auto-scaling-group-name g; `+
		"aws logs tail /logs --region us-west-2 --since 1h\n"+
		"  next: deploy a version that serves; to try this one again, `pulumi refresh` first")
	assert.Greater(t, len(*notes), 5, "whoever waits is told")
	assert.Empty(t, a.putBack)
}

func TestWait_sitsThroughThrottling(t *testing.T) {
	t.Parallel()
	busy := fmt.Errorf("%w: slow down", fleetwait.ErrBusy)
	a := &aws{states: []fleetwait.State{of("2", 1, newOne)}, errs: slices.Repeat([]error{busy}, 12)}
	watcher, _ := watch(a)
	require.NoError(t, watcher.Wait(context.Background(), want))
	a = &aws{states: a.states, errs: slices.Repeat([]error{busy}, 1000)}
	watcher, _ = watch(a)
	require.ErrorContains(t, watcher.Wait(context.Background(), want), "slow down: no answer for 5m")
}

func TestWait_failsAtOnceWhereItCannotEndWell(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give error
		want string
	}{
		{fleetwait.ErrGone, `fleet "web": group g is not there any more: somebody deleted it`},
		{errors.New("AccessDenied: no"), `fleet "web": whether it serves cannot be told: AccessDenied: no`},
	} {
		a := &aws{states: []fleetwait.State{of("2", 1)}, errs: []error{tt.give}}
		watcher, _ := watch(a)
		require.EqualError(t, watcher.Wait(context.Background(), want), tt.want)
		assert.Equal(t, 1, a.looks)
	}
}

// AWS may not show yet what has begun: nothing that moves is a failure only after a while.
func TestWait_givesARefreshTimeToShow(t *testing.T) {
	t.Parallel()
	quiet := of("2", 1, oldOne)
	a := &aws{states: []fleetwait.State{quiet, quiet, quiet, of("2", 1, newOne)}}
	watcher, _ := watch(a)
	require.NoError(t, watcher.Wait(context.Background(), want))
	a = &aws{states: []fleetwait.State{quiet}}
	watcher, _ = watch(a)
	require.ErrorContains(t, watcher.Wait(context.Background(), want), "nothing replaces them")
	assert.Less(t, a.looks, 12, "the deadline is not waited for")
}

func TestWaitOrPutBack_launchesWhatServes(t *testing.T) {
	t.Parallel()
	failed := fleetwait.Refresh{ID: "r", Version: "2", Status: "Failed", Percent: 50}
	tests := []struct {
		name    string
		give    fleetwait.State
		refusal error
		putBack []string
		want    string
	}{
		{
			"the old one serves", after(of("2", 2, oldOne, oldOne, badOne), failed), nil,
			[]string{"g to 1 at 110 %"},
			"version 1 goes on serving, and the group launches that one again",
		},
		{
			"it is refused", after(of("2", 2, oldOne), failed), errors.New("no"),
			[]string{"g to 1 at 110 %"},
			"the group launches version 2 and could not be told otherwise: no",
		},
		{"AWS did it", after(of("1", 2, oldOne, oldOne), failed), nil, nil, "version 1 goes on serving\n"},
		{"the new one serves", after(of("2", 2, newOne), failed), nil, nil, "the instances that serve are of version 2"},
		{"nobody serves", after(of("2", 2, badOne), failed), nil, nil, "no instance of this group serves"},
		{
			"it still goes on", after(of("2", 2, oldOne), fleetwait.Refresh{Version: "2", Status: "InProgress"}), nil, nil,
			"the refresh goes on too, and the next update waits for it",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := &aws{states: []fleetwait.State{tt.give}, refusal: tt.refusal}
			watcher, _ := watch(a)
			require.ErrorContains(t, watcher.WaitOrPutBack(context.Background(), want), tt.want)
			assert.Equal(t, tt.putBack, a.putBack)
		})
	}
}

func TestSettled(t *testing.T) {
	t.Parallel()
	one, two := []fleetwait.Group{{Name: "g"}}, []fleetwait.Group{{Name: "f"}, {Name: "g"}}
	tests := []struct {
		name   string
		give   fleetwait.State
		beside []fleetwait.Group
		want   string
	}{
		{"all serve", of("2", 2, newOne, newOne), one, ""},
		{"one of two is being replaced", of("2", 2, newOne, badOne), one, ""},
		{"the same beside an earlier group", of("2", 2, newOne, badOne), two, "1 of 2 instances"},
		{"nobody serves", of("2", 2, badOne), one, "0 of 2 instances"},
		{"scaled to nothing", of("2", 0), one, ""},
		{"the old version serves", of("1", 1, oldOne), one, "1 are of another version"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			watcher, _ := watch(&aws{states: []fleetwait.State{tt.give}, beside: tt.beside})
			err := watcher.Settled(context.Background(), want, fleetwait.Tag{})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestCarry(t *testing.T) {
	t.Parallel()
	serving := of("1", 6, oldOne).Group
	serving.Name = "old"
	idle := of("1", 9, [2]string{"1", "unhealthy"}).Group
	idle.Name, idle.Instances[0].ID = "failed", "i-9"
	tests := []struct {
		name   string
		beside []fleetwait.Group
		want   int
	}{
		{"a first group", nil, 2},
		{"as many as serve", []fleetwait.Group{serving}, 6},
		{"not as many as do not", []fleetwait.Group{idle}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := &aws{states: []fleetwait.State{of("2", 2, oldOne)}, beside: tt.beside}
			watcher, _ := watch(a)
			count, err := watcher.Carry(context.Background(), want, fleetwait.Tag{})
			require.NoError(t, err)
			assert.Equal(t, tt.want, count)
			assert.Equal(t, tt.want != 2, a.sized == tt.want)
		})
	}
}
