package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var (
	iamName = regexp.MustCompile(`^[\w+=,.@-]+$`)
	iamPath = regexp.MustCompile(`^/([\x21-\x7e]+/)?$`)
)

const (
	iamNameWant       = "letters, digits and +=,.@-_"
	maxPolicyDocument = 6144
	maxInlinePolicy   = 10240
	maxAttached       = 10
)

var identities = []model.Kind{
	{
		Token: tokenRole, Args: iam.RoleArgs{}, State: iam.Role{},
		ID: "{name}", ARN: "arn:aws:iam::{account}:role{path}{name}",
		Name:     &model.Naming{Property: "name", Max: 64, By: "namePrefix"},
		Required: []string{"assumeRolePolicy"}, Replace: []string{"name", "namePrefix", "path"},
		Sets: []string{"managedPolicyArns", "inlinePolicies"}, JSON: []string{"assumeRolePolicy", "inlinePolicies.policy"},
		Refs: []model.Ref{
			{Path: "managedPolicyArns[]", To: tokenPolicy, Outside: anyPolicy},
			{Path: "permissionsBoundary", To: tokenPolicy, Outside: anyPolicy},
		},
		Keys: []model.Key{{Of: "{name}", Error: "EntityAlreadyExists: Role with name {name} already exists."}},
		Outputs: map[string]any{
			"path": "/", "uniqueId": "AROA{alnum17}", "createDate": "2024-01-01T00:00:00Z", "maxSessionDuration": 3600,
		},
		Missing: "NoSuchEntity: The role with name {value} cannot be found.",
		Busy:    "DeleteConflict: Cannot delete entity, must detach all policies first.",
		Rules: []model.Rule{
			pattern("name", iamNameWant, iamName), length("name", 1, 64), length("namePrefix", 1, 38),
			pattern("path", "a path that begins and ends with /", iamPath), length("description", 0, 1000),
			policy("assumeRolePolicy", true), policy("inlinePolicies[].policy", false),
			between("maxSessionDuration", 3600, 43200),
		},
		Release: admits(profileFirst, inlineFirst),
	},
	{
		Token: tokenRolePolicy, Args: iam.RolePolicyArgs{}, State: iam.RolePolicy{},
		ID:       "{role}:{name}",
		Name:     &model.Naming{Property: "name", Max: 128, By: "namePrefix"},
		Required: []string{"policy", "role"}, Replace: []string{"name", "namePrefix", "role"},
		JSON: []string{"policy"},
		Refs: []model.Ref{{Path: "role", To: tokenRole}},
		Keys: []model.Key{{
			Of: "{role}|{name}", Error: "EntityAlreadyExists: role {role} already has a policy {name}",
		}},
		Rules: []model.Rule{
			pattern("name", iamNameWant, iamName), length("name", 1, 128),
			policy("policy", false), length("policy", 1, maxInlinePolicy),
		},
	},
	{
		Token: tokenRoleAttachment, Args: iam.RolePolicyAttachmentArgs{}, State: iam.RolePolicyAttachment{},
		ID:       "{role}-{num26}",
		Required: []string{"role"}, Replace: []string{"policyArn", "role"},
		Refs: []model.Ref{
			{Path: "role", To: tokenRole},
			{Path: "policyArn", To: tokenPolicy, By: "arn", Outside: anyPolicy},
		},
		Keys: []model.Key{{
			Of: "{role}|{policyArn}", Error: "EntityAlreadyExists: {policyArn} is already attached to role {role}",
		}},
		Admit: admits(perParent("role", tokenRole, maxAttached, "LimitExceeded", "managed policies of the role")),
	},
	{
		Token: tokenProfile, Args: iam.InstanceProfileArgs{}, State: iam.InstanceProfile{},
		ID: "{name}", ARN: "arn:aws:iam::{account}:instance-profile{path}{name}",
		Name:    &model.Naming{Property: "name", Max: 128, By: "namePrefix"},
		Replace: []string{"name", "namePrefix", "path"},
		Refs:    []model.Ref{{Path: "role", To: tokenRole}},
		Keys:    []model.Key{{Of: "{name}", Error: "EntityAlreadyExists: Instance Profile {name} already exists."}},
		Outputs: map[string]any{"path": "/", "uniqueId": "AIPA{alnum17}", "createDate": "2024-01-01T00:00:00Z"},
		Missing: "NoSuchEntity: Instance Profile {value} cannot be found.",
		Rules: []model.Rule{
			pattern("name", iamNameWant, iamName), length("name", 1, 128),
			pattern("path", "a path that begins and ends with /", iamPath),
		},
	},
	{
		Token: tokenPolicy, Args: iam.PolicyArgs{}, State: iam.Policy{},
		ID: "{arn}", ARN: "arn:aws:iam::{account}:policy{path}{name}",
		Name:     &model.Naming{Property: "name", Max: 128, By: "namePrefix"},
		Required: []string{"policy"}, Replace: []string{"description", "name", "namePrefix", "path"},
		JSON: []string{"policy"},
		Keys: []model.Key{{
			Of:    "{name}",
			Error: "EntityAlreadyExists: A policy called {name} already exists. Duplicate names are not allowed.",
		}},
		Outputs: map[string]any{"path": "/", "policyId": "ANPA{alnum17}"},
		Missing: "NoSuchEntity: Policy {value} does not exist or is not attachable.",
		Busy:    "DeleteConflict: Cannot delete a policy attached to entities.",
		Rules: []model.Rule{
			pattern("name", iamNameWant, iamName), length("name", 1, 128),
			policy("policy", false), length("policy", 1, maxPolicyDocument),
		},
	},
}

func profileFirst(s *model.Scene) error {
	if len(s.World.Users(s.Object, tokenProfile)) == 0 {
		return nil
	}
	return model.Refuse("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
}

// inlineFirst wants a role's own policies gone, unless the provider is told to
// detach them.
func inlineFirst(s *model.Scene) error {
	if len(s.World.Users(s.Object, tokenRolePolicy)) == 0 {
		return nil
	}
	return model.Refuse("DeleteConflict", "Cannot delete entity, must delete policies first.")
}
