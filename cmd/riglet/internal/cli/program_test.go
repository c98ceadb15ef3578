package cli_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

// program writes a Pulumi program that is a folder of this module, so that its dependencies are there.
func program(t *testing.T) string {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "testdata", "program")
}

func TestMain_runs_a_program_of_its_own_offline(t *testing.T) {
	t.Parallel()
	b := newBench(t, three())

	got := b.run(t, "up", "--program", program(t), "--offline")

	assert.Equal(t, 0, got.code, got.stderr)
	assert.Contains(t, got.stdout, "+  shelf/thing  only\n")
	assert.Contains(t, got.stdout, "    region  us-west-2\n")
	assert.Contains(t, got.stdout, "note: Pulumi.dev.yaml: no aws:region, using us-west-2\n")
	assert.Contains(t, got.stdout, "Done: 1 created in 0.0s\n")
	assert.Equal(t, 1, b.toy.Count())
}

func TestMain_shows_the_faults_of_a_program(t *testing.T) {
	t.Parallel()
	b := newBench(t, three())

	got := b.run(t, "preview", "broken", "--program", program(t), "--offline")

	assert.Equal(t, 1, got.code)
	assert.Equal(t, "first: want a\nsecond: want b\n", got.stderr)
}

func TestMain_says_what_is_no_program(t *testing.T) {
	t.Parallel()
	b := newBench(t, three())
	empty := t.TempDir()

	got := b.run(t, "preview", "--program", empty, "--offline")

	assert.Equal(t, 2, got.code)
	assert.Equal(t, "riglet: no Pulumi program in "+empty+": open "+filepath.Join(empty, "Pulumi.yaml")+
		": no such file or directory\n", got.stderr)
	assert.NoDirExists(t, filepath.Join(empty, ".riglet"))
}
