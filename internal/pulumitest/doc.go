// Package pulumitest runs a program against a recording monitor and tells what it registered.
//
// The monitor stands where the engine stands: the program reaches it over the same protocol. It keeps no state and
// plans nothing, so it is no test of ordering, replacement or destroy: those run on the real engine. What it gives
// is every registration as the program sent it, in milliseconds, at a preview and at an update. Resources of AWS
// are answered by the offline cloud, which refuses what AWS refuses.
package pulumitest
