package fleet_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/fleet"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/pulumitest"
)

// good is what a fleet needs, and nothing else.
func good() fleet.Args {
	return fleet.Args{
		VPCID: pulumi.String("vpc-1"), SubnetIDs: pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
		BalancerSecurityGroupID: pulumi.String("sg-1"), ListenerARN: pulumi.String("arn"),
		BalancerARNSuffix: pulumi.String("app/front/1"), Container: container(),
	}
}

func TestNewFleet_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give func(*fleet.Args)
		want string
	}{
		{"nothing at all", func(a *fleet.Args) { *a = fleet.Args{} }, `vpcId: want the id of a VPC, got nothing
balancerSecurityGroupId: want the security group of the balancer, got nothing
listenerArn: want the listener of a balancer, got nothing
subnetIds: want private subnets in two zones at least, got nothing
image: want id or parameter, of an image that brings what serves, got nothing`},
		{
			"one subnet", func(a *fleet.Args) { a.SubnetIDs = pulumi.StringArray{pulumi.String("subnet-1")} },
			`subnetIds: want private subnets in two zones at least, got 1`,
		},
		{
			"min > desired > max", func(a *fleet.Args) { a.MinInstances, a.DesiredInstances, a.MaxInstances = 5, 4, 3 },
			`minInstances: want no more than desiredInstances, 4, got 5
desiredInstances: want no more than maxInstances, 3, got 4`,
		},
		{
			"a grace below the boot time", func(a *fleet.Args) { a.HealthGraceSeconds, a.Image.BootSeconds = 60, 240 },
			`healthGraceSeconds: want the 240 seconds at least that the image says it takes to boot, got 60`,
		},
		{
			"a drain beyond the delete timeout", func(a *fleet.Args) { a.DrainSeconds, a.DeleteTimeoutSeconds = 900, 1800 },
			`drainSeconds: want a drain that ends within deleteTimeoutSeconds, 1800, got "900, with which an instance takes ` +
				`up to 2280 seconds to go"`,
		},
		{"a drain and a stop beyond a hook", func(a *fleet.Args) {
			a.DrainSeconds, a.Container.StopSeconds = 3600, 3600
		}, `drainSeconds: want a drain and a stop of 6750 seconds together at most, which a lifecycle hook can wait, ` +
			`got 7200`},
		{"a refresh of what AWS looks up", func(a *fleet.Args) {
			a.Rolling, a.Image = fleet.Refresh, fleet.Image{Parameter: "/acme/image", AtLaunch: true}
		}, `image.atLaunch: want false with rolling refresh: AWS cannot roll back to an image that a parameter names, ` +
			`got true`},
		{
			"the same by the back door", func(a *fleet.Args) { a.Image.ID = pulumi.String("resolve:ssm:/acme/image") },
			`image.id: want the id of an image such as ami-0123456789abcdef0, got "resolve:ssm:/acme/image"`,
		},
		{"an image of the wrong architecture", func(a *fleet.Args) {
			a.Image = fleet.Image{ID: pulumi.String("ami-0123456789abcdef0"), Architecture: instancetype.ARM64}
		}, `image.architecture: want amd64, as t3.small is, got "arm64"`},
		{"a public image of the wrong architecture", func(a *fleet.Args) {
			a.InstanceType, a.Image.Parameter = "t4g.small", "/aws/service/debian/release/12/latest/amd64"
		}, `image.architecture: want arm64, as t4g.small is, got "amd64"`},
		{
			"a forced delete at every roll", func(a *fleet.Args) { a.ForceDelete = true },
			`forceDelete: want false with rolling replace, which removes a group at every roll, got true`,
		},
		{
			"a percentage of what is no refresh", func(a *fleet.Args) { a.MaxHealthyPercent = 120 },
			`maxHealthyPercent: want nothing unless rolling is refresh, got 120`,
		},
		{
			"a refresh that could go below", func(a *fleet.Args) { a.Rolling, a.MaxHealthyPercent = fleet.Refresh, 100 },
			`maxHealthyPercent: want 110 to 200, got 100`,
		},
		{"another way", func(a *fleet.Args) { a.Rolling = "blue" }, `rolling: want one of replace or refresh, got "blue"`},
		{
			"an image that moves", func(a *fleet.Args) { a.Container.Image = pulumi.String("nginx") },
			`container.image: want an image by digest or by a tag other than latest, got "nginx"`,
		},
		{
			"a secret in the clear", func(a *fleet.Args) { a.Container.Secrets = map[string]string{"KEY": "hunter2"} },
			`container.secrets.KEY: want the name or ARN of an SSM parameter or the ARN of a secret, got "hunter2"`,
		},
		{
			"a container and parts", func(a *fleet.Args) {
				a.Parts = []fleet.Part{{ContentType: "text/x-shellscript", Body: "x"}}
			},
			`parts: want none beside a container, got "1"`,
		},
		{
			"a tag that instances cannot read", func(a *fleet.Args) { a.Tags = map[string]string{"cost/center": "1"} },
			`tags.cost/center: want a key that instances can read: letters, digits and +-=.,_:@, got "cost/center"`,
		},
		{"two ways to follow the CPU", func(a *fleet.Args) {
			a.Scaling = &fleet.Scaling{CPUPercent: 50, Steps: &fleet.Steps{LowCPUPercent: 95}}
		}, `scaling.steps: want nothing next to cpuPercent: one would undo what the other does, got "both"
scaling.steps.lowCpuPercent: want less than highCpuPercent, 90, got 95`},
		{"a schedule of nothing", func(a *fleet.Args) {
			a.Scaling = &fleet.Scaling{Schedules: map[string]fleet.Schedule{"night": {Recurrence: "22:00"}}}
		}, `scaling.schedules.night.recurrence: want five fields of cron such as 0 8 * * MON-FRI, got "22:00"
scaling.schedules.night: want one of minInstances, desiredInstances and maxInstances at least, got nothing`},
		{
			"a check slower than its interval", func(a *fleet.Args) {
				a.Health = fleet.Health{IntervalSeconds: 10, Matcher: "ok"}
			},
			`health.matcher: want status codes such as 200 or 200-299, got "ok"
health.timeoutSeconds: want less than intervalSeconds, 10, got 10`,
		},
		{
			"too many names", func(a *fleet.Args) { a.Paths, a.Priority = strings.Split("/a /b /c /d /e /f", " "), 1 },
			`hosts: want 5 at most, together with paths, got 6`,
		},
		{
			"names without a priority", func(a *fleet.Args) { a.Hosts = []string{"app.example.com"} },
			`priority: want 1 to 50000, got 0`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := good()
			tt.give(&args)
			recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
				_, err := fleet.NewFleet(ctx, "web", &args)
				return err
			})
			require.ErrorContains(t, err, `fleet "web": `+tt.want)
			assert.Empty(t, recorder.Resources())
		})
	}
}
