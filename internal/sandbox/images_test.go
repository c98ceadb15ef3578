package sandbox_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// expire is a lifecycle policy of rules that each select so.
func expire(selections ...props) string {
	rules := make([]any, len(selections))
	for i, selection := range selections {
		rules[i] = props{"rulePriority": i + 1, "selection": selection, "action": props{"type": "expire"}}
	}
	return text(props{"rules": rules})
}

// built is an image in the repository "repository" under a tag.
func built(tag string) props {
	return props{
		"imageName": "@{repository.repositoryUrl}:" + tag,
		"build":     props{"context": "./app", "dockerfile": "./app/Dockerfile", "platform": "linux/arm64"},
		"registry":  props{"server": "@{repository.repositoryUrl}", "username": "AWS", "password": "first"},
	}
}

var (
	untagged = props{"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 9}
	anyImage = props{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9}
	released = props{
		"tagStatus": "tagged", "tagPrefixList": []any{"release-"}, "countType": "imageCountMoreThan", "countNumber": 9,
	}
	kept = []thing{{repositoryT, "repository", props{"imageTagMutability": "IMMUTABLE"}}}
)

func TestCreate_refuses_repositories_and_images(t *testing.T) {
	t.Parallel()
	runRefusals(t, []refusal{
		{
			"repository twice",
			[]thing{{repositoryT, "repository", props{"name": "shop"}}},
			repositoryT,
			props{"name": "shop"},
			"RepositoryAlreadyExistsException: The repository with name 'shop' already exists " +
				"in the registry with id '123456789012'",
		},
		{
			"a lifecycle of no repository", nil, lifecycleT,
			props{"repository": "shop", "policy": expire(anyImage)},
			"RepositoryNotFoundException: The repository with name 'shop' does not exist in the registry",
		},
		{
			"an image of no repository", nil, imageT,
			props{"imageName": "123456789012.dkr.ecr.us-west-2.amazonaws.com/shop:v1"},
			"name unknown: The repository with name 'shop' does not exist in the registry with id '123456789012'",
		},
		{"an image elsewhere", nil, imageT, props{"imageName": "registry.example.com/shop:v1"}, ""},
		{
			"no tag", kept, imageT,
			props{"imageName": "@{repository.repositoryUrl}:a/b:c d"},
			`invalid reference format: "c d" is no tag`,
		},
	})
}

func TestCheck_refuses_lifecycles_and_keys(t *testing.T) {
	t.Parallel()
	other := with(released, nil)
	delete(other, "tagPrefixList")
	tests := []struct {
		name, token string
		give        props
		want        string
	}{
		{"a good one", lifecycleT, props{"policy": expire(released, untagged, anyImage)}, ""},
		{"no JSON", lifecycleT, props{"policy": "rules"}, "policy: not a lifecycle policy: invalid character 'r' " +
			"looking for beginning of value"},
		{"no rule", lifecycleT, props{"policy": expire()}, "policy: want 1 to 50 rules, got 0"},
		{
			"any before the last", lifecycleT,
			props{"policy": expire(anyImage, untagged)},
			"policy: want tagStatus any in the rule with the highest rulePriority, without tags",
		},
		{
			"tagged without tags", lifecycleT,
			props{"policy": expire(other)},
			"policy: want tagPrefixList or tagPatternList with tagStatus tagged",
		},
		{
			"untagged with tags", lifecycleT,
			props{"policy": expire(with(released, props{"tagStatus": "untagged"}))},
			"policy: want no tags with tagStatus untagged",
		},
		{
			"another status", lifecycleT,
			props{"policy": expire(with(anyImage, props{"tagStatus": "old"}))},
			`policy: want tagStatus tagged, untagged or any, got "old"`,
		},
		{
			"hours", lifecycleT,
			props{"policy": expire(with(untagged, props{"countUnit": "hours"}))},
			`policy: want countUnit days with sinceImagePushed, got "hours"`,
		},
		{
			"another count", lifecycleT,
			props{"policy": expire(with(anyImage, props{"countType": "size"}))},
			`policy: want countType imageCountMoreThan or sinceImagePushed, got "size"`,
		},
		{
			"none kept", lifecycleT,
			props{"policy": expire(with(anyImage, props{"countNumber": 0}))},
			"policy: want countNumber from 1, got 0",
		},
		{
			"a key with AES256", repositoryT, props{"encryptionConfigurations": []any{props{
				"encryptionType": "AES256", "kmsKey": "arn:aws:kms:us-west-2:123456789012:key/1",
			}}}, "encryptionConfigurations[0].kmsKey: want no key with encryptionType AES256",
		},
		{
			"capitals", repositoryT,
			props{"name": "Shop"},
			`name: want lower-case letters, digits and single ._- or / between them, got "Shop"`,
		},
		{
			"another platform", imageT,
			props{"imageName": "x:1", "build": props{"platform": "linux/s390x"}},
			`build.platform: want one of linux/amd64, linux/arm64, got "linux/s390x"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			if tt.token == lifecycleT {
				tt.give = with(tt.give, props{"repository": "shop"})
			}
			_, err := l.check(tt.token, "last", nil, l.inputs(tt.give))
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			assert.EqualError(t, err, tt.want)
		})
	}
}

// What is built again is another image, so that a tag that cannot move takes it only once.
func TestImage_keepsTagsWhereTheyAre(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.make(repositoryT, "repository", props{"imageTagMutability": "IMMUTABLE"})
	first := l.make(imageT, "image", built("v1"))
	assert.Regexp(t, `^123456789012\.dkr\.ecr\.us-west-2\.amazonaws\.com/repository-[0-9a-f]{7}@sha256:[0-9a-f]{64}$`,
		first.Properties["repoDigest"].StringValue())
	second, err := l.update("image", built("v2"))
	require.NoError(t, err)
	assert.NotEqual(t, first.Properties["repoDigest"], second.Properties["repoDigest"])
	_, err = l.update("image", built("v1"))
	require.ErrorContains(t, err, "tag invalid: The image tag 'v1' already exists in the 'repository-")
	same, err := l.update("image", built("v2"))
	require.NoError(t, err)
	assert.Equal(t, second.Properties["repoDigest"], same.Properties["repoDigest"])
}

func TestImage_ignoresANewPassword(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.make(repositoryT, "repository", props{})
	l.make(imageT, "image", built("v1"))
	give := built("v1")
	give["registry"] = props{"server": "@{repository.repositoryUrl}", "username": "AWS", "password": "second"}
	diff, err := l.cloud.Docker().Diff(context.Background(), plugin.DiffRequest{
		URN: urn(imageT, "image"), Type: tokens.Type(imageT), ID: l.made["image"].ID,
		OldInputs: l.inputs(built("v1")), NewInputs: l.inputs(give),
	})
	require.NoError(t, err)
	assert.Equal(t, plugin.DiffNone, diff.Changes)
}

func TestDelete_keepsARepositoryWithImages(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.make(repositoryT, "repository", props{"imageTagMutability": "MUTABLE"})
	l.make(imageT, "image", built("v1"))
	require.ErrorContains(t, l.remove("repository"), "RepositoryNotEmptyException")
	_, err := l.update("repository", props{"name": l.reference("@repository"), "forceDelete": true})
	require.NoError(t, err)
	require.NoError(t, l.remove("repository"))
}

// A password of ECR is another one at every call.
func TestInvoke_givesAnotherPassword(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const token = "aws:ecr/getAuthorizationToken:getAuthorizationToken"
	one, err := l.invoke(token, nil)
	require.NoError(t, err)
	other, err := l.invoke(token, props{"registryId": "210987654321"})
	require.NoError(t, err)
	assert.Equal(t, "AWS", one["userName"])
	assert.Equal(t, "https://210987654321.dkr.ecr.us-west-2.amazonaws.com", other["proxyEndpoint"])
	assert.NotEqual(t, one["password"], other["password"])
}

func TestDocker_answersNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	_, err := l.cloud.Docker().Invoke(
		context.Background(), plugin.InvokeRequest{Tok: "docker:index/getNetwork:getNetwork"})
	assert.EqualError(t, err, "the offline cloud does not answer docker:index/getNetwork:getNetwork")
}
