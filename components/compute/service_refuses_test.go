package compute_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/pulumitest"
)

// given are the arguments that have no default, changed as the test says.
func given(change func(*compute.ServiceArgs)) compute.ServiceArgs {
	args := compute.ServiceArgs{
		ClusterARN:           pulumi.String("arn:aws:ecs:us-west-2:123456789012:cluster/rig"),
		ClusterName:          pulumi.String("rig"),
		CapacityProviderName: pulumi.String("hosts"), Image: image,
	}
	change(&args)
	return args
}

// listening are those of a service with a port.
func listening(change func(*compute.ServiceArgs)) compute.ServiceArgs {
	return given(func(a *compute.ServiceArgs) {
		a.Port, a.Priority, a.Hosts = 3000, 100, []string{"shop.example.com"}
		a.VPCID, a.ListenerARN = pulumi.String("vpc-1"), pulumi.String("listener")
		a.BalancerARNSuffix, a.BalancerSecurityGroupID = pulumi.String("app/front/1"), pulumi.String("sg-1")
		a.HostSecurityGroupID, a.SubnetIDs = pulumi.String("sg-2"), pulumi.StringArray{pulumi.String("subnet-1")}
		change(a)
	})
}

func onFargate(change func(*compute.ServiceArgs)) compute.ServiceArgs {
	return listening(func(a *compute.ServiceArgs) {
		a.Launch, a.CapacityProviderName = compute.LaunchFargate, nil
		change(a)
	})
}

func TestNewService_refuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give compute.ServiceArgs
		want string
	}{
		{"nothing at all", compute.ServiceArgs{}, `clusterArn: want the ARN of a cluster, got nothing
clusterName: want the name of a cluster, got nothing
capacityProviderName: want the capacity provider of the hosts with launch ec2, got nothing
image: want the reference of an image, by digest or by a tag that never moves, got nothing`},
		{
			"unknown launch", given(func(a *compute.ServiceArgs) { a.Launch = "lambda" }),
			`launch: want one of ec2 or fargate, got "lambda"`,
		},
		{"fargate's provider on hosts", given(func(a *compute.ServiceArgs) {
			a.CapacityProviderName = pulumi.String("FARGATE_SPOT")
		}), `capacityProviderName: want the capacity provider of the hosts with launch ec2: one strategy cannot mix ` +
			`the two, got "FARGATE_SPOT"`},
		{"hosts on fargate", onFargate(func(a *compute.ServiceArgs) {
			a.CapacityProviderName = pulumi.String("hosts")
		}), `capacityProviderName: want FARGATE or FARGATE_SPOT with launch fargate, got "hosts"`},
		{
			"latest", given(func(a *compute.ServiceArgs) { a.Image = pulumi.String("acme/shop:latest") }),
			`image: want an image by digest or by a tag that never moves: what latest means differs from task to task, ` +
				`got "acme/shop:latest"`,
		},
		{
			"no tag", given(func(a *compute.ServiceArgs) { a.Image = pulumi.String("localhost:5000/acme/shop") }),
			`image: want an image by digest or by a tag that never moves: what latest means differs from task to task, ` +
				`got "localhost:5000/acme/shop"`,
		},
		{
			"too much memory", given(func(a *compute.ServiceArgs) { a.MemoryMiB, a.HostMemoryMiB = 4096, 1900 }),
			`memoryMiB: want 1900 at most, which is what one host has, got 4096`,
		},
		{
			"impossible pair", onFargate(func(a *compute.ServiceArgs) { a.CPU, a.MemoryMiB = 512, 512 }),
			`memoryMiB: want 1024 to 4096 in steps of 1024 with fargate and cpu 512, got 512`,
		},
		{
			"impossible cpu", onFargate(func(a *compute.ServiceArgs) { a.CPU = 100 }),
			`cpu: want one of 256, 512, 1024, 2048, 4096, 8192 or 16384 with fargate, got 100`,
		},
		{
			"bridge on fargate", onFargate(func(a *compute.ServiceArgs) { a.NetworkMode = compute.NetworkBridge }),
			`networkMode: want awsvpc with launch fargate, got "bridge"`,
		},
		{
			"unknown network", listening(func(a *compute.ServiceArgs) { a.NetworkMode = "overlay" }),
			`networkMode: want one of bridge, awsvpc or host, got "overlay"`,
		},
		{"host port on awsvpc", listening(func(a *compute.ServiceArgs) {
			a.NetworkMode, a.HostPort = compute.NetworkVPC, 8080
		}), `hostPort: want nothing with networkMode awsvpc, where a task has an address of its own, got 8080`},
		{"another host port", listening(func(a *compute.ServiceArgs) {
			a.NetworkMode, a.HostPort = compute.NetworkHost, 8080
		}), `hostPort: want nothing, or the port of 3000, with networkMode host, got 8080`},
		{"no subnet", listening(func(a *compute.ServiceArgs) {
			a.NetworkMode, a.SubnetIDs = compute.NetworkVPC, pulumi.StringArray{}
		}), `subnetIds: want a subnet at least with networkMode awsvpc, got nothing`},
		{"nobody to let in", listening(func(a *compute.ServiceArgs) {
			a.NetworkMode, a.BalancerSecurityGroupID, a.HostSecurityGroupID = compute.NetworkHost, nil, nil
		}), `balancerSecurityGroupId: want the balancer's security group, got nothing
hostSecurityGroupId: want the hosts' security group, to open the port on, got nothing`},
		{"minimum above maximum", given(func(a *compute.ServiceArgs) {
			a.Scaling = &compute.Scaling{MinCount: 3, MaxCount: 2}
		}), `scaling.minCount: want maxCount of 2 at most, got 3`},
		{"out of bounds", given(func(a *compute.ServiceArgs) {
			a.DesiredCount, a.Scaling = 9, &compute.Scaling{MinCount: 1, MaxCount: 4, CPUPercent: 99}
		}), `scaling.cpuPercent: want 10 to 90, got 99
desiredCount: want 1 to 4, which scaling keeps to, got 9`},
		{"requests without a port", given(func(a *compute.ServiceArgs) {
			a.Scaling = &compute.Scaling{MinCount: 1, MaxCount: 4, RequestsPerTarget: 100, StepOn5xx: 5}
		}), `scaling.requestsPerTarget: want nothing without port: only a balancer counts requests, got 100
scaling.stepOn5xx: want nothing without port: only a balancer counts requests, got 5`},
		{
			"a rule without a port", given(func(a *compute.ServiceArgs) { a.Hosts, a.Priority = []string{"a.example.com"}, 5 }),
			`hosts: want nothing without port: no balancer leads to the service, got 1
priority: want nothing without port: no balancer leads to the service, got 5`,
		},
		{
			"no way in", listening(func(a *compute.ServiceArgs) { a.Hosts, a.Priority = nil, 50001 }),
			`priority: want 1 to 50000, got 50001
hosts: want names or paths that lead to the service, got nothing`,
		},
		{"six names", listening(func(a *compute.ServiceArgs) {
			a.Paths = []string{"/a", "/b", "/c", "/d", "/e"}
		}), `hosts: want 5 names and paths at most, as many as a rule compares, got 6`},
		{
			"slow to let go", listening(func(a *compute.ServiceArgs) { a.DeregistrationDelaySeconds = 31 }),
			`deregistrationDelaySeconds: want stopTimeoutSeconds of 30 at most, or tasks are killed with requests under ` +
				`way, got 31`,
		},
		{
			"slow to boot", listening(func(a *compute.ServiceArgs) { a.HealthGraceSeconds = 900 }),
			`healthGraceSeconds: want less than deadlineSeconds of 900, or no deployment ends in time, got 900`,
		},
		{
			"no room", given(func(a *compute.ServiceArgs) { a.MaximumPercent = 100 }),
			`maximumPercent: want 101 to 400, got 100`,
		},
		{"files twice", given(func(a *compute.ServiceArgs) {
			a.WritablePaths = []string{"/tmp"}
			a.Volumes = []compute.Volume{{Name: "tmp", Path: "/tmp"}}
		}), `volumes[0].fileSystemId: want the id of a file system, got nothing
volumes[0].accessPointId: want the id of an access point, got nothing
volumes[0]: want a name and a path that nothing else has, got "tmp at /tmp"`},
		{
			"no command", given(func(a *compute.ServiceArgs) { a.Migrations = &compute.Migrations{TimeoutSeconds: 1} }),
			`migrations.command: want a command to run, got nothing
migrations.timeoutSeconds: want 10 to 7200, got 1`,
		},
		{"secrets", given(func(a *compute.ServiceArgs) {
			a.Environment = map[string]pulumi.StringInput{
				"DB_PASSWORD": pulumi.String("hunter2"), "DB_URL": pulumi.String("http://shop:hunter2@db.example.com"),
				"B": nil, "2": pulumi.String("x"), "BOTH": pulumi.String("x"),
			}
			a.Secrets = map[string]string{"BOTH": "/acme/both", "KEY": "hunter2"}
			a.SecretPathPrefix = "acme"
		}), `environment.B: want a value, got nothing
environment.2: want a variable name: letters, digits and underscores, no digit first, got "2"
environment.DB_PASSWORD: want it under secrets, where nobody reads it: a parameter's path or a secret's ARN, ` +
			`got "a plain value"
environment.DB_URL: want it under secrets, where nobody reads it, got "a value that holds a key or a password"
secrets.BOTH: want it in environment or in secrets, got "both"
secrets.KEY: want the path of a parameter such as /shop/key, or the ARN of a parameter or a secret, got "something else"
secretPathPrefix: want a path of parameters such as /acme/shop, got "acme"`},
		{"names", given(func(a *compute.ServiceArgs) {
			a.LogGroupName, a.LogRetentionDays, a.Prefix = "a b", 10, "Acme"
		}), `logGroupName: want 1 to 512 letters, digits and _./#-, got "a b"
logRetentionDays: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, ` +
			`2557, 2922, 3288, 3653 days, got 10
prefix: want a letter, then lower-case letters, digits and hyphens, 63 at most, got "Acme"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
				_, err := compute.NewService(ctx, "shop", &tt.give)
				return err
			})
			require.Error(t, err)
			assert.Equal(t, `service "shop": `+tt.want, lastLines(err))
			assert.Empty(t, recorder.Resources())
		})
	}
}

// lastLines is the error without what the SDK puts around it.
func lastLines(err error) string {
	_, text, _ := strings.Cut(err.Error(), "service ")
	return "service " + strings.TrimSpace(text)
}

func TestNewService_refusesANameThatIsNoneOfAContainer(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
		args := given(func(*compute.ServiceArgs) {})
		_, err := compute.NewService(ctx, "the shop", &args)
		return err
	})
	require.ErrorContains(t, err, `name: want a letter, then letters, digits, hyphens and underscores, 128 at most, `+
		`got "the shop"`)
}

// A value that is marked as a secret is one, whatever it is called. It is refused as soon as it is known.
func TestNewService_refusesSecretsOfOtherResources(t *testing.T) {
	t.Parallel()
	args := web(compute.ServiceArgs{Environment: map[string]pulumi.StringInput{
		"DATABASE": pulumi.ToSecret(pulumi.String("hunter2")).(pulumi.StringOutput),
	}})
	recorder, err := pulumitest.RunE(serviceProgram(map[string]compute.ServiceArgs{"shop": args}))
	require.ErrorContains(t, err, "environment.DATABASE: want it under secrets, where nobody reads it, got a secret")
	assert.NotContains(t, err.Error(), "hunter2")
	assert.Nil(t, recorder.Find(definitionType, "shop-task"))
	assert.Nil(t, recorder.Find(serviceType, "shop-service"))
}
