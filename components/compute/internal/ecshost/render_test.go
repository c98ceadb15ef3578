package ecshost_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/components/compute/internal/ecshost"
)

const config = `ECS_CLUSTER=acme-demo-staging-cluster
ECS_AWSVPC_BLOCK_IMDS=true
ECS_DISABLE_PRIVILEGED=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_RESERVED_MEMORY=256
`

// maxUserData is what EC2 takes, in bytes before base64.
const maxUserData = 16384

func render(t require.TestingT, cluster string) string {
	script, err := ecshost.Render(cluster)
	require.NoError(t, err)
	return script
}

// boot runs the script for real, with a folder in the place of /etc/ecs, and gives back what it wrote there.
func boot(t *testing.T, dir, script string) (string, error) {
	t.Helper()
	shell := exec.Command("bash", "-c", strings.ReplaceAll(script, "/etc/ecs/", dir+"/"))
	if out, err := shell.CombinedOutput(); err != nil {
		return string(out), err
	}
	written, err := os.ReadFile(filepath.Join(dir, "ecs.config"))
	require.NoError(t, err)
	return string(written), nil
}

func TestRender_tells_the_agent(t *testing.T) {
	t.Parallel()
	dir, script := t.TempDir(), render(t, "acme-demo-staging-cluster")
	for range 2 { // a host that boots from an image of itself has the file already
		written, err := boot(t, dir, script)
		require.NoError(t, err)
		assert.Equal(t, config, written)
	}
	assert.Contains(t, script, "ECS_RESERVED_MEMORY=256", "and so says ReservedMemoryMiB")
}

// cloud-init reports a script that fails: one that goes on would leave a host in the default cluster.
func TestRender_fails_where_it_cannot_write(t *testing.T) {
	t.Parallel()
	_, err := boot(t, filepath.Join(t.TempDir(), "missing"), render(t, "c"))
	assert.Error(t, err)
}

// The agent's unit waits for cloud-init to end, and the script is part of cloud-init: to start or to await the agent
// there would wait for ever.
func TestRender_does_not_wait_for_the_agent(t *testing.T) {
	t.Parallel()
	script := render(t, "c")
	for _, word := range []string{"systemctl", "service ", "sleep", "curl"} {
		assert.NotContains(t, script, word)
	}
}

func TestRender_is_clean_to_shellcheck(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("shellcheck")
	require.NoError(t, err, "shellcheck is missing: run `make deps`")
	shellcheck := exec.Command(path, "--shell=bash", "-")
	shellcheck.Stdin = strings.NewReader(render(t, "acme-demo-staging-cluster"))
	out, err := shellcheck.CombinedOutput()
	assert.NoError(t, err, "%s", out)
}

func TestRender_leaves_room_below_the_limit_of_user_data(t *testing.T) {
	t.Parallel()
	script := render(t, strings.Repeat("c", 255))
	assert.True(t, strings.HasPrefix(script, "#!/bin/bash\n"), "cloud-init reads anything else as something else")
	assert.LessOrEqual(t, len(script), maxUserData)
}

// Whatever the name, either it stands in the file as it was given, or there is no script.
func TestRender_lets_no_name_become_shell(t *testing.T) {
	t.Parallel()
	parts := rapid.SampledFrom([]string{
		"'", `\`, `"`, "`", "$(", ")", "${", "}", ";", "&&", "\n", "EOF", "\nEOF\n", "=", " ", ">x", "a", "-", "_", "0",
	})
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(parts, 0, 20).Draw(t, "parts"), "")
		script, err := ecshost.Render(name)
		if err != nil {
			assert.Empty(t, script)
			return
		}
		assert.Regexp(t, `^[A-Za-z0-9_-]{1,255}$`, name)
		assert.Equal(t, strings.Replace(render(t, "x"), "ECS_CLUSTER=x\n", "ECS_CLUSTER="+name+"\n", 1), script)
	})
}

func TestRender_refuses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a b", "a\nb", "a\n", "a'b", "$(id)", "ümlaut", strings.Repeat("c", 256)} {
		script, err := ecshost.Render(name)
		require.ErrorContains(t, err, "cluster name: want 1 to 255 letters, digits, hyphens and underscores", name)
		assert.Empty(t, script)
	}
}
