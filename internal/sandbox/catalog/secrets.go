package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const tokenSecret = "aws:secretsmanager/secret:Secret"

const maxSecretName = 512

var secretName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`)

var secrets = []model.Kind{{
	Token: tokenSecret, Args: secretsmanager.SecretArgs{}, State: secretsmanager.Secret{},
	ID: "{arn}", ARN: "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hex6:suffix}",
	Name:    &model.Naming{Property: "name", Max: maxSecretName, By: "namePrefix"},
	Replace: []string{"name", "namePrefix"}, JSON: []string{"policy"},
	Refs: []model.Ref{
		{Path: "kmsKeyId", To: tokenKey, By: "arn", Loose: true, Outside: anyKey},
	},
	Keys: []model.Key{{
		Of: "{name}", Error: "ResourceExistsException: The operation failed because the secret {name} already exists.",
	}},
	Outputs: map[string]any{"recoveryWindowInDays": 30},
	Missing: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
	Rules: []model.Rule{
		pattern("name", "letters, digits and /_+=.@-", secretName), length("name", 1, maxSecretName),
		pattern("namePrefix", "letters, digits and /_+=.@-", secretName), policy("policy", true),
		recoveryWindow,
	},
}}

// recoveryWindow wants none at all, or the days that Secrets Manager takes.
func recoveryWindow(c *model.Check) {
	const least, most = 7, 30
	days, given := model.Num(c.Props, "recoveryWindowInDays")
	if given && days != 0 && (days < least || days > most) {
		c.Fault("recoveryWindowInDays", "want 0 or %d to %d, got %v", least, most, days)
	}
}
