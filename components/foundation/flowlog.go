package foundation

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

// aggregationSeconds is the finest that EC2 offers. Nitro instances never wait longer, whatever is asked for.
const aggregationSeconds = 60

// flowLog records the VPC's connections in a log group of its own.
func (b *builder) flowLog() error {
	group, err := cloudwatch.NewLogGroup(b.Context(), b.Child("flow"), &cloudwatch.LogGroupArgs{
		Name:            b.Physical(naming.LogGroup, "flow"),
		RetentionInDays: pulumi.Int(b.args.FlowLogRetentionDays),
		Tags:            b.Tags("flow"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	role, err := b.flowLogRole(group)
	if err != nil {
		return err
	}
	_, err = ec2.NewFlowLog(b.Context(), b.Child("flow"), &ec2.FlowLogArgs{
		VpcId:                  b.network.ID(),
		TrafficType:            pulumi.String(trafficTypes[b.args.FlowLogTraffic]),
		LogDestinationType:     pulumi.String("cloud-watch-logs"),
		LogDestination:         group.Arn,
		IamRoleArn:             role.Arn,
		MaxAggregationInterval: pulumi.Int(aggregationSeconds),
		Tags:                   b.Tags("flow"),
	}, b.Options()...)
	return err
}

// trafficTypes are EC2's words for the choices.
var trafficTypes = map[Traffic]string{
	TrafficAll: "ALL", TrafficAccepted: "ACCEPT", TrafficRejected: "REJECT",
}

func (b *builder) flowLogRole(group *cloudwatch.LogGroup) (*iam.Role, error) {
	role, err := iam.NewRole(b.Context(), b.Child("flow"), &iam.RoleArgs{
		Name:        b.Physical(naming.Role, "flow"),
		Description: pulumi.String("flow log of " + b.NameTag()),
		AssumeRolePolicy: component.Policy1(b.out.AccountID, func(account string) policy.Document {
			return policy.Assume("vpc-flow-logs.amazonaws.com", account)
		}),
		Tags: b.Tags("flow"),
	}, b.Options()...)
	if err != nil {
		return nil, err
	}
	_, err = iam.NewRolePolicy(b.Context(), b.Child("flow"), &iam.RolePolicyArgs{
		Role:   role.ID(),
		Policy: component.Policy1(group.Arn, flowLogPolicy),
	}, b.Options()...)
	return role, err
}

// flowLogPolicy lets the flow log write to its one group. The provider gives the group's ARN with or without the
// trailing ":*" that stands for its streams.
func flowLogPolicy(groupARN string) policy.Document {
	groupARN = strings.TrimSuffix(groupARN, ":*")
	return policy.Document{Statements: []policy.Statement{{
		Sid: "WriteOwnGroup", Effect: policy.Allow,
		Action: []string{
			"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
		},
		Resource: []string{groupARN, groupARN + ":*"},
	}}}
}
