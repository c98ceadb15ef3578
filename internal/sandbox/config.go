package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/riglet/riglet/internal/sandbox/model"
	"github.com/riglet/riglet/internal/sandbox/schema"
)

// What the engine adds to a provider's own configuration.
var engineKeys = []string{"version", "pluginDownloadURL", "parameterization"}

// CheckConfig finds every fault of the provider's configuration.
func (p *provider) CheckConfig(
	_ context.Context, r plugin.CheckConfigRequest,
) (plugin.CheckConfigResponse, error) {
	resp := plugin.CheckConfigResponse{Properties: r.News}
	shape, err := schema.Inputs(aws.ProviderArgs{})
	if err != nil {
		return resp, err
	}
	for key := range r.News {
		_, known := shape.Field(string(key))
		if !known && !strings.HasPrefix(string(key), "__") && !slices.Contains(engineKeys, string(key)) {
			resp.Failures = append(resp.Failures, plugin.CheckFailure{
				Property: key, Reason: fmt.Sprintf("aws:%s: no such provider setting", key),
			})
		}
	}
	news := schema.PlainMap(r.News)
	if region, ok := news["region"]; !ok || !region.IsComputed() {
		if err := checkRegion(model.Str(news, "region")); err != nil {
			resp.Failures = append(resp.Failures, plugin.CheckFailure{Property: "region", Reason: err.Error()})
		}
	}
	return resp, nil
}

func checkRegion(region string) error {
	if region == "" {
		return errors.New("aws:region: want a region, got none (set it with `pulumi config set aws:region us-west-2`)")
	}
	if _, ok := model.RegionOf(region); !ok {
		return fmt.Errorf("aws:region: want one of %s, got %s",
			strings.Join(model.RegionNames(), ", "), region)
	}
	return nil
}

// DiffConfig asks for a new provider when the region changes, as everything in
// the old one stays where it is.
func (p *provider) DiffConfig(
	_ context.Context, r plugin.DiffConfigRequest,
) (plugin.DiffConfigResponse, error) {
	before, after := schema.PlainMap(r.OldInputs), schema.PlainMap(r.NewInputs)
	result := plugin.DiffResult{Changes: plugin.DiffNone}
	if diff := before.Diff(after); diff != nil {
		result.Changes, result.ChangedKeys = plugin.DiffSome, diff.Keys()
	}
	if model.Str(before, "region") != model.Str(after, "region") {
		result.ReplaceKeys = []resource.PropertyKey{"region"}
	}
	return result, nil
}

// Configure sets the region and the default tags. The cloud has one region: a
// second provider instance for another one is refused rather than mixed in.
func (p *provider) Configure(_ context.Context, r plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	props := schema.PlainMap(r.Inputs)
	region := model.Str(props, "region")
	if err := checkRegion(region); err != nil {
		return plugin.ConfigureResponse{}, err
	}
	if err := checkAccounts(props); err != nil {
		return plugin.ConfigureResponse{}, err
	}
	tags, err := defaultTags(props)
	if err != nil {
		return plugin.ConfigureResponse{}, err
	}
	return plugin.ConfigureResponse{}, p.cloud.configure(region, tags)
}

func (c *Cloud) configure(region string, tags map[string]string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := len(c.world.Objects()) > 0 || c.configured
	if taken && c.world.Region != region {
		return fmt.Errorf("aws:region: the offline cloud is in %s, got %s: "+
			"it has one region at a time, so destroy first or use a folder of its own", c.world.Region, region)
	}
	c.configured, c.world.DefaultTags, c.world.Region = true, tags, region
	return nil
}

func checkAccounts(props resource.PropertyMap) error {
	allowed, err := setting[[]string](props, "allowedAccountIds")
	if err != nil {
		return err
	}
	if len(allowed) > 0 && !slices.Contains(allowed, model.Account) {
		return fmt.Errorf("AWS account ID not allowed: %s (aws:allowedAccountIds has %s)",
			model.Account, strings.Join(allowed, ", "))
	}
	forbidden, err := setting[[]string](props, "forbiddenAccountIds")
	if err == nil && slices.Contains(forbidden, model.Account) {
		err = fmt.Errorf("AWS account ID not allowed: %s", model.Account)
	}
	return err
}

func defaultTags(props resource.PropertyMap) (map[string]string, error) {
	d, err := setting[struct {
		Tags map[string]string `json:"tags"`
	}](props, "defaultTags")
	return d.Tags, err
}

// setting reads a structured setting. SDKs send those as JSON in a string.
func setting[T any](props resource.PropertyMap, name string) (T, error) {
	var out T
	v, ok := model.Value(props, name)
	if !ok || v.IsComputed() {
		return out, nil
	}
	raw := []byte(model.Str(props, name))
	if !v.IsString() {
		var err error
		if raw, err = json.Marshal(v.Mappable()); err != nil {
			return out, err
		}
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("aws:%s: %w", name, err)
	}
	return out, nil
}
