package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/components/registry/internal/buildcontext"
	"github.com/riglet/riglet/internal/naming"
)

// build builds and pushes the folder, where there is one.
func (b *builder) build() error {
	if b.args.Build == nil {
		b.out.ImageReference = pulumi.String("").ToStringOutput()
		b.out.Digest = pulumi.String("").ToStringOutput()
		return nil
	}
	sum, err := b.args.Build.sum()
	if err != nil {
		return err
	}
	tag, err := b.tag(sum)
	if err != nil {
		return err
	}
	image, err := docker.NewImage(b.Context(), b.Child("image"), &docker.ImageArgs{
		ImageName: pulumi.Sprintf("%s:%s", b.kept.RepositoryUrl, tag),
		Build: docker.DockerBuildArgs{
			Context:    pulumi.String(filepath.ToSlash(b.args.Build.Context)),
			Dockerfile: pulumi.String(filepath.ToSlash(b.args.Build.Dockerfile)),
			Target:     optional(b.args.Build.Target),
			Platform:   pulumi.String(b.args.Build.platform()),
			Args:       b.args.Build.Args,
		},
		Registry: b.login(),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.ImageReference = image.RepoDigest
	b.out.Digest = pulumix.Cast[pulumi.StringOutput](pulumix.Apply(image.RepoDigest, digestOf))
	return nil
}

// login is what the push identifies itself with. The password is another one at every run, which is no reason to
// build again.
func (b *builder) login() docker.RegistryArgs {
	token := ecr.GetAuthorizationTokenOutput(b.Context(), ecr.GetAuthorizationTokenOutputArgs{
		RegistryId: b.kept.RegistryId.ToStringPtrOutput(),
	}, pulumi.Parent(b.out))
	password, _ := pulumi.ToSecret(token.Password()).(pulumi.StringOutput) // what goes in comes out
	return docker.RegistryArgs{
		Server: b.kept.RepositoryUrl, Username: token.UserName(), Password: password.ToStringPtrOutput(),
	}
}

// tag is one that was never pushed: the version of a parameter grows with each change of its value, also where the
// value is one that it had before.
func (b *builder) tag(sum pulumi.StringOutput) (pulumi.StringOutput, error) {
	revision, err := ssm.NewParameter(b.Context(), b.Child("revision"), &ssm.ParameterArgs{
		Name:          b.Physical(naming.Parameter, "revision"),
		Description:   pulumi.String("what was built last; its version counts the builds"),
		Type:          pulumi.String("String"),
		InsecureValue: sum,
		Tags:          b.Tags("revision"),
	}, b.Options()...)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.Sprintf("build-%s-%d", pulumix.Apply(sum, short), revision.Version), nil
}

// sum is a hash of all that decides what is built.
func (b Build) sum() (pulumi.StringOutput, error) {
	folder, err := buildcontext.Hash(b.Context, b.Dockerfile)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(b.Args.ToStringMapOutput(),
		func(args map[string]string) (string, error) {
			return recipe{Folder: folder, Target: b.Target, Platform: b.platform(), Args: args}.sum()
		})), nil
}

func (b Build) platform() string { return "linux/" + string(b.Arch) }

// recipe is all that decides what is built.
type recipe struct {
	Folder, Target, Platform string
	Args                     map[string]string
}

func (r recipe) sum() (string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// shortLength is as many digits as people tell builds apart by.
const shortLength = 12

func short(sum string) string { return sum[:min(len(sum), shortLength)] }

func digestOf(reference string) string {
	_, digest, _ := strings.Cut(reference, "@")
	return digest
}

func optional(v string) pulumi.StringPtrInput {
	if v == "" {
		return nil
	}
	return pulumi.String(v)
}
