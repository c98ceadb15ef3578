package engine

// What tests of the package look at from outside.
var (
	FindCLI      = findCLI
	Scrub        = scrub
	FaultLines   = faultLines
	PlainOutputs = plainOutputs
	CopyFiles    = copyFiles
)

// What a placeholder is encrypted with.
const (
	OfflineSalt        = offlineSalt
	OfflinePlaceholder = offlinePlaceholder
)
