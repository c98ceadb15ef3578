// Command riglet plans, brings up and destroys environments, offline or on AWS.
package main

import (
	"context"
	"os"

	"github.com/riglet/riglet/cmd/riglet/internal/cli"
	"github.com/riglet/riglet/stacks"
)

func main() {
	var cloud offline
	code := cli.Main(context.Background(), os.Args[1:], cli.System(cloud.program(stacks.Run), cloud.open))
	os.Exit(code) //nolint:forbidigo // this is main
}
