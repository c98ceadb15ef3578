package dbhost_test

import (
	"bytes"
	"compress/gzip"
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

	"github.com/riglet/riglet/components/couchdb/internal/dbhost"
)

var update = flag.Bool("update", false, "write the golden document anew")

// golden is also what tests/behaviour runs. It is the document as cloud-init reads it, after it
// has undone the compression.
const golden = "testdata/user-data.yaml"

const image = "docker.io/library/couchdb@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func params() dbhost.Params {
	return dbhost.Params{
		Region:          "eu-central-1",
		VolumeID:        "vol-0123456789abcdef0",
		PrivateIP:       "10.10.160.10",
		NodeName:        "couchdb.shop.internal",
		SecretID:        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-shop-integration-couchdb-AbCdEf",
		ImageDigest:     image,
		BackupBucket:    "acme-shop-integration-couchdb",
		BackupPrefix:    "couchdb",
		BackupHourUTC:   2,
		LogGroup:        "/acme/shop/integration/couchdb",
		MetricNamespace: "riglet/acme-shop-integration/couchdb",
	}
}

func unpacked(t require.TestingT, document string) string {
	if !strings.HasPrefix(document, "\x1f\x8b") {
		return document
	}
	r, err := gzip.NewReader(strings.NewReader(document))
	require.NoError(t, err)
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(content)
}

func TestRender_writes_the_golden_document(t *testing.T) {
	t.Parallel()
	rendered, err := dbhost.Render(params())
	require.NoError(t, err)
	got := unpacked(t, rendered)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run go test with -update if the change is meant")
}

func TestRender_leaves_room_below_the_limit_of_user_data(t *testing.T) {
	t.Parallel()
	p := params()
	p.SecretID, p.BackupBucket = noise(512), strings.ToLower(noise(63))
	p.BackupPrefix, p.LogGroup, p.MetricNamespace = noise(200), noise(512), noise(255)
	p.RestoreFrom = "s3://" + p.BackupBucket + "/" + noise(200) + "/latest"
	got, err := dbhost.Render(p)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(got), dbhost.MaxBytes)
}

// noise is text that hardly becomes smaller.
func noise(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	state := uint32(n)
	for range n {
		state = state*1664525 + 1013904223
		b.WriteByte(letters[(state>>16)%uint32(len(letters))])
	}
	return b.String()
}

func TestRender_gives_the_same_document_again(t *testing.T) {
	t.Parallel()
	one, err := dbhost.Render(params())
	require.NoError(t, err)
	two, err := dbhost.Render(params())
	require.NoError(t, err)
	assert.Equal(t, []byte(one), []byte(two))
}

// cloudConfig is the document as cloud-init reads it.
type cloudConfig struct {
	WriteFiles []struct {
		Path, Permissions, Content string
	} `yaml:"write_files"`
	Bootcmd, Runcmd [][]string
}

func parse(t require.TestingT, p dbhost.Params) cloudConfig {
	document, err := dbhost.Render(p)
	require.NoError(t, err)
	var config cloudConfig
	require.NoError(t, yaml.Unmarshal([]byte(unpacked(t, document)), &config))
	return config
}

func contents(config cloudConfig) map[string]string {
	found := map[string]string{}
	for _, f := range config.WriteFiles {
		found[f.Path] = f.Content
	}
	return found
}

func TestRender_writes_every_file_as_it_stands(t *testing.T) {
	t.Parallel()
	config := parse(t, params())
	var written []string
	for _, f := range config.WriteFiles {
		written = append(written, f.Content)
		executable := strings.HasPrefix(f.Content, "#!")
		assert.Equal(t, map[bool]string{true: "0755", false: "0644"}[executable], f.Permissions, f.Path)
	}
	embedded, err := filepath.Glob("files/*")
	require.NoError(t, err)
	require.Len(t, written, len(embedded)+1, "every file and the values")
	for _, path := range embedded {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Contains(t, written, string(content), path)
	}
}

// A host that was stopped for new user data has to work by it when it is started again, though
// cloud-init writes files at a host's first boot only.
func TestRender_writes_its_files_at_every_boot(t *testing.T) {
	t.Parallel()
	config := parse(t, params())
	assert.Contains(t, config.Bootcmd,
		[]string{"cloud-init", "single", "--name", "write-files", "--frequency", "always"})
	assert.Equal(t, []string{"systemctl", "enable", "--now", "riglet-couchdb-host.service"},
		config.Runcmd[len(config.Runcmd)-1])
}

func TestRender_names_units_and_programs_that_are_there(t *testing.T) {
	t.Parallel()
	files := contents(parse(t, params()))
	for path, content := range files {
		for line := range strings.Lines(content) {
			if program, found := strings.CutPrefix(line, "ExecStart="); found {
				assert.Contains(t, files, strings.TrimSpace(program), path)
			}
		}
	}
}

// values reads them in the way that the scripts do.
const values = `set -euo pipefail; source ./env
for v in "$REGION" "$VOLUME_ID" "$PRIVATE_IP" "$NODE_NAME" "$SECRET_ID" "$IMAGE" "$BACKUP_BUCKET" "$BACKUP_PREFIX" \
  "$BACKUP_HOUR" "$RESTORE_FROM" "$LOG_GROUP" "$METRIC_NAMESPACE"; do printf '%s\n' "$v"; done`

func TestRender_lets_no_value_become_shell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		p := params()
		p.SecretID = rapid.StringMatching(`[A-Za-z0-9/_+=.@-]{1,512}`).Draw(t, "secret")
		p.BackupPrefix = rapid.StringMatching(`[A-Za-z0-9_-]{1,50}(/[A-Za-z0-9_-]{1,50}){0,2}`).Draw(t, "prefix")
		p.LogGroup = rapid.StringMatching(`[A-Za-z0-9_/.#-]{1,512}`).Draw(t, "group")
		p.MetricNamespace = rapid.StringMatching(`[b-z][A-Za-z0-9_/.#:-]{0,254}`).Draw(t, "namespace")
		env := contents(parse(t, p))["/etc/riglet-couchdb/env"]
		require.NoError(t, os.WriteFile(filepath.Join(dir, "env"), []byte(env), 0o600))
		shell := exec.Command("bash", "-c", values)
		shell.Dir = dir
		out, err := shell.Output()
		require.NoError(t, err)
		want := []string{
			p.Region, p.VolumeID, p.PrivateIP, p.NodeName, p.SecretID, p.ImageDigest, p.BackupBucket, p.BackupPrefix,
			"2", "", p.LogGroup, p.MetricNamespace, "",
		}
		assert.Equal(t, want, strings.Split(string(out), "\n"))
	})
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "a value made a file beside the env file")
}

func TestRender_is_read_by_gzip_as_it_was_written(t *testing.T) {
	t.Parallel()
	document, err := dbhost.Render(params())
	require.NoError(t, err)
	gunzip := exec.Command("gzip", "--decompress", "--stdout")
	gunzip.Stdin = bytes.NewBufferString(document)
	out, err := gunzip.Output()
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(out), "#cloud-config\n"))
}
