package registry

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/registry/internal/buildcontext"
	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/tags"
)

// Encryption is whose key encrypts the layers. It can never change: AWS makes another repository, without images.
type Encryption string

// The two choices.
const (
	// EncryptionKMS is a key of KMS: AWS's own for ECR, aws/ecr, or the one that KMSKeyARN names.
	EncryptionKMS Encryption = "KMS"
	// EncryptionAES256 is S3's key, whose use nobody can see in CloudTrail.
	EncryptionAES256 Encryption = "AES256"
)

// Arch is the processor architecture of a build.
type Arch = instancetype.Arch

// The architectures.
const (
	ARM64 = instancetype.ARM64
	AMD64 = instancetype.AMD64
)

// Args are the arguments of a Repository. None is required.
type Args struct {
	// Encryption is whose key encrypts the layers. Default: EncryptionKMS, with AWS's own key: it costs nothing a
	// month, its use is in CloudTrail, and no policy of it can lock anybody out.
	Encryption Encryption
	// KMSKeyARN is a key of your own, with EncryptionKMS. Images are lost with the key. Default: AWS's own.
	KMSKeyARN pulumi.StringInput
	// PullPrincipals are who may pull beside the account itself: account ids, or ARNs of roles and users. Default:
	// nobody.
	PullPrincipals []string
	// UntaggedDays is how long images without a tag are kept, 1 to 3650. Default: 14.
	UntaggedDays int
	// KeepImages is how many images are kept of those that were never released, 10 to 10000: more than are built
	// between two releases. Default: 100.
	KeepImages int
	// Build is a folder to build and push. Default: none, and images come from elsewhere.
	Build *Build
	// Protected keeps the repository: a destroy is refused. Without it a destroy removes the repository with all of
	// its images. Default: false.
	Protected bool
	// Prefix begins the names that AWS shows: "acme-demo-integration". Lower-case letters, digits and hyphens.
	// Default: none, and Pulumi makes names up from the logical ones.
	Prefix string
	// Tags are put on everything that takes tags, next to Name and Group. Default: none.
	Tags map[string]string
}

// Build is a folder to build an image from.
type Build struct {
	// Context is the folder, relative to the program's own. Required.
	Context string
	// Dockerfile is the file in the folder, or elsewhere. Default: "Dockerfile" in the folder.
	Dockerfile string
	// Target is the stage to build. Default: the last one.
	Target string
	// Arch is the processor to build for. Default: ARM64, as Graviton hosts want it.
	Arch Arch
	// Args are build arguments; they may be outputs of other resources. Never secrets. Default: none.
	Args pulumi.StringMap
}

const (
	// defaultUntaggedDays outlives a deployment that still runs what lost its tag yesterday.
	defaultUntaggedDays = 14
	// defaultKeepImages is a build every working day for five months.
	defaultKeepImages = 100

	maxUntaggedDays = 3650
	minKeepImages   = 10
	maxKeepImages   = 10000
)

// withDefaults is a copy with everything filled in that has a default. A nil a is the zero Args.
func (a *Args) withDefaults() Args {
	var full Args
	if a != nil {
		full = *a
	}
	if full.Encryption == "" {
		full.Encryption = EncryptionKMS
	}
	if full.UntaggedDays == 0 {
		full.UntaggedDays = defaultUntaggedDays
	}
	if full.KeepImages == 0 {
		full.KeepImages = defaultKeepImages
	}
	if full.Build != nil {
		full.Build = full.Build.withDefaults()
	}
	return full
}

func (b Build) withDefaults() *Build {
	if b.Dockerfile == "" && b.Context != "" {
		b.Dockerfile = buildcontext.Dockerfile(b.Context)
	}
	if b.Arch == "" {
		b.Arch = ARM64
	}
	return &b
}

var (
	keyPattern       = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`)
	principalPattern = regexp.MustCompile(`^([0-9]{12}|arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[\w+=,.@/-]+))$`)
)

// validate is every fault of the arguments, before anything is registered.
func (a Args) validate() error {
	f := check.New("")
	check.OneOf(f.At("encryption"), a.Encryption, EncryptionKMS, EncryptionAES256)
	a.checkKey(f.At("kmsKeyArn"))
	f.At("pullPrincipals").Unique(a.PullPrincipals)
	for i, who := range a.PullPrincipals {
		f.At("pullPrincipals").Index(i).Match(who, principalPattern,
			"an account id, or the ARN of a role or user (never *)")
	}
	f.At("untaggedDays").Range(a.UntaggedDays, 1, maxUntaggedDays)
	f.At("keepImages").Range(a.KeepImages, minKeepImages, maxKeepImages)
	if a.Build != nil {
		a.Build.check(f.At("build"))
	}
	component.CheckCommon(f, a.Prefix, tags.Set(a.Tags))
	return f.Err()
}

func (a Args) checkKey(f check.Faults) {
	if a.KMSKeyARN == nil {
		return
	}
	arn, known := a.KMSKeyARN.(pulumi.String)
	switch {
	case a.Encryption != EncryptionKMS:
		f.Want("nothing unless encryption is KMS", a.KMSKeyARN)
	case known:
		f.Match(string(arn), keyPattern, "the ARN of a KMS key")
	}
}

func (b Build) check(f check.Faults) {
	check.OneOf(f.At("arch"), b.Arch, ARM64, AMD64)
	if b.Context == "" {
		f.At("context").Want("the folder to build", b.Context)
		return
	}
	buildcontext.Check(f, b.Context, b.Dockerfile)
}
