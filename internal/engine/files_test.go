package engine_test

import (
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/enginetest"
)

func nothing(*pulumi.Context) error { return nil }

func TestCopyFiles_makes_a_stack_file_work_offline(t *testing.T) {
	t.Parallel()
	const original = `secretsprovider: awskms://alias/riglet
encryptedkey: AQECAHg=
environment:
  - team/base
config:
  riglet:owner: acme
  riglet:couchdb:
    nodes: 1
    password:
      secure: AAABAB+secret
  riglet:token:
    secure: AAABAB+other
`
	repo := enginetest.Repo(t, map[string]string{"staging": original})
	target, err := engine.NewTarget(repo, "staging", nothing)
	require.NoError(t, err)
	work := t.TempDir()

	notes, err := engine.CopyFiles(target, work)

	require.NoError(t, err)
	assert.Equal(t, []string{
		"Pulumi.staging.yaml: 2 values are encrypted with a key that is not here, a placeholder stands in",
		"Pulumi.staging.yaml: environment is skipped, it lives in Pulumi Cloud",
	}, notes)
	assert.Equal(t, `config:
    riglet:owner: acme
    riglet:couchdb:
        nodes: 1
        password:
            secure: `+engine.OfflinePlaceholder+`
    riglet:token:
        secure: `+engine.OfflinePlaceholder+`
encryptionsalt: `+engine.OfflineSalt+"\n", enginetest.Read(t, filepath.Join(work, "Pulumi.staging.yaml")))
	assert.Equal(t, original, enginetest.Read(t, filepath.Join(repo, "Pulumi.staging.yaml")))
}

func TestCopyFiles_gives_other_programs_a_region_and_their_folder(t *testing.T) {
	t.Parallel()
	program := t.TempDir()
	enginetest.Write(t, filepath.Join(program, "Pulumi.yaml"),
		"name: mine\nruntime: go\nmain: cmd\nbackend:\n  url: s3://bucket\n")
	target, err := engine.NewTarget(program, "dev", nil)
	require.NoError(t, err)
	work := t.TempDir()

	notes, err := engine.CopyFiles(target, work)

	require.NoError(t, err)
	assert.Equal(t, []string{"Pulumi.dev.yaml: no aws:region, using us-west-2"}, notes)
	assert.Equal(t, "name: mine\nruntime: go\nmain: "+filepath.Join(program, "cmd")+"\n",
		enginetest.Read(t, filepath.Join(work, "Pulumi.yaml")))
	assert.Contains(t, enginetest.Read(t, filepath.Join(work, "Pulumi.dev.yaml")), "aws:region: us-west-2")
}

func TestCopyFiles_rejects(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{"a file that is no YAML", "config: [", "Pulumi.dev.yaml: line 1: did not find expected node content"},
		{"a list at the top", "- a\n", "Pulumi.dev.yaml: want a mapping at the top"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			target, err := engine.NewTarget(enginetest.Repo(t, map[string]string{"dev": tt.give}), "dev", nothing)
			require.NoError(t, err)
			_, err = engine.CopyFiles(target, t.TempDir())
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestOfflinePlaceholder_opens_with_an_empty_passphrase(t *testing.T) {
	t.Parallel()
	salt, err := base64.StdEncoding.DecodeString(strings.Split(engine.OfflineSalt, ":")[1])
	require.NoError(t, err)

	text, err := config.NewSymmetricCrypterFromPassphrase("", salt).DecryptValue(t.Context(), engine.OfflinePlaceholder)

	require.NoError(t, err)
	assert.Equal(t, "offline-placeholder", text)
}

func TestScrub_leaves_nothing_that_leads_to_an_account(t *testing.T) {
	t.Parallel()

	got := engine.Scrub([]string{
		"PATH=/bin", "AWS_ACCESS_KEY_ID=x", "aws_profile=x", "PULUMI_ACCESS_TOKEN=x", "PULUMI_BACKEND_URL=x",
		"GOOGLE_APPLICATION_CREDENTIALS=x", "HOME=/home/user",
	})

	assert.Equal(t, []string{"PATH=/bin", "HOME=/home/user"}, got)
}
