// Package nathost renders the boot document of the Debian 12 NAT instance.
//
// The document is a #cloud-config that writes one shell script, two systemd units and one file
// of values, and starts them. The host then takes over a fixed network interface, to which the
// private route tables point, so that replacing the host never changes a route:
//
//   - the interface is attached as device 1, taken by force from a former host if need be;
//   - nftables accepts new connections from the private prefixes only, in and out by that
//     interface, and translates them; link-local addresses and everything else are refused;
//   - the launch lifecycle hook is answered CONTINUE once a connection through the interface
//     has worked, ABANDON when any step has failed for ten minutes.
//
// Connections that are open while the interface moves are lost: the table of translations
// stays with the old host.
//
// # Limits
//
// User data has at most [MaxBytes] bytes. The hook's heartbeat timeout must be longer than
// [SetupSeconds], and its default result ABANDON, for the failures that cannot be reported.
//
// # Errors
//
// [Render] reports every fault of its parameters at once.
package nathost
