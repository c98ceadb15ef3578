package stacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/riglet/riglet/stacks/config"
)

// Loaded is the configuration of the environment that is being deployed.
type Loaded struct {
	// Config is the checked configuration, with its defaults filled in.
	Config config.Config
	// Environment is the name of the stack.
	Environment string
	// File is the name of the stack's file, for messages: Pulumi.staging.yaml.
	File string
	// PagerURL is where the operations topic posts to as well; its value is empty unless HasPagerURL.
	PagerURL pulumi.StringOutput
	// HasPagerURL tells whether PagerURL was given.
	HasPagerURL bool
}

// Load reads the configuration of the stack: the only place that does. Values come from the engine, so that what
// the command line overrides holds. The error names every fault.
func Load(ctx *pulumi.Context) (Loaded, error) {
	in := engineInput(ctx)
	unknown, err := unknownKeys(ctx, in.File)
	if err != nil {
		return Loaded{}, err
	}
	for _, key := range unknown {
		in.Values[key] = ""
	}
	cfg, err := config.Decode(in)
	if err != nil {
		return Loaded{}, err
	}
	return Loaded{
		Config:      cfg,
		Environment: ctx.Stack(),
		File:        in.File,
		PagerURL:    pulumiconfig.GetSecret(ctx, config.Namespace+":pagerUrl"),
		HasPagerURL: bool(cfg.PagerURL),
	}, nil
}

// engineInput is what the engine knows under the keys of the program.
func engineInput(ctx *pulumi.Context) config.Input {
	region, _ := ctx.GetConfig("aws:region")
	in := config.Input{File: "Pulumi." + ctx.Stack() + ".yaml", Region: region, Values: map[string]string{}}
	for _, key := range config.Keys() {
		full := config.Namespace + ":" + key
		value, ok := ctx.GetConfig(full)
		if !ok {
			continue
		}
		in.Values[key] = value
		if ctx.IsConfigSecret(full) {
			in.Secrets = append(in.Secrets, key)
		}
	}
	return in
}

// unknownKeys are mistyped keys. The engine answers by key, so that they only show in the stack's file, or in
// the environment of a program that runs without one.
func unknownKeys(ctx *pulumi.Context, file string) ([]string, error) {
	for _, folder := range []string{ctx.RootDirectory(), "."} {
		//nolint:gosec // the folder and the stack are the engine's own
		document, err := os.ReadFile(filepath.Join(folder, filepath.Base(file)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		in, err := config.FromYAML(file, document)
		return in.Unknown(), err
	}
	return unknownInEnvironment(), nil
}

func unknownInEnvironment() []string {
	var all map[string]string
	if json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &all) != nil {
		return nil
	}
	in := config.Input{Values: map[string]string{}}
	for full := range all {
		if key, ok := strings.CutPrefix(full, config.Namespace+":"); ok {
			in.Values[key] = ""
		}
	}
	return in.Unknown()
}
