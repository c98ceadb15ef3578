package sandbox

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/fleetapi"
	"github.com/riglet/riglet/internal/sandbox/model"
)

// fleets are the Auto Scaling groups of a cloud.
type fleets struct{ cloud *Cloud }

// Groups implements fleetapi.Store.
func (f fleets) Groups() []fleetapi.Told {
	f.cloud.mu.Lock()
	defer f.cloud.mu.Unlock()
	var groups []fleetapi.Told
	for _, o := range f.cloud.world.All(catalog.TokenScalingGroup) {
		groups = append(groups, told(o))
	}
	return groups
}

func told(o *model.Object) fleetapi.Told {
	one := fleetapi.Told{
		Name:       o.ID,
		TemplateID: catalog.GroupTemplate(o, "launchTemplateId", "id"),
		Version:    catalog.GroupTemplate(o, "version", "version"),
		Desired:    model.Int(o.Outputs, "desiredCapacity", 0), Min: model.Int(o.Inputs, "minSize", 0),
		Max: model.Int(o.Inputs, "maxSize", 0), Refreshes: model.Has(o.Inputs, "instanceRefresh"),
		TargetGroups: model.Strs(o.Inputs, "targetGroupArns[]"), Tags: map[string]string{},
	}
	for _, tag := range model.Values(o.Inputs, "tags[]") {
		one.Tags[model.Str(tag.ObjectValue(), "key")] = model.Str(tag.ObjectValue(), "value")
	}
	return one
}

// SetDesired implements fleetapi.Store.
func (f fleets) SetDesired(group string, count int) error {
	return f.change(group, func(o *model.Object) {
		o.Outputs["desiredCapacity"] = resource.NewProperty(float64(count))
	})
}

// SetVersion implements fleetapi.Store.
func (f fleets) SetVersion(group, version string) error {
	return f.change(group, func(o *model.Object) {
		for _, path := range catalog.GroupVersionPaths() {
			o.Inputs, o.Outputs = replaced(o.Inputs, path, version), replaced(o.Outputs, path, version)
		}
	})
}

// replaced is a copy with another text at a path, where there is one.
func replaced(properties resource.PropertyMap, path, text string) resource.PropertyMap {
	if model.Str(properties, path) == "" {
		return properties
	}
	parsed := resource.PropertyPath{}
	for part := range strings.SplitSeq(path, ".") {
		parsed = append(parsed, part)
	}
	changed := properties.Copy()
	parsed.Set(resource.NewProperty(changed), resource.NewProperty(text))
	return changed
}

func (f fleets) change(group string, apply func(*model.Object)) error {
	f.cloud.mu.Lock()
	defer f.cloud.mu.Unlock()
	o := f.cloud.world.Get(catalog.TokenScalingGroup, group)
	if o == nil {
		return fmt.Errorf("AutoScalingGroup name not found - AutoScalingGroup %s not found", group)
	}
	apply(o)
	entry, err := f.cloud.world.PutEntry(o)
	if err != nil {
		return err
	}
	return f.cloud.journal.Append(entry)
}
