package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/stacks/config"
)

// root is the folder of the project.
const root = "../.."

// testFile is the name of the file that the documents of these tests are read as.
const testFile = "Pulumi.test.yaml"

func environments() []string { return []string{"integration", "staging", "production"} }

// readEnvironment is the real file of an environment.
func readEnvironment(tb testing.TB, environment string) string {
	tb.Helper()
	document, err := os.ReadFile(filepath.Join(root, "Pulumi."+environment+".yaml"))
	require.NoError(tb, err)
	return string(document)
}

// decode reads a document as the file of a stack.
func decode(document string) (config.Config, error) {
	in, err := config.FromYAML(testFile, []byte(document))
	if err != nil {
		return config.Config{}, err
	}
	return config.Decode(in)
}

// decodeSecret is decode with the secrets in clear, as the engine hands them to the program.
func decodeSecret(key, value string) (config.Config, error) {
	in, err := config.FromYAML(testFile, []byte(top("")))
	if err != nil {
		return config.Config{}, err
	}
	in.Values[key] = value
	in.Secrets = []string{key}
	in.Encrypted = false
	return config.Decode(in)
}

const (
	head = "aws:region: us-west-2\nriglet:owner: acme\nriglet:project: demo\n"
	good = "cidr: 10.10.0.0/16\nzones: [us-west-2a, us-west-2b]\nnat: none\n"
)

// knownKeys are what a fault of an unknown key lists.
func knownKeys() string { return check.List(config.Keys()) }

// file is a document with these lines of configuration and no others.
func file(lines string) string { return "config:\n" + indent(lines) }

// top is a document with these lines beside owner, project and region.
func top(lines string) string { return file(head + lines) }

// network is a document whose network has these lines and no others.
func network(lines string) string { return top("riglet:network:\n" + indent(lines)) }

// more is a document whose network has these lines beside the least that it needs.
func more(lines string) string { return network(good + lines) }

func indent(lines string) string {
	var out strings.Builder
	for line := range strings.Lines(lines) {
		out.WriteString("  " + strings.TrimSuffix(line, "\n") + "\n")
	}
	return out.String()
}
