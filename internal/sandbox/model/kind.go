// Package model is the offline cloud itself: the objects in it, what is known of
// each resource type, and the rules that hold between objects.
//
// It knows no resource type by itself. Types come from a table of Kinds, see
// package catalog.
package model

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Kind is what the offline cloud knows of one resource type.
//
// Strings called templates may hold placeholders in braces: {region}, {account},
// {partition}, {id}, {value}, {hexN}, {numN} and {uuid} with an optional salt
// ({hex17:route}), and the name of any input or output property. Random-looking
// placeholders depend on the object's seed only.
type Kind struct {
	Token string // for example "aws:ec2/vpc:Vpc"
	Args  any    // the zero args struct of the SDK
	State any    // the zero resource struct of the SDK

	ID  string // template of the id; may name {arn}
	ARN string // template of the arn output; empty when the type has none
	// Identify makes the id where a template cannot say it.
	Identify func(*Scene) string

	Name     *Naming  // nil when the type is not named automatically
	Required []string // inputs that the SDK's types cannot show to be required
	Replace  []string // inputs whose change replaces the resource
	Sets     []string // lists whose order means nothing
	JSON     []string // strings that are compared as JSON documents
	Ignore   []string // inputs whose change is no change
	Refs     []Ref
	Keys     []Key

	// ReplaceIf holds inputs whose change replaces the resource only sometimes.
	ReplaceIf map[string]func(before, after resource.PropertyMap) bool

	// Missing is the template of the error that AWS gives for an id of this
	// type that does not exist. Busy is the one for a delete while in use.
	Missing, Busy string

	// As lists other types that this one can stand for in a reference. Holds
	// maps a type to the output that names an object of that type which comes
	// with this one and has no resource of its own.
	As    []string
	Holds map[string]string
	// TakesOver names the input that lets a create replace what exists.
	TakesOver string
	// Kept says that a delete only lets go of the object, so nothing blocks it.
	Kept bool

	Outputs  map[string]any // outputs that inputs do not give; strings are templates
	Volatile []string       // outputs that any update changes

	Rules   []Rule               // what the properties alone must satisfy
	Admit   []func(*Scene) error // what AWS checks on create and update
	Fill    func(*Scene)         // outputs that need the cloud
	Release []func(*Scene) error // what AWS checks on delete, beyond references
}

// Naming is how a type gets its physical name.
type Naming struct {
	Property string
	Prefix   string // put before the logical name
	Max      int
	Charset  *regexp.Regexp // nil when anything goes
	Lower    bool           // the name is made lower-case
	By       string         // the input that gives a prefix instead, or ""
}

// Ref says that an input names another object.
type Ref struct {
	Path string // for example "subnets[]"
	To   string // type token
	By   string // the target's property that is given; its id when empty
	// Loose references do not keep the target from being deleted.
	Loose bool
	// Missing replaces the target type's own error template.
	Missing string
	// Outside accepts a well-formed name of an object that was made elsewhere
	// in the account. What this cloud made and deleted is still missing.
	Outside *regexp.Regexp
}

// Key is a property that no two objects of a type may share.
type Key struct {
	Of    string // template; a key with an empty placeholder is not compared
	Error string // template; may name {key}
	// Over names the other type that shares this key space.
	Over string
	// Make replaces Of where a template cannot say it. It returns "" for none.
	Make func(resource.PropertyMap) string
	// Describe gives the {key} of Error.
	Describe func(resource.PropertyMap) string
}

// Object is one thing in the cloud.
type Object struct {
	Token, ID, URN  string
	Seed            string // what its random-looking parts depend on
	Life            int    // how often its URN has been made
	Inputs, Outputs resource.PropertyMap
	Secrets         []string // names of inputs that came as secrets
}

// Out returns a string output.
func (o *Object) Out(path string) string { return Str(o.Outputs, path) }

// In returns a string input.
func (o *Object) In(path string) string { return Str(o.Inputs, path) }
