package catalog

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// recordKey is what makes two record sets the same. A program may ask to take
// over one that exists.
func recordKey(in resource.PropertyMap) string {
	if model.Flag(in, "allowOverwrite", false) {
		return ""
	}
	return strings.Join([]string{
		model.Str(in, "zoneId"), plainName(model.Str(in, "name")), model.Str(in, "type"), model.Str(in, "setIdentifier"),
	}, "|")
}

func recordID(s *model.Scene) string {
	id := s.In("zoneId") + "_" + plainName(s.In("name")) + "_" + s.In("type")
	if set := s.In("setIdentifier"); set != "" {
		id += "_" + set
	}
	return id
}

func describeRecord(in resource.PropertyMap) string {
	return fmt.Sprintf("name='%s.', type='%s'", plainName(model.Str(in, "name")), model.Str(in, "type"))
}

func plainName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// fillRecord makes names as the provider does: without the last dot, and with
// the zone's name behind one that lies outside of it.
func fillRecord(s *model.Scene) {
	name := plainName(s.In("name"))
	s.Set("name", name)
	if zone := s.Target(tokenZone, "zoneId"); zone != nil {
		apex := plainName(zone.Out("name"))
		switch {
		case name == "":
			name = apex
		case name != apex && !strings.HasSuffix(name, "."+apex):
			name += "." + apex
		}
	}
	s.Set("fqdn", name)
}
