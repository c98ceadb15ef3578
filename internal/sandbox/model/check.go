package model

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/schema"
)

// Rule is something that the inputs of one object must satisfy by themselves.
type Rule func(*Check)

// Check collects the faults of one object's inputs.
type Check struct {
	Props  resource.PropertyMap
	Region string
	faults []schema.Fault
}

// Fault records that what is at a path is wrong.
func (c *Check) Fault(path, format string, args ...any) {
	c.faults = append(c.faults, schema.Fault{Path: path, Reason: fmt.Sprintf(format, args...)})
}

// Check returns every fault of an object's inputs: against the SDK's types
// first, then against the rules of its type.
func (w *World) Check(token string, inputs resource.PropertyMap) ([]schema.Fault, error) {
	shape, err := w.table.Inputs(token)
	if err != nil {
		return nil, err
	}
	k, props := w.table.Kind(token), schema.PlainMap(inputs)
	faults := schema.Check(shape, props)
	for _, name := range k.Required {
		if !Has(props, name) {
			faults = append(faults, schema.Fault{
				Path: name, Reason: fmt.Sprintf("missing required property %q", name),
			})
		}
	}
	c := &Check{Props: props, Region: w.Region}
	for _, rule := range k.Rules {
		rule(c)
	}
	return append(faults, c.faults...), nil
}
