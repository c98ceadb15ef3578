// Package fleet makes a group of instances behind a balancer that rolls without downtime.
//
// A Fleet is a launch template, an Auto Scaling group with lifecycle hooks for boot and drain, a target group, a rule
// on the balancer's listener, scaling, a role, a security group, a log group and alarms.
//
//	web, err := fleet.NewFleet(ctx, "web", &fleet.Args{
//		VPCID: network.VPCID, SubnetIDs: network.AppSubnetIDs,
//		BalancerSecurityGroupID: front.SecurityGroupID, ListenerARN: front.ListenerARN,
//		Container: &fleet.Container{Image: pulumi.String("nginx:1.27")},
//		Rolling:   fleet.Refresh,
//	})
//
// # Rolling
//
// With [Replace] a new template makes a new group beside the old one, with as many instances as that has at the
// moment. With [Refresh] the one group replaces its instances, new ones first. In both, the update ends when as many
// instances as there should be are of the new version and healthy at the balancer.
//
// Where they are not, the update fails and says why. With Replace the old group has not been touched; the one that
// failed goes with the next good update. With Refresh the group is told to launch the version that serves again, since
// AWS changes the template of a group before it tries it. An update without a change fails again as long as nothing
// was mended.
//
// The waiting is done by hooks of the program: it needs an engine that fails an update when a hook fails, 3.255 or
// later, and credentials that may describe Auto Scaling groups and target health, set a group's number of instances
// and, for Refresh, update a group and start a refresh.
//
// # Errors
//
// NewFleet refuses arguments before anything is registered, naming all that are at fault.
//
// # Outputs
//
// What permissions, scaling and monitoring attach to, see [Fleet].
package fleet
