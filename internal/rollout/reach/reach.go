// Package reach says how the components of a program reach ECS: on AWS as the AWS SDK does, elsewhere as whoever runs
// the program says.
package reach

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

type key struct{}

// way is how ECS is reached.
type way struct {
	endpoint string
	off      bool
}

// Via is a context whose components ask that endpoint in place of AWS. Tests and offline runs use it, several of them
// in one process, where a variable of the environment would be one for all.
func Via(ctx *pulumi.Context, endpoint string) *pulumi.Context {
	return ctx.WithValue(key{}, way{endpoint: endpoint})
}

// Off is a context whose components ask ECS nothing, for runs that record resources and make none.
func Off(ctx *pulumi.Context) *pulumi.Context { return ctx.WithValue(key{}, way{off: true}) }

// Open tells whether components of this context may ask ECS: not at a preview, which needs no account, and not under
// mocks, which have none.
func Open(ctx *pulumi.Context) bool {
	found, _ := ctx.Value(key{}).(way)
	return !found.off && !ctx.DryRun() && !ctx.RunningWithMocks()
}

// Endpoint is what to ask in place of AWS, or nothing.
func Endpoint(ctx *pulumi.Context) string {
	found, _ := ctx.Value(key{}).(way)
	return found.endpoint
}
