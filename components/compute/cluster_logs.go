package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/naming"
)

// execLog is where ECS Exec writes what is typed in a session and what it answers.
func (b *clusterBuilder) execLog() error {
	group, err := b.logGroup("exec", b.Physical(naming.LogGroup, "exec"))
	if err != nil {
		return err
	}
	b.execName = group.Name
	b.out.ExecLogGroupARN = group.Arn
	return nil
}

// insightsLog is where Container Insights writes, under a name that it does not let anybody choose. It writes once
// tasks run: made before the first host and removed after the last one, the group is never made by AWS, which would
// leave it behind.
func (b *clusterBuilder) insightsLog() error {
	group, err := b.logGroup("insights", pulumi.Sprintf("/aws/ecs/containerinsights/%s/performance", b.made.Name))
	if err != nil {
		return err
	}
	b.ready = append(b.ready, group)
	return nil
}

func (b *clusterBuilder) logGroup(role string, name pulumi.StringPtrInput) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(b.Context(), b.Child(role), &cloudwatch.LogGroupArgs{
		Name:            name,
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		Tags:            b.Tags(role),
	}, b.Options()...)
}
