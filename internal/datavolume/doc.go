// Package datavolume is the ground of every host that keeps something: an encrypted EBS volume that outlives the
// instance it is attached to, its attachment, and daily snapshots of it.
//
// The volume is never replaced. What would replace it is refused, at a preview already, with the way to do it:
//
//	the volume db-data: zone: want us-west-2b, where the data is (...), got "us-west-2a"
package datavolume
