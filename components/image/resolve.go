package image

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var (
	imageID   = regexp.MustCompile(`^ami-([0-9a-f]{8}|[0-9a-f]{17})$`)
	reference = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+){1,15}(:[1-9][0-9]*)?$`)
)

// Resolve gives the id of an image, baked here or elsewhere: "ami-..." is given back as it is, "/acme/shop/image" is
// looked up in SSM now, so that a preview shows which image it is, and "/acme/shop/image:3" is the third one that was
// published, whatever has been baked since. AWS keeps the last 100.
func Resolve(ctx *pulumi.Context, image string, opts ...pulumi.InvokeOption) (pulumi.StringOutput, error) {
	switch {
	case imageID.MatchString(image):
		return pulumi.String(image).ToStringOutput(), nil
	case reference.MatchString(image):
		return lookUp(ctx, image, opts...), nil
	}
	return pulumi.StringOutput{}, fmt.Errorf(
		"image: want an id such as ami-0123456789abcdef0, or a parameter such as /acme/shop/image or /acme/shop/image:3, "+
			"got %q",
		image)
}

// lookUp reads a parameter that is no secret, which Pulumi takes all of a parameter's values for.
func lookUp(ctx *pulumi.Context, name string, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	found := ssm.LookupParameterOutput(ctx, ssm.LookupParameterOutputArgs{Name: pulumi.String(name)}, opts...)
	value, _ := pulumi.Unsecret(found.InsecureValue()).(pulumi.StringOutput) // what goes in comes out
	return value
}
