// Command pulumi-language-go is a small Pulumi language host for Go, for machines that have the Pulumi CLI but not its
// released language hosts. The CLI finds it on PATH or beside itself.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/riglet/riglet/internal/langhost"
)

func main() {
	if err := langhost.Main(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}
