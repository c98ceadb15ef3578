package nathost

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
)

// Params are the values of one NAT host. None of them is secret.
type Params struct {
	// InterfaceID is the network interface that the private route tables point at.
	InterfaceID string
	// PrivateCIDRs are the IPv4 prefixes of the subnets that may be translated. At least one,
	// each /16 to /28, none overlapping another. Order does not matter.
	PrivateCIDRs []netip.Prefix
	// LifecycleHook is the name of the group's launch lifecycle hook.
	LifecycleHook string
	// GroupName is the name of the Auto Scaling group that the host belongs to.
	GroupName string
}

// The forms that AWS itself accepts.
var (
	interfaceID = regexp.MustCompile(`^eni-([0-9a-f]{8}|[0-9a-f]{17})$`)
	hookName    = regexp.MustCompile(`^[A-Za-z0-9_/-]{1,255}$`)
	groupName   = regexp.MustCompile(`^[!-9;-~]{1,255}$`)
)

func (p Params) validate() error {
	return errors.Join(
		matches("interfaceID", p.InterfaceID, interfaceID, `"eni-" and 8 or 17 hexadecimal digits`),
		validatePrefixes(p.PrivateCIDRs),
		matches("lifecycleHook", p.LifecycleHook, hookName, "1 to 255 of letters, digits, - _ /"),
		matches("groupName", p.GroupName, groupName, "1 to 255 printable ASCII characters without space or colon"),
	)
}

func matches(field, value string, form *regexp.Regexp, want string) error {
	if form.MatchString(value) {
		return nil
	}
	return fmt.Errorf("%s: want %s, got %q", field, want, value)
}

func validatePrefixes(prefixes []netip.Prefix) error {
	if len(prefixes) == 0 {
		return errors.New("privateCIDRs: want at least one, got none")
	}
	var faults []error
	for i, prefix := range prefixes {
		faults = append(faults, validatePrefix(i, prefix))
		for _, other := range prefixes[:i] {
			if prefix.Overlaps(other) {
				faults = append(faults, fmt.Errorf("privateCIDRs[%d]: want no overlap, got %s and %s", i, prefix, other))
			}
		}
	}
	return errors.Join(faults...)
}

// validatePrefix holds a prefix to the sizes of an AWS subnet, which also keeps 0.0.0.0/0 out:
// with it the host would translate for the whole Internet.
func validatePrefix(i int, prefix netip.Prefix) error {
	switch {
	case !prefix.IsValid() || !prefix.Addr().Is4() || prefix.Bits() < 16 || prefix.Bits() > 28:
		return fmt.Errorf("privateCIDRs[%d]: want an IPv4 prefix from /16 to /28, got %s", i, prefix)
	case prefix != prefix.Masked():
		return fmt.Errorf("privateCIDRs[%d]: want %s, got %s", i, prefix.Masked(), prefix)
	}
	return nil
}
