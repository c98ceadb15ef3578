package foundation_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/internal/pulumitest"
)

// statements are the statements of a policy by their Sid.
func statements(t *testing.T, policy any) map[string]map[string]any {
	t.Helper()
	text, ok := policy.(string)
	require.True(t, ok, "%v", policy)
	var document struct{ Statement []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	bySid := map[string]map[string]any{}
	for _, statement := range document.Statement {
		sid, ok := statement["Sid"].(string)
		require.True(t, ok)
		bySid[sid] = statement
	}
	return bySid
}

// Alarms reach the topic only if both the topic and its key let CloudWatch in, and EventBridge only without a
// condition.
func TestNewFoundation_letsServicesPublish(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones()}))
	topic := recorder.Find("aws:sns/topic:Topic", "network-operations")
	key := recorder.Find("aws:kms/key:Key", "network-operations")
	assert.Equal(t, key.Output("keyId"), topic.Input("kmsMasterKeyId"))
	assert.Equal(t, true, key.Input("enableKeyRotation"))
	policies := map[string]any{
		"topic": recorder.Find("aws:sns/topicPolicy:TopicPolicy", "network-operations").Input("policy"),
		"key":   key.Input("policy"),
	}
	for name, policy := range policies {
		bySid := statements(t, policy)
		assert.Contains(t, bySid["Services"]["Principal"].(map[string]any)["Service"], "cloudwatch.amazonaws.com", name)
		assert.Equal(t, map[string]any{"StringEquals": map[string]any{
			"aws:SourceAccount": []any{"123456789012"},
		}}, bySid["Services"]["Condition"], name)
		assert.Equal(t, []any{"events.amazonaws.com"},
			bySid["EventBridge"]["Principal"].(map[string]any)["Service"], name)
		assert.Nil(t, bySid["EventBridge"]["Condition"], name)
	}
}

func TestNewFoundation_givesTheNATHostOnlyItsOwn(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{
		Zones: twoZones(), NAT: foundation.NATInstance, Prefix: "acme-demo-test",
	}))
	face := recorder.Find("aws:ec2/networkInterface:NetworkInterface", "network-nat-interface")
	bySid := statements(t, recorder.Find("aws:iam/rolePolicy:RolePolicy", "network-nat").Input("policy"))
	assert.Equal(t, []any{face.Output("arn")}, bySid["TakeOverInterface"]["Resource"])
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{
		"ec2:ResourceTag/aws:autoscaling:groupName": []any{"acme-demo-test-network-nat"},
	}}, bySid["OnOwnInstances"]["Condition"])
	group := recorder.Find("aws:autoscaling/group:Group", "network-nat")
	assert.Equal(t, []any{"arn:aws:autoscaling:us-west-2:123456789012:autoScalingGroup:*:autoScalingGroupName/" +
		group.Input("name").(string)}, bySid["ReportToGroup"]["Resource"])
	// What is left has no narrower form.
	for sid, statement := range bySid {
		if sid != "SeeInterfacesAndOpenSessions" {
			assert.NotContains(t, statement["Resource"], "*", sid)
		}
	}
}

func TestNewFoundation_letsTheFlowLogWriteItsGroupOnly(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(&foundation.Args{Zones: twoZones()}))
	group, ok := recorder.Find("aws:cloudwatch/logGroup:LogGroup", "network-flow").Output("arn").(string)
	require.True(t, ok)
	group = strings.TrimSuffix(group, ":*")
	bySid := statements(t, recorder.Find("aws:iam/rolePolicy:RolePolicy", "network-flow").Input("policy"))
	assert.Equal(t, []any{group, group + ":*"}, bySid["WriteOwnGroup"]["Resource"])
}
