package sandbox

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

// Provider is the provider that Serve serves, for tests that need no engine.
func (c *Cloud) Provider() plugin.Provider { return newProvider(c) }

// Docker is the Docker provider that Serve serves, for tests that need no engine.
func (c *Cloud) Docker() plugin.Provider { return dockerProvider{newProvider(c)} }
