// Package foundation makes the network that an environment stands on.
//
// A Foundation is a VPC with public, app and db subnets in 2 to 6 zones on an address plan that never moves; an
// Internet gateway; a NAT of the kind that is chosen, with one private route table per zone whichever it is; free
// gateway endpoints for S3 and DynamoDB and interface endpoints by list; the default security group closed; a flow
// log; a private hosted zone; and the topic that every alarm goes to.
//
//	network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
//		Zones: []string{"us-west-2a", "us-west-2b"},
//		NAT:   foundation.NATInstance,
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export("vpcId", network.VPCID)
//
// # Limits
//
// One region, the commercial partition, IPv4. The range is /16 to /21 and is cut into eight tiers by eight zones:
// a /16 gives subnets of /22, with 1,019 addresses each.
//
// # Errors
//
// NewFoundation refuses arguments before anything is registered, naming all that are at fault:
// `foundation "network": zones: want 2 to 6, got 1`.
//
// # Outputs
//
// The ids that other components take, see [Foundation].
package foundation
