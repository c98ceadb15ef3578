package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/enginetest"
)

func TestFindProject_orders_environments_as_changes_travel(t *testing.T) {
	t.Parallel()
	repo := enginetest.Repo(t, map[string]string{"production": "", "build": "", "staging": "", "integration": "", "a": ""})

	project, err := engine.FindProject(repo)

	require.NoError(t, err)
	assert.Equal(t, []string{"integration", "staging", "production", "a", "build"}, project.Environments)
}

func TestFindProject_passes_over_projects_inside_the_checkout(t *testing.T) {
	t.Parallel()
	repo := enginetest.Repo(t, nil)
	example := filepath.Join(repo, "examples", "foundation")
	enginetest.Write(t, filepath.Join(example, "Pulumi.yaml"), "name: foundation\nruntime: go\n")

	project, err := engine.FindProject(example)

	require.NoError(t, err)
	assert.Equal(t, repo, project.Root)
}

func TestFindProject_says_where_it_looked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()

	_, err := engine.FindProject(dir)

	require.ErrorIs(t, err, engine.ErrNoProject)
	assert.EqualError(t, err, "not a riglet repository: no Pulumi.yaml with name: riglet in "+dir+
		" or above it; go to the checkout or pass --dir")
}

func TestProject_Select(t *testing.T) {
	t.Parallel()
	three := engine.Project{Root: "/repo", Environments: []string{"integration", "staging", "production"}}
	tests := []struct {
		name    string
		project engine.Project
		give    []string
		want    []string
		wantErr string
	}{
		{"keeps the order given", three, []string{"staging", "integration"}, []string{"staging", "integration"}, ""},
		{"takes each once", three, []string{"staging", "staging"}, []string{"staging"}, ""},
		{
			"names what there is", three,
			[]string{"nosuch"},
			nil,
			`no environment "nosuch": there are integration, staging and production`,
		},
		{
			"names the only one",
			engine.Project{Environments: []string{"dev"}},
			[]string{"x"},
			nil,
			`no environment "x": there is dev`,
		},
		{
			"says that there is none",
			engine.Project{Root: "/repo"},
			[]string{"x"},
			nil,
			`no environment "x": there is none in /repo (no Pulumi.<environment>.yaml)`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.project.Select(tt.give)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.wantErr, message(err))
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestFindCLI_prefers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	built := filepath.Join(dir, "repo", "bin", "pulumi")
	onPath := filepath.Join(dir, "path", "pulumi")
	named := filepath.Join(dir, "named")
	for _, path := range []string{built, onPath, named} {
		enginetest.Write(t, path, "#!/bin/sh\n")
		require.NoError(t, os.Chmod(path, 0o700))
	}
	path := "PATH=" + filepath.Dir(onPath)
	tests := []struct {
		name    string
		offline bool
		environ []string
		want    string
	}{
		{"the one that is named", true, []string{path, "RIGLET_PULUMI=" + named}, named},
		{"the project's own offline", true, []string{path}, built},
		{"the one of the user on AWS", false, []string{path}, onPath},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := engine.FindCLI(filepath.Join(dir, "repo"), tt.offline, tt.environ)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestFindCLI_says_what_to_do(t *testing.T) {
	t.Parallel()
	_, err := engine.FindCLI("/repo", true, nil)

	require.ErrorIs(t, err, engine.ErrNoCLI)
	assert.EqualError(t, err,
		"no Pulumi CLI: `make tools` builds it to /repo/bin/pulumi, or set RIGLET_PULUMI to one of version 3.255.0")
}
