package stacks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/pulumitest"
	"github.com/riglet/riglet/stacks"
	"github.com/riglet/riglet/stacks/config"
)

// oddities are what a mutation puts in the place of a value.
var oddities = []string{
	"", "null", "0", "-1", "1.5", "999999999999", "true", "a", "[]", "[a, a]", "{}", "{a: b}", "{secure: AAAB}",
	"10.0.0.0/8", "172.17.0.0/16", "us-west-2a", "\"$(id)\"", "\"\\u0000\"", "&a [*a]", strings.Repeat("x", 300),
}

// Whatever happens to a stack file, the whole program either refuses it and registers nothing, or runs. A fuzzer that is
// guided by coverage feeds the decoder (FuzzDecode); the program with the whole AWS SDK is too large for one.
func TestRun_registersNothingFromABadFile(t *testing.T) {
	t.Parallel()
	var files []string
	for _, environment := range []string{"integration", "staging", "production"} {
		document, err := os.ReadFile("../Pulumi." + environment + ".yaml")
		require.NoError(t, err)
		files = append(files, string(document))
	}
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		document := mutate(t, rapid.SampledFrom(files).Draw(t, "file"))
		input, err := config.FromYAML("Pulumi.test.yaml", []byte(document))
		if err != nil {
			return // the engine itself refuses what is no YAML
		}
		if _, err = config.Decode(input); err == nil {
			return // a good configuration may make what it likes
		}
		refused++
		recorder, err := runFile(t, document, input)
		require.Error(t, err)
		require.Empty(t, recorder.Resources())
	})
	require.NotZero(t, refused, "no mutation was a fault")
}

// mutate changes one to four lines.
func mutate(t *rapid.T, document string) string {
	lines := strings.Split(document, "\n")
	for range rapid.IntRange(1, 4).Draw(t, "mutations") {
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		key, _, hasValue := strings.Cut(lines[i], ": ")
		switch change := rapid.SampledFrom([]string{"value", "delete", "double", "indent", "key"}).Draw(t, "change"); {
		case change == "value" && hasValue:
			lines[i] = key + ": " + rapid.SampledFrom(oddities).Draw(t, "value")
		case change == "double":
			lines = append(lines[:i+1], lines[i:]...)
		case change == "indent":
			lines[i] = "  " + lines[i]
		case change == "key" && hasValue:
			lines[i] = strings.Replace(lines[i], key, key+"x", 1)
		case len(lines) > 1:
			lines = append(lines[:i], lines[i+1:]...)
		}
	}
	return strings.Join(lines, "\n")
}

// runFile runs the program as the engine does with that stack file.
func runFile(t *rapid.T, document string, input config.Input) (*pulumitest.Recorder, error) {
	// Keys that nobody asks for show in the file alone.
	root, err := os.MkdirTemp("", "riglet-stack-")
	require.NoError(t, err)
	defer func() { _ = os.RemoveAll(root) }()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.test.yaml"), []byte(document), 0o600))
	values := map[string]string{"aws:region": input.Region}
	for key, value := range input.Values {
		values[config.Namespace+":"+key] = value
	}
	var secrets []string
	for _, key := range input.Secrets {
		secrets = append(secrets, config.Namespace+":"+key)
	}
	return pulumitest.RunE(stacks.Run, pulumitest.Config(values, secrets...), pulumitest.Root(root))
}
