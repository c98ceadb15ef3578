// Package rollsim simulates how a fleet rolls to a new version: second by second, by the rules
// that AWS documents for Auto Scaling groups, instance refresh and the health of targets.
//
// The rules are these:
//
//   - An instance boots, answers its launch hook, becomes a target, and has passed after a number
//     of checks in a row. One that fails is terminated and another is launched in its place.
//   - The balancer sends requests to targets that have passed. Where none has, it sends them to all.
//   - Replace: a second group is launched beside the first. Once all of its instances have been
//     healthy for SettleSeconds the first group goes. Before the timeout, or the update fails.
//   - Refresh: instances in service stay at or above MinHealthyPercent of the group, rounded up;
//     in service and pending together stay at or below MaxHealthyPercent, rounded down, yet one
//     above the group where nothing else would let it go on. A new instance counts once its
//     warm-up is over. Where the group may not grow and may not shrink, one is terminated first.
//   - A terminated instance stops being sent requests at once, and goes when it has drained.
//
// How AWS rounds the maximum is not documented; rounding down is the slower reading.
package rollsim
