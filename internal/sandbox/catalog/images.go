package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-docker/sdk/v4/go/docker"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var (
	repositoryName = regexp.MustCompile(`^([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$`)
	imageTag       = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
)

var images = []model.Kind{
	{
		Token: tokenRepository, Args: ecr.RepositoryArgs{}, State: ecr.Repository{},
		ID: "{name}", ARN: "arn:aws:ecr:{region}:{account}:repository/{name}",
		Name:    &model.Naming{Property: "name", Max: 256, Lower: true},
		Replace: []string{"encryptionConfigurations", "name"},
		Refs: []model.Ref{{
			Path: "encryptionConfigurations[].kmsKey", To: tokenKey, By: "arn", Loose: true, Outside: anyKey,
		}},
		Keys: []model.Key{{
			Of: "{name}", Error: "RepositoryAlreadyExistsException: The repository with name '{name}' already exists in " +
				"the registry with id '{account}'",
		}},
		Outputs: map[string]any{
			"registryId": "{account}", "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
			"imageTagMutability": "MUTABLE",
		},
		Missing: "RepositoryNotFoundException: The repository with name '{value}' does not exist in the registry",
		Rules: []model.Rule{
			length("name", 2, 256),
			pattern("name", "lower-case letters, digits and single ._- or / between them", repositoryName),
			oneOf("imageTagMutability", "MUTABLE", "IMMUTABLE"),
			oneOf("encryptionConfigurations[].encryptionType", "AES256", "KMS", "KMS_DSSE"), keyNeedsKMS,
		},
		Release: admits(emptyRepository),
	},
	{
		Token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
		Args:  ecr.LifecyclePolicyArgs{}, State: ecr.LifecyclePolicy{},
		ID: "{repository}", Required: []string{"policy"}, Replace: []string{"policy", "repository"}, JSON: []string{"policy"},
		Refs:    []model.Ref{{Path: "repository", To: tokenRepository, Loose: true}},
		Outputs: map[string]any{"registryId": "{account}"},
		Rules:   []model.Rule{lifecycle},
	},
	{
		Token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
		Args:  ecr.RepositoryPolicyArgs{}, State: ecr.RepositoryPolicy{},
		ID: "{repository}", Required: []string{"policy"}, Replace: []string{"repository"}, JSON: []string{"policy"},
		Refs:    []model.Ref{{Path: "repository", To: tokenRepository, Loose: true}},
		Outputs: map[string]any{"registryId": "{account}"},
		Rules:   []model.Rule{policy("policy", true)},
	},
	{
		Token: tokenImage, Args: docker.ImageArgs{}, State: docker.Image{},
		ID: "{imageName}", Identify: func(s *model.Scene) string { return s.In("imageName") },
		// A password lives for twelve hours, so the real provider does not compare it.
		Ignore:   []string{"registry.password", "registry.username"},
		Volatile: []string{"repoDigest", "baseImageName"},
		Rules: []model.Rule{
			oneOf("build.platform", "linux/amd64", "linux/arm64"),
		},
		Admit: admits(intoRepository, immutableTag),
		Fill:  fillImage,
	},
}

func keyNeedsKMS(c *model.Check) {
	for _, one := range model.Objects(c.Props, "encryptionConfigurations[]") {
		if model.Has(one, "kmsKey") && model.Str(one, "encryptionType") == "AES256" {
			c.Fault("encryptionConfigurations[0].kmsKey", "want no key with encryptionType AES256")
		}
	}
}

// emptyRepository knows of the images that this cloud saw being pushed and that the program still has.
func emptyRepository(s *model.Scene) error {
	if model.Flag(s.Object.Inputs, "forceDelete", false) {
		return nil
	}
	for _, image := range s.World.All(tokenImage) {
		if repository, _ := repositoryOf(image.In("imageName")); repository == s.Object.Out("repositoryUrl") {
			return model.Refuse("RepositoryNotEmptyException", "The repository with name '%s' in registry with id '%s' "+
				"cannot be deleted because it still contains images", s.Object.ID, model.Account)
		}
	}
	return nil
}

// lifecyclePolicy is the document of a lifecycle policy.
type lifecyclePolicy struct {
	Rules []lifecycleRule `json:"rules"`
}

type lifecycleRule struct {
	Priority  int `json:"rulePriority"`
	Selection struct {
		Status   string   `json:"tagStatus"`
		Prefixes []string `json:"tagPrefixList"`
		Patterns []string `json:"tagPatternList"`
		Type     string   `json:"countType"`
		Unit     string   `json:"countUnit"`
		Number   int      `json:"countNumber"`
	} `json:"selection"`
	Action struct {
		Type string `json:"type"`
	} `json:"action"`
}

const maxLifecycleRules = 50

// lifecycle wants a document that PutLifecyclePolicy takes (user guide, "Lifecycle policy properties").
func lifecycle(c *model.Check) {
	text := model.Str(c.Props, "policy")
	if text == "" {
		return
	}
	var document lifecyclePolicy
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		c.Fault("policy", "not a lifecycle policy: %v", err)
		return
	}
	if n := len(document.Rules); n < 1 || n > maxLifecycleRules {
		c.Fault("policy", "want 1 to %d rules, got %d", maxLifecycleRules, n)
	}
	seen, last := map[int]bool{}, 0
	for _, rule := range document.Rules {
		if seen[rule.Priority] || rule.Priority < 1 {
			c.Fault("policy", "want each rulePriority once and from 1, got %d", rule.Priority)
		}
		seen[rule.Priority], last = true, max(last, rule.Priority)
	}
	for _, rule := range document.Rules {
		rule.check(c, rule.Priority == last)
	}
}

func (r lifecycleRule) check(c *model.Check, last bool) {
	lists := len(r.Selection.Prefixes) + len(r.Selection.Patterns)
	switch r.Selection.Status {
	case "any":
		if !last || lists > 0 {
			c.Fault("policy", "want tagStatus any in the rule with the highest rulePriority, without tags")
		}
	case "untagged":
		if lists > 0 {
			c.Fault("policy", "want no tags with tagStatus untagged")
		}
	case "tagged":
		if lists == 0 {
			c.Fault("policy", "want tagPrefixList or tagPatternList with tagStatus tagged")
		}
	default:
		c.Fault("policy", "want tagStatus tagged, untagged or any, got %q", r.Selection.Status)
	}
	r.checkCount(c)
}

func (r lifecycleRule) checkCount(c *model.Check) {
	switch r.Selection.Type {
	case "imageCountMoreThan":
	case "sinceImagePushed":
		if r.Selection.Unit != "days" {
			c.Fault("policy", "want countUnit days with sinceImagePushed, got %q", r.Selection.Unit)
		}
	default:
		c.Fault("policy", "want countType imageCountMoreThan or sinceImagePushed, got %q", r.Selection.Type)
	}
	if r.Selection.Number < 1 {
		c.Fault("policy", "want countNumber from 1, got %d", r.Selection.Number)
	}
	if r.Action.Type != "expire" {
		c.Fault("policy", "want action expire, got %q", r.Action.Type)
	}
}

// repositoryOf splits the name of an image into its repository and its tag.
func repositoryOf(image string) (repository, tag string) {
	i := strings.LastIndex(image, ":")
	if i < strings.LastIndex(image, "/") || i < 0 {
		return image, "latest"
	}
	return image[:i], image[i+1:]
}

// ecrOf is the repository of ECR that an image is pushed to, or nil.
func ecrOf(s *model.Scene) *model.Object {
	url, _ := repositoryOf(s.In("imageName"))
	for _, repository := range s.World.All(tokenRepository) {
		if repository.Out("repositoryUrl") == url {
			return repository
		}
	}
	return nil
}

// intoRepository wants the repository of an image to be there. Registries other than ECR are not ours to know.
func intoRepository(s *model.Scene) error {
	url, tag := repositoryOf(s.In("imageName"))
	if !imageTag.MatchString(tag) {
		return model.Refuse("invalid reference format", "%q is no tag", tag)
	}
	if server, name, _ := strings.Cut(url, "/"); strings.Contains(server, ".dkr.ecr.") && ecrOf(s) == nil {
		return model.Refuse("name unknown", "The repository with name '%s' does not exist in the registry with id '%s'",
			name, model.Account)
	}
	return nil
}

// pushed is where an image keeps the names that it was pushed under: a repository outlives the builds into it.
const pushed resource.PropertyKey = "__pushed"

func pushesOf(image *model.Object) []string {
	if image == nil {
		return nil
	}
	return model.Strs(image.Inputs, string(pushed)+"[]")
}

// rebuilt tells whether a change builds anew, rather than only hand over another password.
func rebuilt(s *model.Scene) bool {
	return s.Old == nil || s.Kind.Diff(s.Old.Inputs, s.Object.Inputs).Changes != plugin.DiffNone
}

// immutableTag refuses to push another image under a tag that was pushed before. A build that is done again is
// another image: it is hardly ever the same to the byte.
func immutableTag(s *model.Scene) error {
	repository := ecrOf(s)
	if repository == nil || repository.Out("imageTagMutability") != "IMMUTABLE" || !rebuilt(s) ||
		!slices.Contains(pushesOf(s.Old), s.In("imageName")) {
		return nil
	}
	_, tag := repositoryOf(s.In("imageName"))
	return model.Refuse("tag invalid", "The image tag '%s' already exists in the '%s' repository and cannot be "+
		"overwritten because the tag is immutable.", tag, repository.ID)
}

// fillImage stands for the build and the push. Nothing is read from the context and no layer exists: the digest
// follows from how often the image was built.
func fillImage(s *model.Scene) {
	names := pushesOf(s.Old)
	if rebuilt(s) {
		names = append(names, s.In("imageName"))
	}
	history := make([]any, len(names))
	for i, name := range names {
		history[i] = name
	}
	s.Object.Inputs = maps.Clone(s.Object.Inputs)
	s.Object.Inputs[pushed] = resource.NewPropertyValue(history)
	repository, _ := repositoryOf(s.In("imageName"))
	server, _, _ := strings.Cut(repository, "/")
	sum := sha256.Sum256([]byte(s.Object.Seed + strconv.Itoa(len(names))))
	s.Set("repoDigest", repository+"@sha256:"+hex.EncodeToString(sum[:]))
	s.Set("baseImageName", s.In("imageName"))
	s.Set("registryServer", server)
	s.Set("context", s.In("build.context"))
	s.Set("dockerfile", s.In("build.dockerfile"))
	s.Default("platform", s.In("build.platform"))
}
