package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// TokenParameter is the type that the invoke of the same service reads.
//
//nolint:gosec // a type token, not a credential
const TokenParameter = "aws:ssm/parameter:Parameter"

const (
	maxStandardValue = 4096
	maxAdvancedValue = 8192
)

var (
	aliasName     = regexp.MustCompile(`^alias/[a-zA-Z0-9/_-]+$`)
	parameterName = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)
)

var keys = []model.Kind{
	{
		Token: tokenKey, Args: kms.KeyArgs{}, State: kms.Key{},
		ID: "{uuid}", ARN: "arn:aws:kms:{region}:{account}:key/{id}",
		Replace: []string{"customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"},
		JSON:    []string{"policy"},
		Outputs: map[string]any{
			"keyId": "{id}", "keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
			"isEnabled": true, "rotationPeriodInDays": 365,
			"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",` +
				`"Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}`,
		},
		Missing: "NotFoundException: Key '{value}' does not exist",
		Rules: []model.Rule{
			between("deletionWindowInDays", 7, 30), between("rotationPeriodInDays", 90, 2560), policy("policy", true),
		},
	},
	{
		Token: "aws:kms/alias:Alias", Args: kms.AliasArgs{}, State: kms.Alias{},
		ID: "{name}", ARN: "arn:aws:kms:{region}:{account}:{name}",
		Name:    &model.Naming{Property: "name", Prefix: "alias/", Max: 256, By: "namePrefix"},
		Replace: []string{"name", "namePrefix"},
		Refs:    []model.Ref{{Path: "targetKeyId", To: tokenKey, Loose: true, Outside: anyKey}},
		Keys:    []model.Key{{Of: "{name}", Error: "AlreadyExistsException: An alias with the name {name} already exists"}},
		Rules: []model.Rule{
			pattern("name", "alias/ and letters, digits, /, _ and -", aliasName), noPrefix("name", "alias/aws/"),
		},
		Fill: func(s *model.Scene) {
			if key := s.Target(tokenKey, "targetKeyId"); key != nil {
				s.Set("targetKeyArn", key.Out("arn"))
			}
		},
	},
	{
		Token: TokenParameter, Args: ssm.ParameterArgs{}, State: ssm.Parameter{},
		ID: "{name}", ARN: "arn:aws:ssm:{region}:{account}:parameter/{name}", TakesOver: "overwrite",
		Name:    &model.Naming{Property: "name", Max: 2048},
		Replace: []string{"dataType", "name"},
		ReplaceIf: conditions{
			"tier": func(before, after resource.PropertyMap) bool {
				return model.Str(before, "tier") == "Advanced" && model.Str(after, "tier") == "Standard"
			},
		},
		Refs: []model.Ref{{Path: "keyId", To: tokenKey, Loose: true, Outside: anyKey}},
		Keys: []model.Key{{
			Make: parameterKey, Error: "ParameterAlreadyExists: The parameter already exists. To overwrite this value, " +
				"set the overwrite option in the request to true.",
		}},
		Outputs:  map[string]any{"dataType": "text", "tier": "Standard"},
		Volatile: []string{"version"},
		Rules: []model.Rule{
			oneOf("type", "String", "StringList", "SecureString"),
			oneOf("tier", "Standard", "Advanced", "Intelligent-Tiering"), exactlyOne("value", "insecureValue"),
			pattern("name", "letters, digits and _.-/", parameterName), noPrefix("name", "aws", "ssm", "/aws", "/ssm"),
			parameterSize,
		},
		Fill: fillParameter,
	},
}

// parameterKey is empty for a parameter that may take over one that exists.
func parameterKey(in resource.PropertyMap) string {
	if model.Flag(in, "overwrite", false) {
		return ""
	}
	return model.Str(in, "name")
}

func parameterSize(c *model.Check) {
	most := maxStandardValue
	if !input("tier", "", "Standard")(c) {
		most = maxAdvancedValue
	}
	for _, path := range []string{"value", "insecureValue"} {
		if n := len(model.Str(c.Props, path)); n > most {
			c.Fault(path, "want at most %d characters in this tier, got %d", most, n)
		}
	}
}

func fillParameter(s *model.Scene) {
	version := 1
	if s.Old != nil {
		version = model.Int(s.Old.Outputs, "version", 0) + 1
	}
	s.Set("version", version)
	name := s.Object.Out("name")
	if len(name) > 0 && name[0] == '/' {
		s.Set("arn", s.Expand("arn:aws:ssm:{region}:{account}:parameter{name}"))
	}
	if s.In("type") == "SecureString" {
		s.Default("keyId", "alias/aws/ssm")
	}
	s.Default("value", s.In("insecureValue"))
}
