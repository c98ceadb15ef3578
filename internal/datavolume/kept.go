package datavolume

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/check"
)

// kept refuses what a volume that is there cannot do, with the way to do it.
func kept(name string, want Args, is resource.PropertyMap) error {
	f := check.New("")
	if zone := is["availabilityZone"]; zone.IsString() && zone.StringValue() != want.Zone {
		f.At("zone").Want(zone.StringValue()+", where the data is (a volume cannot move: make a second host in the "+
			"other zone, restore the newest backup into it, then remove this one)", want.Zone)
	}
	if size := is["size"]; size.IsNumber() && int(size.NumberValue()) > want.SizeGiB {
		f.At("volumeGiB").Want(fmt.Sprintf("%d or more, the size of the volume (a volume cannot shrink: make a second "+
			"host with a smaller one, restore the newest backup into it, then remove this one)",
			int(size.NumberValue())), want.SizeGiB)
	}
	if err := f.Err(); err != nil {
		return fmt.Errorf("the volume %s: %w", name, err)
	}
	return nil
}
