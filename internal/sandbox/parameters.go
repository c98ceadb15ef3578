package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/catalog"
	"github.com/riglet/riglet/internal/sandbox/model"
)

// The public parameters that name machine images.
var (
	debianImage = regexp.MustCompile(`^/aws/service/debian/release/(12|13)/latest/(amd64|arm64)$`)
	ecsImage    = regexp.MustCompile(
		`^/aws/service/ecs/optimized-ami/amazon-linux-2023/(arm64/)?recommended(/image_id)?$`)
)

// parameter answers with a parameter of the cloud, or with a public one of AWS.
func parameter(w *model.World, args resource.PropertyMap) (answer, error) {
	name, version, pinned := strings.Cut(model.Str(args, "name"), ":")
	if p := w.Get(catalog.TokenParameter, name); p != nil {
		if pinned && version != strconv.Itoa(model.Int(p.Outputs, "version", 1)) {
			return nil, fmt.Errorf("reading SSM Parameter (%s:%s): ParameterVersionNotFound", name, version)
		}
		return parameterAnswer(p, args), nil
	}
	value, ok := publicParameter(w.Region, name)
	if !ok {
		return nil, fmt.Errorf("reading SSM Parameter (%s): ParameterNotFound", name)
	}
	return answer{
		"id": name, "name": name, "type": "String", "insecureValue": value, "version": 1,
		"value": resource.MakeSecret(resource.NewProperty(value)),
		"arn":   "arn:aws:ssm:" + w.Region + "::parameter" + name,
	}, nil
}

func parameterAnswer(p *model.Object, args resource.PropertyMap) answer {
	value, insecure := p.Out("value"), p.Out("value")
	if p.Out("type") == "SecureString" {
		insecure = ""
		if !model.Flag(args, "withDecryption", true) {
			value = "offline-ciphertext"
		}
	}
	return answer{
		"id": p.ID, "name": p.ID, "type": p.Out("type"), "arn": p.Out("arn"), "insecureValue": insecure,
		"version": model.Int(p.Outputs, "version", 1), "value": resource.MakeSecret(resource.NewProperty(value)),
	}
}

// publicParameter gives each region and parameter an image of its own, always
// the same one.
func publicParameter(region, name string) (string, bool) {
	switch {
	case debianImage.MatchString(name):
		return imageID(region, name), true
	case !ecsImage.MatchString(name):
		return "", false
	case strings.HasSuffix(name, "/image_id"):
		return imageID(region, name), true
	}
	doc, err := json.Marshal(map[string]any{
		"schema_version": 1, "os": "Amazon Linux 2023", "ecs_agent_version": "1.89.0",
		"image_id": imageID(region, name+"/image_id"),
	})
	return string(doc), err == nil
}

func imageID(region, name string) string {
	sum := sha256.Sum256([]byte(region + name))
	return "ami-0" + hex.EncodeToString(sum[:8])
}
