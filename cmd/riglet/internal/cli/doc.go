// Package cli is the command line of riglet: preview, up, destroy and outputs of environments, offline or on AWS.
//
// It knows neither the program that it runs nor the offline cloud; both come in [Deps]. So its tests need no AWS SDK.
//
// # Exit codes
//
// 0 when all went well, 1 when an operation failed, 2 when the command line made no sense.
package cli
