package tests_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/pulumitest"
	"github.com/riglet/riglet/stacks"
	"github.com/riglet/riglet/stacks/config"
)

// update writes golden files anew: `make golden`.
var update = flag.Bool("update", false, "write golden files anew")

// root is the folder of the project.
const root = ".."

func environments() []string { return []string{"integration", "staging", "production"} }

// recordEnvironment runs the program with the real file of an environment.
func recordEnvironment(t *testing.T, environment string, options ...pulumitest.Option) *pulumitest.Recorder {
	t.Helper()
	file := "Pulumi." + environment + ".yaml"
	document, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	input, err := config.FromYAML(file, document)
	require.NoError(t, err)
	values := map[string]string{"aws:region": input.Region}
	for key, value := range input.Values {
		values[config.Namespace+":"+key] = value
	}
	options = append(options, pulumitest.Stack(environment), pulumitest.Config(values), pulumitest.Root(root))
	return pulumitest.Run(t, stacks.Run, options...)
}

func TestGoldenEnvironments(t *testing.T) {
	t.Parallel()
	for _, environment := range environments() {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(recordEnvironment(t, environment).Lines(), "\n") + "\n"
			golden := filepath.Join("testdata", environment+".golden")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got, "the environment's resources changed: look, then `make golden`")
		})
	}
}

// Whatever an environment is called, no resource may depend on it: with production's file, any name gives
// production's resources.
func TestEnvironments_differOnlyInTheirFiles(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(filepath.Join(root, "Pulumi.production.yaml"))
	require.NoError(t, err)
	input, err := config.FromYAML("Pulumi.demo.yaml", document)
	require.NoError(t, err)
	values := map[string]string{"aws:region": input.Region}
	for key, value := range input.Values {
		values[config.Namespace+":"+key] = value
	}
	demo := pulumitest.Run(t, stacks.Run, pulumitest.Stack("demo"), pulumitest.Config(values))
	// The environment is in the names that its services answer to.
	var want []string
	for _, line := range recordEnvironment(t, "production").Lines() {
		want = append(want, strings.ReplaceAll(line, "-record-production-", "-record-demo-"))
	}
	assert.ElementsMatch(t, want, demo.Lines())
}

func TestEnvironments_haveTheirRanges(t *testing.T) {
	t.Parallel()
	for environment, want := range map[string]string{
		"integration": "10.10.0.0/16", "staging": "10.20.0.0/16", "production": "10.30.0.0/16",
	} {
		vpc := recordEnvironment(t, environment).Find("aws:ec2/vpc:Vpc", "network-vpc")
		require.NotNil(t, vpc, environment)
		assert.Equal(t, want, vpc.Input("cidrBlock"), environment)
	}
}

func TestProduction_isProtected(t *testing.T) {
	t.Parallel()
	recorder := recordEnvironment(t, "production")
	balancer := recorder.Find("aws:lb/loadBalancer:LoadBalancer", "ingress-balancer")
	require.NotNil(t, balancer)
	assert.Equal(t, true, balancer.Input("enableDeletionProtection"))
	assert.Equal(t, false, recorder.Find("aws:s3/bucketV2:BucketV2", "ingress-logs").Input("forceDestroy"))
	assert.NotNil(t, recorder.Find("aws:lb/listener:Listener", "ingress-https"), "production speaks TLS")
	assert.Len(t, recorder.Of("aws:ec2/natGateway:NatGateway"), 3, "a lost zone takes no other zone's way out")
	assert.Empty(t, recorder.Messages())
}

// AWS is asked for the images of hosts alone, which the offline cloud answers too: a preview works where there are no
// credentials.
func TestEnvironments_askAWSForImagesAlone(t *testing.T) {
	t.Parallel()
	for _, environment := range environments() {
		for _, token := range recordEnvironment(t, environment, pulumitest.Preview()).Invokes() {
			assert.Equal(t, "aws:ssm/getParameter:getParameter", token, environment)
		}
	}
}
