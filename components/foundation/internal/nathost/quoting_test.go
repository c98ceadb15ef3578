package nathost_test

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/components/foundation/internal/nathost"
)

// cloudConfig is the document as cloud-init reads it.
type cloudConfig struct {
	WriteFiles []struct {
		Path, Permissions, Content string
	} `yaml:"write_files"`
	Runcmd [][]string
}

func TestRender_lets_no_value_become_shell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		p := nathost.Params{
			InterfaceID:   rapid.StringMatching(`eni-([0-9a-f]{8}|[0-9a-f]{17})`).Draw(t, "interface"),
			PrivateCIDRs:  []netip.Prefix{netip.MustParsePrefix("10.10.32.0/20"), netip.MustParsePrefix("10.10.48.0/20")},
			LifecycleHook: rapid.StringMatching(`[A-Za-z0-9_/-]{1,255}`).Draw(t, "hook"),
			GroupName:     rapid.OneOf(hostile(), rapid.StringMatching(`[!-9;-~]{1,255}`)).Draw(t, "group"),
		}
		document, err := nathost.Render(p)
		require.NoError(t, err)
		want := []string{p.InterfaceID, "10.10.32.0/20, 10.10.48.0/20", p.LifecycleHook, p.GroupName}
		assert.Equal(t, want, readByShell(t, dir, envOf(t, document)))
	})
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "a value made a file beside the env file")
}

// hostile puts what has a meaning to shells and YAML next to each other far more often than
// chance would. The redirections would leave a file behind.
func hostile() *rapid.Generator[string] {
	parts := rapid.SampledFrom([]string{
		"'", `\`, `"`, "`", "$(", ")", "${", "}", ";", "&&", "|", ">x", "#", "%", "!", "*", "~", "-", "=", "x", `'\''`,
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(parts, 1, 60).Draw(t, "parts"), "")
	})
}

func envOf(t require.TestingT, document string) string {
	var config cloudConfig
	require.NoError(t, yaml.Unmarshal([]byte(document), &config))
	for _, f := range config.WriteFiles {
		if f.Path == "/etc/riglet-nat/env" {
			return f.Content
		}
	}
	require.Fail(t, "the document has no env file")
	return ""
}

// readByShell reads the values in the way that the script does: they must come back as given.
func readByShell(t require.TestingT, dir, env string) []string {
	require.NoError(t, os.WriteFile(filepath.Join(dir, "env"), []byte(env), 0o600))
	const script = `set -euo pipefail; set -a; source ./env
		printf '%s\n' "$NAT_INTERFACE_ID" "$NAT_PRIVATE_CIDRS" "$NAT_LIFECYCLE_HOOK" "$NAT_GROUP_NAME"`
	shell := exec.Command("bash", "-c", script)
	shell.Dir = dir
	out, err := shell.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestRender_writes_files_that_belong_together(t *testing.T) {
	t.Parallel()
	document, err := nathost.Render(params())
	require.NoError(t, err)
	var config cloudConfig
	require.NoError(t, yaml.Unmarshal([]byte(document), &config))
	modes := map[string]string{}
	contents := map[string]string{}
	for _, f := range config.WriteFiles {
		modes[f.Path], contents[f.Path] = f.Permissions, f.Content
	}
	assert.Equal(t, map[string]string{
		"/usr/local/sbin/riglet-nat":                   "0755",
		"/etc/systemd/system/riglet-nat.service":       "0644",
		"/etc/systemd/system/riglet-nat-rules.service": "0644",
		"/etc/systemd/networkd.conf.d/riglet-nat.conf": "0644",
		"/etc/apt/apt.conf.d/90riglet-nat":             "0644",
		"/etc/riglet-nat/env":                          "0644",
	}, modes)
	assert.Contains(t, contents["/etc/systemd/system/riglet-nat.service"], "ExecStart=/usr/local/sbin/riglet-nat\n")
	script, err := os.ReadFile("files/riglet-nat.sh")
	require.NoError(t, err)
	assert.Equal(t, string(script), contents["/usr/local/sbin/riglet-nat"], "the script is written as it stands")
	assert.Equal(t, []string{"systemctl", "enable", "--now", "riglet-nat.service"}, config.Runcmd[3])
}
