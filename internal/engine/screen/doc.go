// Package screen draws what the engine did as text for a person: progress lines, the tree of a plan, tables of
// outputs, the address grid of a network. All of it is pure: text in, text out, no terminal and no clock.
package screen
