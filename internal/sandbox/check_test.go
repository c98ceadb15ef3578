package sandbox_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (l *lab) faults(token string, p props) []string {
	l.tb.Helper()
	resp, err := l.p.Check(context.Background(), plugin.CheckRequest{
		URN: urn(token, "x"), Type: tokens.Type(token), News: l.inputs(p), RandomSeed: []byte("x"),
	})
	require.NoError(l.tb, err)
	out := []string{}
	for _, f := range resp.Failures {
		out = append(out, f.Reason)
	}
	return out
}

func bytes64(n int) string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n))) }

func TestCheck_finds_every_fault(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	got := l.faults(subnetT, props{
		"cidrBlok": "10.0.0.0/24", "mapPublicIpOnLaunch": "yes", "tags": props{"a": 1},
		"cidrBlock": "x",
	})
	assert.Equal(t, []string{
		`cidrBlok: unknown property "cidrBlok" (did you mean "cidrBlock"?)`,
		`mapPublicIpOnLaunch: want a boolean, got a string`,
		`tags.a: want a string, got a number`,
		`vpcId: missing required property "vpcId"`,
		`cidrBlock: want an IPv4 CIDR block, got "x"`,
	}, got)
}

func TestCheck_refuses_an_unknown_type(t *testing.T) {
	t.Parallel()
	got := newLab(t).faults("aws:nosuch/thing:Thing", props{})
	assert.Equal(t, []string{"the offline cloud does not know type aws:nosuch/thing:Thing: " +
		"add a row for it in internal/sandbox/catalog"}, got)
}

func TestCheck_refuses_one_fault(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	examples := map[string]props{}
	for _, th := range all() {
		l.make(th.token, th.name, th.props)
		if _, ok := examples[th.token]; !ok {
			examples[th.token] = th.props
		}
	}
	examples[listenerCrtT] = props{"listenerArn": "@http", "certificateArn": certARN}
	tests := []struct {
		name, token string
		give        props
		want        string // "" when it is allowed
	}{
		{"VPC too large", vpcT, props{"cidrBlock": "10.0.0.0/15"}, "cidrBlock: want a block from /16 to /28, got /15"},
		{"VPC too small", vpcT, props{"cidrBlock": "10.0.0.0/29"}, "cidrBlock: want a block from /16 to /28, got /29"},
		{"smallest VPC", vpcT, props{"cidrBlock": "10.0.0.0/28"}, ""},
		{
			"host bits", vpcT,
			props{"cidrBlock": "10.0.0.1/16"},
			`cidrBlock: "10.0.0.1/16" is not a valid CIDR block; did you mean "10.0.0.0/16"?`,
		},
		{"no target", routeT, props{"gatewayId": nil}, "gatewayId: want exactly one of gatewayId, natGatewayId, " +
			"networkInterfaceId, carrierGatewayId, coreNetworkArn, egressOnlyGatewayId, localGatewayId, " +
			"transitGatewayId, vpcEndpointId, vpcPeeringConnectionId, got 0"},
		{
			"NAT without address", natT,
			props{"allocationId": nil},
			"allocationId: missing: a public NAT gateway needs an Elastic IP",
		},
		{
			"private NAT with address", natT,
			props{"connectivityType": "private"},
			"allocationId: want none with connectivityType private",
		},
		{"group name", groupT, props{"name": "sg-x"}, `name: want a name that does not begin with sg-, got "sg-x"`},
		{
			"group text", groupT,
			props{"description": "a > b"},
			`description: want letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, got "a > b"`,
		},
		{"ports out of order", ingressT, props{"fromPort": 90}, "fromPort: want ports 0 to 65535 in order, got 90 to 80"},
		{"ports missing", ingressT, props{"toPort": nil}, "fromPort: want fromPort and toPort with protocol tcp"},
		{"ports with all", ingressT, props{"ipProtocol": "-1"}, "fromPort: want no ports with protocol -1"},
		{
			"two peers", ingressT,
			props{"cidrIpv6": "::/0"},
			"cidrIpv4: want exactly one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId, got 2",
		},
		{
			"gateway endpoint with subnets", endpointT,
			props{"subnetIds": []any{"@a"}},
			"subnetIds: want none for a gateway endpoint",
		},
		{
			"flow log without role", flowT,
			props{"iamRoleArn": nil},
			"iamRoleArn: missing: logs to CloudWatch need a role that may write them",
		},
		{
			"flow log interval", flowT,
			props{"maxAggregationInterval": 300},
			"maxAggregationInterval: want one of [60 600], got 300",
		},
		{
			"user data", templateT,
			props{"userData": bytes64(16385)},
			"userData: user data is limited to 16384 bytes before base64, got 16385",
		},
		{"largest user data", templateT, props{"userData": bytes64(16384)}, ""},
		{
			"plain user data", templateT,
			props{"userData": "#!/bin/sh"},
			"userData: want base64: illegal base64 data at input byte 0",
		},
		{
			"raw user data", instanceT,
			props{"userData": strings.Repeat("x", 16385)},
			"userData: user data is limited to 16384 bytes before base64, got 16385",
		},
		{
			"metadata", templateT,
			props{"metadataOptions": props{"httpTokens": "no"}},
			`metadataOptions.httpTokens: want one of optional, required, got "no"`,
		},
		{"image", instanceT, props{"ami": "debian"}, `ami: want an image id such as ami-0123456789abcdef0, got "debian"`},
		{"volume without size", volumeT, props{"size": nil}, "size: want size or snapshotId, got neither"},
		{"throughput of gp2", volumeT, props{"type": "gp2", "throughput": 125}, "throughput: want it for type gp3 only"},
		{
			"33 characters", lbT,
			props{"name": strings.Repeat("x", 33)},
			`name: want 1 to 32 letters, digits and inner hyphens, got "` + strings.Repeat("x", 33) + `"`,
		},
		{"32 characters", lbT, props{"name": strings.Repeat("x", 32)}, ""},
		{"edge hyphen", lbT, props{"name": "x-"}, `name: want 1 to 32 letters, digits and inner hyphens, got "x-"`},
		{
			"internal name", lbT,
			props{"name": "internal-x"},
			`name: want a name that does not begin with internal-, got "internal-x"`,
		},
		{"idle 0", lbT, props{"idleTimeout": 0}, "idleTimeout: want 1 to 4000, got 0"},
		{"idle 4001", lbT, props{"idleTimeout": 4001}, "idleTimeout: want 1 to 4000, got 4001"},
		{"idle 4000", lbT, props{"idleTimeout": 4000}, ""},
		{
			"HTTPS without certificate", listenerT,
			props{"protocol": "HTTPS"},
			"certificateArn: missing: a certificate must be specified for HTTPS and TLS listeners",
		},
		{"HTTP with certificate", listenerT, props{"certificateArn": certARN}, "certificateArn: want none for protocol HTTP"},
		{"port", listenerT, props{"port": 65536}, "port: want 1 to 65535, got 65536"},
		{"fixed response", listenerT, props{"defaultActions": []any{props{
			"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain", "statusCode": "301"},
		}}}, `defaultActions[].fixedResponse.statusCode: want a code 2XX, 4XX or 5XX, got "301"`},
		{
			"action without its part", listenerT,
			props{"defaultActions": []any{props{"type": "redirect"}}},
			"defaultActions[0]: want redirect with type redirect",
		},
		{"no action", listenerT, props{"defaultActions": nil}, `defaultActions: missing required property "defaultActions"`},
		{"priority", ruleT, props{"priority": 50001}, "priority: want 1 to 50000, got 50001"},
		{
			"six values", ruleT,
			props{"conditions": []any{props{"pathPattern": props{"values": []any{"1", "2", "3", "4", "5", "6"}}}}},
			"conditions: want at most 5 values in the conditions of a rule, got 6",
		},
		{
			"target group name", targetsT,
			props{"name": "a_b"},
			`name: want 1 to 32 letters, digits and inner hyphens, got "a_b"`,
		},
		{
			"health timeout", targetsT,
			props{"healthCheck": props{"interval": 10, "timeout": 10}},
			"healthCheck.timeout: want less than the interval of 10, got 10",
		},
		{"slow start", targetsT, props{"slowStart": 10}, "slowStart: want 0 or 30 to 900, got 10"},
		{"drain", targetsT, props{"deregistrationDelay": 3601}, "deregistrationDelay: want 0 to 3600, got 3601"},
		{
			"certificate method", certT,
			props{"validationMethod": nil},
			"validationMethod: missing: a certificate that AWS issues needs one",
		},
		{"domain", certT, props{"domainName": "-"}, `domainName: want a domain name, got "-"`},
		{
			"record type", recordT,
			props{"type": "X"},
			"type: want one of A, AAAA, CAA, CNAME, DS, HTTPS, MX, NAPTR, NS, PTR, SOA, SPF, SRV, SSHFP, SVCB, " +
				"TLSA, TXT, got \"X\"",
		},
		{"record ttl", recordT, props{"ttl": nil}, "ttl: missing: records without an alias need one"},
		{
			"bucket name", bucketT,
			props{"bucket": "Logs"},
			`bucket: want 3 to 63 lower-case letters, digits, dots and hyphens, got "Logs"`,
		},
		{"bucket policy", bucketPolT, props{"policy": "{"}, "policy: not a policy document: unexpected end of JSON input"},
		{"mail", subscribeT, props{"endpoint": "ops"}, `endpoint: want an e-mail address with protocol email, got "ops"`},
		{"role name", roleT, props{"name": strings.Repeat("x", 65)}, "name: want 1 to 64 characters, got 65"},
		{
			"trust without version", roleT,
			props{"assumeRolePolicy": strings.Replace(trust("ec2.amazonaws.com"), "2012-10-17", "", 1)},
			`assumeRolePolicy: want Version 2012-10-17, got ""`,
		},
		{
			"trust without principal", roleT,
			props{"assumeRolePolicy": allow("sts:AssumeRole")},
			"assumeRolePolicy: Statement[0]: missing Principal",
		},
		{"no trust", roleT, props{"assumeRolePolicy": nil}, `assumeRolePolicy: missing required property "assumeRolePolicy"`},
		{
			"policy of identity with principal", rolePolT,
			props{"policy": letIn("ec2.amazonaws.com", "s3:*", "*")},
			"policy: Statement[0]: a policy of an identity names no Principal",
		},
		{
			"policy without action", policyT,
			props{"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}`},
			"policy: Statement[0]: missing Action",
		},
		{
			"retention", logT,
			props{"retentionInDays": 10},
			"retentionInDays: want one of [0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 " +
				"2557 2922 3288 3653], got 10",
		},
		{"retention of a fortnight", logT, props{"retentionInDays": 14}, ""},
		{"alarm period", alarmT, props{"period": 45}, "period: want 10, 20, 30 or a multiple of 60 seconds, got 45"},
		{
			"alarm window", alarmT,
			props{"period": 600, "evaluationPeriods": 145},
			"evaluationPeriods: want periods that cover at most 86400 seconds, got 87000",
		},
		{
			"alarm points", alarmT,
			props{"datapointsToAlarm": 3},
			"datapointsToAlarm: want at most evaluationPeriods of 2, got 3",
		},
		{"alarm action", alarmT, props{"alarmActions": []any{"ops"}}, `alarmActions[]: want an ARN, got "ops"`},
		{
			"schedule", eventRuleT,
			props{"scheduleExpression": "every day"},
			`scheduleExpression: want rate(5 minutes) or cron(0 4 * * ? *), got "every day"`,
		},
		{"event pattern", eventRuleT, props{"eventPattern": "[]"}, `eventPattern: want a JSON object, got "[]"`},
		{"sizes", asgT, props{"minSize": 3}, "minSize: want 0 <= minSize <= maxSize, got 3 and 2"},
		{
			"desired", asgT,
			props{"desiredCapacity": 3},
			"desiredCapacity: want minSize <= desiredCapacity <= maxSize, got 1, 3, 2",
		},
		{"hook", hookT, props{"heartbeatTimeout": 29}, "heartbeatTimeout: want 30 to 7200, got 29"},
		{
			"tracking", scalePolT,
			props{"targetTrackingConfiguration": nil},
			"targetTrackingConfiguration: missing: policy type TargetTrackingScaling needs it",
		},
		{"key window", keyT, props{"deletionWindowInDays": 5}, "deletionWindowInDays: want 7 to 30, got 5"},
		{"alias", aliasT, props{"name": "key"}, `name: want alias/ and letters, digits, /, _ and -, got "key"`},
		{
			"parameter", paramT,
			props{"value": strings.Repeat("x", 4097)},
			"value: want at most 4096 characters in this tier, got 4097",
		},
		{"advanced parameter", paramT, props{"value": strings.Repeat("x", 4097), "tier": "Advanced"}, ""},
	}
	for _, tt := range tests {
		give := with(examples[tt.token], tt.give)
		for k, v := range give {
			if v == nil {
				delete(give, k)
			}
		}
		want := []string{}
		if tt.want != "" {
			want = []string{tt.want}
		}
		assert.Equal(t, want, l.faults(tt.token, give), tt.name)
	}
}

func TestCheck_leaves_unknowns_and_secrets_alone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	secret := resource.MakeSecret(resource.NewProperty("10.10.5.0/24"))
	got, err := l.check(subnetT, "s", nil, resource.PropertyMap{
		"vpcId": resource.MakeComputed(resource.NewProperty("")), "cidrBlock": secret,
	})
	require.NoError(t, err)
	assert.True(t, got["vpcId"].IsComputed())
	assert.Equal(t, secret, got["cidrBlock"])
	_, err = l.check(subnetT, "s", nil, resource.PropertyMap{
		"vpcId": resource.MakeComputed(resource.NewProperty("")), "cidrBlock": resource.MakeSecret(resource.NewProperty("x")),
	})
	require.ErrorContains(t, err, "cidrBlock: want an IPv4 CIDR block")
}

func TestCheck_names(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	first, err := l.check(roleT, "worker", nil, l.inputs(mandated))
	require.NoError(t, err)
	assert.Regexp(t, `^worker-[0-9a-f]{7}$`, first["name"].StringValue())

	again, err := l.check(roleT, "renamed", first, l.inputs(mandated))
	require.NoError(t, err)
	assert.Equal(t, first["name"], again["name"], "an automatic name is kept")

	own, err := l.check(roleT, "worker", first, l.inputs(with(mandated, props{"name": "mine"})))
	require.NoError(t, err)
	assert.Equal(t, "mine", own["name"].StringValue())

	upper, err := l.check(bucketT, "Logs", nil, resource.PropertyMap{})
	require.NoError(t, err)
	assert.Regexp(t, `^logs-[0-9a-f]{7}$`, upper["bucket"].StringValue())

	_, err = l.check(lbT, strings.Repeat("x", 25), nil, l.inputs(props{"subnets": []any{"subnet-1"}}))
	require.ErrorContains(t, err, "name 'xxxxxxxxxxxxxxxxxxxxxxxxx-' plus 7 random chars is longer than maximum length 32")

	prefixed, err := l.check(roleT, "worker", nil, l.inputs(with(mandated, props{"namePrefix": "w-"})))
	require.NoError(t, err)
	assert.NotContains(t, prefixed, resource.PropertyKey("name"))
}

func TestCheck_names_as_the_engine_is_configured(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	ask := func(o plugin.AutonamingOptions) plugin.CheckResponse {
		resp, err := l.p.Check(context.Background(), plugin.CheckRequest{
			URN: urn(roleT, "worker"), Type: roleT, News: l.inputs(mandated), RandomSeed: []byte("x"), Autonaming: &o,
		})
		require.NoError(t, err)
		return resp
	}
	proposed := ask(plugin.AutonamingOptions{ProposedName: "worker"})
	assert.Equal(t, "worker", proposed.Properties["name"].StringValue())
	off := ask(plugin.AutonamingOptions{Mode: plugin.AutonamingModeDisabled})
	require.Len(t, off.Failures, 1)
	assert.Equal(t, "automatic naming is off, and no name is given", off.Failures[0].Reason)
}
