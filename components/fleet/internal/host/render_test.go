package host_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/components/fleet/internal/host"
)

var update = flag.Bool("update", false, "write the golden document anew")

// golden is also what tests/behaviour runs.
const golden = "testdata/user-data.yaml"

func params() host.Params {
	return host.Params{
		Container: &host.Container{
			Image:       "123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/shop:1.4.2",
			Port:        8080,
			Environment: map[string]string{"APP_NAME": "shop", "APP_QUOTED": `it's "$HOME" \ #1`},
			Secrets: map[string]string{
				"APP_TOKEN": "/acme/shop/token",
				"APP_KEY":   "arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-shop-AbCdEf",
			},
			StopSeconds: 10,
		},
		Region:        "eu-central-1",
		GroupName:     "acme-shop-integration-app",
		LaunchHook:    "acme-shop-integration-app-launch",
		TerminateHook: "acme-shop-integration-app-terminate",
		LogGroup:      "/acme/shop/integration/app",
		DrainSeconds:  5,
		HealthPort:    8080,
		HealthPath:    "/health",
	}
}

type cloudConfig struct {
	WriteFiles []struct {
		Path, Permissions, Content string
	} `yaml:"write_files"`
	Runcmd [][]string
}

func plain(t require.TestingT, document string) string {
	if !strings.HasPrefix(document, "\x1f\x8b") {
		return document
	}
	r, err := gzip.NewReader(strings.NewReader(document))
	require.NoError(t, err)
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(content)
}

func contents(t require.TestingT, p host.Params) map[string]string {
	document, err := host.Render(p)
	require.NoError(t, err)
	var config cloudConfig
	require.NoError(t, yaml.Unmarshal([]byte(plain(t, document)), &config))
	found := map[string]string{}
	for _, f := range config.WriteFiles {
		found[f.Path] = f.Content
	}
	return found
}

func TestRender_writes_the_golden_document(t *testing.T) {
	t.Parallel()
	document, err := host.Render(params())
	require.NoError(t, err)
	got := plain(t, document)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run go test with -update if the change is meant")
}

func TestRender_fits_with_the_longest_names(t *testing.T) {
	t.Parallel()
	p := params()
	p.GroupName, p.LogGroup = strings.Repeat("g", 255), strings.Repeat("l", 512)
	p.LaunchHook, p.TerminateHook = strings.Repeat("h", 255), strings.Repeat("t", 255)
	got, err := host.Render(p)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(got), host.MaxBytes)
}

func TestRender_rejects_what_no_compression_makes_fit(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 40_000)
	state := uint32(1)
	for i := range noise {
		state = state*1664525 + 1013904223
		noise[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"[state>>26]
	}
	p := params()
	p.Container, p.Parts = nil, []host.Part{{ContentType: "text/x-shellscript", Body: string(noise)}}
	_, err := host.Render(p)
	require.ErrorContains(t, err, "user data: want at most 16384 bytes, got ")
	require.ErrorContains(t, err, "compressed: give shorter parts, or bake them into the image")
}

// The shell and Python read the values in the ways that the host's programs do.
func TestRender_lets_no_value_become_code(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		value, word := hostile().Draw(t, "value"), hostile().Draw(t, "word")
		p := params()
		p.GroupName = rapid.StringMatching(`[!-9;-~]{1,255}`).Draw(t, "group")
		p.HealthPath = rapid.StringMatching(`/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]{0,50}`).Draw(t, "path")
		p.Container.Environment = map[string]string{"A": value}
		p.Container.Command = []string{word}
		found := contents(t, p)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "env"), []byte(found["/etc/riglet-fleet/env"]), 0o600))
		shell := exec.Command("bash", "-c",
			`set -eu; source ./env; printf '%s\n%s\n%s' "$GROUP_NAME" "$HEALTH_PATH" "$SECRETS"`)
		shell.Dir = dir
		out, err := shell.Output()
		require.NoError(t, err)
		assert.Equal(t, []string{
			p.GroupName, p.HealthPath,
			"APP_KEY " + p.Container.Secrets["APP_KEY"], "APP_TOKEN " + p.Container.Secrets["APP_TOKEN"],
		}, strings.Split(string(out), "\n"))
		var container struct {
			Environment map[string]string
			Command     []string
		}
		require.NoError(t, json.Unmarshal([]byte(found["/etc/riglet-fleet/container.json"]), &container))
		assert.Equal(t, map[string]string{"A": value}, container.Environment)
		assert.Equal(t, []string{word}, container.Command)
	})
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "a value made a file beside the env file")
}

func hostile() *rapid.Generator[string] {
	parts := rapid.SampledFrom([]string{
		"'", `\`, `"`, "`", "$(", ")", "${", "}", ";", "&&", "|", ">x", "#", "%", "!", "*", "\n", "\r", "\t",
		"\u0085", "\u2028",
		"\ufeff", "\x7f", "ß", "😀", `'\''`, "<", "&", "- ", ": ", "\\u0000",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(parts, 1, 40).Draw(t, "parts"), "")
	})
}

func TestRender_publishes_the_health_port_too(t *testing.T) {
	t.Parallel()
	p := params()
	assert.Contains(t, contents(t, p)["/etc/riglet-fleet/container.json"], `"ports":[8080]`)
	p.HealthPort = 9090
	assert.Contains(t, contents(t, p)["/etc/riglet-fleet/container.json"], `"ports":[8080,9090]`)
	assert.Equal(t, "[Service]\nTimeoutStopSec=30\n",
		contents(t, p)["/etc/systemd/system/riglet-fleet-app.service.d/stop.conf"])
}

func TestRender_leaves_Docker_out_where_no_container_is(t *testing.T) {
	t.Parallel()
	p := params()
	p.Container = nil
	found := contents(t, p)
	assert.NotContains(t, found, "/etc/docker/daemon.json")
	assert.NotContains(t, found, "/usr/local/sbin/riglet-fleet-run")
	assert.Contains(t, found, "/usr/local/sbin/riglet-fleet-boot")
}

// merge reads a document with cloud-init itself, and prints the one configuration that comes of it.
const merge = `
import json, sys
from cloudinit import handlers, helpers, stages, user_data, util
from cloudinit.handlers.cloud_config import CloudConfigPartHandler
from cloudinit.settings import PER_ALWAYS
class Paths:
    def get_ipath(self, name): return sys.argv[1]
part = CloudConfigPartHandler(Paths())
processor = user_data.UserDataProcessor(helpers.Paths({"cloud_dir": sys.argv[2], "run_dir": sys.argv[2]}))
message = processor.process(sys.stdin.buffer.read())
part.handle_part(None, "__begin__", None, None, PER_ALWAYS, {})
for p in message.walk():
    if p.get_content_type() in ("text/cloud-config", "text/cloud-config-jsonp"):
        part.handle_part(None, p.get_content_type(), p.get_filename(), util.fully_decoded_payload(p), PER_ALWAYS, dict(p))
part.handle_part(None, "__end__", None, None, PER_ALWAYS, {})
print(json.dumps(util.load_yaml(open(sys.argv[1]).read())))
`

func TestRender_keeps_the_parts_of_the_user_beside_its_own(t *testing.T) {
	t.Parallel()
	p := params()
	p.Container, p.Parts = nil, []host.Part{
		{ContentType: "text/cloud-config", Body: "#cloud-config\nruncmd: [[touch, /one]]\npackages: [nginx]\n"},
		{ContentType: "text/cloud-config", Body: "#cloud-config\nwrite_files: [{path: /two, content: x}]\n"},
		{ContentType: "text/x-shellscript", Body: "#!/bin/sh\ntrue\n"},
	}
	document, err := host.Render(p)
	require.NoError(t, err)
	dir := t.TempDir()
	python := exec.Command("/usr/bin/python3", "-c", merge, filepath.Join(dir, "merged"), dir)
	python.Stdin = strings.NewReader(document)
	var stderr bytes.Buffer
	python.Stderr = &stderr
	out, err := python.Output()
	require.NoError(t, err, stderr.String())
	var merged struct {
		Runcmd     [][]string
		Packages   []string
		WriteFiles []struct{ Path string } `json:"write_files"`
	}
	require.NoError(t, json.Unmarshal(out, &merged))
	assert.Equal(t, []string{"touch", "/one"}, merged.Runcmd[0])
	assert.Equal(t, []string{"systemctl", "daemon-reload"}, merged.Runcmd[1])
	assert.Equal(t, []string{"nginx"}, merged.Packages)
	assert.Equal(t, "/two", merged.WriteFiles[0].Path)
	assert.Len(t, merged.WriteFiles, 11)
}
