package engine

import (
	"os"
	"slices"
	"strings"
)

// lookup returns the last value of name in environ, as exec does.
func lookup(environ []string, name string) string {
	for _, entry := range slices.Backward(environ) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// scrub removes from environ whatever could lead a program to a real account or a real backend: all of Pulumi's own
// variables and those of the clouds' SDKs.
func scrub(environ []string) []string {
	prefixes := []string{"PULUMI_", "AWS_", "BOTO_", "AZURE_", "ARM_", "GOOGLE_", "CLOUDSDK_", "VAULT_"}
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool {
			return strings.HasPrefix(strings.ToUpper(entry), prefix)
		})
	})
}

// noCredentials closes the ways by which an AWS SDK finds credentials without a variable.
func noCredentials() []string {
	return []string{
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// prependPath puts dir first on PATH, so that plugins beside the CLI are found before others.
func prependPath(environ []string, dir string) []string {
	result := slices.Clone(environ)
	return append(result, "PATH="+dir+string(os.PathListSeparator)+lookup(environ, "PATH"))
}
