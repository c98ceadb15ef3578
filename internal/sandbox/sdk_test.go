package sandbox_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/model"
)

// sdkFile parses the SDK's source of a type, whose token says where it is.
func sdkFile(t *testing.T, root, typeToken string) *ast.File {
	t.Helper()
	_, path, _ := strings.Cut(typeToken, ":")
	path, _, _ = strings.Cut(path, ":")
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "go", "aws", path+".go"), nil, parser.ParseComments)
	require.NoError(t, err)
	return f
}

// awsTokens leaves out the types of other SDKs.
func awsTokens() []string {
	return slices.DeleteFunc(catalog.Table().Tokens(), func(s string) bool { return !strings.HasPrefix(s, "aws:") })
}

func sdkRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(),
		"go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

var tagName = regexp.MustCompile(`pulumi:"(\w+)"`)

// documented returns the doc comment of each property of the args struct.
func documented(f *ast.File) map[string]string {
	docs := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		s, ok := spec.Type.(*ast.StructType)
		if !ok || !strings.HasSuffix(spec.Name.Name, "Args") {
			return true
		}
		for _, field := range s.Fields.List {
			if field.Tag == nil {
				continue
			}
			if m := tagName.FindStringSubmatch(field.Tag.Value); m != nil {
				docs[m[1]] = field.Doc.Text()
			}
		}
		return true
	})
	return docs
}

var (
	replaceWords = regexp.MustCompile(`(?i)new resource|re-?create|be replaced|recreation|forces? (a )?(new|replac)`)
	requiredArg  = regexp.MustCompile(`required argument '(\w+)'`)
)

// What the comments say of another property than their own, or of a replacement
// that only the provider can see coming.
var notReplacing = map[string]string{
	"aws:ec2/instance:Instance.capacityReservationSpecification": "its comment is about cpuCoreCount",
	"aws:ec2/instance:Instance.userDataReplaceOnChange":          "it makes userData replace",
	"aws:autoscaling/group:Group.suspendedProcesses":             "its comment is about instances",
	"aws:ecs/service:Service.forceNewDeployment":                 "its comment is about tasks",
}

func TestCatalog_replaces_what_the_SDK_says_it_replaces(t *testing.T) {
	t.Parallel()
	root, table := sdkRoot(t), catalog.Table()
	found := 0
	for _, tok := range awsTokens() {
		for name, doc := range documented(sdkFile(t, root, tok)) {
			if !replaceWords.MatchString(doc) || notReplacing[tok+"."+name] != "" {
				continue
			}
			found++
			assert.True(t, mayReplace(table.Kind(tok), name), "%s.%s: %s", tok, name, doc)
		}
	}
	assert.Positive(t, found)
}

func mayReplace(k *model.Kind, name string) bool {
	if k.ReplaceIf[name] != nil {
		return true
	}
	return slices.ContainsFunc(k.Replace, func(p string) bool { return p == name || strings.HasPrefix(p, name+".") })
}

func TestCatalog_requires_what_the_SDK_requires(t *testing.T) {
	t.Parallel()
	root, table := sdkRoot(t), catalog.Table()
	for _, tok := range awsTokens() {
		shape, err := table.Inputs(tok)
		require.NoError(t, err)
		kind := table.Kind(tok)
		ast.Inspect(sdkFile(t, root, tok), func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if m := requiredArg.FindStringSubmatch(lit.Value); m != nil {
				name := strings.ToLower(m[1][:1]) + m[1][1:]
				f, _ := shape.Field(name)
				assert.True(t, f.Required || slices.Contains(kind.Required, name), "%s.%s is required", tok, name)
			}
			return true
		})
	}
}

func TestCatalog_names_only_properties_that_exist(t *testing.T) {
	t.Parallel()
	table := catalog.Table()
	for _, tok := range table.Tokens() {
		kind := table.Kind(tok)
		in, err := table.Inputs(tok)
		require.NoError(t, err)
		out, err := table.Outputs(tok)
		require.NoError(t, err)
		paths := slices.Concat(kind.Required, kind.Replace, kind.Sets, kind.JSON, keysOf(kind.ReplaceIf))
		for _, ref := range kind.Refs {
			paths = append(paths, ref.Path)
			assert.NotNil(t, table.Kind(ref.To), "%s: reference to %s", tok, ref.To)
		}
		for _, path := range paths {
			assert.True(t, model.PathExists(in, path), "%s: input %s", tok, path)
		}
		for _, name := range append(keysOf(kind.Outputs), kind.Volatile...) {
			_, ok := out.Field(name)
			assert.True(t, ok, "%s: output %s", tok, name)
		}
	}
}

func TestCatalog_registers_under_the_tokens_of_the_SDK(t *testing.T) {
	t.Parallel()
	root := sdkRoot(t)
	for _, tok := range awsTokens() {
		found := false
		ast.Inspect(sdkFile(t, root, tok), func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			found = found || (ok && lit.Value == `"`+tok+`"`)
			return true
		})
		assert.True(t, found, tok)
	}
}
