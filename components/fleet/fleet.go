package fleet

import (
	"fmt"
	"sync/atomic"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/fleetwait"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/tags"
)

// Type is the type token of a Fleet. It is part of every child's identity and never changes.
const Type = "riglet:fleet:Fleet"

// Fleet is a group of instances that rolls without downtime.
type Fleet struct {
	pulumi.ResourceState

	// GroupName is the Auto Scaling group that serves. With Replace it is another one after each roll. It is known
	// once the group serves.
	GroupName pulumi.StringOutput `pulumi:"groupName"`
	// GroupARN is that group.
	GroupARN pulumi.StringOutput `pulumi:"groupArn"`
	// ImageID is what new instances boot from.
	ImageID pulumi.StringOutput `pulumi:"imageId"`
	// LaunchTemplateID is the template of the instances.
	LaunchTemplateID pulumi.StringOutput `pulumi:"launchTemplateId"`
	// TargetGroupARN is where the balancer finds the instances.
	TargetGroupARN pulumi.StringOutput `pulumi:"targetGroupArn"`
	// SecurityGroupID is that of the instances. It lets the balancer in and nobody else.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// RoleARN and RoleName are who an instance is. Attach policies for what it has to reach.
	RoleARN  pulumi.StringOutput `pulumi:"roleArn"`
	RoleName pulumi.StringOutput `pulumi:"roleName"`
	// LogGroupName is where the instances and their containers write.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
}

// NewFleet makes a group of instances behind a balancer: launch template, Auto Scaling group with lifecycle hooks,
// target group and listener rule, scaling, role, security group, log group and alarms.
//
// An update that changes what instances are made of rolls them as Rolling says, and waits until as many as there
// should be are healthy at the balancer. Where they are not, it fails with the reason and the old version goes on
// serving; the next good update recovers, and giving the former image rolls back.
//
// A month in us-west-2 costs about $15.20 for each t3.small and $1.60 for its volume, $0.40 for the alarms, and $0.57
// for each GB of logs. With Replace the instances are paid twice during a roll. Source: AWS's on-demand price pages,
// 730 hours.
//
// The error names every argument that is at fault; nothing is registered then.
func NewFleet(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Fleet, error) {
	full := args.withDefaults()
	if err := full.validate(name); err != nil {
		return nil, fmt.Errorf("fleet %q: %w", name, err)
	}
	fleet := &Fleet{}
	inputs := pulumi.Map{"vpcId": full.VPCID, "subnetIds": full.SubnetIDs}
	if err := ctx.RegisterComponentResourceV2(Type, name, inputs, fleet, opts...); err != nil {
		return nil, fmt.Errorf("fleet %q: %w", name, err)
	}
	b := &builder{
		Base: component.New(ctx, name, full.Prefix, tags.Set(full.Tags), fleet),
		name: name, args: full, out: fleet,
	}
	for _, step := range []func() error{
		b.warn,
		b.logGroup,
		b.securityGroup,
		b.role,
		b.targets,
		b.listenerRule,
		b.launchTemplate,
		b.failureEvents,
		b.hooks,
		b.group,
		b.scaling,
		b.alarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("fleet %q: %w", name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(fleet, fleet.outputs()); err != nil {
		return nil, fmt.Errorf("fleet %q: %w", name, err)
	}
	return fleet, nil
}

// builder is what the steps share.
type builder struct {
	component.Base
	name string
	args Args
	out  *Fleet

	logs     *cloudwatch.LogGroup
	security *ec2.SecurityGroup
	profile  *iam.InstanceProfile
	target   *lb.TargetGroup
	template *ec2.LaunchTemplate
	made     *autoscaling.Group
	binding  *pulumi.ResourceHookBinding
	// ready is what must be there before an instance starts, and stays until the last one has gone.
	ready []pulumi.Resource
	// before is the newest refresh from before the update, and outcome what the hook found.
	before  atomic.Pointer[fleetwait.Refresh]
	outcome atomic.Pointer[error]
}

// groupPrefix begins the group's name, which AWS ends: a new group can stand beside the old one, and what is granted
// to the fleet names them all.
func (b *builder) groupPrefix() string {
	return naming.Fit(naming.AutoScalingPrefix, b.args.Prefix, b.Child()) + "-"
}

// tag marks every group of the fleet, so that a new one finds those beside it.
func (b *builder) tag() fleetwait.Tag {
	ctx := b.Context()
	value := ctx.Project() + "/" + ctx.Stack() + "/" + b.name
	return fleetwait.Tag{Key: "riglet:fleet", Value: naming.Cut(value, naming.Limit(naming.TagValue))}
}

// warn says what an image that EC2 looks up cannot do.
func (b *builder) warn() error {
	if !b.args.Image.AtLaunch {
		return nil
	}
	return b.Context().Log.Warn("EC2 reads this fleet's image from a parameter whenever it starts an instance: another "+
		"image does not roll the instances, and they may differ.", &pulumi.LogArgs{Resource: b.out})
}

// logName is the log group, whose name is said before it is made: where a roll fails, it is where to look.
func (b *builder) logName() string {
	if b.args.Prefix != "" {
		return naming.Fit(naming.LogGroup, b.args.Prefix, b.Child("logs"))
	}
	return naming.Fit(naming.LogGroup, b.Context().Project(), b.Context().Stack(), b.Child("logs"))
}

// logGroup is where the instances write.
func (b *builder) logGroup() error {
	var err error
	if b.logs, err = cloudwatch.NewLogGroup(b.Context(), b.Child("logs"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.logName()),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		Tags:            b.Tags("logs"),
	}, b.Options()...); err != nil {
		return err
	}
	b.out.LogGroupName = b.logs.Name
	return nil
}

func (f *Fleet) outputs() pulumi.Map {
	return pulumi.Map{
		"groupName":        f.GroupName,
		"groupArn":         f.GroupARN,
		"imageId":          f.ImageID,
		"launchTemplateId": f.LaunchTemplateID,
		"targetGroupArn":   f.TargetGroupARN,
		"securityGroupId":  f.SecurityGroupID,
		"roleArn":          f.RoleARN,
		"roleName":         f.RoleName,
		"logGroupName":     f.LogGroupName,
	}
}
