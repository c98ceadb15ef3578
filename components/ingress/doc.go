// Package ingress makes the way in from the Internet: one Application Load Balancer that services share.
//
// An Ingress is a balancer in public subnets, a redirect from port 80 to 443, a TLS 1.3 listener with a certificate
// that is given or made, a fixed 404 for whatever no service asked for, access logs in a bucket of their own, a
// security group that is open on the listeners' ports only, and alarms.
//
//	front, err := ingress.NewIngress(ctx, "front", &ingress.Args{
//		VPCID:          network.VPCID,
//		SubnetIDs:      network.PublicSubnetIDs,
//		CertificateARN: pulumi.String("arn:aws:acm:us-west-2:123456789012:certificate/0123abcd"),
//		AlarmTopicARN:  network.OperationsTopicARN,
//	})
//	if err != nil {
//		return err
//	}
//	ctx.Export("url", front.URL)
//
// The security group lets nothing out until somebody adds a target: whoever does adds the egress rule to its own
// group next to the ingress rule from this one.
//
// # Errors
//
// NewIngress refuses arguments before anything is registered, naming all that are at fault.
//
// # Outputs
//
// What a service needs to attach itself, see [Ingress].
package ingress
