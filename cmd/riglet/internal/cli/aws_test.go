package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/engine/enginetest"
)

// fakeCLI records how it is called. It has no engine: it stands for what cannot be run without an account.
const fakeCLI = `#!/bin/sh
if [ "$1" = version ]; then echo v3.255.0; exit 0; fi
echo "args: $*" >> "$RECORD"
env | grep -E '^(AWS_|PULUMI_)' | sort >> "$RECORD"
echo "dir: $(pwd)" >> "$RECORD"
case "$*" in *"stack export"*) if [ -n "$EXPORT" ]; then echo "$EXPORT"; exit 0; fi ;; esac
echo "error: $ANSWER" >&2
exit 255
`

// onAWS returns a bench whose CLI is the fake, and the file in which that one records.
func onAWS(t *testing.T, answer string) (*bench, string) {
	t.Helper()
	b := newBench(t, three())
	dir := t.TempDir()
	record := filepath.Join(dir, "record")
	enginetest.Write(t, filepath.Join(dir, "pulumi"), fakeCLI)
	require.NoError(t, os.Chmod(filepath.Join(dir, "pulumi"), 0o700))
	b.deps.Environ = []string{
		"PATH=" + os.Getenv("PATH"), "RIGLET_PULUMI=" + filepath.Join(dir, "pulumi"),
		"RECORD=" + record, "ANSWER=" + answer,
		"AWS_PROFILE=staging", "PULUMI_BACKEND_URL=s3://state.example.com",
	}
	return b, record
}

func TestMain_on_AWS_uses_what_the_caller_has(t *testing.T) {
	t.Parallel()
	b, record := onAWS(t, "no stack named 'staging' found")

	got := b.run(t, "preview", "staging")

	assert.Equal(t, 1, got.code)
	assert.Equal(t, "no stack staging in your backend: run `riglet up staging` to make it\n", got.stderr)
	text := enginetest.Read(t, record)
	assert.Contains(t, text, "args: --non-interactive preview --client=127.0.0.1:")
	assert.Contains(t, text, "--stack staging\n")
	assert.Contains(t, text, "AWS_PROFILE=staging\n")
	assert.Contains(t, text, "PULUMI_BACKEND_URL=s3://state.example.com\n")
	assert.Contains(t, text, "dir: "+b.repo+"\n")
	assert.NotContains(t, text, "PULUMI_DEBUG_PROVIDERS")
	assert.NotContains(t, text, "PULUMI_HOME")
	assert.NoDirExists(t, filepath.Join(b.repo, ".riglet"))
}

func TestMain_on_AWS_makes_a_stack_only_for_an_up(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give []string
		want bool
	}{
		{[]string{"up", "staging", "--yes"}, true},
		{[]string{"destroy", "staging", "--yes"}, false},
		{[]string{"preview", "staging"}, false},
		{[]string{"outputs", "staging"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.give[0], func(t *testing.T) {
			t.Parallel()
			b, record := onAWS(t, "no stack named 'staging' found")
			got := b.run(t, tt.give...)
			assert.Equal(t, 1, got.code)
			assert.Equal(t, tt.want, strings.Contains(enginetest.Read(t, record), "stack init staging --no-select"))
		})
	}
}

func TestMain_on_AWS_explains(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{
			"who holds the stack", "the stack is currently locked by 1 lock(s)",
			"another run holds the stack staging: wait for it, or if it is dead run `pulumi cancel -s staging`\n",
		},
		{
			"how to log in", "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
			"not logged in to a Pulumi backend: run `pulumi login`, or pass --offline\n",
		},
		{"anything else in the CLI's words", "open state: no route to host", "open state: no route to host\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, _ := onAWS(t, tt.give)
			assert.Equal(t, tt.want, b.run(t, "preview", "staging").stderr)
		})
	}
}

// A destroy that AWS would stop half way is not begun.
func TestMain_on_AWS_keeps_what_is_protected(t *testing.T) {
	t.Parallel()
	const state = `{"deployment":{"resources":[
		{"urn":"urn:pulumi:staging::riglet::aws:lb/loadBalancer:LoadBalancer::balancer",
		 "type":"aws:lb/loadBalancer:LoadBalancer","inputs":{"enableDeletionProtection":true}},
		{"urn":"urn:pulumi:staging::riglet::aws:s3/bucketV2:BucketV2::logs",
		 "type":"aws:s3/bucketV2:BucketV2","inputs":{"forceDestroy":false}},
		{"urn":"urn:pulumi:staging::riglet::aws:ebs/volume:Volume::data",
		 "type":"aws:ebs/volume:Volume","protect":true}]}}`
	b, record := onAWS(t, "not to be reached")
	b.deps.Environ = append(b.deps.Environ, "EXPORT="+state)

	got := b.run(t, "destroy", "staging", "--yes")

	assert.Equal(t, 1, got.code)
	const advice = ": nothing was destroyed. Turn the protection off and run `riglet up staging`, or pass --unprotect\n"
	assert.Equal(t, "staging: lb/loadBalancer balancer is protected (enableDeletionProtection)"+advice+
		"staging: ebs/volume data is protected (protect)"+advice, got.stderr)
	assert.NotContains(t, enginetest.Read(t, record), "destroy")

	b.run(t, "destroy", "staging", "--yes", "--unprotect")
	text := enginetest.Read(t, record)
	assert.Contains(t, text, " up ", "the protection is turned off first")
	for _, urn := range []string{"balancer", "logs", "data"} {
		assert.Contains(t, text, "::"+urn)
	}
}
