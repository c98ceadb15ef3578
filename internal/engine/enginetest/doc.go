// Package enginetest has what tests of the engine and of the command line share: the real CLI, checkouts in temporary
// folders, and a toy provider whose resources can be told how to behave.
package enginetest
