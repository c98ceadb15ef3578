package awsfleet_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/fleetwait"
	"github.com/riglet/riglet/internal/fleetwait/awsfleet"
	"github.com/riglet/riglet/internal/sandbox/fleetapi"
)

// store is one group, as the offline cloud would have it.
type store struct{ told fleetapi.Told }

func (s *store) Groups() []fleetapi.Told { return []fleetapi.Told{s.told} }

func (s *store) SetDesired(_ string, count int) error {
	s.told.Desired = count
	return nil
}

func (s *store) SetVersion(_, version string) error {
	s.told.Version = version
	return nil
}

func serve(t *testing.T, script fleetapi.Script) (*awsfleet.Client, *store, *fleetapi.Handler) {
	t.Helper()
	kept := &store{fleetapi.Told{
		Name: "g", TemplateID: "lt-1", Version: "1", Desired: 2, Min: 1, Max: 4, Refreshes: true,
		TargetGroups: []string{"tg"}, Tags: map[string]string{"riglet:fleet": "web"},
	}}
	handler := fleetapi.New(kept)
	handler.Script(script)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := awsfleet.New(context.Background(), "us-west-2", server.URL)
	require.NoError(t, err)
	return client, kept, handler
}

func TestClient_reads(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	client, kept, _ := serve(t, fleetapi.Script{Bad: []string{"2"}, Launches: []string{"no capacity"}, Reason: "bad"})
	group, err := client.Group(ctx, "g")
	require.NoError(t, err)
	assert.Equal(t, "1", group.Version)
	assert.Equal(t, 2, group.Desired)
	assert.Equal(t, 4, group.Most)
	require.Len(t, group.Instances, 2)
	assert.Equal(t, "1", group.Instances[0].Version)
	assert.Equal(t, "InService", group.Instances[0].State)
	beside, err := client.Groups(ctx, fleetwait.Tag{Key: "riglet:fleet", Value: "web"})
	require.NoError(t, err)
	assert.Equal(t, []fleetwait.Group{group}, beside)
	beside, err = client.Groups(ctx, fleetwait.Tag{Key: "riglet:fleet", Value: "other"})
	require.NoError(t, err)
	assert.Empty(t, beside)

	kept.told.Version = "2"
	refreshes, err := client.Refreshes(ctx, "g")
	require.NoError(t, err)
	require.Len(t, refreshes, 1)
	assert.Equal(t, fleetwait.Refresh{
		ID: "refresh-1", Version: "2", Status: "Failed", Reason: "bad", Percent: 50,
	}, refreshes[0])
	targets, err := client.Targets(ctx, "tg")
	require.NoError(t, err)
	assert.Equal(t, "healthy", targets[0].State)
	assert.Equal(t, "Target.FailedHealthChecks, Health checks failed with these codes: [502]", targets[2].Reason)
	failures, err := client.Failures(ctx, "g")
	require.NoError(t, err)
	assert.Equal(t, []string{"no capacity"}, failures)
}

func TestClient_putsBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	client, kept, handler := serve(t, fleetapi.Script{})
	_, err := client.Group(ctx, "g")
	require.NoError(t, err)
	kept.told.Version = "2"
	_, err = client.Refreshes(ctx, "g")
	require.NoError(t, err)
	require.NoError(t, client.PutBack(ctx, "g", "1", 110))
	assert.Equal(t, "1", kept.told.Version)
	assert.Equal(t, 1, handler.Calls("StartInstanceRefresh"))
	refreshes, err := client.Refreshes(ctx, "g")
	require.NoError(t, err)
	assert.Equal(t, "1", refreshes[0].Version)
	require.NoError(t, client.Resize(ctx, "g", 4))
	assert.Equal(t, 4, kept.told.Desired)
}

// What may be asked again, what is not there, and what is neither.
func TestClient_sortsErrors(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	client, _, _ := serve(t, fleetapi.Script{Throttled: 100})
	_, err := client.Group(ctx, "g")
	require.ErrorIs(t, err, fleetwait.ErrBusy)
	client, _, _ = serve(t, fleetapi.Script{})
	_, err = client.Group(ctx, "nosuch")
	require.ErrorIs(t, err, fleetwait.ErrGone)
	_, err = client.Refreshes(ctx, "nosuch")
	require.EqualError(t, err, "ValidationError: AutoScalingGroup name not found")
	require.NotErrorIs(t, err, fleetwait.ErrBusy)

	var calls atomic.Int32
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(broken.Close)
	client, err = awsfleet.New(ctx, "us-west-2", broken.URL)
	require.NoError(t, err)
	_, err = client.Targets(ctx, "tg")
	require.ErrorIs(t, err, fleetwait.ErrBusy)
	assert.Greater(t, calls.Load(), int32(1), "the SDK itself asks again")
}

// The SDK's own variables lead the client elsewhere.
func TestClient_goesWhereTheEnvironmentSays(t *testing.T) {
	server := httptest.NewServer(fleetapi.New(&store{fleetapi.Told{Name: "g", Version: "1"}}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_AUTO_SCALING", server.URL)
	t.Setenv("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "offline")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "offline")
	client, err := awsfleet.New(context.Background(), "us-west-2", "")
	require.NoError(t, err)
	_, err = client.Group(context.Background(), "g")
	require.NoError(t, err)
	_, err = client.Targets(context.Background(), "tg")
	require.NoError(t, err)
}
