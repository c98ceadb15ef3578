// Package fleetwait waits until an Auto Scaling group serves with what it was told to launch, and says why where it
// does not.
//
// Auto Scaling takes a new launch template at once and tries it afterwards, one instance after the other. What only
// hands the template over has long called that a success. This package looks until the instances are healthy at the
// balancer, each of them of the version that is wanted. Where a roll fails it tells the group to launch the version
// that still serves: the template was changed before the roll began, so that every instance that is lost or added
// later would be of the version that failed.
//
// It knows what Auto Scaling means and not how it is reached: see package awsfleet for that.
package fleetwait
