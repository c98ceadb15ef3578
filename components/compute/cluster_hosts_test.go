package compute_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/internal/pulumitest"
)

func TestNewCluster_hardensTheHosts(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	template := recorder.Find(templateType, "cluster-hosts")
	for path, want := range map[string]any{
		"metadataOptions.httpTokens":                    "required",
		"metadataOptions.httpEndpoint":                  "enabled",
		"metadataOptions.httpPutResponseHopLimit":       1.0,
		"blockDeviceMappings[0].deviceName":             "/dev/xvda",
		"blockDeviceMappings[0].ebs.encrypted":          "true",
		"blockDeviceMappings[0].ebs.volumeType":         "gp3",
		"networkInterfaces[0].associatePublicIpAddress": "false",
		"keyName":              nil,
		"updateDefaultVersion": true,
	} {
		assert.Equal(t, want, template.Input(path), path)
	}
	assert.Equal(t, recorder.Find("aws:iam/instanceProfile:InstanceProfile", "cluster-host").Output("arn"),
		template.Input("iamInstanceProfile.arn"))
	assert.Equal(t, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
		recorder.Find("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "cluster-host-sessions").Input("policyArn"))
}

// The script names the cluster that was made, and none of it is secret: the test holds the whole of it.
func TestNewCluster_tellsHostsWhereToJoin(t *testing.T) {
	t.Parallel()
	for prefix, cluster := range map[string]string{
		"": "cluster-[0-9a-f]{7}", "acme-demo-test": "acme-demo-test-cluster",
	} {
		recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{Prefix: prefix}))
		assert.Regexp(t, `^#!/bin/bash
set -euo pipefail
cat >/etc/ecs/ecs.config <<'EOF'
ECS_CLUSTER=`+cluster+`
ECS_AWSVPC_BLOCK_IMDS=true
ECS_DISABLE_PRIVILEGED=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_RESERVED_MEMORY=256
EOF
$`, userData(t, recorder))
		assert.Contains(t, userData(t, recorder), recorder.Find(clusterType, "cluster").Output("name").(string)+"\n")
	}
}

// The image follows the processor, is known at a preview and is no secret, and is not asked for where it is given.
func TestNewCluster_looksTheImageUp(t *testing.T) {
	t.Parallel()
	const lookUp = "aws:ssm/getParameter:getParameter"
	images := map[string]bool{}
	for _, size := range []string{"t3.small", "t4g.small"} {
		recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{InstanceType: size}), pulumitest.Preview())
		assert.Contains(t, recorder.Invokes(), lookUp)
		template := recorder.Find(templateType, "cluster-hosts")
		assert.Regexp(t, `^ami-[0-9a-f]{17}$`, template.Input("imageId"))
		assert.False(t, template.Inputs["imageId"].IsSecret())
		images[template.Input("imageId").(string)] = true
	}
	assert.Len(t, images, 2)
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{ImageID: pulumi.String("ami-0123456789abcdef0")}))
	assert.NotContains(t, recorder.Invokes(), lookUp)
	assert.Equal(t, "ami-0123456789abcdef0", recorder.Find(templateType, "cluster-hosts").Input("imageId"))
}

func TestNewCluster_letsOnlyTheBalancerIn(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	hosts := recorder.Find("aws:ec2/securityGroup:SecurityGroup", "cluster-hosts")
	balancer := recorder.Find("aws:ec2/securityGroup:SecurityGroup", "front-balancer")
	assert.Nil(t, hosts.Input("ingress"), "rules of its own and rules beside it do not mix")
	var ways []*pulumitest.Resource
	for _, rule := range recorder.Of(inRuleType) {
		if rule.Input("securityGroupId") == hosts.ID {
			ways = append(ways, rule)
		}
	}
	require.Len(t, ways, 1)
	out := recorder.Find(outRuleType, "cluster-balancer-to-hosts")
	assert.Equal(t, balancer.ID, ways[0].Input("referencedSecurityGroupId"))
	assert.Equal(t, balancer.ID, out.Input("securityGroupId"))
	assert.Equal(t, hosts.ID, out.Input("referencedSecurityGroupId"))
	for _, rule := range []*pulumitest.Resource{ways[0], out} {
		assert.Equal(t, "tcp", rule.Input("ipProtocol"))
		assert.InDelta(t, 32768, rule.Input("fromPort"), 0)
		assert.InDelta(t, 65535, rule.Input("toPort"), 0)
	}
}

// A host may join its own cluster and nothing else: it pulls no image, writes no log and makes no cluster.
func TestNewCluster_givesHostsOnlyTheirOwnCluster(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{}))
	arn, ok := recorder.Find(clusterType, "cluster").Output("arn").(string)
	require.True(t, ok)
	assert.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{
			"Sid": "JoinCluster", "Effect": "Allow", "Resource": ["`+arn+`"],
			"Action": [
				"ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance", "ecs:SubmitAttachmentStateChanges",
				"ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange"
			]
		},
		{
			"Sid": "TakeOrders", "Effect": "Allow",
			"Action": ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
			"Resource": ["arn:aws:ecs:us-west-2:123456789012:container-instance/*"],
			"Condition": {"ArnEquals": {"ecs:cluster": ["`+arn+`"]}}
		},
		{"Sid": "FindECS", "Effect": "Allow", "Action": ["ecs:DiscoverPollEndpoint"], "Resource": ["*"]}
	]}`, recorder.Find("aws:iam/rolePolicy:RolePolicy", "cluster-host").Input("policy").(string))
}

func TestNewCluster_recordsSessionsAndMeasuresTasks(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, clusterProgram(compute.ClusterArgs{LogRetentionDays: 7}))
	cluster, session := recorder.Find(clusterType, "cluster"), recorder.Find(logGroupType, "cluster-exec")
	const exec = "configuration.executeCommandConfiguration."
	assert.Equal(t, "containerInsights", cluster.Input("settings[0].name"))
	assert.Equal(t, "enabled", cluster.Input("settings[0].value"))
	assert.Equal(t, "OVERRIDE", cluster.Input(exec+"logging"))
	assert.Equal(t, session.Output("name"), cluster.Input(exec+"logConfiguration.cloudWatchLogGroupName"))
	assert.Equal(t, "/aws/ecs/containerinsights/"+cluster.Output("name").(string)+"/performance",
		recorder.Find(logGroupType, "cluster-insights").Input("name"))
	for _, group := range []string{"cluster-exec", "cluster-insights"} {
		assert.InDelta(t, 7, recorder.Find(logGroupType, group).Input("retentionInDays"), 0)
	}
}
