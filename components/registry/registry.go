package registry

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/tags"
)

// Type is the type token of a Repository. It is part of every child's identity and never changes.
const Type = "riglet:registry:Repository"

// Repository keeps images.
type Repository struct {
	pulumi.ResourceState

	// RepositoryARN is the repository: what a policy names that lets a role push or pull.
	RepositoryARN pulumi.StringOutput `pulumi:"repositoryArn"`
	// RepositoryName is its name in the registry.
	RepositoryName pulumi.StringOutput `pulumi:"repositoryName"`
	// RepositoryURL is where to push to and pull from, without a tag.
	RepositoryURL pulumi.StringOutput `pulumi:"repositoryUrl"`
	// ImageReference is what was built, as "<repository>@sha256:<digest>". Empty without Build.
	ImageReference pulumi.StringOutput `pulumi:"imageReference"`
	// Digest is the digest alone: "sha256:<digest>". Empty without Build.
	Digest pulumi.StringOutput `pulumi:"digest"`
}

// NewRepository makes a repository with its lifecycle and its policy, and builds what is to be built into it.
//
// A month in us-west-2 costs $0.10 for each GB kept; pulling into the same region costs nothing, and neither does the
// scan on push. A key of your own costs $1. A build needs Docker where the program runs, and no more: the number that
// its tag ends in is in a parameter of SSM, which is free. Source: AWS's on-demand price pages.
//
// The error names every argument that is at fault; nothing is registered then.
func NewRepository(
	ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption,
) (*Repository, error) {
	full := args.withDefaults()
	if err := full.validate(); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	repository := &Repository{}
	inputs := pulumi.Map{"encryption": pulumi.String(full.Encryption)}
	if err := ctx.RegisterComponentResourceV2(Type, name, inputs, repository, opts...); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	b := &builder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), repository),
		args: full, out: repository,
	}
	for _, step := range []func() error{
		b.repository,
		b.lifecycle,
		b.policy,
		b.build,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("repository %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(repository, repository.outputs()); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	return repository, nil
}

// builder is what the steps share.
type builder struct {
	component.Base
	args Args
	out  *Repository

	kept *ecr.Repository
}

func (r *Repository) outputs() pulumi.Map {
	return pulumi.Map{
		"repositoryArn":  r.RepositoryARN,
		"repositoryName": r.RepositoryName,
		"repositoryUrl":  r.RepositoryURL,
		"imageReference": r.ImageReference,
		"digest":         r.Digest,
	}
}
