package ingress

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/tags"
)

// Type is the type token of an Ingress. It is part of every child's identity and never changes.
const Type = "riglet:ingress:Ingress"

// Ingress is the way in from the Internet.
type Ingress struct {
	pulumi.ResourceState

	// BalancerARN is the load balancer.
	BalancerARN pulumi.StringOutput `pulumi:"balancerArn"`
	// ARNSuffix names the balancer in CloudWatch.
	ARNSuffix pulumi.StringOutput `pulumi:"arnSuffix"`
	// DNSName is the balancer's own name: what an alias record points at.
	DNSName pulumi.StringOutput `pulumi:"dnsName"`
	// ZoneID is the hosted zone of DNSName, which an alias record needs too.
	ZoneID pulumi.StringOutput `pulumi:"zoneId"`
	// SecurityGroupID is the balancer's security group. Let it in where there are targets, and let it out to them.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// ListenerARN is the listener to put rules on: 443, or 80 where there is no certificate.
	ListenerARN pulumi.StringOutput `pulumi:"listenerArn"`
	// URL is where the balancer answers: under Domain where there is one.
	URL pulumi.StringOutput `pulumi:"url"`
	// LogBucket is the bucket that access logs go to.
	LogBucket pulumi.StringOutput `pulumi:"logBucket"`
}

// NewIngress makes an internet-facing Application Load Balancer with its listeners, certificate, access logs,
// security group and alarms.
//
// A month in us-west-2 costs about $16.40 for the balancer, $3.65 for its address in each zone, $5.84 for each unit
// of load (25 new connections a second, or 1 GB an hour), and what its logs fill ($0.023 per GB). Source: AWS's
// on-demand price pages, 730 hours.
//
// The error names every argument that is at fault; nothing is registered then.
func NewIngress(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Ingress, error) {
	full := args.withDefaults()
	if err := full.validate(); err != nil {
		return nil, fmt.Errorf("ingress %q: %w", name, err)
	}
	ingress := &Ingress{}
	inputs := pulumi.Map{"vpcId": full.VPCID, "subnetIds": full.SubnetIDs}
	if err := ctx.RegisterComponentResourceV2(Type, name, inputs, ingress, opts...); err != nil {
		return nil, fmt.Errorf("ingress %q: %w", name, err)
	}
	b := &builder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), ingress),
		args: full, out: ingress,
	}
	for _, step := range []func() error{
		b.warn,
		b.securityGroup,
		b.logBucket,
		b.loadBalancer,
		b.certificate,
		b.listeners,
		b.record,
		b.alarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("ingress %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(ingress, ingress.outputs()); err != nil {
		return nil, fmt.Errorf("ingress %q: %w", name, err)
	}
	return ingress, nil
}

// builder is what the steps share.
type builder struct {
	component.Base
	args Args
	out  *Ingress

	group          *ec2.SecurityGroup
	bucket         *s3.BucketV2
	bucketWritable pulumi.Resource
	balancer       *lb.LoadBalancer
	certificateARN pulumi.StringInput
	madeARN        pulumi.StringInput
}

// warn says loudly that nothing is encrypted, where that is so.
func (b *builder) warn() error {
	if b.args.secure() {
		return nil
	}
	return b.Context().Log.Warn("this balancer speaks plain HTTP: everything that passes it can be read and changed "+
		"on the way. Give it a certificate or a domain before anybody depends on it.",
		&pulumi.LogArgs{Resource: b.out})
}

func (i *Ingress) outputs() pulumi.Map {
	return pulumi.Map{
		"balancerArn":     i.BalancerARN,
		"arnSuffix":       i.ARNSuffix,
		"dnsName":         i.DNSName,
		"zoneId":          i.ZoneID,
		"securityGroupId": i.SecurityGroupID,
		"listenerArn":     i.ListenerARN,
		"url":             i.URL,
		"logBucket":       i.LogBucket,
	}
}
