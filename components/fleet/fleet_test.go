package fleet_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/fleet"
	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	groupType    = "aws:autoscaling/group:Group"
	templateType = "aws:ec2/launchTemplate:LaunchTemplate"
	targetsType  = "aws:lb/targetGroup:TargetGroup"
	ruleType     = "aws:lb/listenerRule:ListenerRule"
	alarmType    = "aws:cloudwatch/metricAlarm:MetricAlarm"
	policyType   = "aws:autoscaling/policy:Policy"
	version      = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version"
)

// container runs NGINX.
func container() *fleet.Container { return &fleet.Container{Image: pulumi.String("nginx:1.27")} }

// program makes a fleet called "web" behind a balancer in a network beside it.
func program(args fleet.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
		})
		if err != nil {
			return err
		}
		front, err := ingress.NewIngress(ctx, "front", &ingress.Args{
			VPCID: network.VPCID, SubnetIDs: network.PublicSubnetIDs,
		})
		if err != nil {
			return err
		}
		args.VPCID, args.SubnetIDs, args.AlarmTopicARN = network.VPCID, network.AppSubnetIDs, network.OperationsTopicARN
		args.BalancerSecurityGroupID, args.ListenerARN = front.SecurityGroupID, front.ListenerARN
		args.BalancerARNSuffix = front.ARNSuffix
		_, err = fleet.NewFleet(ctx, "web", &args)
		return err
	}
}

func TestNewFleet_takesDefaults(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{Container: container()}))
	group := recorder.Find(groupType, "web-group")
	for path, want := range map[string]any{
		"minSize": 1.0, "desiredCapacity": 2.0, "maxSize": 2.0, "healthCheckType": "ELB", "healthCheckGracePeriod": 300.0,
		"defaultInstanceWarmup": 120.0, "waitForCapacityTimeout": "0", "forceDelete": false, "namePrefix": "web-",
		"instanceMaintenancePolicy.minHealthyPercentage": 100.0,
		"instanceMaintenancePolicy.maxHealthyPercentage": 110.0,
		version: "1", "capacityRebalance": false,
	} {
		assert.Equal(t, want, group.Input(path), path)
	}
	assert.Nil(t, group.Input("name"), "a fixed name would have the old group go first")
	assert.Nil(t, group.Input("instanceRefresh"), "the new group takes the place of the old one")
	assert.Empty(t, group.IgnoreChanges)
	assert.Equal(t, []string{"web-begins", "web-made", "web-changed"}, sorted(group.Hooks))
	targets := recorder.Find(targetsType, "web-targets")
	for path, want := range map[string]any{
		"port": 80.0, "deregistrationDelay": 30.0, "healthCheck.path": "/", "healthCheck.port": "80",
		"healthCheck.matcher": "200", "healthCheck.healthyThreshold": 3.0, "healthCheck.unhealthyThreshold": 2.0,
		"healthCheck.timeout": 10.0, "healthCheck.interval": 30.0, "stickiness.enabled": false,
	} {
		assert.Equal(t, want, targets.Input(path), path)
	}
	rule := recorder.Find(ruleType, "web-rule")
	assert.Equal(t, []any{"/*"}, rule.Input("conditions[0].pathPattern.values"))
	assert.InDelta(t, 50000, rule.Input("priority"), 0)
	assert.Contains(t, group.DependsOn, rule.URN, "no target is checked that no balancer knows")
}

func sorted(hooks []string) []string {
	order := map[string]int{"web-begins": 0, "web-made": 1, "web-changed": 2}
	list := make([]string, len(order))
	for _, hook := range hooks {
		list[order[hook]] = hook
	}
	return list
}

func TestNewFleet_refreshes(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{
		Rolling: fleet.Refresh, MaxHealthyPercent: 150, Container: container(), WarmupSeconds: 60,
	}))
	group := recorder.Find(groupType, "web-group")
	for path, want := range map[string]any{
		"strategy": "Rolling", "preferences.minHealthyPercentage": 100.0, "preferences.maxHealthyPercentage": 150.0,
		"preferences.autoRollback": true, "preferences.skipMatching": true, "preferences.instanceWarmup": "60",
		"preferences.standbyInstances": "Ignore",
	} {
		assert.Equal(t, want, group.Input("instanceRefresh."+path), path)
	}
	assert.Equal(t, "1", group.Input(version), "a number: with $Latest no refresh would start")
}

func TestNewFleet_hardensInstances(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{Container: container(), Tags: map[string]string{"Owner": "acme"}}))
	template := recorder.Find(templateType, "web-instances")
	for path, want := range map[string]any{
		"metadataOptions.httpTokens": "required", "metadataOptions.httpPutResponseHopLimit": 1.0,
		"metadataOptions.instanceMetadataTags": "enabled", "keyName": nil,
		"blockDeviceMappings[0].ebs.encrypted": "true", "blockDeviceMappings[0].ebs.volumeType": "gp3",
		"networkInterfaces[0].associatePublicIpAddress": "false", "tagSpecifications[1].resourceType": "volume",
		"tagSpecifications[1].tags.Owner": "acme",
	} {
		assert.Equal(t, want, template.Input(path), path)
	}
	image, ok := template.Input("imageId").(string)
	require.True(t, ok)
	assert.Regexp(t, `^ami-[0-9a-f]+$`, image, "resolved at the preview, and no secret")
	for _, rule := range recorder.Of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		if strings.HasPrefix(rule.Name, "web-") {
			assert.Equal(t, "web-instances-80-from-balancer", rule.Name)
			assert.Nil(t, rule.Input("cidrIpv4"), "nobody but the balancer")
		}
	}
}

// What an instance may do, to the letter.
func TestNewFleet_grantsLittle(t *testing.T) {
	t.Parallel()
	image := "123456789012.dkr.ecr.us-west-2.amazonaws.com/shop:1"
	recorder := pulumitest.Run(t, program(fleet.Args{Prefix: "acme-demo-test", Container: &fleet.Container{
		Image: pulumi.String(image),
		Secrets: map[string]string{
			"KEY": "/acme/key", "TOKEN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:token-a1b2c3",
		},
	}}))
	text, ok := recorder.Find("aws:iam/rolePolicy:RolePolicy", "web-instance").Input("policy").(string)
	require.True(t, ok)
	var document struct {
		Statement []struct {
			Sid              string
			Action, Resource []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	got := map[string][]string{}
	for _, one := range document.Statement {
		got[one.Sid+" "+strings.Join(one.Action, " ")] = one.Resource
	}
	here := "us-west-2:123456789012:"
	assert.Equal(t, map[string][]string{
		"WriteLogs logs:CreateLogStream logs:PutLogEvents": {
			"arn:aws:logs:" + here + "log-group:acme-demo-test-web-logs:*",
		},
		"LogInToRegistry ecr:GetAuthorizationToken": {"*"},
		"PullImage ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer": {
			"arn:aws:ecr:" + here + "repository/shop",
		},
		"ReadParameters ssm:GetParameter":           {"arn:aws:ssm:" + here + "parameter/acme/key"},
		"ReadParametersDecrypt kms:Decrypt":         {"arn:aws:kms:" + here + "key/*"},
		"ReadSecrets secretsmanager:GetSecretValue": {"arn:aws:secretsmanager:" + here + "secret:token-a1b2c3"},
		"ReadSecretsDecrypt kms:Decrypt":            {"arn:aws:kms:" + here + "key/*"},
		"AnswerHooks autoscaling:CompleteLifecycleAction": {
			"arn:aws:autoscaling:" + here + "autoScalingGroup:*:autoScalingGroupName/acme-demo-test-web-*",
		},
		"OpenSessions ssm:UpdateInstanceInformation ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel " +
			"ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel": {"*"},
	}, got)
}

// The boot document names what to answer, and says no secret.
func TestNewFleet_tellsInstancesWhatToAnswer(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{
		Image: fleet.Image{ID: pulumi.String("ami-0123456789abcdef0")}, DrainSeconds: 45, Port: 8080,
		Parts: []fleet.Part{{ContentType: "text/x-shellscript", Body: "#!/bin/sh\nexec serve\n"}},
	}))
	text, ok := recorder.Find(templateType, "web-instances").Input("userData").(string)
	require.True(t, ok)
	document, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	assert.NotEmpty(t, document)
	group := recorder.Find(groupType, "web-group")
	for path, want := range map[string]any{
		"[0].name": "boot", "[0].defaultResult": "ABANDON", "[0].heartbeatTimeout": 1740.0,
		"[0].lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
		"[1].name":                "drain", "[1].defaultResult": "CONTINUE", "[1].heartbeatTimeout": 525.0,
		"[1].lifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
	} {
		assert.Equal(t, want, group.Input("initialLifecycleHooks"+path), path)
	}
}

func TestNewFleet_scales(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{
		Container: container(), MaxInstances: 9, SpotPercent: 50, MoreInstanceTypes: []string{"t3a.small"},
		Scaling: &fleet.Scaling{
			RequestsPerTarget: 600, Steps: &fleet.Steps{},
			Schedules: map[string]fleet.Schedule{
				"night": {Recurrence: "0 22 * * *", TimeZone: "Europe/Berlin", MaxInstances: 2},
			},
		},
	}))
	group := recorder.Find(groupType, "web-group")
	assert.Equal(t, []string{"desiredCapacity"}, group.IgnoreChanges, "the number is scaling's")
	assert.Equal(t, true, group.Input("capacityRebalance"))
	assert.Equal(t, "t3a.small", group.Input("mixedInstancesPolicy.launchTemplate.overrides[1].instanceType"))
	requests := recorder.Find(policyType, "web-scaling-requests")
	label, ok := requests.Input("targetTrackingConfiguration.predefinedMetricSpecification.resourceLabel").(string)
	require.True(t, ok)
	assert.Regexp(t, `^app/.+/.+/targetgroup/.+/.+$`, label)
	for role, want := range map[string]float64{"high": 90, "low": 70} {
		alarm := recorder.Find(alarmType, "web-scaling-"+role)
		assert.InDelta(t, want, alarm.Input("threshold"), 0, role)
		assert.InDelta(t, 10, alarm.Input("evaluationPeriods"), 0)
	}
	assert.InDelta(t, 1, recorder.Find(policyType, "web-scaling-high").Input("stepAdjustments[0].scalingAdjustment"), 0)
	assert.InDelta(t, -1, recorder.Find(policyType, "web-scaling-low").Input("stepAdjustments[0].scalingAdjustment"), 0)
	night := recorder.Find("aws:autoscaling/schedule:Schedule", "web-schedule-night")
	assert.InDelta(t, -1, night.Input("minSize"), 0, "left as it is")
	assert.InDelta(t, 2, night.Input("maxSize"), 0)
}

func TestNewFleet_tellsOfWhatFails(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{
		Container: container(), Prefix: "acme-demo-test", MaxInstances: 4, Scaling: &fleet.Scaling{CPUPercent: 50},
	}))
	topic := recorder.Find("aws:sns/topic:Topic", "network-operations").Output("arn")
	var alarms []string
	for _, alarm := range recorder.Of(alarmType) {
		if strings.HasPrefix(alarm.Name, "web-") {
			alarms = append(alarms, alarm.Name)
			assert.Equal(t, []any{topic}, alarm.Input("alarmActions"), alarm.Name)
		}
	}
	assert.Equal(t, []string{"web-maximum", "web-targets", "web-unhealthy"}, alarms)
	rule := recorder.Find("aws:cloudwatch/eventRule:EventRule", "web-failures")
	assert.JSONEq(t, `{"source":["aws.autoscaling"],"detail-type":["EC2 Instance Launch Unsuccessful",
		"EC2 Auto Scaling Instance Refresh Failed","EC2 Auto Scaling Instance Refresh Cancelled",
		"EC2 Auto Scaling Instance Refresh Rollback Started","EC2 Auto Scaling Instance Refresh Rollback Succeeded",
		"EC2 Auto Scaling Instance Refresh Rollback Failed"],
		"detail":{"AutoScalingGroupName":[{"prefix":"acme-demo-test-web-"}]}}`, rule.Input("eventPattern").(string))
	group := recorder.Find(groupType, "web-group")
	told := recorder.Find("aws:cloudwatch/eventTarget:EventTarget", "web-failures")
	assert.Contains(t, group.DependsOn, told.URN, "the first launch may fail, too")
}

func TestNewFleet_warnsOfAnImageThatMoves(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(fleet.Args{Image: fleet.Image{
		Parameter: "/aws/service/debian/release/12/latest/amd64", AtLaunch: true,
	}}))
	assert.Contains(t, strings.Join(recorder.Messages(), "\n"), "another image does not roll the instances")
	assert.Equal(t, "resolve:ssm:/aws/service/debian/release/12/latest/amd64",
		recorder.Find(templateType, "web-instances").Input("imageId"))
}
