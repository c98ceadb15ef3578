// Command riglet is the Pulumi program of every environment: `pulumi up -s integration`.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/stacks"
)

func main() {
	pulumi.Run(stacks.Run)
}
