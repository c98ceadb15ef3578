package couchdb

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
)

// sizeKeeper refuses a change of architecture in place. EC2 would refuse it as well, after it has stopped the host.
func (b *builder) sizeKeeper() (*pulumi.ResourceHook, error) {
	return b.Context().RegisterResourceHook(b.Child("host", "size-keeper"), func(hook *pulumi.ResourceHookArgs) error {
		return sameArchitecture(b.Child("host"), b.args.InstanceType, hook.OldInputs)
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
}

func sameArchitecture(name, want string, is resource.PropertyMap) error {
	old := is["instanceType"]
	if !old.IsString() || instancetype.ArchOf(old.StringValue()) == instancetype.ArchOf(want) {
		return nil
	}
	f := check.New("instanceType")
	f.Want(fmt.Sprintf("an %s type, as %s is (the host's image is of that architecture: give an image of the other one "+
		"too, which replaces the host and keeps its data)", instancetype.ArchOf(old.StringValue()), old.StringValue()), want)
	return fmt.Errorf("the host %s: %w", name, f.Err())
}
