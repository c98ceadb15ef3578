package awsecs_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/rollout"
	"github.com/riglet/riglet/internal/rollout/awsecs"
	"github.com/riglet/riglet/internal/sandbox/ecsapi"
)

const (
	family  = "arn:aws:ecs:us-west-2:123456789012:task-definition/shop:"
	cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/rig"
)

// store holds the one service "shop".
type store struct{ service ecsapi.Service }

func (s *store) Service(_, name string) (ecsapi.Service, bool) {
	return s.service, name == s.service.Name
}

func (s *store) Resize(_, name string, count int) error {
	if name != s.service.Name {
		return errors.New("no such service")
	}
	s.service.Desired = count
	return nil
}

// lab is a fake ECS on a real port, and a real client of it.
type lab struct {
	store   *store
	handler *ecsapi.Handler
	client  *awsecs.Client
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{store: &store{service: ecsapi.Service{
		ARN: "arn:aws:ecs:us-west-2:123456789012:service/rig/shop", Cluster: cluster, Name: "shop",
		TaskDefinition: family + "1", Desired: 2,
	}}}
	l.handler = ecsapi.New(l.store)
	server := httptest.NewServer(l.handler)
	t.Cleanup(server.Close)
	client, err := awsecs.New(t.Context(), "us-west-2", server.URL)
	require.NoError(t, err)
	l.client = client
	return l
}

// wait watches a deployment of a revision for as long as patience says.
func (l *lab) wait(t *testing.T, revision string, patience time.Duration) error {
	t.Helper()
	l.store.service.TaskDefinition = family + revision
	return rollout.NewWatcher(l.client, func(string) {}).Wait(t.Context(), rollout.Want{
		Ref: rollout.Ref{Cluster: cluster, Name: "shop"}, TaskDefinition: family + revision,
		Logs: rollout.Logs{Group: "acme-shop", Region: "us-west-2"}, Deadline: patience,
	})
}

func TestClient_seesADeploymentThrough(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.handler.Script("shop", ecsapi.Script{Looks: 2, Throttled: 3})
	require.NoError(t, l.wait(t, "1", time.Minute))
}

func TestClient_seesDeploymentsFail(t *testing.T) {
	t.Parallel()
	stopped := []ecsapi.Stopped{{
		Reason: "Essential container in task exited", Container: "shop", ContainerReason: "OutOfMemoryError", Exit: 137,
	}}
	tests := []struct {
		name   string
		first  bool
		script ecsapi.Script
		want   string
	}{
		{
			"rolled back", false,
			ecsapi.Script{Outcome: ecsapi.RolledBack, Stopped: stopped},
			"the deployment of shop:2 was rolled back to shop:1: ECS deployment circuit breaker: tasks failed to start",
		},
		{
			"the first", true,
			ecsapi.Script{Outcome: ecsapi.RolledBack, Stopped: stopped},
			"the deployment of shop:2 failed: ECS deployment circuit breaker: tasks failed to start",
		},
		{
			"never healthy", false,
			ecsapi.Script{Outcome: ecsapi.Stuck, Stopped: stopped},
			"0 of 2 tasks of shop:2 run, 1 failed to start after 1s",
		},
		{"deleted", false, ecsapi.Script{Outcome: ecsapi.Gone}, "it is not there any more: somebody deleted it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			if !tt.first {
				require.NoError(t, l.wait(t, "1", time.Minute))
			}
			l.handler.Script("shop", tt.script)
			err := l.wait(t, "2", time.Second)
			require.ErrorContains(t, err, tt.want)
			if len(tt.script.Stopped) > 0 {
				require.ErrorContains(t, err, "1 stopped: Essential container in task exited (shop exited with 137, "+
					"OutOfMemoryError)")
				require.ErrorContains(t, err, "log group acme-shop in us-west-2")
			}
		})
	}
}

func TestClient_runsTasks(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	once := rollout.Once{
		Cluster: cluster, TaskDefinition: family + "2", Container: "shop", Command: []string{"migrate"},
		StartedBy: "riglet/shop", Subnets: []string{"subnet-1"}, Groups: []string{"sg-1"},
		Providers: []rollout.Provider{{Name: "FARGATE", Weight: 1}},
	}
	run := func() error {
		return rollout.NewWatcher(l.client, func(string) {}).Run(t.Context(), once, rollout.Logs{}, time.Minute)
	}
	require.NoError(t, run())
	assert.Equal(t, []ecsapi.Run{{
		Cluster: cluster, TaskDefinition: family + "2", StartedBy: "riglet/shop", Container: "shop",
		Command: []string{"migrate"}, Subnets: []string{"subnet-1"},
	}}, l.handler.Runs())
	l.handler.Script("shop", ecsapi.Script{Exit: 4})
	require.ErrorContains(t, run(), "shop exited with 4")
	l.handler.Script("shop", ecsapi.Script{Refused: "RESOURCE:CPU"})
	require.ErrorContains(t, run(), "did not start: RESOURCE:CPU")
}

func TestClient_resizes(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	at := rollout.Ref{Cluster: cluster, Name: "shop"}
	require.NoError(t, l.client.Resize(t.Context(), at, 5))
	assert.Equal(t, 5, l.store.service.Desired)
	require.ErrorIs(t, l.client.Resize(t.Context(), rollout.Ref{Name: "other"}, 5), rollout.ErrGone)
}

// Errors are of three sorts: what may be asked again, what does not exist, and the rest.
func TestClient_sortsErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		busy, gone bool
	}{
		{"throttled", `{"__type":"ThrottlingException"}`, http.StatusBadRequest, true, false},
		{"down", `{"__type":"ServerException"}`, http.StatusInternalServerError, true, false},
		{"no cluster", `{"__type":"ClusterNotFoundException"}`, http.StatusBadRequest, false, true},
		{"forbidden", `{"__type":"AccessDeniedException","message":"not you"}`, http.StatusBadRequest, false, false},
	}
	for _, tt := range tests {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(tt.status)
			_, _ = w.Write([]byte(tt.body))
		}))
		client, err := awsecs.New(t.Context(), "us-west-2", server.URL)
		require.NoError(t, err)
		_, err = client.Service(t.Context(), rollout.Ref{Name: "shop"})
		require.Error(t, err)
		assert.Equal(t, tt.busy, errors.Is(err, rollout.ErrBusy), tt.name)
		assert.Equal(t, tt.gone, errors.Is(err, rollout.ErrGone), tt.name)
		server.Close()
		_, err = client.Service(t.Context(), rollout.Ref{Name: "shop"})
		require.ErrorIs(t, err, rollout.ErrBusy, "a network that fails may work again")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newLab(t).client.Service(ctx, rollout.Ref{Name: "shop"})
	require.NotErrorIs(t, err, rollout.ErrBusy)
}
