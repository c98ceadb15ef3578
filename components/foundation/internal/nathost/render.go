package nathost

import (
	"embed"
	"net/netip"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/userdata"
)

const (
	// MaxBytes is what EC2 accepts as user data, before base64.
	MaxBytes = userdata.MaxBytes
	// SetupSeconds is the longest time until the host has answered its lifecycle hook: 600 to
	// set up, 600 for a package installation that began just before, 120 to be heard and 60
	// for the last call. Two minutes are usual.
	SetupSeconds = 1380
)

//go:embed files
var files embed.FS

// written lists what the document writes: the embedded file, its path and its permissions.
var written = []struct{ name, path, mode string }{
	{"riglet-nat.sh", "/usr/local/sbin/riglet-nat", "0755"},
	{"riglet-nat.service", "/etc/systemd/system/riglet-nat.service", "0644"},
	{"riglet-nat-rules.service", "/etc/systemd/system/riglet-nat-rules.service", "0644"},
	{"networkd.conf", "/etc/systemd/networkd.conf.d/riglet-nat.conf", "0644"},
	{"apt.conf", "/etc/apt/apt.conf.d/90riglet-nat", "0644"},
}

// Render returns the user data of a NAT host, not yet in base64. The same parameters always
// give the same document.
func Render(p Params) (string, error) {
	if err := p.validate(); err != nil {
		return "", err
	}
	config := userdata.Config{Commands: [][]string{
		{"systemctl", "try-restart", "systemd-networkd.service"},
		{"systemctl", "daemon-reload"},
		{"systemctl", "enable", "riglet-nat-rules.service"},
		{"systemctl", "enable", "--now", "riglet-nat.service"},
	}}
	for _, w := range written {
		file, err := userdata.Embedded(files, "files/"+w.name, w.path, w.mode)
		if err != nil {
			return "", err
		}
		config.Files = append(config.Files, file)
	}
	config.Files = append(config.Files, userdata.File{Path: "/etc/riglet-nat/env", Mode: "0644", Content: env(p)})
	return userdata.Fit(config.String(), "give fewer privateCIDRs")
}

// env is the only part of the document that values go into.
func env(p Params) string {
	return userdata.Env(
		userdata.Setting{Name: "NAT_INTERFACE_ID", Value: p.InterfaceID},
		userdata.Setting{Name: "NAT_PRIVATE_CIDRS", Value: joinPrefixes(p.PrivateCIDRs)},
		userdata.Setting{Name: "NAT_LIFECYCLE_HOOK", Value: p.LifecycleHook},
		userdata.Setting{Name: "NAT_GROUP_NAME", Value: p.GroupName},
	)
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
