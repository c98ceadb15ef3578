package ingress

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
)

const (
	httpPort  = 80
	httpsPort = 443
	// tlsPolicy offers TLS 1.3 and 1.2 only, each with forward secrecy: what AWS recommends for balancers.
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
)

// ports are the listeners' ports.
func (b *builder) ports() []int {
	if b.args.secure() {
		return []int{httpPort, httpsPort}
	}
	return []int{httpPort}
}

// securityGroup is open on the listeners' ports, and lets nothing out until there is a target.
func (b *builder) securityGroup() error {
	var err error
	if b.group, err = ec2.NewSecurityGroup(b.Context(), b.Child("balancer"), &ec2.SecurityGroupArgs{
		VpcId:       b.args.VPCID,
		Description: pulumi.String("load balancer: in on the ports of its listeners"),
		Tags:        b.Tags("balancer"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.SecurityGroupID = b.group.ID().ToStringOutput()
	for _, port := range b.ports() {
		for _, cidr := range b.args.AllowedCIDRs {
			if err = b.allow(port, cidr); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) allow(port int, cidr string) error {
	role := []string{"balancer", strconv.Itoa(port), "from", cidr}
	_, err := vpc.NewSecurityGroupIngressRule(b.Context(), b.Child(role...), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: b.group.ID(),
		Description:     pulumi.String("port " + strconv.Itoa(port) + " from " + cidr),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(port),
		ToPort:          pulumi.Int(port),
		CidrIpv4:        pulumi.String(cidr),
		Tags:            b.Tags(role...),
	}, b.Options()...)
	return err
}

// loadBalancer makes the balancer, after the bucket lets it write: AWS tries the bucket at once.
func (b *builder) loadBalancer() error {
	balancer, err := lb.NewLoadBalancer(b.Context(), b.Child("balancer"), &lb.LoadBalancerArgs{
		Name:                     b.Physical(naming.LoadBalancer),
		LoadBalancerType:         pulumi.String("application"),
		Internal:                 pulumi.Bool(false),
		Subnets:                  b.args.SubnetIDs,
		SecurityGroups:           pulumi.StringArray{b.group.ID()},
		IdleTimeout:              pulumi.Int(b.args.IdleTimeoutSeconds),
		DropInvalidHeaderFields:  pulumi.Bool(true),
		DesyncMitigationMode:     pulumi.String("defensive"),
		EnableHttp2:              pulumi.Bool(true),
		EnableDeletionProtection: pulumi.Bool(b.args.Protected),
		AccessLogs: lb.LoadBalancerAccessLogsArgs{
			// The switch is off by default even where there is a bucket.
			Enabled: pulumi.Bool(true), Bucket: b.bucket.Bucket,
		},
		Tags: b.Tags("balancer"),
	}, b.Options(pulumi.DependsOn([]pulumi.Resource{b.bucketWritable}))...)
	if err != nil {
		return err
	}
	b.balancer = balancer
	b.out.BalancerARN = balancer.Arn
	b.out.ARNSuffix = balancer.ArnSuffix
	b.out.DNSName = balancer.DnsName
	b.out.ZoneID = balancer.ZoneId
	b.out.URL = b.url()
	return nil
}

func (b *builder) url() pulumi.StringOutput {
	switch {
	case b.args.Domain != nil:
		return pulumi.String("https://" + b.args.Domain.Name).ToStringOutput()
	case b.args.secure():
		return pulumi.Sprintf("https://%s", b.balancer.DnsName)
	default:
		return pulumi.Sprintf("http://%s", b.balancer.DnsName)
	}
}

// listeners makes the listener that rules go on, which answers 404 until there are any, and the redirect to it.
func (b *builder) listeners() error {
	if !b.args.secure() {
		listener, err := b.listener("http", &lb.ListenerArgs{
			Port: pulumi.Int(httpPort), Protocol: pulumi.String("HTTP"), DefaultActions: notFound(),
		})
		if err == nil {
			b.out.ListenerARN = listener.Arn
		}
		return err
	}
	if _, err := b.listener("http", &lb.ListenerArgs{
		Port: pulumi.Int(httpPort), Protocol: pulumi.String("HTTP"), DefaultActions: redirect(),
	}); err != nil {
		return err
	}
	listener, err := b.listener("https", &lb.ListenerArgs{
		Port: pulumi.Int(httpsPort), Protocol: pulumi.String("HTTPS"), DefaultActions: notFound(),
		SslPolicy: pulumi.String(tlsPolicy), CertificateArn: b.certificateARN.ToStringOutput(),
	})
	if err == nil {
		b.out.ListenerARN = listener.Arn
	}
	return err
}

func (b *builder) listener(role string, args *lb.ListenerArgs) (*lb.Listener, error) {
	args.LoadBalancerArn = b.balancer.Arn
	args.Tags = b.Tags(role)
	return lb.NewListener(b.Context(), b.Child(role), args, b.Options()...)
}

// notFound answers what no rule asked for.
func notFound() lb.ListenerDefaultActionArray {
	return lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
		Type: pulumi.String("fixed-response"),
		FixedResponse: lb.ListenerDefaultActionFixedResponseArgs{
			ContentType: pulumi.String("text/plain"),
			StatusCode:  pulumi.String("404"),
			MessageBody: pulumi.String("not found\n"),
		},
	}}
}

// redirect sends a browser to the same address over TLS, for good.
func redirect() lb.ListenerDefaultActionArray {
	return lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
		Type: pulumi.String("redirect"),
		Redirect: lb.ListenerDefaultActionRedirectArgs{
			Port: pulumi.String(strconv.Itoa(httpsPort)), Protocol: pulumi.String("HTTPS"),
			StatusCode: pulumi.String("HTTP_301"),
		},
	}}
}
