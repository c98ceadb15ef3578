package couchdb

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/backupsource"
	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/netplan"
	"github.com/riglet/riglet/internal/policy"
)

// role makes what the host acts as, with no permission yet.
func (b *builder) role() error {
	assume, err := policy.Assume("ec2.amazonaws.com", "").JSON()
	if err != nil {
		return err
	}
	if b.iamRole, err = iam.NewRole(b.Context(), b.Child("host"), &iam.RoleArgs{
		Name:             b.Physical(naming.Role, "host"),
		Description:      pulumi.String("CouchDB host of " + b.NameTag()),
		AssumeRolePolicy: pulumi.String(assume),
		Tags:             b.Tags("host"),
	}, b.Options()...); err != nil {
		return err
	}
	b.profile, err = iam.NewInstanceProfile(b.Context(), b.Child("host"), &iam.InstanceProfileArgs{
		Name: b.Physical(naming.InstanceProfile, "host"),
		Role: b.iamRole.ID(),
		Tags: b.Tags("host"),
	}, b.Options()...)
	return err
}

// permissions gives the role one policy for each thing that the host does.
func (b *builder) permissions() error {
	static, err := hostPolicy(b.metricNamespace()).JSON()
	if err != nil {
		return err
	}
	documents := []struct {
		role string
		text pulumi.StringInput
	}{
		{"host", pulumi.String(static)},
		{"admin", component.Policy1(b.admin.Arn, adminPolicy)},
		{"logs", component.Policy1(b.logGroup.Arn, logPolicy)},
		{"backups", component.Policy1(b.bucket.Arn, func(arn string) policy.Document {
			return backupPolicy(arn, b.name)
		})},
	}
	for _, document := range documents {
		if err = b.allow(document.role, document.text); err != nil {
			return err
		}
	}
	if err = b.allowKeys(); err != nil {
		return err
	}
	return b.allowRestore()
}

// allow gives the role one more policy. The host waits for all of them.
func (b *builder) allow(role string, document pulumi.StringInput) error {
	made, err := iam.NewRolePolicy(b.Context(), b.Child(role), &iam.RolePolicyArgs{
		Role: b.iamRole.ID(), Policy: document,
	}, b.Options()...)
	b.ready = append(b.ready, made)
	return err
}

// allowKeys lets the host use the keys that are not AWS's own, and only through the services that hold its things.
func (b *builder) allowKeys() error {
	region := netplan.Region(b.args.Zone)
	if b.args.KMSKeyARN != nil {
		if err := b.allow("key", component.Policy1(b.args.KMSKeyARN.ToStringOutput(), func(arn string) policy.Document {
			return keyPolicy(arn, region, "kms:Decrypt", "kms:GenerateDataKey")
		})); err != nil {
			return err
		}
	}
	if b.args.RestoreKeyARN == nil {
		return nil
	}
	return b.allow("restore-key", component.Policy1(b.args.RestoreKeyARN.ToStringOutput(),
		func(arn string) policy.Document { return keyPolicy(arn, region, "kms:Decrypt") }))
}

// allowRestore lets the host read the backups that it starts from. Where their bucket is of another account, that
// account's bucket policy must let this role in as well.
func (b *builder) allowRestore() error {
	if b.args.RestoreFrom == "" {
		return nil
	}
	source := backupsource.Parse(b.args.RestoreFrom)
	document, err := readPolicy(source.ARN(), source.Prefix).JSON()
	if err != nil {
		return err
	}
	return b.allow("restore", pulumi.String(document))
}
