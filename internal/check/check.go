// Package check collects every fault of a value before anything is made from it.
//
// A fault is one line that stands alone: `network.zones: want 2 to 6, got 1`.
package check

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Fault is one thing that is wrong: where, what was wanted and what was given.
type Fault struct {
	// Path is the full key, such as "network.zones[1]".
	Path string
	// Want says what is allowed.
	Want string
	// Got is what was given, already quoted where it is text.
	Got string
}

// Error is the fault on one line.
func (f Fault) Error() string {
	line := "want " + f.Want + ", got " + f.Got
	if f.Path == "" {
		return line
	}
	return f.Path + ": " + line
}

// Faults collects faults below one key. Its copies share one list.
type Faults struct {
	path string
	list *[]error
}

// New starts a list of faults whose keys begin with path. An empty path is allowed.
func New(path string) Faults { return Faults{path: path, list: new([]error)} }

// Path is the key that faults are recorded at.
func (f Faults) Path() string { return f.path }

// At is the same list, one key deeper. A key that would break the line or hide in it is quoted.
func (f Faults) At(key string) Faults {
	key = plain(key)
	if f.path == "" {
		return Faults{path: key, list: f.list}
	}
	return Faults{path: f.path + "." + key, list: f.list}
}

// Index is the same list, at one element of a list.
func (f Faults) Index(i int) Faults {
	return Faults{path: fmt.Sprintf("%s[%d]", f.path, i), list: f.list}
}

// Want records a fault at this key. Text that was given is quoted, and empty text is called nothing.
func (f Faults) Want(want string, got any) {
	*f.list = append(*f.list, Fault{Path: f.path, Want: want, Got: show(got)})
}

// Add records a fault that was found elsewhere, with the key that it has already.
func (f Faults) Add(fault error) { *f.list = append(*f.list, fault) }

// Err is every fault so far, in the order in which it was found, or nil.
func (f Faults) Err() error { return errors.Join(*f.list...) }

// List is every fault so far.
func (f Faults) List() []error { return slices.Clone(*f.list) }

func show(got any) string {
	switch v := got.(type) {
	case nil:
		return "nothing"
	case error:
		return v.Error()
	case string:
		if v == "" {
			return "nothing"
		}
		return Quote(v)
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprintf("%v", v)
	}
}

// maxShown is how much of a given text a fault shows, in characters: enough to find it in a file.
const maxShown = 80

// Quote is text as a fault shows it: on one line, cut where it is long.
func Quote(v string) string {
	if characters := []rune(v); len(characters) > maxShown {
		return fmt.Sprintf("%q... (%d characters)", string(characters[:maxShown]), len(characters))
	}
	return fmt.Sprintf("%q", v)
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9:._/-]{1,80}$`)

func plain(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return Quote(key)
}

// Range wants n between low and high, both included.
func (f Faults) Range(n, low, high int) {
	if n < low || n > high {
		f.Want(fmt.Sprintf("%d to %d", low, high), n)
	}
}

// OneOf wants v to be one of allowed.
func OneOf[T ~string](f Faults, v T, allowed ...T) {
	if slices.Contains(allowed, v) {
		return
	}
	f.Want("one of "+List(allowed), string(v))
}

// List writes choices as a sentence does: "a, b or c".
func List[T ~string](choices []T) string {
	words := make([]string, len(choices))
	for i, c := range choices {
		words[i] = string(c)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// Given wants any text at all.
func (f Faults) Given(v, want string) {
	if v == "" {
		f.Want(want, v)
	}
}

// Match wants v to match pattern; want says so in words.
func (f Faults) Match(v string, pattern *regexp.Regexp, want string) {
	if !pattern.MatchString(v) {
		f.Want(want, v)
	}
}

// Unique wants no value of the list twice.
func (f Faults) Unique(list []string) {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			f.Index(i).Want("each value once", v)
		}
	}
}

// Email wants a bare e-mail address, as SNS takes it.
func (f Faults) Email(v string) {
	parsed, err := mail.ParseAddress(v)
	if err != nil || parsed.Address != v || !strings.Contains(v[strings.LastIndex(v, "@")+1:], ".") {
		f.Want("an e-mail address such as ops@example.com", v)
	}
}

// DomainPattern is the form that Domain wants, but for the length.
const DomainPattern = `^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`

var domainPattern = regexp.MustCompile(DomainPattern)

// Domain wants a lower-case domain name of two labels or more, without a trailing dot.
func (f Faults) Domain(v string) {
	if len(v) > maxDomain || !domainPattern.MatchString(v) {
		f.Want("a domain name such as app.example.com", v)
	}
}

// maxDomain is the longest name that DNS carries (RFC 1035, 2.3.4), less the root's length octet.
const maxDomain = 253

// retentionDays are the only periods that CloudWatch Logs takes (PutRetentionPolicy).
var retentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// RetentionPeriods are the numbers of days that RetentionDays takes, in order.
func RetentionPeriods() []int { return slices.Clone(retentionDays) }

// RetentionDays wants a number of days that CloudWatch Logs takes.
func (f Faults) RetentionDays(days int) {
	if !slices.Contains(retentionDays, days) {
		words := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(retentionDays)), ", "), "[]")
		f.Want("one of "+words+" days", days)
	}
}

// CIDRs wants each value once and each of them an IPv4 network without host bits.
func (f Faults) CIDRs(list []string) {
	f.Unique(list)
	for i, v := range list {
		prefix, err := netip.ParsePrefix(v)
		if err != nil || !prefix.Addr().Is4() || prefix != prefix.Masked() {
			f.Index(i).Want("an IPv4 network such as 203.0.113.0/24", v)
		}
	}
}
