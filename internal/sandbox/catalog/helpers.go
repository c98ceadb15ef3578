package catalog

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// conditions say when a change of an input replaces the resource.
type conditions = map[string]func(before, after resource.PropertyMap) bool

func admits(rules ...func(*model.Scene) error) []func(*model.Scene) error { return rules }

// changedTo holds when an input ends up with a value.
func changedTo(path, value string) func(before, after resource.PropertyMap) bool {
	return func(_, after resource.PropertyMap) bool { return model.Str(after, path) == value }
}

// addedOrRemoved holds when an input was absent, or is.
func addedOrRemoved(path string) func(before, after resource.PropertyMap) bool {
	return func(before, after resource.PropertyMap) bool {
		return model.Has(before, path) != model.Has(after, path)
	}
}

// quota limits how many objects of the type the region may have.
func quota(most int, code, message string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		if s.Old == nil && s.World.Count(s.Object.Token) >= most {
			return model.Refuse(code, "%s", message)
		}
		return nil
	}
}

// perVpc limits how many objects of the type a VPC may have.
func perVpc(most int, code, what string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		vpc := s.Target(tokenVpc, "vpcId")
		if s.Old != nil || vpc == nil || len(s.World.Users(vpc, s.Object.Token)) < most {
			return nil
		}
		return model.Refuse(code, "The maximum number of %s has been reached.", what)
	}
}

// busyWith refuses a delete while an object of one of the types is in the way.
func busyWith(code, format string, tokens ...string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		if len(s.World.Users(s.Object, tokens...)) == 0 {
			return nil
		}
		return model.Refuse(code, format, s.Object.ID)
	}
}
