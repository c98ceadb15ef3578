package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox"
	"github.com/riglet/riglet/internal/sandbox/ecsapi"
)

// ask sends one request to the offline ECS API.
func ask(t *testing.T, server *sandbox.ECSServer, operation, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL(), strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("X-Amz-Target", "AmazonEC2ContainerServiceV20141113."+operation)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { assert.NoError(t, response.Body.Close()) }()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(answer)
}

func resize(t *testing.T, server *sandbox.ECSServer, count int) {
	t.Helper()
	status, answer := ask(t, server, "UpdateService",
		`{"cluster":"tasks","service":"web","desiredCount":`+string(rune('0'+count))+`}`)
	require.Equal(t, http.StatusOK, status, answer)
}

func TestServeECS_answers_for_services_of_the_cloud(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.makeAll(network, tasks)
	l.make(serviceT, "service", fargateService(props{"desiredCount": 2}))
	server, err := l.cloud.ServeECS()
	require.NoError(t, err)
	defer server.Stop()
	const one = `{"cluster":"tasks","services":["web"]}`
	status, answer := ask(t, server, "DescribeServices", one)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, answer, `"rolloutState":"COMPLETED"`)
	assert.Contains(t, answer, `"runningCount":2`)
	_, answer = ask(t, server, "DescribeServices", `{"cluster":"tasks","services":["nobody"]}`)
	assert.Contains(t, answer, `"reason":"MISSING"`)
	status, answer = ask(t, server, "DeleteCluster", `{}`)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, answer, "the offline cloud does not answer DeleteCluster")
	server.Handler.Script("web", ecsapi.Script{Throttled: 1})
	status, answer = ask(t, server, "DescribeServices", one)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, answer, "ThrottlingException")
	status, _ = ask(t, server, "DescribeServices", one)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, 4, server.Handler.Calls("DescribeServices"))
}
