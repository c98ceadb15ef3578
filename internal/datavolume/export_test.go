package datavolume

// What the tests of this package look into.
var (
	Kept           = kept
	SnapshotPolicy = snapshotPolicy
	Description    = description
	AccountOf      = accountOf
)
