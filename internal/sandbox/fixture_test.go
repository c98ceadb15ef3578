package sandbox_test

import "github.com/riglet/riglet/internal/sandbox/catalog"

// The types that tests name often.
const (
	vpcT         = "aws:ec2/vpc:Vpc"
	subnetT      = "aws:ec2/subnet:Subnet"
	igwT         = "aws:ec2/internetGateway:InternetGateway"
	attachT      = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
	tableT       = "aws:ec2/routeTable:RouteTable"
	routeT       = "aws:ec2/route:Route"
	tableAssocT  = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	eipT         = "aws:ec2/eip:Eip"
	eipAssocT    = "aws:ec2/eipAssociation:EipAssociation"
	natT         = "aws:ec2/natGateway:NatGateway"
	eniT         = "aws:ec2/networkInterface:NetworkInterface"
	eniAttachT   = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"
	groupT       = "aws:ec2/securityGroup:SecurityGroup"
	defaultT     = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	ingressT     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressT      = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	endpointT    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	flowT        = "aws:ec2/flowLog:FlowLog"
	templateT    = "aws:ec2/launchTemplate:LaunchTemplate"
	instanceT    = "aws:ec2/instance:Instance"
	volumeT      = "aws:ebs/volume:Volume"
	volumeAttT   = "aws:ec2/volumeAttachment:VolumeAttachment"
	lbT          = "aws:lb/loadBalancer:LoadBalancer"
	listenerT    = "aws:lb/listener:Listener"
	listenerCrtT = "aws:lb/listenerCertificate:ListenerCertificate"
	ruleT        = "aws:lb/listenerRule:ListenerRule"
	targetsT     = "aws:lb/targetGroup:TargetGroup"
	targetAttT   = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
	certT        = "aws:acm/certificate:Certificate"
	validationT  = "aws:acm/certificateValidation:CertificateValidation"
	zoneT        = "aws:route53/zone:Zone"
	recordT      = "aws:route53/record:Record"
	bucketT      = "aws:s3/bucketV2:BucketV2"
	bucketPolT   = "aws:s3/bucketPolicy:BucketPolicy"
	topicT       = "aws:sns/topic:Topic"
	topicPolT    = "aws:sns/topicPolicy:TopicPolicy"
	subscribeT   = "aws:sns/topicSubscription:TopicSubscription"
	roleT        = "aws:iam/role:Role"
	rolePolT     = "aws:iam/rolePolicy:RolePolicy"
	roleAttT     = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	profileT     = "aws:iam/instanceProfile:InstanceProfile"
	policyT      = "aws:iam/policy:Policy"
	logT         = "aws:cloudwatch/logGroup:LogGroup"
	filterT      = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	alarmT       = "aws:cloudwatch/metricAlarm:MetricAlarm"
	eventRuleT   = "aws:cloudwatch/eventRule:EventRule"
	eventTargetT = "aws:cloudwatch/eventTarget:EventTarget"
	asgT         = "aws:autoscaling/group:Group"
	hookT        = "aws:autoscaling/lifecycleHook:LifecycleHook"
	scalePolT    = "aws:autoscaling/policy:Policy"
	serviceT     = catalog.TypeService
	taskT        = "aws:ecs/taskDefinition:TaskDefinition"
	scalableT    = "aws:appautoscaling/target:Target"
	taskScaleT   = "aws:appautoscaling/policy:Policy"
	clusterT     = "aws:ecs/cluster:Cluster"
	capacityT    = "aws:ecs/capacityProvider:CapacityProvider"
	capacitiesT  = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	keyT         = "aws:kms/key:Key"
	aliasT       = "aws:kms/alias:Alias"
	paramT       = catalog.TokenParameter
	secretT      = "aws:secretsmanager/secret:Secret"
	lockT        = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	snapshotsT   = "aws:dlm/lifecyclePolicy:LifecyclePolicy"

	repositoryT    = "aws:ecr/repository:Repository"
	lifecycleT     = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	repositoryPolT = "aws:ecr/repositoryPolicy:RepositoryPolicy"
	imageT         = "docker:index/image:Image"

	componentT    = "aws:imagebuilder/component:Component"
	recipeT       = "aws:imagebuilder/imageRecipe:ImageRecipe"
	buildT        = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
	distributionT = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration"
	pipelineT     = "aws:imagebuilder/imagePipeline:ImagePipeline"
	oldImagesT    = "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy"
)

// thing is one resource of a test.
type thing struct {
	token, name string
	props       props
}

const ami = "ami-0123456789abcdef0"

func trust(service string) string {
	return text(props{"Version": "2012-10-17", "Statement": []any{props{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": props{"Service": service},
	}}})
}

func allow(action string) string {
	return text(props{"Version": "2012-10-17", "Statement": []any{props{
		"Effect": "Allow", "Action": action, "Resource": "*",
	}}})
}

func letIn(service, action, on string) string {
	return text(props{"Version": "2012-10-17", "Statement": []any{props{
		"Effect": "Allow", "Action": action, "Resource": on, "Principal": props{"Service": service},
	}}})
}

// delivery is the policy that lets balancers write their logs.
func delivery(action, on string) string {
	return letIn("logdelivery.elasticloadbalancing.amazonaws.com", action, on)
}

var fixed404 = []any{props{
	"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain", "statusCode": "404"},
}}

func forwardTo(group string) []any { return []any{props{"type": "forward", "targetGroupArn": group}} }

// locked keeps the objects of a bucket for a while.
func locked(bucket string) props {
	return props{"bucket": bucket, "rule": props{"defaultRetention": props{"mode": "GOVERNANCE", "days": 30}}}
}

// daily is a policy of snapshots that are made as a role.
func daily(role string) props {
	return props{
		"description": "daily", "executionRoleArn": role, "policyDetails": props{
			"resourceTypes": []any{"VOLUME"}, "targetTags": props{"SnapshotsOf": "data"},
			"schedules": []any{props{
				"name": "daily", "createRule": props{"interval": 24, "times": "03:00"}, "retainRule": props{"count": 7},
			}},
		},
	}
}

// network is what most other things stand on.
var network = []thing{
	{vpcT, "vpc", props{"cidrBlock": "10.10.0.0/16", "enableDnsHostnames": true}},
	{subnetT, "a", props{"vpcId": "@vpc", "cidrBlock": "10.10.0.0/24", "availabilityZone": region + "a"}},
	{subnetT, "b", props{"vpcId": "@vpc", "cidrBlock": "10.10.1.0/24", "availabilityZone": region + "b"}},
	{igwT, "igw", props{}},
	{attachT, "attach", props{"vpcId": "@vpc", "internetGatewayId": "@igw"}},
	{groupT, "grp", props{"vpcId": "@vpc", "description": "test"}},
}

// everything has a minimal valid example of each known type, in an order in
// which they can be made.
var everything = append(network[:len(network):len(network)], []thing{
	{tableT, "table", props{"vpcId": "@vpc"}},
	{routeT, "route", props{"routeTableId": "@table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "@igw"}},
	{tableAssocT, "tableAssoc", props{"routeTableId": "@table", "subnetId": "@a"}},
	{eipT, "eip", props{"domain": "vpc"}},
	{eipT, "natEip", props{"domain": "vpc"}},
	{natT, "nat", props{"subnetId": "@a", "allocationId": "@natEip"}},
	{eniT, "eni", props{"subnetId": "@a", "securityGroups": []any{"@grp"}, "sourceDestCheck": false}},
	{eniT, "eni2", props{"subnetId": "@a"}},
	{eipAssocT, "eipAssoc", props{"allocationId": "@eip", "networkInterfaceId": "@eni"}},
	{defaultT, "defaultSg", props{"vpcId": "@vpc"}},
	{ingressT, "in", props{
		"securityGroupId": "@grp", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "cidrIpv4": "0.0.0.0/0",
	}},
	{egressT, "out", props{"securityGroupId": "@grp", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}},
	{endpointT, "s3Endpoint", props{
		"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.s3", "routeTableIds": []any{"@table"},
	}},
	{endpointT, "ssmEndpoint", props{
		"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.ssm", "vpcEndpointType": "Interface",
		"subnetIds": []any{"@a", "@b"}, "securityGroupIds": []any{"@grp"}, "privateDnsEnabled": true,
	}},
	{roleT, "role", props{"assumeRolePolicy": trust("ec2.amazonaws.com")}},
	{rolePolT, "rolePol", props{"role": "@role", "policy": allow("s3:GetObject")}},
	{policyT, "policy", props{"policy": allow("s3:GetObject")}},
	{roleAttT, "roleAtt", props{"role": "@role", "policyArn": "@policy"}},
	{profileT, "profile", props{"role": "@role"}},
	{logT, "log", props{"retentionInDays": 30}},
	{flowT, "flow", props{
		"vpcId": "@vpc", "trafficType": "ALL", "iamRoleArn": "@role.arn", "logDestination": "@log.arn",
	}},
	{templateT, "template", props{"imageId": ami, "instanceType": "t3.micro", "vpcSecurityGroupIds": []any{"@grp"}}},
	{instanceT, "instance", props{
		"ami": ami, "instanceType": "t3.micro", "subnetId": "@a", "vpcSecurityGroupIds": []any{"@grp"},
		"iamInstanceProfile": "@profile",
	}},
	{eniAttachT, "eniAttach", props{"instanceId": "@instance", "networkInterfaceId": "@eni2", "deviceIndex": 1}},
	{volumeT, "volume", props{"availabilityZone": region + "a", "size": 20, "type": "gp3"}},
	{volumeAttT, "volumeAtt", props{"deviceName": "/dev/sdf", "instanceId": "@instance", "volumeId": "@volume"}},
	{bucketT, "bucket", props{}},
	{bucketPolT, "bucketPol", props{"bucket": "@bucket", "policy": delivery("s3:PutObject", "arn:aws:s3:::@{bucket}/*")}},
	{lbT, "lb", props{"subnets": []any{"@a", "@b"}, "securityGroups": []any{"@grp"}}},
	{targetsT, "targets", props{"vpcId": "@vpc", "port": 80, "protocol": "HTTP"}},
	{targetAttT, "targetAtt", props{"targetGroupArn": "@targets", "targetId": "@instance"}},
	{listenerT, "http", props{"loadBalancerArn": "@lb", "port": 80, "defaultActions": fixed404}},
	{ruleT, "rule", props{
		"listenerArn": "@http", "priority": 10, "actions": forwardTo("@targets"),
		"conditions": []any{props{"pathPattern": props{"values": []any{"/api/*"}}}},
	}},
	{zoneT, "zone", props{"name": "example.com"}},
	{certT, "cert", props{"domainName": "www.example.com", "validationMethod": "DNS"}},
	{recordT, "record", props{
		"zoneId": "@zone", "name": "proof.example.com", "type": "CNAME", "ttl": 60, "records": []any{"x.example.com"},
	}},
	{topicT, "topic", props{}},
	{topicPolT, "topicPol", props{"arn": "@topic", "policy": letIn("events.amazonaws.com", "sns:Publish", "*")}},
	{subscribeT, "mail", props{"topic": "@topic", "protocol": "email", "endpoint": "ops@example.com"}},
	{filterT, "filter", props{
		"logGroupName": "@log", "pattern": "ERROR",
		"metricTransformation": props{"name": "Errors", "namespace": "Test", "value": "1"},
	}},
	{alarmT, "alarm", props{
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "metricName": "CPUUtilization",
		"namespace": "AWS/EC2", "period": 60, "statistic": "Average", "threshold": 80, "alarmActions": []any{"@topic"},
	}},
	{eventRuleT, "eventRule", props{"scheduleExpression": "rate(5 minutes)"}},
	{eventTargetT, "eventTarget", props{"rule": "@eventRule", "arn": "@topic"}},
	{asgT, "asg", props{
		"minSize": 1, "maxSize": 2, "launchTemplate": props{"id": "@template"}, "vpcZoneIdentifiers": []any{"@a", "@b"},
	}},
	{hookT, "hook", props{
		"autoscalingGroupName": "@asg", "lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
	}},
	{scalePolT, "scalePol", props{
		"autoscalingGroupName": "@asg", "policyType": "TargetTrackingScaling", "targetTrackingConfiguration": props{
			"targetValue": 60, "predefinedMetricSpecification": props{"predefinedMetricType": "ASGAverageCPUUtilization"},
		},
	}},
	{"aws:autoscaling/schedule:Schedule", "schedule", props{
		"autoscalingGroupName": "@asg", "scheduledActionName": "night", "recurrence": "0 20 * * *",
		"minSize": 0, "maxSize": 1, "desiredCapacity": 0,
	}},
	{clusterT, "cluster", props{}},
	{capacityT, "capacity", props{"autoScalingGroupProvider": props{"autoScalingGroupArn": "@asg.arn"}}},
	{capacitiesT, "capacities", props{
		"clusterName": "@cluster.name", "capacityProviders": []any{"@capacity.name", "FARGATE"},
	}},
	{clusterT, "tasks", props{"name": "tasks"}},
	{capacitiesT, "taskCapacities", props{"clusterName": "@tasks.name", "capacityProviders": []any{"FARGATE"}}},
	{taskT, "taskDefinition", fargateTask(props{})},
	{serviceT, "service", fargateService(props{})},
	{scalableT, "scalable", props{
		"minCapacity": 1, "maxCapacity": 2, "resourceId": "service/tasks/web",
		"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
	}},
	{taskScaleT, "taskScaling", props{
		"policyType": "TargetTrackingScaling", "resourceId": "@scalable.resourceId",
		"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
		"targetTrackingScalingPolicyConfiguration": props{
			"targetValue":                   60,
			"predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
		},
	}},
	{keyT, "key", props{}},
	{aliasT, "alias", props{"targetKeyId": "@key"}},
	{paramT, "param", props{"type": "String", "value": "v"}},
	{repositoryT, "repository", props{"imageTagMutability": "IMMUTABLE"}},
	{lifecycleT, "lifecycle", props{"repository": "@repository", "policy": expire(props{
		"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9,
	})}},
	{repositoryPolT, "repositoryPol", props{
		"repository": "@repository", "policy": letIn("codebuild.amazonaws.com", "ecr:BatchGetImage", "*"),
	}},
	{imageT, "image", built("v1")},
	{"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "pab", props{"bucket": "@bucket"}},
	{"aws:s3/bucketVersioningV2:BucketVersioningV2", "ver", props{
		"bucket": "@bucket", "versioningConfiguration": props{"status": "Enabled"},
	}},
	{"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "sse", props{
		"bucket": "@bucket",
		"rules":  []any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "AES256"}}},
	}},
	{"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "life", props{
		"bucket": "@bucket",
		"rules":  []any{props{"id": "expire", "status": "Enabled", "expiration": props{"days": 90}}},
	}},
	{"aws:s3/bucketOwnershipControls:BucketOwnershipControls", "own", props{
		"bucket": "@bucket", "rule": props{"objectOwnership": "BucketOwnerEnforced"},
	}},
	{lockT, "lock", locked("@bucket")},
	{secretT, "secret", props{"recoveryWindowInDays": 0}},
	{roleT, "dlmRole", props{"assumeRolePolicy": trust("dlm.amazonaws.com")}},
	{snapshotsT, "snapshots", daily("@dlmRole.arn")},
	{componentT, "component", builtIn(props{})},
	{recipeT, "recipe", recipe(props{})},
	{roleT, "imageRole", props{"assumeRolePolicy": trust("imagebuilder.amazonaws.com")}},
	{profileT, "imageProfile", props{"role": "@imageRole"}},
	{buildT, "imageBuild", props{"instanceProfileName": "@imageProfile.name"}},
	{distributionT, "distribution", distributed("shop {{ imagebuilder:buildDate }}")},
	{pipelineT, "imagePipeline", baked(props{"executionRole": "@imageRole.arn"})},
	{oldImagesT, "oldImages", oldImages("DELETE")},
}...)

// validation proves the certificate "cert" of everything, so that it is issued.
var validation = []thing{
	{recordT, "proof", props{
		"zoneId": "@zone", "name": "@cert.domainValidationOptions[0].resourceRecordName", "type": "CNAME",
		"ttl": 60, "records": []any{"@cert.domainValidationOptions[0].resourceRecordValue"},
	}},
	{validationT, "validation", props{"certificateArn": "@cert", "validationRecordFqdns": []any{"@proof.fqdn"}}},
	{listenerT, "https", props{
		"loadBalancerArn": "@lb", "port": 443, "protocol": "HTTPS", "certificateArn": "@validation.certificateArn",
		"defaultActions": fixed404, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
	}},
	{listenerCrtT, "extra", props{"listenerArn": "@https", "certificateArn": "@validation.certificateArn"}},
}
