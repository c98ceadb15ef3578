package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// Offline stacks all use one salt and one ciphertext. The passphrase is empty, so there is nothing to protect; a fixed
// salt spares each run a million rounds of key derivation. The ciphertext is that of "offline-placeholder".
const (
	offlineSalt        = "v1:cmlnbGV0LS0=:v1:NQUvTP54epGPFXQp:FBDW1Bz3ndvV/vsyBpAzVF3TF6deRg=="
	offlinePlaceholder = "v1:cEJXR4+KyNItOkOn:Wpy/Ya56JFnug980HCAva0+CinVXrMe80UYhMLcTDJ2Fw+M="
)

// defaultRegion is where a program that says no region runs offline.
const defaultRegion = "us-west-2"

// copyFiles writes the project file and the stack file of target into dir, changed so that they work offline, and
// returns what it changed that a reader should know. The originals are only read.
func copyFiles(target Target, dir string) ([]string, error) {
	if err := makeWritable(dir); err != nil {
		return nil, err
	}
	if err := copyProject(target, dir); err != nil {
		return nil, err
	}
	return copyStack(target, dir)
}

func copyProject(target Target, dir string) error {
	document, err := readYAML(filepath.Join(target.Dir, projectFile))
	if err != nil {
		return err
	}
	project := rootMapping(document)
	// A backend in the project file must not win over the folder of the offline state.
	remove(project, "backend")
	if target.Program == nil {
		main := filepath.Join(target.Dir, scalar(project, "main"))
		remove(project, "main")
		put(project, "main", main)
	}
	return writeYAML(filepath.Join(dir, projectFile), document)
}

func copyStack(target Target, dir string) ([]string, error) {
	name := target.stackFile()
	document, err := readYAML(filepath.Join(target.Dir, name))
	if errors.Is(err, fs.ErrNotExist) && target.Program == nil {
		document, err = &yaml.Node{Kind: yaml.DocumentNode}, nil
	}
	if err != nil {
		return nil, err
	}
	notes := offlineStack(name, rootMapping(document), target.Program == nil)
	return notes, writeYAML(filepath.Join(dir, name), document)
}

// offlineStack changes a stack file in place, and says what a reader should know.
func offlineStack(name string, stack *yaml.Node, needsRegion bool) []string {
	var notes []string
	if count := replaceSecrets(stack); count > 0 {
		notes = append(notes, fmt.Sprintf("%s: %s encrypted with a key that is not here, a placeholder stands in",
			name, plural(count, "value is", "values are")))
	}
	for _, key := range []string{"secretsprovider", "encryptedkey", "encryptionsalt"} {
		remove(stack, key)
	}
	if remove(stack, "environment") {
		notes = append(notes, name+": environment is skipped, it lives in Pulumi Cloud")
	}
	put(stack, "encryptionsalt", offlineSalt)
	config := child(stack, "config")
	if needsRegion && scalar(config, "aws:region") == "" {
		put(config, "aws:region", defaultRegion)
		notes = append(notes, fmt.Sprintf("%s: no aws:region, using %s", name, defaultRegion))
	}
	return notes
}

// replaceSecrets puts the placeholder in place of each encrypted value, however deep, and counts them.
func replaceSecrets(node *yaml.Node) int {
	if node.Kind == yaml.MappingNode && len(node.Content) == 2 && node.Content[0].Value == "secure" &&
		node.Content[1].Kind == yaml.ScalarNode {
		node.Content[1].SetString(offlinePlaceholder)
		return 1
	}
	count := 0
	for _, child := range node.Content {
		count += replaceSecrets(child)
	}
	return count
}

func readYAML(path string) (*yaml.Node, error) {
	data, err := os.ReadFile(path) //nolint:gosec // a file of the project that the user named
	if err != nil {
		return nil, err
	}
	document := &yaml.Node{Kind: yaml.DocumentNode}
	if err := yaml.Unmarshal(data, document); err != nil {
		return nil, fmt.Errorf("%s: %s", filepath.Base(path), strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) > 0 && document.Content[0].Kind != yaml.MappingNode &&
		document.Content[0].Tag != "!!null" {
		return nil, fmt.Errorf("%s: want a mapping at the top", filepath.Base(path))
	}
	return document, nil
}

func writeYAML(path string, document *yaml.Node) error {
	data, err := yaml.Marshal(document)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
