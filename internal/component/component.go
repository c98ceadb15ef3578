// Package component is the ground that every riglet component stands on: how its children are named, tagged and
// owned.
package component

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
	"github.com/riglet/riglet/internal/tags"
)

// Base makes the names, the tags and the options of a component's children.
type Base struct {
	ctx    *pulumi.Context
	name   string
	prefix string
	tags   tags.Set
	parent pulumi.Resource
}

// New is the base of the component called name. A prefix, when there is one, begins every name that AWS shows.
func New(ctx *pulumi.Context, name, prefix string, set tags.Set, parent pulumi.Resource) Base {
	if set[tags.Group] == "" {
		set = set.With(tags.Group, name)
	}
	return Base{ctx: ctx, name: name, prefix: prefix, tags: set, parent: parent}
}

// Context is where the children are registered.
func (b Base) Context() *pulumi.Context { return b.ctx }

// Child is the logical name of a child: the component's name, the role and, where there are several, a key that
// stays the same for as long as the child does.
func (b Base) Child(role ...string) string {
	return naming.Join(append([]string{b.name}, role...)...)
}

// Physical is the name that AWS shows, cut to the limit of its kind. Without a prefix it is nil, and Pulumi makes
// one up from the logical name.
func (b Base) Physical(kind naming.Kind, role ...string) pulumi.StringPtrInput {
	if b.prefix == "" {
		return nil
	}
	return pulumi.String(naming.Fit(kind, b.prefix, b.Child(role...)))
}

// BucketPrefix begins the name of a bucket, which AWS ends with something that is unique in the world.
func (b Base) BucketPrefix(role ...string) pulumi.StringPtrInput {
	if b.prefix == "" {
		return nil
	}
	return pulumi.String(naming.Fit(naming.BucketPrefix, b.prefix, b.Child(role...)) + "-")
}

// NameTag is the value of a child's Name tag.
func (b Base) NameTag(role ...string) string {
	return naming.Fit(naming.TagValue, b.prefix, b.Child(role...))
}

// Tags are the tags of a child.
func (b Base) Tags(role ...string) pulumi.StringMap { return b.tags.Named(b.NameTag(role...)) }

// TagSet is what Tags is made from, for resources that take their tags in another form.
func (b Base) TagSet(role ...string) tags.Set { return b.tags.With(tags.Name, b.NameTag(role...)) }

// Options are the options of every child: the component is its parent, so that providers, transforms and
// protection reach it.
func (b Base) Options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Parent(b.parent)}, more...)
}

// prefixPattern is what every kind of name that AWS shows may begin with.
var prefixPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

// CheckCommon records the faults of the arguments that every component has.
func CheckCommon(f check.Faults, prefix string, set tags.Set) {
	if prefix != "" {
		f.At("prefix").Match(prefix, prefixPattern, "a letter, then lower-case letters, digits and hyphens, 63 at most")
	}
	set.Check(f.At("tags"))
}

// Policy1 writes a policy that speaks of one value that is known later.
func Policy1[A any](a pulumix.Input[A], write func(A) policy.Document) pulumi.StringOutput {
	return pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(a, func(v A) (string, error) {
		return write(v).JSON()
	}))
}

// Policy2 writes a policy that speaks of two values that are known later.
func Policy2[A, B any](a pulumix.Input[A], b pulumix.Input[B], write func(A, B) policy.Document) pulumi.StringOutput {
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply2Err(a, b, func(v A, w B) (string, error) {
		return write(v, w).JSON()
	}))
}
