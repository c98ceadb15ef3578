package instancetype

import (
	"regexp"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// moreNitro are the families of the Nitro system that have no sizes in the catalog. Source: Amazon EC2 instance types
// guide, "Instances built on the AWS Nitro System".
const moreNitro = "a1 c5ad c5n c6gn c6in c7gn c8a c8gd c8gn c8i c8i-flex d3 d3en i3en i4g i4i i7i i7ie i8g " +
	"im4gn is4gen m5ad m5dn m5zn m6idn m6in m8a m8gd m8i m8i-flex r5ad r5b r5dn r6idn r6in r7iz " +
	"r8a r8gd r8i r8i-flex x2gd x2idn x2iedn x2iezn x8g z1d"

// smallSizes are those of which the catalog has every one that exists, and largeSize is the form of those above.
var (
	smallSizes = []string{"nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge"}
	largeSize  = regexp.MustCompile(`^(3|6|8|9|10|12|16|18|24|32|48|96)xlarge$|^metal(-[0-9]+xl)?$`)
)

// CheckNitro wants a type that exists and is of the Nitro system, where a volume shows its id to the host. Sizes that
// do not exist are told up to 4xlarge.
func CheckNitro(f check.Faults, name string) {
	family, size, _ := strings.Cut(name, ".")
	_, exact := SizeOf(name)
	cataloged := slices.ContainsFunc(smallSizes, func(s string) bool { _, ok := SizeOf(family + "." + s); return ok })
	switch {
	case !Valid(name):
		f.Want("an instance type such as t4g.small", name)
	case family == "t2" || !cataloged && !slices.Contains(strings.Fields(moreNitro), family):
		f.Want("an instance type of the Nitro system that exists, such as t4g.small", name)
	case cataloged && !exact && (slices.Contains(smallSizes, size) || burst(family)) || !known(size):
		f.Want("a size of "+family+" that exists, such as "+family+"."+exampleSize(family), name)
	}
}

func known(size string) bool { return slices.Contains(smallSizes, size) || largeSize.MatchString(size) }

// burst tells the families that end at 2xlarge.
func burst(family string) bool { return strings.HasPrefix(family, "t") }

// exampleSize is a size that every family of its kind has.
func exampleSize(family string) string {
	if burst(family) {
		return "small"
	}
	return "xlarge"
}
