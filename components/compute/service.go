package compute

import (
	"fmt"
	"sync/atomic"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/tags"
)

// ServiceType is the type token of a Service. It is part of every child's identity and never changes.
const ServiceType = "riglet:compute:Service"

// Service is a container that is kept running.
type Service struct {
	pulumi.ResourceState

	// ServiceName is the service's name in its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// ServiceARN is the service.
	ServiceARN pulumi.StringOutput `pulumi:"serviceArn"`
	// TaskDefinitionARN is the revision that runs. It is known once ECS says that it does, unless DoNotWait is set.
	TaskDefinitionARN pulumi.StringOutput `pulumi:"taskDefinitionArn"`
	// TargetGroupARN is where the balancer finds the tasks. Empty without Port.
	TargetGroupARN pulumi.StringOutput `pulumi:"targetGroupArn"`
	// LogGroupName is where the container's output goes.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// TaskRoleARN is who the container is.
	TaskRoleARN pulumi.StringOutput `pulumi:"taskRoleArn"`
	// TaskRoleName is the name of that role: attach policies to it for what the container has to reach.
	TaskRoleName pulumi.StringOutput `pulumi:"taskRoleName"`
	// ExecutionRoleARN is who starts the container: it fetches the image and the secrets.
	ExecutionRoleARN pulumi.StringOutput `pulumi:"executionRoleArn"`
	// SecurityGroupID is the tasks' own security group. Empty but for NetworkVPC.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// URL is where the service answers: under the first record, or the first host that is no pattern. Empty where
	// there is neither.
	URL pulumi.StringOutput `pulumi:"url"`
}

// NewService keeps a container running on a cluster: task definition, roles, log group, ECS service and, with a port,
// target group, listener rule and records; scaling and alarms where they are asked for.
//
// An update is over once the new tasks run. Where ECS rolls a deployment back, gives up, or is not done by the
// deadline, the update fails with the reason that ECS gives and says where the logs are. An update that has nothing
// to do looks, too: a service that does not run the wanted revision is not green. For this the program itself calls
// ECS in the service's region, with the credentials that the AWS SDK finds by itself (ecs:DescribeServices,
// ecs:ListTasks and ecs:DescribeTasks; ecs:RunTask and iam:PassRole for migrations, ecs:UpdateService for scaling).
// A preview calls nothing.
//
// What AWS shows is called "<prefix>-<name>" for good: service, task definitions and, unless named otherwise, the log
// group. Old revisions stay registered, so that ECS and people can go back to them; they cost nothing.
//
// On EC2 a service costs nothing beside its hosts. A month in us-west-2 costs $29.55 for each Fargate CPU and $3.24
// for each GiB of a task that always runs, $0.50 for each GB of logs, $0.10 for each alarm. Source: AWS's on-demand
// price pages, 730 hours.
//
// The error names every argument that is at fault; nothing is registered then.
func NewService(
	ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption,
) (*Service, error) {
	full := args.withDefaults()
	if err := full.validate(name); err != nil {
		return nil, fmt.Errorf("service %q: %w", name, err)
	}
	service := &Service{}
	inputs := pulumi.Map{"clusterArn": full.ClusterARN, "image": full.Image}
	if err := ctx.RegisterComponentResourceV2(ServiceType, name, inputs, service, opts...); err != nil {
		return nil, fmt.Errorf("service %q: %w", name, err)
	}
	b := newServiceBuilder(ctx, name, full, service)
	for _, step := range []func() error{
		b.logGroup, b.executionRole, b.taskRole, b.taskDefinition,
		b.securityGroup, b.targets, b.listenerRule, b.openPort,
		b.deploymentAlarm, b.hooks, b.service, b.records,
		b.scaling, b.alarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("service %q: %w", name, err)
		}
	}
	b.finish()
	if err := ctx.RegisterResourceOutputs(service, service.outputs()); err != nil {
		return nil, fmt.Errorf("service %q: %w", name, err)
	}
	return service, nil
}

// serviceBuilder is what the steps share.
type serviceBuilder struct {
	component.Base
	args ServiceArgs
	out  *Service
	// container is the container's name and called the service's: both are known before anything is made, so that
	// alarms and permissions can name them.
	container, called, logName string

	group         *ec2.SecurityGroup
	logs          *cloudwatch.LogGroup
	execution     *iam.Role
	task          *iam.Role
	definition    *ecs.TaskDefinition
	target        *lb.TargetGroup
	made          *ecs.Service
	binding       *pulumi.ResourceHookBinding
	before        []pulumi.Resource // what has to be there before the service
	hooksHaveRun  atomic.Bool
	permissionsIn []pulumi.Resource // the policies of the two roles
}

func newServiceBuilder(ctx *pulumi.Context, name string, args ServiceArgs, service *Service) *serviceBuilder {
	prefix := args.Prefix
	if prefix == "" {
		prefix = naming.Join(ctx.Project(), ctx.Stack())
	}
	called := naming.Cut(naming.Join(prefix, name), maxServiceName)
	return &serviceBuilder{
		Base: component.New(ctx, name, args.Prefix, tags.Set(args.Tags), service),
		args: args, out: service, container: name, called: called, logName: or(args.LogGroupName, called),
	}
}

// maxServiceName is ECS's limit of the names of services and families, less what alarms add to them.
const maxServiceName = 230

// finish fills the outputs in that no step has.
func (b *serviceBuilder) finish() {
	nothing := pulumi.String("").ToStringOutput()
	b.out.ServiceName = b.made.Name
	b.out.ServiceARN = b.made.ID().ToStringOutput()
	b.out.TaskDefinitionARN = b.running()
	b.out.LogGroupName = b.logs.Name
	b.out.TaskRoleARN, b.out.TaskRoleName = b.task.Arn, b.task.Name
	b.out.ExecutionRoleARN = b.execution.Arn
	b.out.URL = pulumi.String(b.args.url()).ToStringOutput()
	b.out.TargetGroupARN, b.out.SecurityGroupID = nothing, nothing
	if b.target != nil {
		b.out.TargetGroupARN = b.target.Arn
	}
	if b.group != nil {
		b.out.SecurityGroupID = b.group.ID().ToStringOutput()
	}
}

func (s *Service) outputs() pulumi.Map {
	return pulumi.Map{
		"serviceName":       s.ServiceName,
		"serviceArn":        s.ServiceARN,
		"taskDefinitionArn": s.TaskDefinitionARN,
		"targetGroupArn":    s.TargetGroupARN,
		"logGroupName":      s.LogGroupName,
		"taskRoleArn":       s.TaskRoleARN,
		"taskRoleName":      s.TaskRoleName,
		"executionRoleArn":  s.ExecutionRoleARN,
		"securityGroupId":   s.SecurityGroupID,
		"url":               s.URL,
	}
}
