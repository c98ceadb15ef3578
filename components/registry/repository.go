package registry

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

// repository makes the repository. Its name is fixed where there is a prefix, so that one that has to be replaced
// would take the images with it: where it is protected, the plan already says no.
func (b *builder) repository() error {
	key := ecr.RepositoryEncryptionConfigurationArgs{EncryptionType: pulumi.String(b.args.Encryption)}
	if b.args.KMSKeyARN != nil {
		key.KmsKey = b.args.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
	}
	made, err := ecr.NewRepository(b.Context(), b.Child("repository"), &ecr.RepositoryArgs{
		Name:                     b.Physical(naming.Repository),
		ImageTagMutability:       pulumi.String("IMMUTABLE"),
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{key},
		ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		ForceDelete: pulumi.Bool(!b.args.Protected),
		Tags:        b.Tags("repository"),
	}, b.Options(pulumi.Protect(b.args.Protected))...)
	if err != nil {
		return err
	}
	b.kept = made
	b.out.RepositoryARN = made.Arn
	b.out.RepositoryName = made.Name
	b.out.RepositoryURL = made.RepositoryUrl
	return nil
}

// lifecycle clears out what nobody uses. AWS cannot change a policy in place: the new one has to come after the old
// one is gone, or the removal of the old one takes both.
func (b *builder) lifecycle() error {
	document, err := lifecycleJSON(b.args.UntaggedDays, b.args.KeepImages)
	if err != nil {
		return err
	}
	_, err = ecr.NewLifecyclePolicy(b.Context(), b.Child("lifecycle"), &ecr.LifecyclePolicyArgs{
		Repository: b.kept.Name,
		Policy:     pulumi.String(document),
	}, b.Options(pulumi.DeleteBeforeReplace(true))...)
	return err
}

// policy lets others pull. The account's own roles need none: their own policies are enough.
func (b *builder) policy() error {
	if len(b.args.PullPrincipals) == 0 {
		return nil
	}
	document, err := pullPolicy(b.args.PullPrincipals).JSON()
	if err != nil {
		return err
	}
	_, err = ecr.NewRepositoryPolicy(b.Context(), b.Child("pull"), &ecr.RepositoryPolicyArgs{
		Repository: b.kept.Name,
		Policy:     pulumi.String(document),
	}, b.Options()...)
	return err
}

// pullPolicy lets principals pull, and no more.
func pullPolicy(principals []string) policy.Document {
	return policy.Document{Statements: []policy.Statement{{
		Sid: "Pull", Effect: policy.Allow,
		Principal: &policy.Principal{AWS: principals},
		Action: []string{
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
		},
	}}}
}
