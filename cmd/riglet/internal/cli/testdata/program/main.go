// Command program is what the tests of --program run.
package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		if ctx.Stack() == "broken" {
			return errors.Join(errors.New("first: want a"), errors.New("second: want b"))
		}
		thing := &pulumi.CustomResourceState{}
		ctx.Export("region", pulumi.String(config.Get(ctx, "aws:region")))
		return ctx.RegisterResource("toy:shelf/thing:Thing", "only", pulumi.Map{}, thing)
	})
}
