package sandbox_test

import (
	"fmt"
	"testing"
)

func TestCreate_refuses_names_and_parts_of_other_services(t *testing.T) {
	t.Parallel()
	filter := props{
		"name": "n", "logGroupName": "/n", "pattern": "x",
		"metricTransformation": props{"name": "Errors", "namespace": "Test", "value": "1"},
	}
	alarm := props{
		"name": "n", "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "metricName": "M",
		"namespace": "N", "period": 60, "statistic": "Sum", "threshold": 1,
	}
	group := props{
		"name": "n", "minSize": 0, "maxSize": 1, "launchTemplate": props{"id": "@lt"},
		"vpcZoneIdentifiers": []any{"@a"},
	}
	template := thing{templateT, "lt", props{"imageId": ami, "instanceType": "t3.micro"}}
	log := thing{logT, "l", props{"name": "/n"}}
	role := thing{roleT, "r", with(mandated, props{"name": "n"})}
	rule := thing{eventRuleT, "e", props{"name": "n", "scheduleExpression": "rate(1 day)"}}
	target := props{"rule": "n", "arn": "arn:aws:lambda:us-west-2:123456789012:function:f", "targetId": "t"}
	runRefusals(t, []refusal{
		{"role", []thing{role}, roleT, role.props, "EntityAlreadyExists: Role with name n already exists."},
		{
			"profile",
			[]thing{{profileT, "p", props{"name": "n"}}},
			profileT,
			props{"name": "n"},
			"EntityAlreadyExists: Instance Profile n already exists.",
		},
		{
			"profile of no role", nil, profileT,
			props{"role": "nosuch"},
			"NoSuchEntity: The role with name nosuch cannot be found.",
		},
		{
			"policy",
			[]thing{{policyT, "p", props{"name": "n", "policy": allow("s3:*")}}},
			policyT,
			props{"name": "n", "policy": allow("s3:*")},
			"EntityAlreadyExists: A policy called n already exists. Duplicate names are not allowed.",
		},
		{
			"inline policy",
			[]thing{role, {rolePolT, "p", props{"name": "n", "role": "n", "policy": allow("s3:*")}}},
			rolePolT,
			props{"name": "n", "role": "n", "policy": allow("s3:*")},
			"EntityAlreadyExists: role n already has a policy n",
		},
		{
			"no policy",
			[]thing{role},
			roleAttT,
			props{"role": "n", "policyArn": "nosuch"},
			"NoSuchEntity: Policy nosuch does not exist or is not attachable.",
		},
		{
			"policy of AWS",
			[]thing{role},
			roleAttT,
			props{"role": "n", "policyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
			"",
		},
		{
			"11th policy", append([]thing{role}, repeat(10, roleAttT, func(i int) props {
				return props{"role": "n", "policyArn": fmt.Sprintf("arn:aws:iam::aws:policy/P%d", i)}
			})...), roleAttT,
			props{"role": "n", "policyArn": "arn:aws:iam::aws:policy/Last"},
			"LimitExceeded: The maximum number of managed policies of the role has been reached.",
		},
		{
			"log group",
			[]thing{log},
			logT, log.props,
			"ResourceAlreadyExistsException: The specified log group already exists: /n",
		},
		{
			"filter",
			[]thing{log, {filterT, "f", filter}},
			filterT, filter,
			"ResourceAlreadyExists: metric filter n of /n already exists, and AWS would overwrite it",
		},
		{"filter of no log", nil, filterT, filter, "ResourceNotFoundException: The specified log group does not exist: /n"},
		{
			"alarm",
			[]thing{{alarmT, "a1", alarm}},
			alarmT, alarm,
			"ResourceAlreadyExists: alarm n already exists, and AWS would overwrite it",
		},
		{
			"event rule",
			[]thing{rule},
			eventRuleT, rule.props,
			"ResourceAlreadyExists: rule n already exists, and AWS would overwrite it",
		},
		{
			"event target",
			[]thing{rule, {eventTargetT, "t", target}},
			eventTargetT, target,
			"ResourceAlreadyExists: target t of rule n already exists, and AWS would overwrite it",
		},
		{
			"target of no rule", nil, eventTargetT, target,
			"ResourceNotFoundException: Rule n does not exist on EventBus default.",
		},
		{"sixth target", append([]thing{rule}, repeat(5, eventTargetT, func(i int) props {
			return with(target, props{"targetId": fmt.Sprintf("t%d", i)})
		})...), eventTargetT, target, "LimitExceededException: The maximum number of targets of the rule has been reached."},
		{
			"topic",
			[]thing{{topicT, "t", props{"name": "n"}}},
			topicT,
			props{"name": "n"},
			"InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists: n",
		},
		{
			"no topic", nil, subscribeT,
			props{"topic": "nosuch", "protocol": "email", "endpoint": "a@example.com"},
			"NotFound: Topic does not exist: nosuch",
		},
		{
			"bucket",
			[]thing{{bucketT, "x", props{"bucket": "taken"}}},
			bucketT,
			props{"bucket": "taken"},
			"BucketAlreadyOwnedByYou: Your previous request to create the named bucket taken succeeded and you already own it.",
		},
		{
			"no bucket", nil, bucketPolT,
			props{"bucket": "nosuch", "policy": delivery("s3:PutObject", "arn:aws:s3:::nosuch/*")},
			"NoSuchBucket: The specified bucket does not exist: nosuch",
		},
		{
			"policy of another bucket", withLogs, bucketPolT,
			props{"bucket": "@logs", "policy": delivery("s3:PutObject", "arn:aws:s3:::x/*")},
			"MalformedPolicy: Policy has invalid resource: arn:aws:s3:::x/*",
		},
		{
			"template",
			[]thing{{templateT, "t", props{"name": "web"}}},
			templateT,
			props{"name": "web"},
			"InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.",
		},
		{
			"scaling group",
			[]thing{template, {asgT, "g", group}},
			asgT, group,
			"AlreadyExists: AutoScalingGroup by this name " +
				"already exists - A group with the name n already exists",
		},
		{
			"no template", nil, asgT, with(group, props{"launchTemplate": props{"id": "lt-" + gone}}),
			"ValidationError: You must use " +
				"a valid fully-formed launch template. The specified launch template lt-" + gone + " does not exist.",
		},
		{
			"template without image",
			[]thing{{templateT, "lt", props{"instanceType": "t3.micro"}}},
			asgT, group,
			"ValidationError: " +
				"You must use a valid fully-formed launch template. The request must contain the parameter ImageId",
		},
		{"template without type", []thing{{templateT, "lt", props{"imageId": ami}}}, asgT, group, "ValidationError: " +
			"You must use a valid fully-formed launch template. The request must contain the parameter InstanceType"},
		{
			"group in two VPCs", append(otherVpc, template), asgT, with(group, props{"vpcZoneIdentifiers": []any{"@a", "@c"}}),
			"ValidationError: The subnets must belong to the same VPC: '@{c}'",
		},
		{
			"hook of no group", nil, hookT,
			props{"autoscalingGroupName": "n", "lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"},
			"ValidationError: AutoScalingGroup name not found - AutoScalingGroup n not found",
		},
		{
			"alias",
			[]thing{{keyT, "k", props{}}, {aliasT, "x", props{"name": "alias/n", "targetKeyId": "@k"}}},
			aliasT,
			props{"name": "alias/n", "targetKeyId": "@k"},
			"AlreadyExistsException: An alias with the name alias/n already exists",
		},
		{
			"parameter",
			[]thing{{paramT, "p", props{"name": "/n", "type": "String", "value": "v"}}},
			paramT,
			props{"name": "/n", "type": "String", "value": "v"},
			"ParameterAlreadyExists: The parameter already exists. " +
				"To overwrite this value, set the overwrite option in the request to true.",
		},
		{
			"parameter taken over",
			[]thing{{paramT, "p", props{"name": "/n", "type": "String", "value": "v"}}},
			paramT,
			props{"name": "/n", "type": "String", "value": "w", "overwrite": true},
			"",
		},
		{
			"volume zone", nil, volumeT,
			props{"availabilityZone": "us-west-2z", "size": 8},
			"InvalidZone.NotFound: The zone 'us-west-2z' does not exist.",
		},
		{
			"profile of instance", nil, instanceT,
			props{"ami": ami, "instanceType": "t3.micro", "iamInstanceProfile": "nosuch"},
			"InvalidParameterValue: Value (nosuch) for parameter iamInstanceProfile.name is invalid. " +
				"Invalid IAM Instance Profile name",
		},
		{
			"interface in use",
			[]thing{{eniT, "e", props{"subnetId": "@a"}}, {instanceT, "i", onInterface}},
			instanceT, onInterface,
			"InvalidNetworkInterface.InUse: Interface: [@{e}] in use.",
		},
		{
			"volume far away",
			[]thing{
				{volumeT, "v", props{"availabilityZone": region + "b", "size": 8}},
				{instanceT, "i", props{"ami": ami, "instanceType": "t3.micro", "subnetId": "@a"}},
			},
			volumeAttT,
			props{"deviceName": "/dev/sdf", "volumeId": "@v", "instanceId": "@i"},
			"InvalidVolume.ZoneMismatch: The volume '@{v}' is not in the same availability zone as instance '@{i}'",
		},
	})
}

var onInterface = props{
	"ami": ami, "instanceType": "t3.micro",
	"networkInterfaces": []any{props{"networkInterfaceId": "@e", "deviceIndex": 0}},
}
