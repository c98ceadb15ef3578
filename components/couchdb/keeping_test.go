package couchdb_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/couchdb"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	policyType = "aws:iam/rolePolicy:RolePolicy"
	alarmType  = "aws:cloudwatch/metricAlarm:MetricAlarm"
	keyARN     = "arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
	topicARN   = "arn:aws:sns:us-west-2:123456789012:operations"
)

type statement struct {
	Sid, Effect      string
	Action, Resource []string
	Principal        map[string][]string
	Condition        map[string]map[string][]string
}

func statements(t *testing.T, document any) []statement {
	t.Helper()
	text, ok := document.(string)
	require.True(t, ok, "%v", document)
	var parsed struct{ Statement []statement }
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	return parsed.Statement
}

// allowed is what the host's role may do, by action, with the resources.
func allowed(t *testing.T, recorder *pulumitest.Recorder) map[string][]string {
	t.Helper()
	role := recorder.Find("aws:iam/role:Role", "couchdb-host").ID
	all := map[string][]string{}
	for _, policy := range recorder.Of(policyType) {
		if policy.Input("role") != role {
			continue
		}
		for _, one := range statements(t, policy.Input("policy")) {
			for _, action := range one.Action {
				all[action] = append(all[action], one.Resource...)
			}
		}
	}
	return all
}

// The whole list: whoever adds to it says so here.
func TestNewHost_mayDoOnlyThis(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	bucket := recorder.Find("aws:s3/bucketV2:BucketV2", "couchdb-backups").Output("arn").(string)
	secret := recorder.Find("aws:secretsmanager/secret:Secret", "couchdb-admin").ID
	logs := recorder.Find("aws:cloudwatch/logGroup:LogGroup", "couchdb-host").Output("arn").(string)
	group := []string{logs, logs + ":*"}
	everything := []string{"*"}
	assert.Equal(t, map[string][]string{
		"ssm:UpdateInstanceInformation":    everything,
		"ssmmessages:CreateControlChannel": everything, "ssmmessages:CreateDataChannel": everything,
		"ssmmessages:OpenControlChannel": everything, "ssmmessages:OpenDataChannel": everything,
		"cloudwatch:PutMetricData":      everything,
		"secretsmanager:GetSecretValue": {secret}, "secretsmanager:PutSecretValue": {secret},
		"logs:CreateLogStream": group, "logs:DescribeLogStreams": group, "logs:PutLogEvents": group,
		"s3:ListBucket": {bucket},
		"s3:GetObject":  {bucket + "/couchdb/*"}, "s3:PutObject": {bucket + "/couchdb/*"},
		"s3:AbortMultipartUpload":     {bucket + "/couchdb/*"},
		"s3:ListMultipartUploadParts": {bucket + "/couchdb/*"},
	}, allowed(t, recorder))
}

func TestNewHost_reportsItsOwnMetricsAlone(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{"": "riglet-test-couchdb", "acme-demo-test": "acme-demo-test-couchdb"} {
		recorder := run(t, func(a *couchdb.Args) { a.Prefix = prefix })
		var found bool
		for _, one := range statements(t, recorder.Find(policyType, "couchdb-host").Input("policy")) {
			if slices.Contains(one.Action, "cloudwatch:PutMetricData") {
				found = true
				assert.Equal(t, map[string]map[string][]string{"StringEquals": {"cloudwatch:namespace": {want}}}, one.Condition)
			}
		}
		assert.True(t, found)
		assert.Equal(t, want, recorder.Find(couchdb.Type, "couchdb").Output("metricNamespace"))
	}
}

func TestNewHost_readsWhatItRestoresFrom(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) {
		a.RestoreFrom = "s3://acme-production/couchdb/latest"
		a.RestoreKeyARN = pulumi.String(keyARN)
	})
	read := statements(t, recorder.Find(policyType, "couchdb-restore").Input("policy"))
	require.Len(t, read, 2)
	assert.Equal(t, []string{"s3:ListBucket"}, read[0].Action)
	assert.Equal(t, []string{"arn:aws:s3:::acme-production"}, read[0].Resource)
	assert.Equal(t, map[string]map[string][]string{"StringLike": {"s3:prefix": {"couchdb", "couchdb/*"}}},
		read[0].Condition)
	assert.Equal(t, []string{"s3:GetObject"}, read[1].Action)
	assert.Equal(t, []string{"arn:aws:s3:::acme-production/couchdb/*"}, read[1].Resource)
	key := statements(t, recorder.Find(policyType, "couchdb-restore-key").Input("policy"))
	assert.Equal(t, []string{"kms:Decrypt"}, key[0].Action)
	assert.Equal(t, []string{keyARN}, key[0].Resource)
	assert.Nil(t, run(t, unchanged).Find(policyType, "couchdb-restore"))
}

// A key of one's own is used for all three, and by the host through the services alone.
func TestNewHost_encryptsWithAKey(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.KMSKeyARN = pulumi.String(keyARN) })
	assert.Equal(t, keyARN, recorder.Find(volumeType, "couchdb-data").Input("kmsKeyId"))
	assert.Equal(t, keyARN, recorder.Find("aws:secretsmanager/secret:Secret", "couchdb-admin").Input("kmsKeyId"))
	rule := recorder.Of("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2")[0]
	assert.Equal(t, "aws:kms", rule.Input("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"))
	assert.Equal(t, keyARN, rule.Input("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"))
	assert.Equal(t, true, rule.Input("rules[0].bucketKeyEnabled"))
	use := statements(t, recorder.Find(policyType, "couchdb-key").Input("policy"))
	assert.Equal(t, []string{"kms:Decrypt", "kms:GenerateDataKey"}, use[0].Action)
	assert.Equal(t, map[string]map[string][]string{"StringEquals": {"kms:ViaService": {
		"s3.us-west-2.amazonaws.com", "secretsmanager.us-west-2.amazonaws.com",
	}}}, use[0].Condition)
}

func TestNewHost_closesTheBucketOfBackups(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.BackupNights, a.ObjectLock = 90, true })
	closed := recorder.Find("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "couchdb-backups")
	for _, flag := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		assert.Equal(t, true, closed.Input(flag), flag)
	}
	tls := statements(t, recorder.Find("aws:s3/bucketPolicy:BucketPolicy", "couchdb-backups").Input("policy"))
	require.Len(t, tls, 1)
	assert.Equal(t, "Deny", tls[0].Effect)
	assert.Equal(t, map[string]map[string][]string{"Bool": {"aws:SecureTransport": {"false"}}}, tls[0].Condition)
	assert.Equal(t, "BucketOwnerEnforced", recorder.Find("aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"couchdb-backups").Input("rule.objectOwnership"))
	assert.Equal(t, "Enabled", recorder.Find("aws:s3/bucketVersioningV2:BucketVersioningV2", "couchdb-backups").
		Input("versioningConfiguration.status"))
	life := recorder.Find("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "couchdb-backups")
	assert.InDelta(t, 90, life.Input("rules[0].expiration.days"), 0)
	assert.InDelta(t, 14, life.Input("rules[0].noncurrentVersionExpiration.noncurrentDays"), 0)
	assert.InDelta(t, 2, life.Input("rules[0].abortIncompleteMultipartUpload.daysAfterInitiation"), 0)
	assert.Equal(t, true, life.Input("rules[1].expiration.expiredObjectDeleteMarker"))
	lock := recorder.Find("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", "couchdb-backups")
	assert.Equal(t, "GOVERNANCE", lock.Input("rule.defaultRetention.mode"))
	assert.InDelta(t, 90, lock.Input("rule.defaultRetention.days"), 0)
	// Turning the lock on later must not make another bucket.
	assert.Nil(t, recorder.Find("aws:s3/bucketV2:BucketV2", "couchdb-backups").Input("objectLockEnabled"))
}

func TestNewHost_snapshotsDaily(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.BackupHourUTC, a.SnapshotNights = new(23), 5 })
	policy := recorder.Find("aws:dlm/lifecyclePolicy:LifecyclePolicy", "couchdb-snapshots")
	assert.Equal(t, "00:00", policy.Input("policyDetails.schedules[0].createRule.times"))
	assert.InDelta(t, 24, policy.Input("policyDetails.schedules[0].createRule.interval"), 0)
	assert.InDelta(t, 5, policy.Input("policyDetails.schedules[0].retainRule.count"), 0)
	assert.Equal(t, recorder.Find(volumeType, "couchdb-data").Input("tags.SnapshotsOf"),
		policy.Input("policyDetails.targetTags.SnapshotsOf"))
}

func TestNewHost_makesNoPassword(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	assert.Empty(t, recorder.Of("aws:secretsmanager/secretVersion:SecretVersion"))
	for _, one := range recorder.Resources() {
		assert.NotContains(t, one.Type, "random:", "a generated password would be in the state")
	}
	assert.NotContains(t, recorder.Invokes(), "aws:secretsmanager/getRandomPassword:getRandomPassword")
}

func TestNewHost_bootsFromItsDocument(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	encoded, ok := recorder.Find(instanceType, "couchdb-host").Input("userDataBase64").(string)
	require.True(t, ok)
	document, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	assert.NotEmpty(t, document)
	assert.LessOrEqual(t, len(document), 16384)
}

func TestNewHost_alarms(t *testing.T) {
	t.Parallel()
	recorder := run(t, func(a *couchdb.Args) { a.AlarmTopicARN = pulumi.String(topicARN) })
	host, volume := recorder.Find(instanceType, "couchdb-host").ID, recorder.Find(volumeType, "couchdb-data").ID
	const healing = "arn:aws:automate:us-west-2:ec2:"
	type want struct {
		metric, dimension, missing, comparison string
		threshold                              float64
		actions                                []any
	}
	tests := map[string]want{
		"recover": {
			"StatusCheckFailed_System", host, "notBreaching", "GreaterThanThreshold", 0, []any{topicARN, healing + "recover"},
		},
		"reboot": {
			"StatusCheckFailed_Instance", host, "notBreaching", "GreaterThanThreshold", 0, []any{topicARN, healing + "reboot"},
		},
		"backup-late": {"BackupAge", volume, "breaching", "GreaterThanThreshold", 26 * 3600, []any{topicARN}},
		"down":        {"Healthy", volume, "breaching", "LessThanThreshold", 1, []any{topicARN}},
		"disk":        {"DiskUsed", volume, "ignore", "GreaterThanThreshold", 80, []any{topicARN}},
		"disk-root":   {"RootDiskUsed", volume, "ignore", "GreaterThanThreshold", 85, []any{topicARN}},
		"memory":      {"MemoryUsed", volume, "ignore", "GreaterThanThreshold", 90, []any{topicARN}},
	}
	assert.Len(t, recorder.Of(alarmType), len(tests))
	for name, tt := range tests {
		alarm := recorder.Find(alarmType, "couchdb-"+name)
		require.NotNil(t, alarm, name)
		assert.Equal(t, tt.metric, alarm.Input("metricName"), name)
		assert.Equal(t, tt.missing, alarm.Input("treatMissingData"), name)
		assert.Equal(t, tt.comparison, alarm.Input("comparisonOperator"), name)
		assert.InDelta(t, tt.threshold, alarm.Input("threshold"), 0, name)
		assert.Equal(t, tt.actions, alarm.Input("alarmActions"), name)
		assert.Equal(t, []any{topicARN}, alarm.Input("okActions"), name)
		for _, id := range alarm.Input("dimensions").(map[string]any) {
			assert.Equal(t, tt.dimension, id, name)
		}
	}
}

func TestNewHost_healsWithoutATopic(t *testing.T) {
	t.Parallel()
	recorder := run(t, unchanged)
	require.Len(t, recorder.Of(alarmType), 2)
	assert.Equal(t, []any{"arn:aws:automate:us-west-2:ec2:recover"},
		recorder.Find(alarmType, "couchdb-recover").Input("alarmActions"))
}
