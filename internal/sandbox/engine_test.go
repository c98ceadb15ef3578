package sandbox_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/sandbox"
)

// cli finds the Pulumi CLI that the project builds.
func cli(t *testing.T) string {
	t.Helper()
	path := os.Getenv("RIGLET_PULUMI")
	if path == "" {
		path = filepath.Join("..", "..", "bin", "pulumi")
	}
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		require.FailNow(t, "no Pulumi CLI at "+path+": run make tools")
	}
	return path
}

// cliRoot makes the folder layout that the Automation API looks for a CLI in.
func cliRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "bin"), 0o700))
	require.NoError(t, os.Symlink(cli(t), filepath.Join(root, "bin", "pulumi")))
	return root
}

func newStack(t *testing.T, s *sandbox.Server, program pulumi.RunFunc) auto.Stack {
	t.Helper()
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{
		Root: cliRoot(t), Version: semver.MustParse("3.255.0"), SkipVersionCheck: true,
	})
	require.NoError(t, err)
	stack, err := auto.UpsertStackInlineSource(context.Background(), "test", "riglet", program,
		auto.Pulumi(command), auto.WorkDir(t.TempDir()), auto.PulumiHome(t.TempDir()),
		auto.Project(workspace.Project{
			Name: "riglet", Runtime: workspace.NewProjectRuntimeInfo("go", nil),
			Backend: &workspace.ProjectBackend{URL: "file://" + t.TempDir()},
		}),
		auto.EnvVars(map[string]string{
			"PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_SKIP_UPDATE_CHECK": "true",
			"PULUMI_DEBUG_PROVIDERS": s.DebugProviders(),
		}))
	require.NoError(t, err)
	require.NoError(t, stack.SetConfig(context.Background(), "aws:region", auto.ConfigValue{Value: region}))
	return stack
}

// small is a VPC with a subnet and a group, as a program.
func small(cidr, description *string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		vpc, err := ec2.NewVpc(ctx, "vpc", &ec2.VpcArgs{CidrBlock: pulumi.String("10.10.0.0/16")})
		if err != nil {
			return err
		}
		if _, err := ec2.NewSubnet(ctx, "subnet", &ec2.SubnetArgs{
			VpcId: vpc.ID(), CidrBlock: pulumi.String(*cidr),
		}); err != nil {
			return err
		}
		sg, err := ec2.NewSecurityGroup(ctx, "group", &ec2.SecurityGroupArgs{
			VpcId: vpc.ID(), Description: pulumi.String(*description),
		})
		ctx.Export("group", sg.ID())
		return err
	}
}

func TestEngine_previews_makes_keeps_replaces_and_destroys(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	cloud, err := sandbox.Open(dir)
	require.NoError(t, err)
	server, err := cloud.Serve()
	require.NoError(t, err)
	defer server.Stop()
	cidr, description := "10.10.0.0/24", "first"
	stack := newStack(t, server, small(&cidr, &description))

	preview, err := stack.Preview(ctx, optpreview.SuppressProgress())
	require.NoError(t, err)
	assert.Equal(t, 4, preview.ChangeSummary[apitype.OpCreate])
	assert.Empty(t, cloud.Resources())

	up, err := stack.Up(ctx, optup.SuppressProgress())
	require.NoError(t, err)
	assert.Equal(t, 4, (*up.Summary.ResourceChanges)["create"])
	assert.Len(t, cloud.Resources(), 3)
	first := up.Outputs["group"].Value

	up, err = stack.Up(ctx, optup.SuppressProgress())
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"same": 4}, *up.Summary.ResourceChanges)

	description = "second"
	up, err = stack.Up(ctx, optup.SuppressProgress())
	require.NoError(t, err)
	assert.Equal(t, 1, (*up.Summary.ResourceChanges)["replace"])
	assert.NotEqual(t, first, up.Outputs["group"].Value)
	assert.Len(t, cloud.Resources(), 3)

	_, err = stack.Refresh(ctx)
	require.NoError(t, err)
	_, err = stack.Destroy(ctx, optdestroy.SuppressProgress())
	require.NoError(t, err)
	assert.Empty(t, cloud.Resources())
	require.NoError(t, cloud.Close())
}

func TestEngine_shows_what_AWS_would_refuse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	cloud, err := sandbox.Open(t.TempDir())
	require.NoError(t, err)
	defer func() { assert.NoError(t, cloud.Close()) }()
	server, err := cloud.Serve()
	require.NoError(t, err)
	defer server.Stop()
	cidr, description := "10.20.0.0/24", "first"
	stack := newStack(t, server, small(&cidr, &description))

	_, err = stack.Up(ctx, optup.SuppressProgress())
	require.ErrorContains(t, err, "InvalidSubnet.Range: The CIDR '10.20.0.0/24' is invalid.")
	cidr = "nonsense"
	_, err = stack.Preview(ctx)
	require.ErrorContains(t, err, `cidrBlock: want an IPv4 CIDR block, got "nonsense"`)
}
