// Package ecsapi answers the few calls of the ECS API that riglet makes itself, for services of the offline cloud: it
// describes them, starts one-off tasks and sets numbers of tasks.
//
// Every service runs what it was told to, at once, unless a [Script] says what goes wrong.
package ecsapi
