package compute_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/pulumitest"
)

// What AWS gives back is what it was given: everything explicit, in order, and no list null.
func TestNewService_writesContainersAsAWSDoes(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{
		Environment: map[string]pulumi.StringInput{"B": pulumi.String("2"), "A": pulumi.String("<1>")},
		Secrets:     map[string]string{"Z_KEY": "/acme/shop/z", "DB_PASSWORD": "/acme/shop/db"},
		User:        "1000", CPU: 128, WritablePaths: []string{"/tmp", "/run"},
	}))
	want := `[{"name":"shop","image":"` + string(image) + `","cpu":128,"memory":256,` +
		`"portMappings":[{"containerPort":3000,"hostPort":0,"protocol":"tcp"}],"essential":true,` +
		`"environment":[{"name":"A","value":"<1>"},{"name":"B","value":"2"}],"mountPoints":[],"volumesFrom":[],` +
		`"linuxParameters":{"initProcessEnabled":true,"tmpfs":[` +
		`{"containerPath":"/run","size":64,"mountOptions":[]},{"containerPath":"/tmp","size":64,"mountOptions":[]}]},` +
		`"secrets":[{"name":"DB_PASSWORD","valueFrom":"/acme/shop/db"},{"name":"Z_KEY","valueFrom":"/acme/shop/z"}],` +
		`"stopTimeout":30,"user":"1000","privileged":false,"readonlyRootFilesystem":true,` +
		`"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"riglet-test-shop",` +
		`"awslogs-region":"us-west-2","awslogs-stream-prefix":"shop","max-buffer-size":"4m","mode":"non-blocking"}},` +
		`"systemControls":[]}]`
	// The text itself, not only what it means: AWS is compared with it byte by byte.
	assert.Equal(t, want, recorder.Find(definitionType, "shop-task").Input("containerDefinitions"))
}

func TestNewService_hardensContainers(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{}))
	container := containerOf(t, recorder)
	assert.Equal(t, false, container["privileged"], "control 57")
	assert.Equal(t, true, container["readonlyRootFilesystem"], "control 58")
	definition := recorder.Find(definitionType, "shop-task")
	assert.Nil(t, definition.Input("pidMode"), "control 59")
	assert.Nil(t, definition.Input("ipcMode"), "control 59")
	assert.Equal(t, "awslogs", container["logConfiguration"].(map[string]any)["logDriver"], "control 61")
	assert.NotEqual(t, definition.Input("taskRoleArn"), definition.Input("executionRoleArn"), "control 62")
}

// Fargate has no memory to mount: what has to be writable is an empty volume there.
func TestNewService_makesPathsWritable(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{
		Launch: compute.LaunchFargate, WritablePaths: []string{"/var/cache/nginx", "/run"},
	}))
	container := containerOf(t, recorder)
	assert.Equal(t, []any{
		map[string]any{"sourceVolume": "writable-run", "containerPath": "/run", "readOnly": false},
		map[string]any{"sourceVolume": "writable-var-cache-nginx", "containerPath": "/var/cache/nginx", "readOnly": false},
	}, container["mountPoints"])
	assert.NotContains(t, container["linuxParameters"], "tmpfs")
	definition := recorder.Find(definitionType, "shop-task")
	assert.Equal(t, "writable-var-cache-nginx", definition.Input("volumes[0].name"))
	assert.Equal(t, "256", definition.Input("cpu"))
	assert.Equal(t, "512", definition.Input("memory"))
	assert.Equal(t, "X86_64", definition.Input("runtimePlatform.cpuArchitecture"))
}

// statements are those of a role's policy.
func statements(t *testing.T, recorder *pulumitest.Recorder, name string) []map[string]any {
	t.Helper()
	text, ok := recorder.Find(rolePolicyType, name).Input("policy").(string)
	require.True(t, ok)
	var document struct{ Statement []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	return document.Statement
}

func TestNewService_startsContainersWithNoMoreThanThatNeeds(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Secrets: map[string]string{
		"DB_PASSWORD": "/acme/shop/db",
		"API_KEY":     "arn:aws:secretsmanager:us-west-2:123456789012:secret:shop-Ab12Cd:key::",
	}}))
	assert.Equal(t, []map[string]any{
		{
			"Sid": "WriteLogs", "Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"},
			"Resource": []any{"arn:aws:logs:us-west-2:123456789012:log-group:riglet-test-shop:*"},
		},
		{
			"Sid": "LogInToRegistry", "Effect": "Allow", "Action": []any{"ecr:GetAuthorizationToken"}, "Resource": []any{"*"},
		},
		{
			"Sid": "PullImage", "Effect": "Allow", "Action": []any{
				"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
			},
			"Resource": []any{"arn:aws:ecr:us-west-2:123456789012:repository/acme/shop"},
		},
		{
			"Sid": "ReadParameters", "Effect": "Allow", "Action": []any{"ssm:GetParameters"},
			"Resource": []any{"arn:aws:ssm:us-west-2:123456789012:parameter/acme/shop/db"},
		},
		decrypting("DecryptParameters", "ssm"),
		{
			"Sid": "ReadSecrets", "Effect": "Allow", "Action": []any{"secretsmanager:GetSecretValue"},
			"Resource": []any{"arn:aws:secretsmanager:us-west-2:123456789012:secret:shop-Ab12Cd"},
		},
		decrypting("DecryptSecrets", "secretsmanager"),
	}, statements(t, recorder, "shop-execution"))
	assert.Nil(t, recorder.Find(rolePolicyType, "shop-task"), "a container may do nothing that was not asked for")
	trust, _ := recorder.Find(roleType, "shop-task").Input("assumeRolePolicy").(string)
	assert.JSONEq(t, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"],
		"Principal": {"Service": ["ecs-tasks.amazonaws.com"]}, "Condition": {
			"StringEquals": {"aws:SourceAccount": ["123456789012"]},
			"ArnLike": {"aws:SourceArn": ["arn:aws:ecs:us-west-2:123456789012:*"]}}}]}`, trust)
}

func decrypting(sid, service string) map[string]any {
	through := map[string]any{"kms:ViaService": []any{service + ".us-west-2.amazonaws.com"}}
	return map[string]any{
		"Sid": sid, "Effect": "Allow", "Action": []any{"kms:Decrypt"},
		"Resource":  []any{"arn:aws:kms:us-west-2:123456789012:key/*"},
		"Condition": map[string]any{"StringEquals": through},
	}
}

func TestNewService_letsContainersReadTheirPath(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{SecretPathPrefix: "/acme/shop"}))
	list := statements(t, recorder, "shop-task")
	assert.Equal(t, []any{
		"arn:aws:ssm:us-west-2:123456789012:parameter/acme/shop",
		"arn:aws:ssm:us-west-2:123456789012:parameter/acme/shop/*",
	}, list[0]["Resource"])
	assert.Equal(t, decrypting("DecryptParameters", "ssm"), list[1])
}

// The agent of ECS Exec writes to the root file system, and its channels and records need permissions.
func TestNewService_opensShells(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{
		Exec: true, ExecLogGroupARN: pulumi.String("arn:aws:logs:us-west-2:123456789012:log-group:exec"),
	}))
	assert.Equal(t, true, recorder.Find(serviceType, "shop-service").Input("enableExecuteCommand"))
	container := containerOf(t, recorder)
	assert.Equal(t, false, container["readonlyRootFilesystem"])
	assert.Equal(t, true, container["linuxParameters"].(map[string]any)["initProcessEnabled"])
	list := statements(t, recorder, "shop-task")
	require.Len(t, list, 3)
	assert.Equal(t, []any{
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
		"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	}, list[0]["Action"])
	assert.Equal(t, []any{"arn:aws:logs:us-west-2:123456789012:log-group:exec:*"}, list[2]["Resource"])
}

func TestNewService_mountsFilesOverTLS(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Volumes: []compute.Volume{
		{
			Name: "files", Path: "/srv/files", FileSystemID: pulumi.String("fs-0123456789abcdef0"),
			AccessPointID: pulumi.String("fsap-0123456789abcdef0"),
		},
		{
			Name: "models", Path: "/srv/models", FileSystemID: pulumi.String("fs-0123456789abcdef1"),
			AccessPointID: pulumi.String("fsap-0123456789abcdef1"), ReadOnly: true,
		},
	}}))
	definition := recorder.Find(definitionType, "shop-task")
	volume := "volumes[0].efsVolumeConfiguration."
	assert.Equal(t, "ENABLED", definition.Input(volume+"transitEncryption"), "control 64")
	assert.Equal(t, "ENABLED", definition.Input(volume+"authorizationConfig.iam"), "control 64")
	assert.Equal(t, "fsap-0123456789abcdef0", definition.Input(volume+"authorizationConfig.accessPointId"))
	list := statements(t, recorder, "shop-task")
	assert.Equal(t, []any{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"}, list[0]["Action"])
	assert.Equal(t, []any{"arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/fs-0123456789abcdef0"},
		list[0]["Resource"])
	assert.Equal(t, []any{"elasticfilesystem:ClientMount"}, list[1]["Action"])
}

func TestNewService_bindsMigrationsBeforeTheMove(t *testing.T) {
	t.Parallel()
	recorder := record(t, web(compute.ServiceArgs{Migrations: &compute.Migrations{Command: []string{"migrate"}}}))
	assert.Equal(t, []string{"shop-migrations", "shop-runs", "shop-migrations", "shop-runs"},
		recorder.Find(serviceType, "shop-service").Hooks)
}
