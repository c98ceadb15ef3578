package tests_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/registry"
	"github.com/riglet/riglet/internal/conform"
	"github.com/riglet/riglet/internal/engine"
)

const imageFolder = "testdata/image"

// registryRow is a repository with something of everything, and what is built into it.
func registryRow() conform.Component {
	return conform.Component{
		Type: registry.Type,
		New: func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (pulumi.ComponentResource, error) {
			return registry.NewRepository(ctx, name, &registry.Args{
				PullPrincipals: []string{"210987654321"},
				Build:          &registry.Build{Context: imageFolder},
				Tags:           conform.Tags(),
			}, opts...)
		},
		Bad: func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (pulumi.ComponentResource, error) {
			return registry.NewRepository(ctx, name, &registry.Args{Encryption: "none"}, opts...)
		},
		Nil: func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (pulumi.ComponentResource, error) {
			return registry.NewRepository(ctx, name, nil, opts...)
		},
	}
}

// builder is a repository on the real engine, with a folder that is built into it.
type builder struct {
	*account
	tb      testing.TB
	folder  string
	args    registry.Args
	message string
}

func newBuilder(tb testing.TB) *builder {
	tb.Helper()
	folder := tb.TempDir()
	require.NoError(tb, os.CopyFS(folder, os.DirFS(imageFolder)))
	return &builder{account: newAccount(tb), tb: tb, folder: folder}
}

// program builds with an argument that is an output of another resource.
func (b *builder) program(ctx *pulumi.Context) error {
	base, err := registry.NewRepository(ctx, "base", nil)
	if err != nil {
		return err
	}
	args := b.args
	args.Build = &registry.Build{Context: b.folder, Args: pulumi.StringMap{
		"BASE": base.RepositoryURL, "MESSAGE": pulumi.String(b.message),
	}}
	shop, err := registry.NewRepository(ctx, "shop", &args)
	if err == nil {
		ctx.Export("image", shop.ImageReference)
	}
	return err
}

// up brings it up, and returns what that changed and the image that came out.
func (b *builder) up() (changed []string, image any) {
	b.tb.Helper()
	result := b.run(b.tb, engine.Up)
	require.Empty(b.tb, result.Errors)
	return lines(result), result.Outputs["image"]
}

func (b *builder) run(tb testing.TB, operation engine.Operation) engine.Result {
	tb.Helper()
	target, err := engine.NewTarget(b.dir, "integration", b.program)
	require.NoError(tb, err)
	result, err := b.engine.Run(context.Background(), operation, target, nil)
	require.NoError(tb, err)
	return result
}

func (b *builder) write(text string) {
	b.tb.Helper()
	require.NoError(b.tb, os.WriteFile(filepath.Join(b.folder, "main.txt"), []byte(text), 0o600))
}

// An unchanged folder builds nothing, though the password of the registry is another one at every run. A changed one
// builds, and so does one that goes back to what it was: its tag is a new one all the same.
func TestEngine_buildsWhatChanged(t *testing.T) {
	t.Parallel()
	b := newBuilder(t)
	b.write("one")
	_, first := b.up()
	assert.Regexp(t, `/shop-repository-[0-9a-f]{7}@sha256:[0-9a-f]{64}$`, first)

	changed, same := b.up()
	assert.Empty(t, changed)
	assert.Equal(t, first, same)

	built := []string{"update ssm/parameter shop-revision", "update index/image shop-image"}
	b.write("two")
	changed, second := b.up()
	assert.ElementsMatch(t, built, changed)
	assert.NotEqual(t, first, second)

	b.write("one")
	changed, third := b.up()
	assert.ElementsMatch(t, built, changed)
	assert.NotEqual(t, second, third)

	b.message = "an argument"
	changed, _ = b.up()
	assert.ElementsMatch(t, built, changed)

	require.Empty(t, b.run(t, engine.Destroy).Errors)
	assert.Empty(t, b.cloud.Resources())
}

// The policy of a repository cannot be changed in place: the new one comes after the old one is gone.
func TestEngine_changesALifecycle(t *testing.T) {
	t.Parallel()
	b := newBuilder(t)
	b.up()
	b.args.KeepImages = 20
	changed, _ := b.up()
	assert.Equal(t, []string{"replace ecr/lifecyclePolicy shop-lifecycle"}, changed)
	changed, _ = b.up()
	assert.Empty(t, changed)
}

// What would lose the images of a protected repository is refused in the plan already.
func TestEngine_keepsAProtectedRepository(t *testing.T) {
	t.Parallel()
	b := newBuilder(t)
	b.args.Protected = true
	b.up()
	refused := b.run(t, engine.Destroy)
	assert.False(t, refused.OK)
	assert.Contains(t, strings.Join(refused.Errors, "\n"), "shop-repository")
	b.args.Encryption = registry.EncryptionAES256
	refused = b.run(t, engine.Preview)
	assert.False(t, refused.OK)
	assert.Contains(t, strings.Join(refused.Errors, "\n"), "shop-repository")

	b.args = registry.Args{}
	b.up()
	require.Empty(t, b.run(t, engine.Destroy).Errors)
	assert.Empty(t, b.cloud.Resources())
}

// The password of the registry is in no file but the engine's own state, where it is encrypted.
func TestEngine_keepsTheRegistrysPassword(t *testing.T) {
	t.Parallel()
	b := newBuilder(t)
	b.up()
	for _, found := range b.cloud.Resources() {
		if found.Type == "docker:index/image:Image" {
			password := found.Inputs["registry"].ObjectValue()["password"].StringValue()
			require.NotEmpty(t, password)
			assert.Empty(t, filesWith(t, filepath.Join(b.dir, ".riglet"), password, "cloud"))
		}
	}
}
