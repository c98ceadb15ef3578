// Package behaviour holds the tests that run what riglet's hosts run at boot: the real scripts,
// under the real shell and kernel, in network namespaces that the tests make and remove.
//
// They need Linux and the programs that scripts/install-test-programs installs. Nothing leaves
// the namespaces, and nothing outlives the test: the suite runs in mount and network namespaces
// of its own, which end with its last process.
package behaviour
