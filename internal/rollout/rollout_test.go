package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/rollout"
)

const (
	oldTask = "arn:aws:ecs:us-west-2:123456789012:task-definition/shop:6"
	newTask = "arn:aws:ecs:us-west-2:123456789012:task-definition/shop:7"
)

// answer is what a fake ECS says once.
type answer struct {
	service rollout.Service
	err     error
}

// fake gives its answers in turn, and the last one for ever.
type fake struct {
	answers []answer
	looks   int
	stopped []rollout.Task
	tasks   []rollout.Task
	starts  []error
	sizes   []int
}

func (f *fake) Service(context.Context, rollout.Ref) (rollout.Service, error) {
	at := min(f.looks, len(f.answers)-1)
	f.looks++
	return f.answers[at].service, f.answers[at].err
}

func (f *fake) Stopped(context.Context, rollout.Ref) ([]rollout.Task, error) { return f.stopped, nil }

func (f *fake) Start(context.Context, rollout.Once) (string, error) {
	if len(f.starts) > 0 {
		err := f.starts[0]
		f.starts = f.starts[1:]
		return "", err
	}
	return "arn:aws:ecs:us-west-2:123456789012:task/rig/abc", nil
}

func (f *fake) Task(context.Context, string, string) (rollout.Task, error) {
	if len(f.tasks) == 0 {
		return rollout.Task{}, rollout.ErrGone
	}
	task := f.tasks[0]
	if len(f.tasks) > 1 {
		f.tasks = f.tasks[1:]
	}
	return task, nil
}

func (f *fake) Resize(_ context.Context, _ rollout.Ref, count int) error {
	f.sizes = append(f.sizes, count)
	return nil
}

func deployment(task, status, state string, running int) rollout.Deployment {
	return rollout.Deployment{
		Status: status, TaskDefinition: task, State: state, Running: running, Desired: 2, Created: time.Unix(100, 0),
	}
}

func service(deployments ...rollout.Deployment) answer {
	return answer{service: rollout.Service{Status: "ACTIVE", Desired: 2, Deployments: deployments}}
}

func good() answer    { return service(deployment(newTask, "PRIMARY", "COMPLETED", 2)) }
func pending() answer { return service(deployment(newTask, "PRIMARY", "IN_PROGRESS", 0)) }

func failedWith(state, status, reason string) rollout.Deployment {
	d := deployment(newTask, status, state, 0)
	d.Reason, d.Fails = reason, 3
	return d
}

func goingBack() rollout.Deployment {
	d := deployment(oldTask, "PRIMARY", "IN_PROGRESS", 2)
	d.Reason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1."
	return d
}

const gaveUp = "ECS deployment circuit breaker: tasks failed to start."

// wait runs a watcher on a fake, and returns how long it took by its own clock.
func wait(f *fake, notes *[]string) error {
	note := func(text string) {
		if notes != nil {
			*notes = append(*notes, text)
		}
	}
	return rollout.NewWatcher(f, note).Instant().Wait(context.Background(), rollout.Want{
		Ref: rollout.Ref{Cluster: "rig", Name: "shop"}, TaskDefinition: newTask,
		Logs: rollout.Logs{Group: "acme-shop", Region: "us-west-2"}, Deadline: 15 * time.Minute,
	})
}

func TestWait_endsOnceEverythingRuns(t *testing.T) {
	t.Parallel()
	f := &fake{answers: []answer{
		service(deployment(oldTask, "PRIMARY", "COMPLETED", 2)), // a copy that lags behind
		pending(), service(deployment(newTask, "PRIMARY", "COMPLETED", 1)), good(),
	}}
	require.NoError(t, wait(f, nil))
	assert.Equal(t, 5, f.looks, "one good answer is not enough: it may be an old one")
}

func TestWait_tellsHowFarItIs(t *testing.T) {
	t.Parallel()
	var answers []answer
	for range 20 {
		answers = append(answers, pending())
	}
	var notes []string
	require.NoError(t, wait(&fake{answers: append(answers, good())}, &notes))
	require.NotEmpty(t, notes)
	assert.Regexp(t, `^0 of 2 tasks of shop:7 run \(1m\d+s\)$`, notes[0])
}

func TestWait_fails(t *testing.T) {
	t.Parallel()
	lost := service(deployment(oldTask, "PRIMARY", "COMPLETED", 2))
	tests := []struct {
		name string
		give []answer
		want []string
	}{
		{
			"rolled back",
			[]answer{pending(), service(goingBack(), failedWith("FAILED", "ACTIVE", gaveUp))},
			[]string{`service "shop": the deployment of shop:7 was rolled back to shop:6: ECS deployment circuit breaker: ` +
				`tasks failed to start; ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1`},
		},
		{
			"rolled back, and forgotten",
			[]answer{pending(), lost},
			[]string{`service "shop": shop:6 runs in place of shop:7: the deployment was rolled back, or another one took ` +
				`its place`},
		},
		{
			"the first",
			[]answer{pending(), service(failedWith("FAILED", "PRIMARY", gaveUp))},
			[]string{`service "shop": the deployment of shop:7 failed: ECS deployment circuit breaker: tasks failed to start`},
		},
		{
			"never healthy",
			[]answer{service(failedWith("IN_PROGRESS", "PRIMARY", ""))},
			[]string{`service "shop": 0 of 2 tasks of shop:7 run, 3 failed to start after 15m0s`},
		},
		{
			"deleted",
			[]answer{pending(), {err: fmt.Errorf("x: %w", rollout.ErrGone)}},
			[]string{`service "shop": it is not there any more: somebody deleted it`},
		},
		{
			"going",
			[]answer{{service: rollout.Service{Status: "DRAINING"}}},
			[]string{`service "shop": it is being removed (DRAINING)`},
		},
		{
			"forbidden",
			[]answer{{err: errors.New("AccessDeniedException: no")}},
			[]string{`service "shop": whether it runs cannot be told: AccessDeniedException: no`},
		},
		{
			"no answer for long",
			[]answer{{err: fmt.Errorf("%w: ThrottlingException", rollout.ErrBusy)}},
			[]string{"ECS is busy: ThrottlingException: no answer for 5m"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := wait(&fake{answers: tt.give}, nil)
			for _, text := range tt.want {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

// What ECS said is below the first line: why tasks ended, what happened since, where the logs are.
func TestWait_explains(t *testing.T) {
	t.Parallel()
	one, code := 1, 137
	broken := service(goingBack(), failedWith("FAILED", "ACTIVE", gaveUp))
	broken.service.Events = []rollout.Event{
		{At: time.Unix(200, 0), Message: "(service shop) (task abc) failed container health checks."},
		{At: time.Unix(190, 0), Message: "(service shop) has started 2 tasks: (task abc)."},
		{At: time.Unix(50, 0), Message: "(service shop) was unable to place a task, long ago."},
	}
	f := &fake{answers: []answer{broken}, stopped: []rollout.Task{
		{TaskDefinition: oldTask, Reason: "Scaling activity initiated"},
		{TaskDefinition: newTask, Reason: "CannotPullContainerError: not found"},
		{TaskDefinition: newTask, Reason: "Essential container in task exited", Containers: []rollout.Container{
			{Name: "shop", Exit: &one},
		}},
		{TaskDefinition: newTask, Reason: "Essential container in task exited", Containers: []rollout.Container{
			{Name: "shop", Exit: &one},
		}},
		{TaskDefinition: newTask, Reason: "Task stopped", Containers: []rollout.Container{
			{Name: "shop", Exit: &code, Reason: "OutOfMemoryError: Container killed"},
		}},
	}}
	err := wait(f, nil)
	require.Error(t, err)
	assert.Equal(t, []string{
		"  2 stopped: Essential container in task exited (shop exited with 1)",
		"  1 stopped: CannotPullContainerError: not found",
		"  1 stopped: Task stopped (shop exited with 137, OutOfMemoryError: Container killed)",
		"  event: (service shop) (task abc) failed container health checks.",
		"  logs: log group acme-shop in us-west-2: aws logs tail acme-shop --region us-west-2 --since 1h",
		"  next: deploy a revision that runs; to try this one again, `pulumi refresh` first",
	}, strings.Split(err.Error(), "\n")[1:])
}

// ECS that is busy for a while is asked again.
func TestWait_standsThrottling(t *testing.T) {
	t.Parallel()
	busy := answer{err: fmt.Errorf("%w: ThrottlingException", rollout.ErrBusy)}
	require.NoError(t, wait(&fake{answers: []answer{busy, busy, pending(), busy, busy, busy, good(), busy, good()}}, nil))
}

func TestWait_stopsWhenToldTo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := rollout.NewWatcher(&fake{answers: []answer{pending()}}, func(string) {}).Wait(ctx, rollout.Want{
		TaskDefinition: newTask, Deadline: time.Minute,
	})
	require.ErrorIs(t, err, context.Canceled)
}

// A check looks once: what runs in place of the wanted revision is a fault.
func TestCheck_looksOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give answer
		want string
	}{
		{good(), ""},
		{service(deployment(oldTask, "PRIMARY", "COMPLETED", 2)), "shop:6 runs in place of shop:7"},
		{service(failedWith("FAILED", "PRIMARY", gaveUp)), "the deployment of shop:7 failed"},
		{answer{err: rollout.ErrGone}, "it is not there any more"},
	} {
		f := &fake{answers: []answer{tt.give}}
		err := rollout.NewWatcher(f, func(string) {}).Instant().Check(context.Background(), rollout.Want{
			Ref: rollout.Ref{Name: "shop"}, TaskDefinition: newTask, Deadline: time.Minute,
		})
		if tt.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, tt.want)
		}
		assert.Equal(t, 1, f.looks)
	}
}

// An update that was interrupted has left a deployment under way: the next one waits for its end.
func TestCheck_waitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	f := &fake{answers: []answer{pending(), service(deployment(newTask, "PRIMARY", "COMPLETED", 0)), good()}}
	want := rollout.Want{Ref: rollout.Ref{Name: "shop"}, TaskDefinition: newTask, Deadline: time.Minute}
	require.NoError(t, rollout.NewWatcher(f, func(string) {}).Instant().Check(context.Background(), want))
	assert.Equal(t, 3, f.looks)
	f = &fake{answers: []answer{service(deployment(newTask, "PRIMARY", "COMPLETED", 0))}}
	err := rollout.NewWatcher(f, func(string) {}).Instant().Check(context.Background(), want)
	require.ErrorContains(t, err, "0 of 2 tasks of shop:7 run after 1m0s")
}

func TestRun_waitsForTheEnd(t *testing.T) {
	t.Parallel()
	ended := func(code int) rollout.Task {
		return rollout.Task{
			Status: "STOPPED", Reason: "Essential container in task exited",
			Containers: []rollout.Container{{Name: "shop", Exit: &code}},
		}
	}
	running := rollout.Task{Status: "RUNNING"}
	busy := fmt.Errorf("%w: later", rollout.ErrBusy)
	tests := []struct {
		name string
		give fake
		want string
	}{
		{"well", fake{tasks: []rollout.Task{running, ended(0)}}, ""},
		{"after a while", fake{starts: []error{busy, busy}, tasks: []rollout.Task{ended(0)}}, ""},
		{"badly", fake{tasks: []rollout.Task{running, ended(2)}}, "[migrate up] failed: Essential container in task exited " +
			"(shop exited with 2)\n  logs: log group acme-shop in us-west-2"},
		{
			"never begun",
			fake{tasks: []rollout.Task{{Status: "STOPPED", Reason: "CannotPullContainerError"}}},
			"[migrate up] failed: CannotPullContainerError",
		},
		{"not started", fake{starts: []error{errors.New("RESOURCE:MEMORY")}}, "[migrate up] did not start: RESOURCE:MEMORY"},
		{"too long", fake{tasks: []rollout.Task{running}}, "task abc: it is still RUNNING after 10m0s and is left alone"},
	}
	for _, tt := range tests {
		err := rollout.NewWatcher(&tt.give, func(string) {}).Instant().Run(context.Background(), rollout.Once{
			Container: "shop", Command: []string{"migrate", "up"},
		}, rollout.Logs{Group: "acme-shop", Region: "us-west-2"}, 10*time.Minute)
		if tt.want == "" {
			require.NoError(t, err, tt.name)
		} else {
			require.ErrorContains(t, err, tt.want, tt.name)
		}
	}
}

func TestBound_changesOnlyWhatIsOutside(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		low, high int
		want      []int
	}{{1, 4, nil}, {2, 2, nil}, {3, 4, []int{3}}, {1, 1, []int{1}}} {
		f := &fake{answers: []answer{good()}}
		require.NoError(t, rollout.NewWatcher(f, func(string) {}).Instant().Bound(context.Background(),
			rollout.Ref{Cluster: "rig", Name: "shop"}, tt.low, tt.high))
		assert.Equal(t, tt.want, f.sizes)
	}
	require.NoError(t, rollout.NewWatcher(&fake{answers: []answer{{err: rollout.ErrGone}}}, func(string) {}).Instant().
		Bound(context.Background(), rollout.Ref{}, 1, 2), "a service that goes needs no bound")
}
