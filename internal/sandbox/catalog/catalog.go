// Package catalog is the table of the AWS resource types that the offline cloud
// knows: one row each.
//
// To add a type, add a row to the file of its service, and to the examples in
// fixture_test.go: token, zero args and state of the SDK, id, what replaces it,
// what it references. Rules that need more than a line go below the table in
// the same file.
package catalog

import "github.com/riglet/riglet/internal/sandbox/model"

// Table returns the table of all known types.
func Table() *model.Table {
	return model.NewTable(
		network, gateways, addresses, interfaces, groups, endpoints, flowLogs, compute,
		balancers, listeners, targets, domains, buckets, topics, identities, watching,
		scaling, keys, images, ecsClusters, ecsServices, ecsTasks, ecsScaling,
		secrets, snapshots, objectLocks, groupSchedules, imageBuilder,
	)
}
