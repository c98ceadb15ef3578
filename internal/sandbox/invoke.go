package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/riglet/riglet/internal/sandbox/model"
	"github.com/riglet/riglet/internal/sandbox/schema"
)

// answer is what a function returns: a value for each of its outputs.
type answer = map[string]any

// functions answers the invokes that riglet makes. Each is called with the
// cloud locked.
var functions = map[string]func(w *model.World, args resource.PropertyMap) (answer, error){
	"aws:index/getCallerIdentity:getCallerIdentity":       always(callerIdentity),
	"aws:index/getRegion:getRegion":                       currentRegion,
	"aws:index/getPartition:getPartition":                 always(partition),
	"aws:index/getAvailabilityZones:getAvailabilityZones": always(availabilityZones),
	"aws:ssm/getParameter:getParameter":                   parameter,
	"aws:elb/getServiceAccount:getServiceAccount":         logAccount,
	"aws:route53/getZone:getZone":                         hostedZone,
	"aws:ecr/getAuthorizationToken:getAuthorizationToken": registryToken,
}

func (p *provider) Invoke(_ context.Context, r plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	f, ok := functions[string(r.Tok)]
	if !ok {
		return plugin.InvokeResponse{}, fmt.Errorf("the offline cloud does not answer %s: it knows %s "+
			"(add it to internal/sandbox/invoke.go)", r.Tok, strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	}
	p.cloud.mu.Lock()
	defer p.cloud.mu.Unlock()
	out, err := f(p.cloud.world, schema.PlainMap(r.Args))
	if err != nil {
		return plugin.InvokeResponse{}, fmt.Errorf("invoking %s: %w", r.Tok, err)
	}
	return plugin.InvokeResponse{Properties: resource.NewPropertyMapFromMap(out)}, nil
}

// always makes a function of one that has an answer to everything.
func always(
	f func(*model.World, resource.PropertyMap) answer,
) func(*model.World, resource.PropertyMap) (answer, error) {
	return func(w *model.World, args resource.PropertyMap) (answer, error) { return f(w, args), nil }
}

func callerIdentity(*model.World, resource.PropertyMap) answer {
	return answer{
		"accountId": model.Account, "id": model.Account, "userId": "AIDAEXAMPLEOFFLINE000",
		"arn": "arn:aws:iam::" + model.Account + ":user/offline",
	}
}

func currentRegion(w *model.World, args resource.PropertyMap) (answer, error) {
	name := model.Str(args, "name")
	if name == "" {
		name = w.Region
	}
	region, ok := model.RegionOf(name)
	if !ok {
		return nil, fmt.Errorf("region not found for name %q", name)
	}
	return answer{
		"id": name, "name": name, "description": region.Description, "endpoint": "ec2." + name + ".amazonaws.com",
	}, nil
}

func partition(*model.World, resource.PropertyMap) answer {
	return answer{
		"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws",
	}
}

func availabilityZones(w *model.World, args resource.PropertyMap) answer {
	region, _ := model.RegionOf(w.Region)
	var names, ids []any
	for _, zone := range region.ZoneNames() {
		id := region.ZoneID(zone)
		excluded := slices.Contains(model.Strs(args, "excludeNames[]"), zone) ||
			slices.Contains(model.Strs(args, "excludeZoneIds[]"), id)
		if !excluded {
			names, ids = append(names, zone), append(ids, id)
		}
	}
	return answer{"id": w.Region, "names": names, "zoneIds": ids, "groupNames": []any{w.Region}}
}

func logAccount(w *model.World, args resource.PropertyMap) (answer, error) {
	name := model.Str(args, "region")
	if name == "" {
		name = w.Region
	}
	region, ok := model.RegionOf(name)
	if !ok {
		return nil, fmt.Errorf("unknown region (%q)", name)
	}
	return answer{
		"id": region.LogAccount, "arn": "arn:aws:iam::" + region.LogAccount + ":root", "region": name,
	}, nil
}

// registryToken is another password at every call, as it is on AWS.
//
//nolint:unparam // one of the invokes, which may fail
func registryToken(w *model.World, args resource.PropertyMap) (answer, error) {
	account := model.Str(args, "registryId")
	if account == "" {
		account = model.Account
	}
	password := rand.Text()
	return answer{
		"id": w.Region, "registryId": account, "userName": "AWS", "password": password,
		"authorizationToken": base64.StdEncoding.EncodeToString([]byte("AWS:" + password)),
		"proxyEndpoint":      "https://" + account + ".dkr.ecr." + w.Region + ".amazonaws.com",
		"expiresAt":          time.Now().UTC().Add(tokenLife).Format(time.RFC3339),
	}, nil
}

// tokenLife is how long a password of ECR is good for.
const tokenLife = 12 * time.Hour

const zoneType = "aws:route53/zone:Zone"

func hostedZone(w *model.World, args resource.PropertyMap) (answer, error) {
	id, name := model.Str(args, "zoneId"), strings.TrimSuffix(model.Str(args, "name"), ".")
	private := model.Flag(args, "privateZone", false)
	for _, zone := range w.All(zoneType) {
		isPrivate := len(model.Values(zone.Inputs, "vpcs[]")) > 0
		byID := id != "" && zone.ID == id
		byName := name != "" && strings.TrimSuffix(zone.Out("name"), ".") == name && isPrivate == private
		if byID || byName {
			return zoneAnswer(w, zone, isPrivate), nil
		}
	}
	return nil, fmt.Errorf("no matching Route 53 Hosted Zone found (the offline cloud has only zones that were "+
		"made in it; asked for %s)", strings.TrimSpace(id+" "+name))
}

func zoneAnswer(w *model.World, zone *model.Object, private bool) answer {
	records := w.Users(zone, "aws:route53/record:Record")
	return answer{
		"id": zone.ID, "zoneId": zone.ID, "arn": zone.Out("arn"), "name": zone.Out("name"),
		"comment": zone.Out("comment"), "privateZone": private, "primaryNameServer": zone.Out("primaryNameServer"),
		"nameServers":            zone.Outputs["nameServers"].Mappable(),
		"resourceRecordSetCount": len(records) + 2, // NS and SOA are always there
		"callerReference":        zone.Seed, "linkedServiceDescription": "", "linkedServicePrincipal": "",
		"tags": map[string]any{}, "vpcId": model.Str(zone.Inputs, "vpcs[].vpcId"),
	}
}
