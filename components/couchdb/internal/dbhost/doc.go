// Package dbhost renders the boot document of the Debian 12 host that CouchDB runs on.
//
// The document is a #cloud-config that writes the host's programs and systemd units, and one file
// of values. At every boot the host
//
//   - finds the data volume by its id, formats it only when nothing at all is on it, and mounts
//     it by its UUID;
//   - fills a volume without data from a backup, when that is asked for;
//   - reads the administrator from Secrets Manager and gives CouchDB the sum of the password;
//   - starts CouchDB in a container of its own user, and looks whether it answers on the fixed
//     address, to the administrator and to nobody else;
//   - starts the timers of the nightly backup and of the metrics and logs.
//
// docs/couchdb.md says how a backup is made and how one is restored.
//
// # Limits
//
// User data has at most [MaxBytes] bytes and is compressed: hand it on in base64. The instance
// type has to be of the Nitro system, whose disks carry the volume's id. Files are written at
// every boot, so that a host that was stopped for new user data works by it afterwards.
//
// # Errors
//
// [Render] reports every fault of its parameters at once.
package dbhost
