package taskdef

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

var (
	variablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	// secretName is what a variable is called whose value nobody should read. Where the name goes on, as in
	// DB_PASSWORD_FILE or TOKEN_LIFETIME, the value is about the secret and not the secret.
	secretName = regexp.MustCompile(`(?i)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|` +
		`SECRET|SIGNING|ENCRYPTION)_?KEY)$`)
	// secretValue is a password in a URL, the id of an access key, or a private key.
	secretValue = regexp.MustCompile(`://[^/@:\s]*:[^/@\s]+@|\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY`)

	pathPattern      = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+)+$`)
	parameterPattern = regexp.MustCompile(`^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter(/[A-Za-z0-9_.-]+)+$`)
	managedPattern   = regexp.MustCompile(
		`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+(:[^:]*:[^:]*:[^:]*)?$`)
)

// SecretName tells whether a variable of that name is taken for a secret.
func SecretName(name string) bool { return secretName.MatchString(name) }

// CheckEnvironment records what may not stand in an environment: names that no shell has, and secrets. Values are
// those that are known already.
func CheckEnvironment(f check.Faults, names []string, values map[string]string) {
	for _, name := range slices.Sorted(slices.Values(names)) {
		at := f.At(name)
		checkVariable(at, name)
		switch {
		case SecretName(name):
			at.Want("it under secrets, where nobody reads it: a parameter's path or a secret's ARN", "a plain value")
		case secretValue.MatchString(values[name]):
			at.Want("it under secrets, where nobody reads it", "a value that holds a key or a password")
		}
	}
}

// CheckSecrets records secrets that nothing can be fetched for, and those that the environment has too.
func CheckSecrets(f check.Faults, secrets map[string]string, environment []string) {
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		at, from := f.At(name), secrets[name]
		checkVariable(at, name)
		if slices.Contains(environment, name) {
			at.Want("it in environment or in secrets", "both")
		}
		if !pathPattern.MatchString(from) && !parameterPattern.MatchString(from) && !managedPattern.MatchString(from) {
			// What was given may be the secret itself, so it is not repeated.
			at.Want("the path of a parameter such as /shop/key, or the ARN of a parameter or a secret", "something else")
		}
	}
}

// CheckPath records a path of parameters that is none.
func CheckPath(f check.Faults, path string) {
	f.Match(path, pathPattern, "a path of parameters such as /acme/shop")
}

func checkVariable(f check.Faults, name string) {
	f.Match(name, variablePattern, "a variable name: letters, digits and underscores, no digit first")
}

// source is the ARN of what a secret is fetched from, without the part of it that is wanted.
func source(from string, at Place) string {
	if strings.HasPrefix(from, "/") {
		return at.ARN("ssm", "parameter"+from)
	}
	const parts = 7 // arn:aws:secretsmanager:region:account:secret:name
	if fields := strings.Split(from, ":"); len(fields) > parts {
		return strings.Join(fields[:parts], ":")
	}
	return from
}
