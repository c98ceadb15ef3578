// Package rollout waits until a service runs what it was told to run, and says why where it does not.
//
// ECS takes a new task definition at once and tries it afterwards. Where the tasks do not come up it goes back to the
// old one, and everything that only handed the definition over has long called that a success. This package looks
// until the deployment is over: it ends well only where the wanted revision is the one that runs, with as many tasks
// as it should have.
//
// It knows what ECS means and not how it is reached: see package awsecs for that.
package rollout
