package behaviour_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNAT_document_is_valid_for_cloud_init(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("cloud-init", "schema", "--config-file", document).CombinedOutput()
	assert.NoError(t, err, "%s", out)
}

func TestNAT_script_is_clean_for_shellcheck(t *testing.T) {
	t.Parallel()
	for _, file := range readDocument(t).WriteFiles {
		if !strings.HasPrefix(file.Content, "#!") {
			continue
		}
		path := filepath.Join(t.TempDir(), "script")
		require.NoError(t, os.WriteFile(path, []byte(file.Content), 0o600))
		out, err := exec.Command("shellcheck", "--severity=style", path).CombinedOutput()
		assert.NoError(t, err, "%s", out)
	}
}
