package engine

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// ShortType is a type as a reader names it: ec2/vpc for aws:ec2/vpc:Vpc, foundation for
// riglet:foundation:Foundation.
func ShortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, kind, pair := strings.Cut(parts[1], "/")
	switch {
	case parts[0] == ProjectName:
		return strings.ToLower(parts[1])
	case pair:
		return module + "/" + kind
	default:
		return parts[1] + "/" + lowerFirst(parts[2])
	}
}

func lowerFirst(word string) string {
	for i, letter := range word {
		return string(unicode.ToLower(letter)) + word[i+len(string(letter)):]
	}
	return word
}

// plainMessage removes what the engine and the SDK wrap around a message.
func plainMessage(message string) string {
	message = strings.TrimSpace(colors.Never.Colorize(message))
	for _, wrapping := range []string{"error:", "warning:", "an unhandled error occurred:", "program failed:"} {
		message = strings.TrimSpace(strings.TrimPrefix(message, wrapping))
	}
	return message
}

// severalErrors is how the SDK lists what a program returned: "1 error occurred:\n\t* first\n\n".
var severalErrors = regexp.MustCompile(`^\d+ errors? occurred:\s*`)

// faultLines are the faults in a message, each as a line that stands alone. A message that is no list is one fault,
// however many lines it has.
func faultLines(message string) []string {
	message = plainMessage(message)
	list := severalErrors.ReplaceAllString(message, "")
	if list == message {
		return []string{message}
	}
	var lines []string
	for line := range strings.Lines(list) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "* "))
	}
	return lines
}

// A secret comes as a mapping that carries this signature, with its text already blinded by the engine.
const (
	sigKey    = "4dabf18193072939515e22adb298388d"
	secretSig = "1b47061264138c4ac30d75fd1eb44270"
)

// plainOutputs leaves out what is only known after an up, and puts [Secret] in place of secrets.
func plainOutputs(outputs map[string]any) map[string]any {
	known := map[string]any{}
	for key, value := range outputs {
		if plain, ok := knownValue(value); ok {
			known[key] = plain
		}
	}
	return known
}

func knownValue(value any) (any, bool) {
	switch value := value.(type) {
	case string:
		return value, !strings.Contains(value, plugin.UnknownStringValue)
	case map[string]any:
		if value[sigKey] == secretSig {
			return Secret, true
		}
		return plainOutputs(value), true
	case []any:
		list := make([]any, 0, len(value))
		for _, item := range value {
			if plain, ok := knownValue(item); ok {
				list = append(list, plain)
			}
		}
		return list, len(list) == len(value)
	}
	return value, true
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
