package sandbox

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

// NewProvider gives tests the provider without a connection.
func NewProvider(c *Cloud) plugin.Provider { return newProvider(c) }
