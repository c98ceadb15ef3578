// Package instancetype reads what an EC2 instance type's name says.
package instancetype

import (
	"regexp"
	"strings"
)

// Arch is a processor architecture, by the name that Debian and AWS give it in image parameters.
type Arch string

// The two architectures.
const (
	ARM64 Arch = "arm64"
	AMD64 Arch = "amd64"
)

// pattern is series, generation, options and size: t4g.nano, c7gn.2xlarge, u-6tb1.metal is not one we read.
var pattern = regexp.MustCompile(`^([a-z]+)([0-9]+)([a-z0-9-]*)\.([a-z0-9-]+)$`)

// Valid tells whether name has the form of an instance type.
func Valid(name string) bool { return pattern.MatchString(name) }

// ArchOf is the architecture of a type: Graviton families carry a g right behind the generation (t4g, m7gd), and
// the first of them was a1. Anything else is x86. Mac and GPU families (g5g aside) are x86 or not ours to boot.
func ArchOf(name string) Arch {
	parts := pattern.FindStringSubmatch(name)
	if parts == nil {
		return AMD64
	}
	if strings.HasPrefix(parts[3], "g") || parts[1] == "a" {
		return ARM64
	}
	return AMD64
}
