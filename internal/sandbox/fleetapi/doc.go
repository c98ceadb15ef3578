// Package fleetapi answers the few calls of the Auto Scaling and load-balancing APIs that riglet makes itself, for the
// groups of the offline cloud: it describes groups, their refreshes and the health of their instances, resizes groups
// and puts them back to another version of their template.
//
// Every instance is healthy at once and every refresh succeeds, unless a [Script] says what goes wrong.
package fleetapi
