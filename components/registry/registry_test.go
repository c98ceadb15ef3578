package registry_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/registry"
	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	repositoryType = "aws:ecr/repository:Repository"
	lifecycleType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	policyType     = "aws:ecr/repositoryPolicy:RepositoryPolicy"
	imageType      = "docker:index/image:Image"
	parameterType  = "aws:ssm/parameter:Parameter"
)

// program makes a repository called "shop".
func program(args registry.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := registry.NewRepository(ctx, "shop", &args)
		return err
	}
}

// folder makes a folder to build.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\n"), 0o600))
	return dir
}

func TestNewRepository_refuses(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	tests := []struct {
		name string
		give registry.Args
		want string
	}{
		{
			name: "everything at once",
			give: registry.Args{
				Encryption: "none", KMSKeyARN: pulumi.String("alias/mine"), UntaggedDays: -1, KeepImages: 5,
				PullPrincipals: []string{"*", "123456789012", "123456789012"}, Build: &registry.Build{Arch: "s390x"},
				Prefix: "ACME",
			},
			want: `repository "shop": encryption: want one of KMS or AES256, got "none"
kmsKeyArn: want nothing unless encryption is KMS, got alias/mine
pullPrincipals[2]: want each value once, got "123456789012"
pullPrincipals[0]: want an account id, or the ARN of a role or user (never *), got "*"
untaggedDays: want 1 to 3650, got -1
keepImages: want 10 to 10000, got 5
build.arch: want one of arm64 or amd64, got "s390x"
build.context: want the folder to build, got nothing
prefix: want a letter, then lower-case letters, digits and hyphens, 63 at most, got "ACME"`,
		},
		{
			name: "a key that is none",
			give: registry.Args{KMSKeyARN: pulumi.String("alias/mine")},
			want: `repository "shop": kmsKeyArn: want the ARN of a KMS key, got "alias/mine"`,
		},
		{
			name: "a folder that is not there",
			give: registry.Args{Build: &registry.Build{Context: filepath.Join(empty, "app")}},
			want: `repository "shop": build.context: want a folder, got ` + check.Quote(filepath.Join(empty, "app")),
		},
		{
			name: "a folder without a Dockerfile",
			give: registry.Args{Build: &registry.Build{Context: empty}},
			want: `repository "shop": build.dockerfile: want a file, got ` + check.Quote(filepath.Join(empty, "Dockerfile")),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder, err := pulumitest.RunE(program(tt.give))
			require.ErrorContains(t, err, tt.want)
			assert.Empty(t, recorder.Resources())
		})
	}
}

func TestNewRepository_isSafeByDefault(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(registry.Args{}))
	assert.Equal(t, []string{
		"aws:ecr/lifecyclePolicy:LifecyclePolicy shop-lifecycle <- shop",
		"aws:ecr/repository:Repository shop-repository <- shop",
		"riglet:registry:Repository shop <- stack",
	}, recorder.Lines())
	repository := recorder.Find(repositoryType, "shop-repository")
	assert.Equal(t, "IMMUTABLE", repository.Input("imageTagMutability"))
	assert.Equal(t, true, repository.Input("imageScanningConfiguration.scanOnPush"))
	assert.Equal(t, "KMS", repository.Input("encryptionConfigurations[0].encryptionType"))
	assert.Nil(t, repository.Input("encryptionConfigurations[0].kmsKey"))
	assert.Equal(t, true, repository.Input("forceDelete"))
	assert.False(t, repository.Protect)
	assert.Empty(t, recorder.Invokes(), "no password is asked for where nothing is pushed")
}

func TestNewRepository_protects(t *testing.T) {
	t.Parallel()
	repository := pulumitest.Run(t, program(registry.Args{
		Protected: true, Prefix: "acme-demo", KMSKeyARN: pulumi.String("arn:aws:kms:us-west-2:123456789012:key/0a1b"),
	})).Find(repositoryType, "shop-repository")
	assert.Equal(t, false, repository.Input("forceDelete"))
	assert.True(t, repository.Protect)
	assert.Equal(t, "acme-demo-shop", repository.Input("name"))
	assert.Equal(t, "arn:aws:kms:us-west-2:123456789012:key/0a1b", repository.Input("encryptionConfigurations[0].kmsKey"))
}

// The rule for released images comes first, and what it selects is out of reach for all that follow.
func TestNewRepository_neverExpiresWhatIsReleased(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(registry.Args{UntaggedDays: 3, KeepImages: 20}))
	text, ok := recorder.Find(lifecycleType, "shop-lifecycle").Input("policy").(string)
	require.True(t, ok)
	assert.JSONEq(t, `{"rules": [
		{"rulePriority": 1, "description": "keep what was released", "action": {"type": "expire"}, "selection":
			{"tagStatus": "tagged", "tagPrefixList": ["release-"], "countType": "imageCountMoreThan", "countNumber": 100000}},
		{"rulePriority": 2, "description": "expire what has no tag", "action": {"type": "expire"}, "selection":
			{"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 3}},
		{"rulePriority": 3, "description": "keep the newest of the rest", "action": {"type": "expire"}, "selection":
			{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}}
	]}`, text)
}

func TestNewRepository_letsOthersPullAndNoMore(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(registry.Args{
		PullPrincipals: []string{"210987654321", "arn:aws:iam::123456789012:role/build/puller"},
	}))
	text, ok := recorder.Find(policyType, "shop-pull").Input("policy").(string)
	require.True(t, ok)
	assert.JSONEq(t, `{"Version": "2012-10-17", "Statement": [{
		"Sid": "Pull", "Effect": "Allow",
		"Principal": {"AWS": ["210987654321", "arn:aws:iam::123456789012:role/build/puller"]},
		"Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
	}]}`, text)
}

func TestNewRepository_builds(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	recorder := pulumitest.Run(t, program(registry.Args{Prefix: "acme-demo", Build: &registry.Build{
		Context: dir, Target: "run", Arch: registry.AMD64, Args: pulumi.StringMap{"VERSION": pulumi.String("7")},
	}}))
	image := recorder.Find(imageType, "shop-image")
	assert.Regexp(t, `^123456789012\.dkr\.ecr\.us-west-2\.amazonaws\.com/acme-demo-shop:build-[0-9a-f]{12}-1$`,
		image.Input("imageName"))
	assert.Equal(t, dir, image.Input("build.context"))
	assert.Equal(t, filepath.Join(dir, "Dockerfile"), image.Input("build.dockerfile"))
	assert.Equal(t, "run", image.Input("build.target"))
	assert.Equal(t, "linux/amd64", image.Input("build.platform"))
	assert.Equal(t, "7", image.Input("build.args.VERSION"))
	assert.Equal(t, "AWS", image.Input("registry.username"))
	password, ok := image.Inputs["registry"].ObjectValue()["password"]
	require.True(t, ok)
	assert.True(t, password.IsSecret(), "the password of the registry is a secret")
	component := recorder.Find(registry.Type, "shop")
	reference, _ := component.Output("imageReference").(string)
	assert.Equal(t, image.Output("repoDigest"), reference)
	assert.Equal(t, strings.Split(reference, "@")[1], component.Output("digest"))
}

// Whatever decides what is built gives another build, and the rest does not.
func TestNewRepository_tellsBuildsApart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	sum := func(build registry.Build) any {
		build.Context = dir
		return pulumitest.Run(t, program(registry.Args{Build: &build})).
			Find(parameterType, "shop-revision").Input("insecureValue")
	}
	first := sum(registry.Build{})
	assert.Equal(t, first, sum(registry.Build{Arch: registry.ARM64}))
	assert.NotEqual(t, first, sum(registry.Build{Arch: registry.AMD64}))
	assert.NotEqual(t, first, sum(registry.Build{Target: "run"}))
	assert.NotEqual(t, first, sum(registry.Build{Args: pulumi.StringMap{"A": pulumi.String("b")}}))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "new"), nil, 0o600))
	assert.NotEqual(t, first, sum(registry.Build{}))
}

// A build argument that only AWS can know leaves the preview whole, and no resource is registered later for it.
func TestNewRepository_previewsWhatItDoes(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	build := func(ctx *pulumi.Context) error {
		base, err := registry.NewRepository(ctx, "base", nil)
		if err != nil {
			return err
		}
		_, err = registry.NewRepository(ctx, "shop", &registry.Args{Build: &registry.Build{
			Context: dir, Args: pulumi.StringMap{"BASE": base.RepositoryURL},
		}})
		return err
	}
	update, preview := pulumitest.Run(t, build), pulumitest.Run(t, build, pulumitest.Preview())
	assert.Equal(t, update.Lines(), preview.Lines())
	assert.Equal(t, pulumitest.Unknown, preview.Find(imageType, "shop-image").Input("imageName"))
}

func TestNewRepository_leavesTheCallersArgumentsAlone(t *testing.T) {
	t.Parallel()
	args := &registry.Args{Build: &registry.Build{Context: folder(t)}}
	before, err := json.Marshal(args.Build)
	require.NoError(t, err)
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := registry.NewRepository(ctx, "shop", args)
		return err
	})
	after, err := json.Marshal(args.Build)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	assert.Zero(t, args.KeepImages)
}
