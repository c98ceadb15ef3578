// Package config is the configuration of one environment: its types, how it is decoded and what it must hold.
//
// The structs in types.go say everything once. Their comments are the documentation, their tags the rules, and
// the decoder, the defaults, the checks, the JSON Schema (riglet.schema.json) and the table of keys
// (docs/configuration.md) all read them. A tag is one of:
//
//	json:"zones"                  the key
//	required:"true"               must be given
//	default:"60"                  used where the key is left out
//	range:"1,4000"                least and most of a number, or of the elements of a list
//	form:"label"                  one of the forms in forms.go, for text or for each text of a list
//	only:"nat=instance"           may be given only while a sibling key has that value; required only then too
//	repeats:"true"                a list may hold a value twice
//	choice:"arn,domain"           on a blank field: exactly one of these sibling keys must be given
//
// A type of texts with a fixed set of values (netplan.NATMode) is listed in forms.go, and the values of a type
// that is made of text (netip.Prefix) are read by their own UnmarshalText.
//
//	input, err := config.FromYAML("Pulumi.staging.yaml", document)
//	if err != nil {
//		return err
//	}
//	cfg, err := config.Decode(input)
//
// # Errors
//
// Decode reports every fault at once, in the order of the fields, each on a line that stands alone:
//
//	Pulumi.staging.yaml: riglet:network.zones: want 2 to 6, got 1
package config
