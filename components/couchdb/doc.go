// Package couchdb makes the host that a CouchDB lives on, and loses nothing.
//
// A Host is one Debian 12 instance on a fixed private address with CouchDB 3 in a container; an encrypted data volume
// of its own that outlives every instance; a nightly backup to a bucket that the host can write to and not delete
// from; daily snapshots as a second line; the administrator's password, which the host makes itself and keeps in
// Secrets Manager; a name in the private zone; and alarms for all that its operator would want to know.
//
//	database, err := couchdb.NewHost(ctx, "couchdb", &couchdb.Args{
//		VPCID:         network.VPCID,
//		SubnetID:      network.SubnetIDs.MapIndex(pulumi.String("db-us-west-2b")),
//		Zone:          "us-west-2b",
//		PrivateZoneID: network.PrivateZoneID,
//		PrivateDomain: network.PrivateDomain,
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export("databaseUrl", database.URL)
//
// # What changes what
//
// Another InstanceType stops the host for a minute or two and starts it again, with the same image, address and data.
// A larger VolumeGiB grows the volume while it is in use. Another ImageID replaces the host: it is stopped, the volume
// detached, and the next one takes over address and volume, in about five minutes. A newer Debian image by itself
// changes nothing, ever: give ImageID to move to it. A change of the boot document (another backup hour, another
// version of CouchDB) stops and starts the host. Another Zone and a smaller VolumeGiB are refused at the preview.
//
// # Limits
//
// One node: CouchDB is away while its host is. The commercial partition. An instance type of the Nitro system.
//
// # Errors
//
// NewHost refuses arguments before anything is registered, naming all that are at fault:
// `couchdb "couchdb": volumeGiB: want 10 to 16384, got 5`.
//
// # Outputs
//
// The ids and names that others need, see [Host].
package couchdb
