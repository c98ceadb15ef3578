// Package langhost is a small Pulumi language host for Go: it builds the program in a folder and runs it against the
// engine that asks.
//
// It stands in for the released pulumi-language-go where that one is not installed, so that a program can be previewed
// with the CLI alone. It does what a program written by hand needs and no more: it generates no code, runs no plugins
// written in Go, and leaves the installation of providers to the moment when a resource asks for one.
//
// # Errors
//
// A program that does not compile, and one that ends with a panic, fail the run with what the compiler or the program
// wrote. [ErrNoGo] is the error for a machine without the go command.
package langhost
