package netplan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// The forms of names, for whoever describes them elsewhere (regular expressions that RE2 and ECMAScript share).
const (
	// ZonePattern is a region and a letter; local zones and wavelength zones have a longer name and are refused,
	// since a NAT gateway or a load balancer may not stand in them.
	ZonePattern = `^[a-z]{2}(-[a-z]+)+-[0-9][a-h]$`
	// RegionPattern is the name of a region, such as us-west-2.
	RegionPattern = `^[a-z]{2}(-[a-z]+)+-[0-9]$`
	// ServicePattern is the part of an endpoint service name after the region: ecr.api of
	// com.amazonaws.us-west-2.ecr.api.
	ServicePattern = `^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$`
	// TierPattern keeps a tier's name usable inside every resource name.
	TierPattern = `^[a-z][a-z0-9]{0,11}$`
)

var (
	zonePattern    = regexp.MustCompile(ZonePattern)
	regionPattern  = regexp.MustCompile(RegionPattern)
	servicePattern = regexp.MustCompile(ServicePattern)
	tierPattern    = regexp.MustCompile(TierPattern)
)

// Region is the region of a zone: us-west-2 of us-west-2a.
func Region(zone string) string { return strings.TrimRight(zone, "abcdefgh") }

// IsRegion tells whether name has the form of a region.
func IsRegion(name string) bool { return regionPattern.MatchString(name) }

// IsZone tells whether name has the form of an availability zone.
func IsZone(name string) bool { return zonePattern.MatchString(name) }

func checkZones(f check.Faults, zones []string, region string) {
	f.Range(len(zones), MinZones, MaxZones)
	f.Unique(zones)
	want := "a zone of " + region
	for i, zone := range zones {
		switch {
		case !zonePattern.MatchString(zone):
			f.Index(i).Want("an availability zone such as us-west-2a", zone)
		case region == "":
			region = Region(zone)
			want = fmt.Sprintf("a zone of %s, as %s is", region, zone)
		case Region(zone) != region:
			f.Index(i).Want(want, zone)
		}
	}
}

func checkTiers(f check.Faults, extra map[string]int) {
	taken := map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		at, slot := f.At(name), extra[name]
		at.Match(name, tierPattern, "a name of lower-case letters and digits, 12 at most")
		if name == Public || name == App || name == DB {
			at.Want("a name other than public, app and db", name)
		}
		at.Range(slot, firstFree, slots-1)
		if other, used := taken[slot]; used {
			at.Want("a slot of its own ("+other+" has this one)", slot)
		}
		taken[slot] = name
	}
}
