package stacks

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/stacks/config"
)

// ReleasePath is the SSM parameter that holds the digest which was released to an environment last.
func ReleasePath(owner, project, environment, service string) string {
	return "/" + strings.Join([]string{owner, project, environment, "release", service}, "/")
}

var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// atOnce is how many parameters are asked for at a time, well within what SSM answers in a second.
const atOnce = 10

// released is the reference of what was released last, by service, of those that run it. The error names every
// service of which nothing was released yet.
func (e *environment) released() (map[string]string, error) {
	var names []string
	for _, name := range e.Config.ServiceOrder() {
		if e.Config.Services[name].Image.Released {
			names = append(names, name)
		}
	}
	references, faults := make([]string, len(names)), make([]error, len(names))
	var asked sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, name := range names {
		asked.Go(func() {
			slots <- struct{}{}
			references[i], faults[i] = e.releasedImage(name)
			<-slots
		})
	}
	asked.Wait()
	images := map[string]string{}
	for i, name := range names {
		images[name] = references[i]
	}
	return images, errors.Join(faults...)
}

// parameter is what is wanted of a parameter. The SDK's own answer has the value as a secret too, for which it refuses
// to wait; whether a release can be rolled out has to be known before anything is planned.
type parameter struct {
	InsecureValue string `pulumi:"insecureValue"`
}

// awsVersion is that of the SDK, so that the provider which answers is the one that makes everything else.
const awsVersion = "6.83.0"

// releasedImage asks for the digest of one service.
func (e *environment) releasedImage(name string) (string, error) {
	path := ReleasePath(e.Config.Owner, e.Config.Project, e.Environment, name)
	f := check.New(e.File + ": " + config.Namespace + ":services." + name + ".image.released")
	var found parameter
	err := e.ctx.Invoke("aws:ssm/getParameter:getParameter", &ssm.LookupParameterArgs{Name: path}, &found,
		pulumi.Version(awsVersion))
	switch {
	case err != nil && strings.Contains(err.Error(), "ParameterNotFound"):
		f.Want("a digest in the SSM parameter "+path+" (publish the first release: aws ssm put-parameter --name "+path+
			" --type String --value sha256:<digest>)", nil)
	case err != nil:
		return "", fmt.Errorf("%s: %w", f.Path(), err)
	case !digestPattern.MatchString(found.InsecureValue):
		f.Want("a digest such as sha256:<64 hex digits> in the SSM parameter "+path, found.InsecureValue)
	default:
		return e.Config.Services[name].Image.Repository + "@" + found.InsecureValue, nil
	}
	return "", f.Err()
}
