package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ProjectName is the name that a checkout of this repository gives itself in Pulumi.yaml.
const ProjectName = "riglet"

const projectFile = "Pulumi.yaml"

// ErrNoProject says that a folder is not in a checkout.
var ErrNoProject = errors.New("not a riglet repository")

// Project is a checkout: the folder with Pulumi.yaml and one stack file per environment.
type Project struct {
	// Root is the absolute path of the folder.
	Root string
	// Environments are the names of the stack files, in the order in which they are deployed.
	Environments []string
}

// FindProject returns the checkout that holds dir. A Pulumi.yaml of another project, such as an example inside the
// checkout, is passed over.
func FindProject(dir string) (Project, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	for at := start; ; at = filepath.Dir(at) {
		if name, err := projectNameOf(at); err == nil && name == ProjectName {
			return openProject(at)
		}
		if at == filepath.Dir(at) {
			return Project{}, fmt.Errorf("%w: no %s with name: %s in %s or above it; go to the checkout or pass --dir",
				ErrNoProject, projectFile, ProjectName, start)
		}
	}
}

func openProject(root string) (Project, error) {
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	if err != nil {
		return Project{}, err
	}
	project := Project{Root: root}
	for _, file := range files {
		name := strings.TrimPrefix(filepath.Base(file), "Pulumi.")
		project.Environments = append(project.Environments, strings.TrimSuffix(name, ".yaml"))
	}
	slices.SortFunc(project.Environments, byPromotion)
	return project, nil
}

// byPromotion orders environments as changes travel through them; all others follow in the order of the alphabet.
func byPromotion(a, b string) int {
	if rank := promotionRank(a) - promotionRank(b); rank != 0 {
		return rank
	}
	return strings.Compare(a, b)
}

func promotionRank(name string) int {
	path := []string{"integration", "staging", "production"}
	if i := slices.Index(path, name); i >= 0 {
		return i
	}
	return len(path)
}

// Select checks names against the environments that exist, and returns them in the order given, each once.
func (p Project) Select(names []string) ([]string, error) {
	var selected []string
	for _, name := range names {
		if !slices.Contains(p.Environments, name) {
			return nil, fmt.Errorf("no environment %q: there %s", name, p.list())
		}
		if !slices.Contains(selected, name) {
			selected = append(selected, name)
		}
	}
	return selected, nil
}

// list names the environments for the end of a sentence.
func (p Project) list() string {
	switch n := len(p.Environments); n {
	case 0:
		return "is none in " + p.Root + " (no Pulumi.<environment>.yaml)"
	case 1:
		return "is " + p.Environments[0]
	default:
		return "are " + strings.Join(p.Environments[:n-1], ", ") + " and " + p.Environments[n-1]
	}
}

// Need is the error for a command that was given no environment.
func (p Project) Need() error {
	return fmt.Errorf("name an environment or pass --all: there %s", p.list())
}

// projectNameOf reads the name out of the Pulumi.yaml of dir.
func projectNameOf(dir string) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, projectFile)) //nolint:gosec // the folder is the caller's choice
	if err != nil {
		return "", err
	}
	var header struct {
		Name string `yaml:"name"`
	}
	if err := yaml.Unmarshal(data, &header); err != nil {
		return "", fmt.Errorf("%s: %w", filepath.Join(dir, projectFile), err)
	}
	return header.Name, nil
}
