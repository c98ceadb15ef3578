package sandbox_test

import (
	"testing"
)

func TestCreate_refuses_balancers(t *testing.T) {
	t.Parallel()
	denied := "InvalidConfigurationRequest: Access Denied for bucket: logs-of-test. Please check S3bucket permission"
	bucketPolicy := func(p string) []thing {
		return append(withLogs[:1:1], thing{bucketPolT, "p", props{"bucket": "@logs", "policy": p}})
	}
	runRefusals(t, []refusal{
		{
			"one zone", nil, lbT,
			props{"subnets": []any{"@a"}},
			"ValidationError: At least two subnets in two different Availability Zones must be specified",
		},
		{
			"two subnets of a zone",
			[]thing{
				{subnetT, "a2", props{"vpcId": "@vpc", "cidrBlock": "10.10.7.0/24", "availabilityZone": region + "a"}},
			},
			lbT,
			props{"subnets": []any{"@a", "@a2"}},
			"InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone",
		},
		{"small subnet", []thing{
			{subnetT, "s", props{"vpcId": "@vpc", "cidrBlock": "10.10.7.0/28", "availabilityZone": region + "c"}},
		}, lbT, props{"subnets": []any{"@a", "@s"}}, "InvalidSubnet: Not enough IP space available in @{s}. " +
			"ELB requires at least 8 free IP addresses in each subnet."},
		{
			"no gateway", append(otherVpc,
				thing{subnetT, "d", props{"vpcId": "@vpc2", "cidrBlock": "10.20.1.0/24", "availabilityZone": region + "b"}}),
			lbT,
			props{"subnets": []any{"@c", "@d"}},
			"InvalidSubnet: VPC @{vpc2} has no internet gateway",
		},
		{
			"internal without gateway", append(otherVpc,
				thing{subnetT, "d", props{"vpcId": "@vpc2", "cidrBlock": "10.20.1.0/24", "availabilityZone": region + "b"}}),
			lbT,
			props{"subnets": []any{"@c", "@d"}, "internal": true},
			"",
		},
		{
			"two VPCs", append(otherVpc,
				thing{subnetT, "d", props{"vpcId": "@vpc2", "cidrBlock": "10.20.1.0/24", "availabilityZone": region + "b"}}),
			lbT,
			props{"subnets": []any{"@a", "@d"}},
			"InvalidConfigurationRequest: All subnets must belong to the same VPC: '@{vpc}'",
		},
		{
			"same name",
			[]thing{{lbT, "x", with(balancer, props{"name": "web"})}},
			lbT, with(balancer, props{"name": "web"}),
			"DuplicateLoadBalancerName: A load balancer with the name 'web' already exists",
		},
		{
			"51st", repeat(50, lbT, func(int) props { return balancer }), lbT, balancer,
			"TooManyLoadBalancers: The maximum number of load balancers has been reached.",
		},
		{
			"no log bucket", nil, lbT, with(balancer, props{"accessLogs": props{"enabled": true, "bucket": "nosuch"}}),
			"InvalidConfigurationRequest: Access Denied for bucket: nosuch. Please check S3bucket permission (no such bucket)",
		},
		{"log bucket without policy", withLogs, lbT, logged, denied},
		{
			"policy of another service", bucketPolicy(letIn("config.amazonaws.com", "s3:PutObject",
				"arn:aws:s3:::logs-of-test/*")),
			lbT, logged, denied,
		},
		{
			"policy of another action", bucketPolicy(delivery("s3:GetObject", "arn:aws:s3:::logs-of-test/*")), lbT, logged,
			denied,
		},
		{
			"policy of another prefix", bucketPolicy(delivery("s3:PutObject", "arn:aws:s3:::logs-of-test/x/*")), lbT,
			logged, denied,
		},
		{
			"policy of the service", bucketPolicy(delivery("s3:PutObject", "arn:aws:s3:::logs-of-test/AWSLogs/123456789012/*")),
			lbT, logged, "",
		},
		{"policy of the account", bucketPolicy(text(props{"Version": "2012-10-17", "Statement": []any{props{
			"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs-of-test/*",
			"Principal": props{"AWS": "arn:aws:iam::797873946194:root"},
		}}})), lbT, logged, ""},
		{"logs off", withLogs, lbT, with(balancer, props{"accessLogs": props{"enabled": false, "bucket": "@logs"}}), ""},
	})
}

func TestCreate_refuses_listeners(t *testing.T) {
	t.Parallel()
	notIssued := "UnsupportedCertificate: The certificate '@{cert}' must have a fully-qualified domain name, a " +
		"supported signature, and a supported key size. (it is not issued yet: use the " +
		"certificateArn of its CertificateValidation)"
	rule := props{
		"listenerArn": "@http", "priority": 10, "actions": fixed404,
		"conditions": []any{props{"pathPattern": props{"values": []any{"/x"}}}},
	}
	withListener := []thing{withBalancer[0], {listenerT, "http", listener}}
	runRefusals(t, []refusal{
		{
			"no balancer", nil, listenerT, with(listener, props{"loadBalancerArn": "arn:nosuch"}),
			"LoadBalancerNotFound: Load balancer 'arn:nosuch' not found",
		},
		{
			"same port", withListener, listenerT, listener,
			"DuplicateListener: A listener already exists on this port for this load balancer '@{lb}'",
		},
		{"other port", withListener, listenerT, with(listener, props{"port": 8080}), ""},
		{"51st listener", append(withBalancer[:1:1], repeat(50, listenerT, func(i int) props {
			return with(listener, props{"port": 8000 + i})
		})...), listenerT, listener, "TooManyListeners: The maximum number of listeners has been reached."},
		{"certificate not issued", withCert, listenerT, with(secure, props{"certificateArn": "@cert"}), notIssued},
		{
			"certificate issued", append(withCert[:3:3], validation[:2]...), listenerT,
			with(secure, props{"certificateArn": "@cert"}), "",
		},
		{"certificate made elsewhere", withCert, listenerT, with(secure, props{"certificateArn": certARN}), ""},
		{"certificate of another region", withCert, listenerT, with(secure, props{
			"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
		}), "ResourceNotFoundException: Could not find certificate " +
			"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"},
		{"extra certificate not issued", append(withCert[:3:3], thing{listenerT, "https", with(secure, props{
			"certificateArn": certARN,
		})}), listenerCrtT, props{"listenerArn": "@https", "certificateArn": "@cert"}, notIssued},
		{
			"no target group", withBalancer, listenerT, with(listener, props{"defaultActions": forwardTo("arn:nosuch")}),
			"TargetGroupNotFound: Target group 'arn:nosuch' not found",
		},
		{"targets of another VPC", append(append(otherVpc, withBalancer...), thing{targetsT, "tg", props{
			"vpcId": "@vpc2", "port": 80, "protocol": "HTTP",
		}}), listenerT, with(listener, props{"defaultActions": forwardTo("@tg")}), "InvalidConfigurationRequest: " +
			"The target group with targetGroupArn @{tg} and the load balancer are in different VPCs"},
		{
			"priority in use", append(withListener[:2:2], thing{ruleT, "r", rule}), ruleT, rule,
			"PriorityInUse: Priority '10' is currently in use",
		},
		{"other priority", append(withListener[:2:2], thing{ruleT, "r", rule}), ruleT, with(rule, props{"priority": 11}), ""},
		{"101st rule", append(withListener[:2:2], repeat(100, ruleT, func(i int) props {
			return with(rule, props{"priority": 100 + i})
		})...), ruleT, rule, "TooManyRules: The maximum number of rules has been reached."},
		{
			"same target group",
			[]thing{{targetsT, "x", props{"vpcId": "@vpc", "port": 80, "protocol": "HTTP", "name": "web"}}},
			targetsT,
			props{"vpcId": "@vpc", "port": 81, "protocol": "HTTP", "name": "web"},
			"DuplicateTargetGroupName: A target group with the same name 'web' exists, but with different settings",
		},
		{
			"no target",
			[]thing{{targetsT, "tg", props{"vpcId": "@vpc", "port": 80, "protocol": "HTTP"}}},
			targetAttT,
			props{"targetGroupArn": "@tg", "targetId": "i-" + gone},
			"InvalidTarget: The following targets are not in a running state and cannot be registered: 'i-" + gone + "'",
		},
	})
}

func TestCreate_refuses_domains(t *testing.T) {
	t.Parallel()
	zone := thing{zoneT, "zone", props{"name": "example.com"}}
	record := props{"zoneId": "@zone", "name": "www", "type": "A", "ttl": 60, "records": []any{"192.0.2.1"}}
	private := props{"name": "test.internal", "vpcs": []any{props{"vpcId": "@vpc"}}}
	runRefusals(t, []refusal{
		{
			"no zone", nil, recordT, with(record, props{"zoneId": "nosuch"}),
			"NoSuchHostedZone: No hosted zone found with ID: nosuch",
		},
		{"zone made elsewhere", nil, recordT, with(record, props{"zoneId": "Z0123456789ABCDEFGHIJ"}), ""},
		{
			"record twice",
			[]thing{zone, {recordT, "r", record}},
			recordT, with(record, props{"name": "WWW"}),
			"InvalidChangeBatch: [Tried to create resource record set [name='www.', type='A'] but it already exists]",
		},
		{
			"record of another set",
			[]thing{zone, {recordT, "r", with(record, props{"setIdentifier": "x"})}},
			recordT,
			with(record, props{"setIdentifier": "y"}), "",
		},
		{
			"record taken over",
			[]thing{zone, {recordT, "r", record}},
			recordT, with(record, props{"allowOverwrite": true}),
			"",
		},
		{"private zone twice", []thing{{zoneT, "z", private}}, zoneT, private, "ConflictingDomainExists: The VPC @{vpc} in " +
			"region us-west-2 has already been associated with the hosted zone @{z} with the same domain name."},
		{
			"private zone of no VPC", nil, zoneT, with(private, props{"vpcs": []any{props{"vpcId": "vpc-" + gone}}}),
			"InvalidVpcID.NotFound: The vpc ID 'vpc-" + gone + "' does not exist",
		},
		{
			"validation without records", withCert, validationT,
			props{"certificateArn": "@cert"},
			"waiting for ACM Certificate (@{cert}) to be issued: timeout while waiting for state to become 'ISSUED' " +
				"(last state: 'PENDING_VALIDATION'): no record @{cert.domainValidationOptions[0].resourceRecordName}",
		},
	})
}
