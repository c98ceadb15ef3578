package host

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/userdata"
)

// merging adds this document's lists to those of the user's own #cloud-config parts. Without it
// cloud-init keeps the one or the other. It counts for the part that it stands in, so that part
// comes last.
const merging = "merge_how: \"list(append)+dict(no_replace,recurse_list)+str()\"\n"

func withParts(parts []Part, config string) (string, error) {
	var all []userdata.Part
	for i, part := range parts {
		all = append(all, userdata.Part{
			Kind: userdata.Kind(part.ContentType), Name: fmt.Sprintf("part-%02d", i+1), Content: part.Body,
		})
	}
	all = append(all, userdata.Part{Kind: userdata.CloudConfig, Name: "riglet-fleet", Content: config + merging})
	return userdata.MultiPart(all...)
}

// secrets is one line for each: its name and where its value is.
func (c Container) secrets() string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		lines = append(lines, name+" "+c.Secrets[name])
	}
	return strings.Join(lines, "\n")
}
