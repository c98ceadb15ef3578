// Package engine runs a Pulumi program on the real Pulumi engine through the Automation API, offline or on AWS.
//
// Offline, everything that a run needs lives in the folder .riglet of the project: a state backend of plain files,
// a home for the CLI, and a work folder per stack with copies of Pulumi.yaml and of the stack file. The checked-in
// files are only read. The environment of the CLI is scrubbed of cloud credentials, so that an offline run cannot
// reach AWS whatever the shell exports. The cloud itself is whatever provider is attached.
//
// On AWS the work folder is the project itself, and backend, credentials and Pulumi home are the caller's.
//
// # Errors
//
// [New] and [FindProject] return errors that say in one line what to do: [ErrNoProject], [ErrNoCLI],
// [ErrNotWritable]. [Engine.Run] returns an error only when the engine could not be started at all. What the program
// or a resource got wrong is in [Result.Errors], one line per fault.
package engine
