package userdata_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/mail"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/userdata"
)

func TestConfig_is_read_as_it_was_given(t *testing.T) {
	t.Parallel()
	config := userdata.Config{
		Files: []userdata.File{
			{Path: "/etc/a", Mode: "0644", Content: "#!/bin/sh\n\n  indented: \"yes\"\n\ttab # no comment\n"},
			{Path: "/etc/b", Mode: "0600", Content: " begins with a space\n"},
			{Path: "/etc/c", Mode: "0600", Content: "ends without a newline"},
			{Path: "/etc/d", Mode: "0600", Content: "\n  ends with three\n\n\n"},
		},
		EveryBoot: [][]string{{"cloud-init", "single", "--name", "write-files"}},
		Commands:  [][]string{{"printf", "%s: [x]", "yes", "a\nb", "", "007", "--now"}, {"true"}},
	}
	var got struct {
		WriteFiles []struct{ Path, Permissions, Content string } `yaml:"write_files"`
		Bootcmd    [][]string
		Runcmd     [][]string
	}
	require.NoError(t, yaml.Unmarshal([]byte(config.String()), &got))
	require.Len(t, got.WriteFiles, len(config.Files))
	for i, f := range config.Files {
		read := userdata.File{
			Path: got.WriteFiles[i].Path, Mode: got.WriteFiles[i].Permissions, Content: got.WriteFiles[i].Content,
		}
		assert.Equal(t, f, read)
	}
	assert.Equal(t, config.EveryBoot, got.Bootcmd)
	assert.Equal(t, config.Commands, got.Runcmd)
}

func TestConfig_without_commands_has_no_key_for_them(t *testing.T) {
	t.Parallel()
	assert.NotContains(t, userdata.Config{}.String(), "cmd")
}

func TestEmbedded_reports_a_file_that_is_not_there(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"files/a": {Data: []byte("x\n")}}
	got, err := userdata.Embedded(files, "files/a", "/a", "0755")
	require.NoError(t, err)
	assert.Equal(t, userdata.File{Path: "/a", Mode: "0755", Content: "x\n"}, got)
	_, err = userdata.Embedded(files, "files/b", "/b", "0755")
	require.ErrorContains(t, err, "files/b")
}

func TestEnv_gives_a_shell_the_value_as_it_was(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SampledFrom([]string{"'", `"`, "$(exit 3)", "`", `\`, "\n", "%", ";", " ", "*", "~", "#", "x", "ß"})
		value := strings.Join(rapid.SliceOf(parts).Draw(t, "parts"), "")
		script := "set -eu\n" + userdata.Env(userdata.Setting{Name: "V", Value: value}) + `printf %s "$V"`
		out, err := exec.Command("bash", "-c", script).Output()
		require.NoError(t, err)
		assert.Equal(t, value, string(out))
	})
}

func TestFit_at_the_limit(t *testing.T) {
	t.Parallel()
	exact := strings.Repeat("x", userdata.MaxBytes)
	got, err := userdata.Fit(exact, "")
	require.NoError(t, err)
	assert.Equal(t, exact, got, "what fits stays text")
	got, err = userdata.Fit(exact+"x", "")
	require.NoError(t, err)
	again, err := userdata.Fit(exact+"x", "")
	require.NoError(t, err)
	assert.Equal(t, got, again)
	r, err := gzip.NewReader(strings.NewReader(got))
	require.NoError(t, err)
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, exact+"x", string(content))
	assert.True(t, r.ModTime.IsZero(), "a time would differ from run to run")
}

func TestFit_rejects_what_is_too_large_even_compressed(t *testing.T) {
	t.Parallel()
	random := make([]byte, 20000)
	source := rand.NewChaCha8([32]byte{1})
	_, err := source.Read(random)
	require.NoError(t, err)
	_, err = userdata.Fit(string(random), "give fewer hosts")
	require.EqualError(t, err,
		"user data: want at most 16384 bytes, got 20000, and 20033 compressed: give fewer hosts")
}

func TestMultiPart_keeps_each_part(t *testing.T) {
	t.Parallel()
	parts := []userdata.Part{
		{Kind: userdata.CloudConfig, Name: "files.yaml", Content: userdata.Config{}.String()},
		{Kind: userdata.ShellScript, Name: "start.sh", Content: "#!/bin/sh\necho --riglet--\n"},
		{Kind: userdata.BootHook, Name: "hook.sh", Content: "#cloud-boothook\n#!/bin/sh\n"},
	}
	document, err := userdata.MultiPart(parts...)
	require.NoError(t, err)
	again, err := userdata.MultiPart(parts...)
	require.NoError(t, err)
	assert.Equal(t, document, again, "the same parts give the same document")
	message, err := mail.ReadMessage(bytes.NewBufferString(document))
	require.NoError(t, err)
	kind, options, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	require.NoError(t, err)
	assert.Equal(t, "multipart/mixed", kind)
	r := multipart.NewReader(message.Body, options["boundary"])
	for _, want := range parts {
		part, err := r.NextPart()
		require.NoError(t, err)
		content, err := io.ReadAll(part)
		require.NoError(t, err)
		assert.Equal(t, want.Content, string(content))
		assert.Equal(t, want.Name, part.FileName())
		assert.Equal(t, string(want.Kind)+`; charset="utf-8"`, part.Header.Get("Content-Type"))
	}
	_, err = r.NextPart()
	assert.ErrorIs(t, err, io.EOF)
}
