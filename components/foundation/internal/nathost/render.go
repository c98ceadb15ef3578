package nathost

import (
	"embed"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

const (
	// MaxBytes is what EC2 accepts as user data, before base64.
	MaxBytes = 16384
	// SetupSeconds is the longest time until the host has answered its lifecycle hook: 600 to
	// set up, 600 for a package installation that began just before, 120 to be heard and 60
	// for the last call. Two minutes are usual.
	SetupSeconds = 1380
)

//go:embed files
var files embed.FS

// file is one entry of cloud-init's write_files.
type file struct {
	path, permissions, content string
}

// Render returns the user data of a NAT host, not yet in base64. The same parameters always
// give the same document.
func Render(p Params) (string, error) {
	if err := p.validate(); err != nil {
		return "", err
	}
	written, err := embedded()
	if err != nil {
		return "", err
	}
	document := cloudConfig(append(written, file{"/etc/riglet-nat/env", "0644", env(p)}))
	if len(document) > MaxBytes {
		return "", fmt.Errorf("user data: want at most %d bytes, got %d: give fewer privateCIDRs", MaxBytes, len(document))
	}
	return document, nil
}

func embedded() ([]file, error) {
	written := []file{
		{"/usr/local/sbin/riglet-nat", "0755", "riglet-nat.sh"},
		{"/etc/systemd/system/riglet-nat.service", "0644", "riglet-nat.service"},
		{"/etc/systemd/system/riglet-nat-rules.service", "0644", "riglet-nat-rules.service"},
		{"/etc/systemd/networkd.conf.d/riglet-nat.conf", "0644", "networkd.conf"},
		{"/etc/apt/apt.conf.d/90riglet-nat", "0644", "apt.conf"},
	}
	for i := range written {
		content, err := files.ReadFile("files/" + written[i].content)
		if err != nil {
			return nil, err
		}
		written[i].content = string(content)
	}
	return written, nil
}

// env is the only part of the document that values go into. The script reads it as shell, so
// each value stands in single quotes.
func env(p Params) string {
	var b strings.Builder
	for _, v := range [][2]string{
		{"NAT_INTERFACE_ID", p.InterfaceID},
		{"NAT_PRIVATE_CIDRS", joinPrefixes(p.PrivateCIDRs)},
		{"NAT_LIFECYCLE_HOOK", p.LifecycleHook},
		{"NAT_GROUP_NAME", p.GroupName},
	} {
		fmt.Fprintf(&b, "%s=%s\n", v[0], quote(v[1]))
	}
	return b.String()
}

// quote makes one shell word of s, in which no character has a meaning.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// joinPrefixes sorts, so that the order in which subnets are given replaces no host.
func joinPrefixes(prefixes []netip.Prefix) string {
	sorted := slices.SortedFunc(slices.Values(prefixes), netip.Prefix.Compare)
	words := make([]string, len(sorted))
	for i, prefix := range sorted {
		words[i] = prefix.String()
	}
	return strings.Join(words, ", ")
}

// cloudConfig writes YAML by hand: literal blocks keep the script readable in the console, and
// an indentation of one column leaves the bytes to the content.
func cloudConfig(written []file) string {
	var b strings.Builder
	b.WriteString("#cloud-config\nwrite_files:\n")
	for _, f := range written {
		fmt.Fprintf(&b, "- path: %s\n  permissions: \"%s\"\n  content: |\n%s", f.path, f.permissions, indent(f.content))
	}
	b.WriteString(`runcmd:
- [systemctl, try-restart, systemd-networkd.service]
- [systemctl, daemon-reload]
- [systemctl, enable, riglet-nat-rules.service]
- [systemctl, enable, --now, riglet-nat.service]
`)
	return b.String()
}

func indent(content string) string {
	var b strings.Builder
	for line := range strings.Lines(content) {
		if line != "\n" {
			b.WriteString("   ")
		}
		b.WriteString(line)
	}
	return b.String()
}
