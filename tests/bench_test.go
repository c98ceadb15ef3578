package tests_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/stacks"
)

// BenchmarkPlanEnvironment is the plan of one environment by the real engine, with everything that `riglet preview`
// does after it has started.
func BenchmarkPlanEnvironment(b *testing.B) {
	for _, environment := range environments() {
		b.Run(environment, func(b *testing.B) { plan(b, environment, stacks.Run) })
	}
}

// BenchmarkPlanSubnets is the plan of a VPC with so many subnets, each with its association to a route table: the
// time must grow no faster than the resources do.
func BenchmarkPlanSubnets(b *testing.B) {
	for _, n := range []int{2, 20, 200} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { plan(b, "integration", subnets(n)) })
	}
}

func plan(b *testing.B, environment string, program pulumi.RunFunc) {
	b.Helper()
	planIn(b, newAccount(b), environment, program)
}

func planIn(b *testing.B, a *account, environment string, program pulumi.RunFunc) {
	b.Helper()
	target, err := engine.NewTarget(a.dir, environment, program)
	require.NoError(b, err)
	resources, before := 0, cpuSeconds(b)
	for b.Loop() {
		result, err := a.engine.Run(context.Background(), engine.Preview, target, nil)
		require.NoError(b, err)
		require.Empty(b, result.Errors)
		resources = result.Counts[engine.OpCreate]
	}
	b.ReportMetric(float64(resources), "resources")
	b.ReportMetric((cpuSeconds(b)-before)/float64(b.N), "cpu-s/op")
	b.ReportMetric(childMiB(b), "engine-MiB")
}

// subnets is a program with one VPC, one route table and n subnets.
func subnets(n int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		vpc, err := ec2.NewVpc(ctx, "vpc", &ec2.VpcArgs{CidrBlock: pulumi.String("10.10.0.0/16")})
		if err != nil {
			return err
		}
		table, err := ec2.NewRouteTable(ctx, "table", &ec2.RouteTableArgs{VpcId: vpc.ID()})
		if err != nil {
			return err
		}
		for i := range n {
			name := fmt.Sprintf("subnet-%d", i)
			subnet, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{
				VpcId: vpc.ID(), CidrBlock: pulumi.Sprintf("10.10.%d.0/24", i),
			})
			if err != nil {
				return err
			}
			if _, err = ec2.NewRouteTableAssociation(ctx, name, &ec2.RouteTableAssociationArgs{
				SubnetId: subnet.ID(), RouteTableId: table.ID(),
			}); err != nil {
				return err
			}
		}
		return nil
	}
}

// BenchmarkBuild is a build of the program from nothing, and again after a change to it. Memory is that of the
// largest single compiler or linker.
func BenchmarkBuild(b *testing.B) {
	cache := b.TempDir()
	out := filepath.Join(b.TempDir(), "program")
	build := func(b *testing.B) {
		b.Helper()
		for b.Loop() {
			command := exec.Command("go", "build", "-o", out, "github.com/riglet/riglet")
			command.Env = append(os.Environ(), "GOCACHE="+cache)
			text, err := command.CombinedOutput()
			require.NoError(b, err, string(text))
			require.NoError(b, os.Remove(out))
		}
		b.ReportMetric(childMiB(b), "compiler-MiB")
	}
	b.Run("cold", build)
	b.Run("warm", build)
}

// cpuSeconds is the processor time that this process and those that it has waited for have taken: what a machine that
// is busy otherwise does not change much.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	total := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		require.NoError(b, syscall.Getrusage(who, &usage))
		for _, spent := range []syscall.Timeval{usage.Utime, usage.Stime} {
			total += time.Duration(spent.Nano()).Seconds()
		}
	}
	return total
}

// childMiB is the most memory that any process started from here has had.
func childMiB(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage))
	return float64(usage.Maxrss) / 1024
}
