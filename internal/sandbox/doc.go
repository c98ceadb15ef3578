// Package sandbox is an offline AWS: a Pulumi provider in this process, which
// the real Pulumi engine attaches to, and a cloud that is kept in a folder.
//
// It refuses what AWS and its provider refuse for the resource types in package
// catalog: unknown, missing and ill-typed properties by the SDK's own types,
// references to what does not exist, deletes of what is in use, limits and
// conflicts. It replaces what AWS replaces. It runs nothing: no instance boots.
//
//	cloud, err := sandbox.Open(".riglet/cloud")
//	server, err := cloud.Serve()
//	os.Setenv("PULUMI_DEBUG_PROVIDERS", server.DebugProviders())
//
// # Errors
//
// Open returns ErrLocked when another process has the folder. Refusals of the
// cloud are [model.AWSError] values, worded as AWS words them.
package sandbox
