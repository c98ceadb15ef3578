package ingress_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/foundation"
	"github.com/riglet/riglet/components/ingress"
	"github.com/riglet/riglet/internal/pulumitest"
)

const (
	listenerType = "aws:lb/listener:Listener"
	balancerType = "aws:lb/loadBalancer:LoadBalancer"
	ruleType     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

// program makes an ingress called "front" in a network beside it.
func program(args ingress.Args) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		network, err := foundation.NewFoundation(ctx, "network", &foundation.Args{
			Zones: []string{"us-west-2a", "us-west-2b"}, NAT: foundation.NATNone,
		})
		if err != nil {
			return err
		}
		args.VPCID, args.SubnetIDs = network.VPCID, network.PublicSubnetIDs
		args.AlarmTopicARN = network.OperationsTopicARN
		_, err = ingress.NewIngress(ctx, "front", &args)
		return err
	}
}

func domain() *ingress.Domain {
	return &ingress.Domain{Name: "app.example.com", HostedZoneID: pulumi.String("Z0123456789ABC")}
}

func TestNewIngress_refuses(t *testing.T) {
	t.Parallel()
	subnets := pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")}
	tests := []struct {
		name string
		give ingress.Args
		want string
	}{
		{
			name: "nothing at all",
			want: `ingress "front": vpcId: want the id of a VPC, got nothing
subnetIds: want public subnets in two zones at least, got nothing`,
		},
		{
			name: "one subnet", give: ingress.Args{VPCID: pulumi.String("vpc-1"), SubnetIDs: subnets[:1]},
			want: `ingress "front": subnetIds: want public subnets in two zones at least, got 1`,
		},
		{
			name: "two certificates",
			give: ingress.Args{
				VPCID: pulumi.String("vpc-1"), SubnetIDs: subnets, Domain: domain(),
				CertificateARN: pulumi.String("arn:aws:acm:us-west-2:123456789012:certificate/0123abcd"),
			},
			want: `ingress "front": domain: want nothing next to certificateArn, got "app.example.com"`,
		},
		{
			name: "everything at once",
			give: ingress.Args{
				VPCID: pulumi.String("vpc-1"), SubnetIDs: subnets, IdleTimeoutSeconds: 4001, AccessLogDays: -1,
				AllowedCIDRs: []string{"203.0.113.1/24"}, CertificateARN: pulumi.String("certificate"),
			},
			want: `ingress "front": certificateArn: want the ARN of an ACM certificate, got "certificate"
allowedCidrs[0]: want an IPv4 network such as 203.0.113.0/24, got "203.0.113.1/24"
idleTimeoutSeconds: want 1 to 4000, got 4001
accessLogDays: want 1 to 3653, got -1`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder, err := pulumitest.RunE(func(ctx *pulumi.Context) error {
				_, err := ingress.NewIngress(ctx, "front", &tt.give)
				return err
			})
			require.ErrorContains(t, err, tt.want)
			assert.Empty(t, recorder.Resources())
		})
	}
}

func TestNewIngress_redirectsToTLS(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(ingress.Args{Domain: domain()}))
	redirect := recorder.Find(listenerType, "front-http")
	assert.InDelta(t, 80, redirect.Input("port"), 0)
	assert.Equal(t, "redirect", redirect.Input("defaultActions[0].type"))
	assert.Equal(t, "HTTPS", redirect.Input("defaultActions[0].redirect.protocol"))
	assert.Equal(t, "443", redirect.Input("defaultActions[0].redirect.port"))
	assert.Equal(t, "HTTP_301", redirect.Input("defaultActions[0].redirect.statusCode"))
	secure := recorder.Find(listenerType, "front-https")
	assert.InDelta(t, 443, secure.Input("port"), 0)
	assert.Equal(t, "ELBSecurityPolicy-TLS13-1-2-2021-06", secure.Input("sslPolicy"))
	assert.Equal(t, "404", secure.Input("defaultActions[0].fixedResponse.statusCode"))
	assert.Empty(t, recorder.Messages())
}

// The listener takes the certificate from its validation: from the certificate itself it would come too early.
func TestNewIngress_waitsForTheCertificate(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(ingress.Args{Domain: domain()}))
	certificate := recorder.Find("aws:acm/certificate:Certificate", "front-certificate")
	assert.Equal(t, []any{"*.app.example.com"}, certificate.Input("subjectAlternativeNames"))
	validation := recorder.Find("aws:acm/certificateValidation:CertificateValidation", "front-certificate")
	assert.Contains(t, recorder.Find(listenerType, "front-https").DependsOn, validation.URN)
	proof := recorder.Find("aws:route53/record:Record", "front-certificate-proof")
	assert.Equal(t, "Z0123456789ABC", proof.Input("zoneId"))
	home := recorder.Find("aws:route53/record:Record", "front-domain")
	assert.Equal(t, "app.example.com", home.Input("name"))
	assert.Equal(t, recorder.Find(balancerType, "front-balancer").Output("dnsName"), home.Input("aliases[0].name"))
}

func TestNewIngress_saysPlainHTTPLoudly(t *testing.T) {
	t.Parallel()
	for _, options := range [][]pulumitest.Option{nil, {pulumitest.Preview()}} {
		recorder := pulumitest.Run(t, program(ingress.Args{}), options...)
		require.Len(t, recorder.Messages(), 1)
		assert.Contains(t, recorder.Messages()[0], "warning: this balancer speaks plain HTTP")
		assert.Nil(t, recorder.Find(listenerType, "front-https"))
		assert.Equal(t, "404",
			recorder.Find(listenerType, "front-http").Input("defaultActions[0].fixedResponse.statusCode"))
	}
}

func TestNewIngress_opensItsPortsOnly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give ingress.Args
		want []string
	}{
		{name: "plain", give: ingress.Args{}, want: []string{"front-balancer-80-from-0.0.0.0/0"}},
		{
			name: "TLS", give: ingress.Args{Domain: domain()},
			want: []string{"front-balancer-443-from-0.0.0.0/0", "front-balancer-80-from-0.0.0.0/0"},
		},
		{
			name: "an office only", give: ingress.Args{AllowedCIDRs: []string{"203.0.113.0/24"}},
			want: []string{"front-balancer-80-from-203.0.113.0/24"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			recorder := pulumitest.Run(t, program(tt.give))
			var names []string
			for _, rule := range recorder.Of(ruleType) {
				names = append(names, rule.Name)
				assert.Equal(t, rule.Input("fromPort"), rule.Input("toPort"))
			}
			assert.Equal(t, tt.want, names)
			assert.Empty(t, recorder.Of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"))
		})
	}
}

func TestNewIngress_hardensTheBalancer(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(ingress.Args{Protected: true}))
	balancer := recorder.Find(balancerType, "front-balancer")
	assert.Equal(t, true, balancer.Input("dropInvalidHeaderFields"))
	assert.Equal(t, true, balancer.Input("enableDeletionProtection"))
	assert.Equal(t, true, balancer.Input("accessLogs.enabled"))
	assert.InDelta(t, 60, balancer.Input("idleTimeout"), 0)
	// AWS writes a test object when the balancer is made: the policy must be there before.
	policy := recorder.Find("aws:s3/bucketPolicy:BucketPolicy", "front-logs")
	assert.Contains(t, balancer.DependsOn, policy.URN)
	assert.Equal(t, false, recorder.Find("aws:s3/bucketV2:BucketV2", "front-logs").Input("forceDestroy"))
}

func TestNewIngress_letsOnlyTheBalancerWriteLogs(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(ingress.Args{}))
	bucket, ok := recorder.Find("aws:s3/bucketV2:BucketV2", "front-logs").Output("arn").(string)
	require.True(t, ok)
	text, ok := recorder.Find("aws:s3/bucketPolicy:BucketPolicy", "front-logs").Input("policy").(string)
	require.True(t, ok)
	want := `{"Version":"2012-10-17","Statement":[
		{"Sid":"WriteAccessLogs","Effect":"Allow",
		 "Principal":{"Service":["logdelivery.elasticloadbalancing.amazonaws.com"]},
		 "Action":["s3:PutObject"],"Resource":["` + bucket + `/AWSLogs/123456789012/*"],
		 "Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:elasticloadbalancing:*:123456789012:loadbalancer/*"]}}},
		{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],
		 "Resource":["` + bucket + `","` + bucket + `/*"],
		 "Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`
	assert.JSONEq(t, want, text)
	assert.True(t, json.Valid([]byte(text)))
	// The balancer can write under S3's own key only.
	encryption := recorder.Find(
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "front-logs")
	assert.Equal(t, "AES256", encryption.Input("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"))
	closed := recorder.Find("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "front-logs")
	for _, flag := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		assert.Equal(t, true, closed.Input(flag), flag)
	}
}

func TestNewIngress_alarmsGoToTheTopic(t *testing.T) {
	t.Parallel()
	recorder := pulumitest.Run(t, program(ingress.Args{Domain: domain()}))
	topic := recorder.Find("aws:sns/topic:Topic", "network-operations").Output("arn")
	var names []string
	for _, alarm := range recorder.Of("aws:cloudwatch/metricAlarm:MetricAlarm") {
		names = append(names, alarm.Name)
		assert.Equal(t, []any{topic}, alarm.Input("alarmActions"), alarm.Name)
		assert.Equal(t, []any{topic}, alarm.Input("okActions"), alarm.Name)
	}
	assert.Equal(t, []string{"front-certificate", "front-errors", "front-rejected"}, names)
}

// The longest names that people have: 32 characters hold no owner, project, environment and role in full.
func TestNewIngress_cutsTheBalancersName(t *testing.T) {
	t.Parallel()
	long := "a-long-owner-a-long-project-integration"
	recorder := pulumitest.Run(t, program(ingress.Args{Prefix: long}))
	name, ok := recorder.Find(balancerType, "front-balancer").Input("name").(string)
	require.True(t, ok)
	assert.Len(t, name, 32)
	assert.Regexp(t, `^a-long-owner-.*-[0-9a-f]{6}$`, name)
}
