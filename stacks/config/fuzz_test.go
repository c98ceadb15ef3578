package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/stacks/config"
)

// Whatever a file holds, it is refused line by line, or gives a configuration that holds.
func FuzzDecode(f *testing.F) {
	for _, environment := range environments() {
		f.Add(readEnvironment(f, environment))
	}
	for _, bad := range badConfigs() {
		f.Add(bad.give)
	}
	f.Fuzz(func(t *testing.T, document string) {
		in, err := config.FromYAML(testFile, []byte(document))
		if err != nil {
			return
		}
		cfg, err := config.Decode(in)
		if err == nil {
			require.NoError(t, cfg.Validate(in.Region))
			return
		}
		assert.Equal(t, config.Config{}, cfg)
		for line := range strings.Lines(err.Error()) {
			assert.Regexp(t, `^Pulumi\.test\.yaml: [^ ].*: want .+, got .+\n?$`, line)
		}
		_, again := config.Decode(in)
		assert.EqualError(t, again, err.Error())
	})
}
