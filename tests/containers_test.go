package tests_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/pulumitest"
	"github.com/riglet/riglet/stacks"
	"github.com/riglet/riglet/stacks/config"
)

const (
	ecsServiceType = "aws:ecs/service:Service"
	taskType       = "aws:ecs/taskDefinition:TaskDefinition"
	listenerRule   = "aws:lb/listenerRule:ListenerRule"
	aliasRecord    = "aws:route53/record:Record"
)

// variablesOf are the plain variables of the container of a service.
func variablesOf(t *testing.T, recorder *pulumitest.Recorder, service string) map[string]string {
	t.Helper()
	task := recorder.Find(taskType, "app-"+service+"-task")
	require.NotNil(t, task)
	text, _ := task.Input("containerDefinitions").(string)
	var containers []struct {
		Environment []struct{ Name, Value string }
	}
	require.NoError(t, json.Unmarshal([]byte(text), &containers))
	require.Len(t, containers, 1)
	all := map[string]string{}
	for _, variable := range containers[0].Environment {
		all[variable.Name] = variable.Value
	}
	return all
}

// The seed's table: how many tasks, which ports, which names, and what only integration is told.
func TestEnvironments_runTwig(t *testing.T) {
	t.Parallel()
	tests := []struct {
		environment string
		tasks       float64
		hosts       float64
		testUser    string
		api, web    []any
		records     []string
	}{
		{
			environment: "integration", tasks: 1, hosts: 1, testUser: "true",
			api: []any{"integration-twig-api.example.com"}, web: []any{"integration-twig.example.com"},
		},
		{
			environment: "staging", tasks: 2, hosts: 2,
			api: []any{"staging-twig-api.example.com"}, web: []any{"staging-twig.example.com"},
			records: []string{"staging-twig-api.example.com", "staging-twig.example.com"},
		},
		{
			environment: "production", tasks: 3, hosts: 3,
			api: []any{"production-twig-api.example.com", "twig-api.example.com"},
			web: []any{"production-twig.example.com", "twig.example.com"},
			records: []string{
				"production-twig-api.example.com", "production-twig.example.com", "twig-api.example.com", "twig.example.com",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.environment, func(t *testing.T) {
			t.Parallel()
			recorder := recordEnvironment(t, tt.environment)
			group := recorder.Find("aws:autoscaling/group:Group", "cluster-hosts")
			require.NotNil(t, group)
			assert.InDelta(t, tt.hosts, group.Input("minSize"), 0)
			assert.InDelta(t, 4, group.Input("maxSize"), 0)
			for _, service := range []string{"twig-api", "twig"} {
				assert.InDelta(t, tt.tasks, recorder.Find(ecsServiceType, "app-"+service+"-service").Input("desiredCount"), 0)
				logs := recorder.Find("aws:cloudwatch/logGroup:LogGroup", "app-"+service+"-logs")
				assert.Equal(t, "acme-demo-"+tt.environment+"-app-"+service+"-master", logs.Input("name"))
				assert.InDelta(t, 60, logs.Input("retentionInDays"), 0)
			}
			api, web := recorder.Find(listenerRule, "app-twig-api-rule"), recorder.Find(listenerRule, "app-twig-rule")
			assert.InDelta(t, 100, api.Input("priority"), 0)
			assert.InDelta(t, 200, web.Input("priority"), 0)
			assert.Equal(t, tt.api, api.Input("conditions[0].hostHeader.values"))
			assert.Equal(t, tt.web, web.Input("conditions[0].hostHeader.values"))
			target := recorder.Find("aws:lb/targetGroup:TargetGroup", "app-twig-api-targets")
			assert.InDelta(t, 3000, target.Input("port"), 0)
			assert.Equal(t, "/ping", target.Input("healthCheck.path"))
			variables := variablesOf(t, recorder, "twig-api")
			assert.Equal(t, "http://couchdb.demo.internal:5984", variables["TWIG_API_DB_URL"])
			assert.Equal(t, tt.testUser, variables["ENABLE_TEST_USER"])
			assert.ElementsMatch(t, tt.records, recordNames(recorder))
		})
	}
}

// recordNames are the names of services that get a record.
func recordNames(recorder *pulumitest.Recorder) []string {
	var names []string
	for _, record := range recorder.Of(aliasRecord) {
		if strings.HasPrefix(record.Name, "app-") {
			name, _ := record.Input("name").(string)
			names = append(names, name)
		}
	}
	return names
}

// The name under which the database is made is the name that services are told.
func TestEnvironments_findTheirDatabase(t *testing.T) {
	t.Parallel()
	for _, environment := range environments() {
		recorder := recordEnvironment(t, environment)
		exported := recorder.Exports()["couchdb"]
		require.True(t, exported.IsObject(), environment)
		assert.Equal(t, exported.ObjectValue()["url"].StringValue(),
			variablesOf(t, recorder, "twig-api")["TWIG_API_DB_URL"], environment)
	}
}

func TestEnvironments_exportTheirServices(t *testing.T) {
	t.Parallel()
	exports := recordEnvironment(t, "production").Exports()
	assert.Equal(t, "acme-demo-production-cluster", exports["cluster"].ObjectValue()["name"].StringValue())
	api := exports["services"].ObjectValue()["twig-api"].ObjectValue().Mappable()
	assert.Equal(t, map[string]any{
		"tasks": 3.0, "scales": "3 to 6", "service": "acme-demo-production-app-twig-api",
		"url": "https://production-twig-api.example.com", "priority": 100.0,
		"hosts":    []any{"production-twig-api.example.com", "twig-api.example.com"},
		"logGroup": "acme-demo-production-app-twig-api-master",
	}, api)
}

// recordEdited runs the program with the file of integration, changed as edits say.
func recordEdited(t *testing.T, before pulumi.RunFunc, edits ...string) (*pulumitest.Recorder, error) {
	t.Helper()
	document, err := os.ReadFile(filepath.Join(root, "Pulumi.integration.yaml"))
	require.NoError(t, err)
	text := strings.NewReplacer(edits...).Replace(string(document))
	require.NotEqual(t, string(document), text)
	input, err := config.FromYAML("Pulumi.integration.yaml", []byte(text))
	require.NoError(t, err)
	values := map[string]string{"aws:region": input.Region}
	for key, value := range input.Values {
		values[config.Namespace+":"+key] = value
	}
	return pulumitest.RunE(func(ctx *pulumi.Context) error {
		if err := before(ctx); err != nil {
			return err
		}
		return stacks.Run(ctx)
	}, pulumitest.Stack("integration"), pulumitest.Config(values))
}

// references are the images of integration's file, each on its line.
func references(t *testing.T) (api, web string) {
	t.Helper()
	document, err := os.ReadFile(filepath.Join(root, "Pulumi.integration.yaml"))
	require.NoError(t, err)
	var found []string
	for line := range strings.Lines(string(document)) {
		if strings.Contains(line, "        reference: ") {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	require.Len(t, found, 2)
	return found[0], found[1]
}

const (
	released = "        released: true\n        repository: 123456789012.dkr.ecr.us-west-2.amazonaws.com/acme"
	digest   = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

// publish releases a digest, and waits for it.
func publish(service, value string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		made, err := ssm.NewParameter(ctx, "release", &ssm.ParameterArgs{
			Name: pulumi.String(stacks.ReleasePath("acme", "demo", "integration", service)),
			Type: pulumi.String("String"), InsecureValue: pulumi.String(value),
		})
		if err != nil {
			return err
		}
		done := make(chan struct{})
		made.Arn.ApplyT(func(string) int {
			close(done)
			return 0
		})
		<-done
		return nil
	}
}

func nothing(*pulumi.Context) error { return nil }

func TestEnvironment_runsWhatWasReleased(t *testing.T) {
	t.Parallel()
	api, _ := references(t)
	recorder, err := recordEdited(t, publish("twig-api", digest), api, released)
	require.NoError(t, err)
	text, _ := recorder.Find(taskType, "app-twig-api-task").Input("containerDefinitions").(string)
	assert.Contains(t, text, `"123456789012.dkr.ecr.us-west-2.amazonaws.com/acme@`+digest+`"`)
}

// Every service of which nothing was released is named, before anything of the services is made.
func TestEnvironment_saysHowToReleaseFirst(t *testing.T) {
	t.Parallel()
	api, web := references(t)
	recorder, err := recordEdited(t, nothing, api, released, web, released)
	require.Error(t, err)
	for _, service := range []string{"twig-api", "twig"} {
		path := "/acme/demo/integration/release/" + service
		require.ErrorContains(t, err, "Pulumi.integration.yaml: riglet:services."+service+".image.released: want a digest in "+
			"the SSM parameter "+path+" (publish the first release: aws ssm put-parameter --name "+path+
			" --type String --value sha256:<digest>), got nothing")
	}
	assert.Empty(t, recorder.Of(compute.ServiceType))
}

func TestEnvironment_refusesAReleaseThatIsNone(t *testing.T) {
	t.Parallel()
	api, _ := references(t)
	_, err := recordEdited(t, publish("twig-api", "v1.2"), api, released)
	assert.ErrorContains(t, err, "riglet:services.twig-api.image.released: want a digest such as sha256:<64 hex digits> in "+
		"the SSM parameter /acme/demo/integration/release/twig-api, got \"v1.2\"")
}

// The release is asked for from the provider that makes everything else.
func TestEnvironment_asksOneProvider(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join(root, "stacks", "released.go"))
	require.NoError(t, err)
	_, after, found := strings.Cut(string(source), `awsVersion = "`)
	require.True(t, found)
	version, _, _ := strings.Cut(after, `"`)
	assert.Contains(t, string(module), "github.com/pulumi/pulumi-aws/sdk/v6 v"+version+"\n")
}

// A folder is built for the processor of the hosts, into a repository of the service's own.
func TestEnvironment_buildsAnImage(t *testing.T) {
	t.Parallel()
	api, _ := references(t)
	recorder, err := recordEdited(t, nothing, api, "        build: {context: "+imageFolder+", args: {MESSAGE: hello}}")
	require.NoError(t, err)
	image := recorder.Find("docker:index/image:Image", "app-twig-api-images-image")
	require.NotNil(t, image)
	assert.Equal(t, "linux/amd64", image.Input("build.platform"))
	assert.Equal(t, "hello", image.Input("build.args.MESSAGE"))
	text, _ := recorder.Find(taskType, "app-twig-api-task").Input("containerDefinitions").(string)
	reference, _ := image.Output("repoDigest").(string)
	require.NotEmpty(t, reference)
	assert.Contains(t, text, `"`+reference+`"`)
}

// Both sides of one rule: what the configuration refuses, and what the cluster says.
func TestHostMemory_isTheSameToConfigurationAndCluster(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"t3.nano", "t3.small", "t4g.medium", "m7g.large", "c7i.4xlarge"} {
		_, known := instancetype.SizeOf(name)
		require.True(t, known)
		most := compute.HostMemoryMiB(name)
		for memory, want := range map[int]bool{most: true, most + 1: false} {
			service := config.Service{
				Image: config.Image{Reference: "example/shop:v1"}, Launch: config.LaunchEC2, MemoryMiB: memory, DesiredCount: 1,
			}
			err := config.Config{
				Cluster: &config.Cluster{InstanceType: name, MaxHosts: 2}, Services: map[string]config.Service{"shop": service},
			}.Validate("us-west-2")
			require.Error(t, err, "the rest is left out")
			assert.Equal(t, want, !strings.Contains(err.Error(), "riglet:services.shop.memoryMiB"), "%s: %d MiB", name, memory)
		}
	}
}

// The whole environment on the real engine: another image is rolled without touching the way to it, another count
// changes nothing else, and a service that is taken out of the file takes all that is its own along.
func TestEngine_changesServices(t *testing.T) {
	t.Parallel()
	api, _ := references(t)
	a := newAccount(t)
	a.do(t, engine.Up, "integration")

	a.edit(t, "integration", api, "        reference: example/twig-api@"+digest)
	changed := lines(a.do(t, engine.Up, "integration"))
	assert.Contains(t, changed, "replace ecs/taskDefinition app-twig-api-task")
	assert.Contains(t, changed, "update ecs/service app-twig-api-service")
	for _, line := range changed {
		assert.NotContains(t, line, "lb/", "the way to the service stays")
		assert.NotContains(t, line, "app-twig-service", "and so does the other one")
	}
	assert.Zero(t, a.do(t, engine.Up, "integration").Changes())

	a.edit(t, "integration", "desiredCount: 1", "desiredCount: 2")
	assert.Equal(t, []string{"update ecs/service app-twig-api-service"}, lines(a.do(t, engine.Up, "integration")))

	file := filepath.Join(a.dir, "Pulumi.integration.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, _ := strings.Cut(string(text), "    twig:\n")
	_, after, _ := strings.Cut(rest, "\n  riglet:alerts:\n")
	require.NoError(t, os.WriteFile(file, []byte(before+"\n  riglet:alerts:\n"+after), 0o600))
	for _, line := range lines(a.do(t, engine.Up, "integration")) {
		assert.Regexp(t, `^delete \S+ app-twig-(rule|targets|service|task|execution|logs|cpu|memory|errors|deployments)$`, line)
	}
	assert.Zero(t, a.do(t, engine.Up, "integration").Changes())
	a.do(t, engine.Destroy, "integration")
	assert.Empty(t, a.cloud.Resources())
}
