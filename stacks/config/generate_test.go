package config_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/stacks/config"
)

// update writes generated files anew: `go test ./stacks/config -update`.
var update = flag.Bool("update", false, "write generated files anew")

func assertGenerated(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "stale: run `go test ./stacks/config -update`")
}

func TestSchemaIsUpToDate(t *testing.T) {
	t.Parallel()
	schema, err := config.Schema()
	require.NoError(t, err)
	assertGenerated(t, filepath.Join(root, "riglet.schema.json"), string(schema))
}

func TestDocumentsAreUpToDate(t *testing.T) {
	t.Parallel()
	reference, err := config.Reference()
	require.NoError(t, err)
	assertGenerated(t, filepath.Join(root, "docs", "configuration.md"), reference)
}

// An editor that shows nothing for a key helps nobody.
func TestSchema_describesEveryKey(t *testing.T) {
	t.Parallel()
	encoded, err := config.Schema()
	require.NoError(t, err)
	var schema described
	require.NoError(t, json.Unmarshal(encoded, &schema))
	schema.assertDescribed(t, "file")
}

type described struct {
	Description string
	Properties  map[string]described
	// AdditionalProperties is false, or what each name of a section of names says.
	AdditionalProperties json.RawMessage
}

func (d described) assertDescribed(t *testing.T, path string) {
	t.Helper()
	first, _, _ := strings.Cut(d.Description, " ")
	assert.NotEmpty(t, d.Description, path)
	assert.NotRegexp(t, `^[A-Z][a-z]+[A-Z]`, first, "%s is described by the name of its Go field", path)
	for key, property := range d.Properties {
		if key != "secure" {
			property.assertDescribed(t, path+"."+key)
		}
	}
	var each described
	if json.Unmarshal(d.AdditionalProperties, &each) == nil && len(each.Properties) > 0 {
		each.Description = d.Description
		each.assertDescribed(t, path+".<name>")
	}
}

func TestEnvironments_nameTheirSchema(t *testing.T) {
	t.Parallel()
	for _, environment := range environments() {
		first, _, _ := strings.Cut(readEnvironment(t, environment), "\n")
		assert.Equal(t, "# yaml-language-server: $schema=./riglet.schema.json", first)
	}
}
