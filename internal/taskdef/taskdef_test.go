package taskdef_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/taskdef"
)

func TestContainer_JSON_isWhatAWSGivesBack(t *testing.T) {
	t.Parallel()
	text, err := taskdef.Container{
		Name: "web", Image: "example.com/web:1", MemoryMiB: 256, StopTimeoutSeconds: 30, LogGroup: "web",
		Region: "us-west-2",
	}.JSON()
	require.NoError(t, err)
	want := `[{"name":"web","image":"example.com/web:1","cpu":0,"memory":256,"portMappings":[],` +
		`"essential":true,"environment":[],"mountPoints":[],"volumesFrom":[],` +
		`"linuxParameters":{"initProcessEnabled":true},"stopTimeout":30,"privileged":false,` +
		`"readonlyRootFilesystem":true,"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"web",` +
		`"awslogs-region":"us-west-2","awslogs-stream-prefix":"web","max-buffer-size":"4m","mode":"non-blocking"}},` +
		`"systemControls":[]}]`
	assert.Equal(t, want, text)
}

// The text depends on what is in the lists and not on their order.
func TestContainer_JSON_isTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		paths := rapid.SliceOfDistinct(rapid.StringMatching(`(/[a-z]{1,5}){1,3}`), rapid.ID).Draw(t, "paths")
		shuffled := rapid.Permutation(paths).Draw(t, "shuffled")
		environment := rapid.MapOf(rapid.StringMatching(`[A-Z]{1,4}`), rapid.String()).Draw(t, "environment")
		a := taskdef.Container{Name: "a", Tmpfs: paths, Environment: environment}
		b := taskdef.Container{Name: "a", Tmpfs: shuffled, Environment: environment}
		for i := range paths {
			a.Mounts = append(a.Mounts, taskdef.Mount{Volume: "v", Path: paths[i]})
			b.Mounts = append(b.Mounts, taskdef.Mount{Volume: "v", Path: shuffled[i]})
		}
		first, err := a.JSON()
		require.NoError(t, err)
		second, err := b.JSON()
		require.NoError(t, err)
		assert.Equal(t, first, second)
		assert.NotContains(t, first, "null")
	})
}

func TestFargateMemory(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give, count, low, high int
	}{
		{256, 3, 512, 2048},
		{512, 4, 1024, 4096},
		{1024, 7, 2048, 8192},
		{2048, 13, 4096, 16384},
		{4096, 23, 8192, 30720},
		{8192, 12, 16384, 61440},
		{16384, 12, 32768, 122880},
	}
	for _, tt := range tests {
		got := taskdef.FargateMemory(tt.give)
		require.Len(t, got, tt.count, "%d", tt.give)
		assert.Equal(t, tt.low, got[0])
		assert.Equal(t, tt.high, got[len(got)-1])
	}
	assert.Empty(t, taskdef.FargateMemory(300))
	assert.Equal(t, []int{512, 1024, 2048}, taskdef.FargateMemory(256), "there is no 1.5 GiB")
}

func TestCheckFargate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		cpu, memory int
		want        string
	}{
		{256, 512, ""},
		{256, 1536, "memoryMiB: want 512, 1024 or 2048 with fargate and cpu 256, got 1536"},
		{512, 512, "memoryMiB: want 1024 to 4096 in steps of 1024 with fargate and cpu 512, got 512"},
		{8192, 20481, "memoryMiB: want 16384 to 61440 in steps of 4096 with fargate and cpu 8192, got 20481"},
		{0, 512, "cpu: want one of 256, 512, 1024, 2048, 4096, 8192 or 16384 with fargate, got 0"},
	}
	for _, tt := range tests {
		f := check.New("")
		taskdef.CheckFargate(f, tt.cpu, tt.memory)
		assert.Equal(t, tt.want, said(f))
	}
}

func said(f check.Faults) string {
	if err := f.Err(); err != nil {
		return err.Error()
	}
	return ""
}

func TestSecretName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"DB_PASSWORD", "password", "GITHUB_TOKEN", "API_KEY", "STRIPE_APIKEY", "AWS_SECRET_ACCESS_KEY", "JWT_SECRET",
		"GOOGLE_CREDENTIALS", "SIGNING_KEY", "PRIVATE_KEY", "SSH_PASSPHRASE",
	} {
		assert.True(t, taskdef.SecretName(name), name)
	}
	for _, name := range []string{
		"DB_PASSWORD_FILE", "TOKEN_LIFETIME", "SECRET_ARN", "KEY", "PARTITION_KEY", "MONKEY", "LOG_LEVEL", "DB_URL",
	} {
		assert.False(t, taskdef.SecretName(name), name)
	}
}

func TestCheckEnvironment_findsSecretsInValues(t *testing.T) {
	t.Parallel()
	for value, secret := range map[string]bool{
		"postgres://shop:hunter2@db.example.com/shop": true, "http://couchdb.example.internal:5984": false,
		"redis://:hunter2@cache.example.com": true, "AKIA0123456789ABCDEF": true, "user@example.com": false,
		"-----BEGIN RSA PRIVATE KEY-----": true, "10:20@noon": false,
	} {
		f := check.New("environment")
		taskdef.CheckEnvironment(f, []string{"VALUE"}, map[string]string{"VALUE": value})
		assert.Equal(t, secret, f.Err() != nil, value)
		assert.NotContains(t, said(f), "hunter2")
	}
}

func TestCheckSecrets(t *testing.T) {
	t.Parallel()
	for from, good := range map[string]bool{
		"/acme/shop/key": true, "/key": true, "key": false, "/": false, "/a//b": false,
		"arn:aws:ssm:us-west-2:123456789012:parameter/acme/key":                  true,
		"arn:aws:secretsmanager:us-west-2:123456789012:secret:shop/key-Ab12Cd":   true,
		"arn:aws:secretsmanager:us-west-2:123456789012:secret:shop-Ab12Cd:key::": true,
		"arn:aws:s3:::bucket/key": false,
	} {
		f := check.New("secrets")
		taskdef.CheckSecrets(f, map[string]string{"KEY": from}, nil)
		assert.Equal(t, good, f.Err() == nil, from)
	}
}

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	at, err := taskdef.PlaceOf("arn:aws-cn:ecs:cn-north-1:123456789012:cluster/rig")
	require.NoError(t, err)
	assert.Equal(t, taskdef.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}, at)
	for _, arn := range []string{"", "rig", "arn:aws:s3:::bucket", "arn:aws:ecs:us-west-2"} {
		_, err := taskdef.PlaceOf(arn)
		require.Error(t, err, arn)
	}
}

// An image of another account or region is pulled from there, and one that is not in ECR needs no permission.
func TestExecution_namesTheRepository(t *testing.T) {
	t.Parallel()
	at := taskdef.Place{Partition: "aws", Region: "us-west-2", Account: "123456789012"}
	text, err := taskdef.Execution(at, taskdef.Container{
		Image: "210987654321.dkr.ecr.eu-west-1.amazonaws.com/acme/shop:1", LogGroup: "shop",
	}).JSON()
	require.NoError(t, err)
	assert.Contains(t, text, `"arn:aws:ecr:eu-west-1:210987654321:repository/acme/shop"`)
	text, err = taskdef.Execution(at, taskdef.Container{Image: "public.ecr.aws/nginx/nginx:1.27", LogGroup: "shop"}).JSON()
	require.NoError(t, err)
	assert.NotContains(t, text, "ecr:")
	assert.NotContains(t, text, "kms:")
}
