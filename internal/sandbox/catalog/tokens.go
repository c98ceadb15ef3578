package catalog

import "regexp"

// The types that other types refer to.
//
//nolint:gosec // type tokens, not credentials
const (
	tokenVpc              = "aws:ec2/vpc:Vpc"
	tokenSubnet           = "aws:ec2/subnet:Subnet"
	tokenIgw              = "aws:ec2/internetGateway:InternetGateway"
	tokenIgwAttachment    = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
	tokenRouteTable       = "aws:ec2/routeTable:RouteTable"
	tokenRoute            = "aws:ec2/route:Route"
	tokenEip              = "aws:ec2/eip:Eip"
	tokenEipAssociation   = "aws:ec2/eipAssociation:EipAssociation"
	tokenNat              = "aws:ec2/natGateway:NatGateway"
	tokenEni              = "aws:ec2/networkInterface:NetworkInterface"
	tokenGroup            = "aws:ec2/securityGroup:SecurityGroup"
	tokenDefaultGroup     = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	tokenIngressRule      = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	tokenEgressRule       = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	tokenEndpoint         = "aws:ec2/vpcEndpoint:VpcEndpoint"
	tokenTemplate         = "aws:ec2/launchTemplate:LaunchTemplate"
	tokenInstance         = "aws:ec2/instance:Instance"
	tokenVolume           = "aws:ebs/volume:Volume"
	tokenVolumeAttachment = "aws:ec2/volumeAttachment:VolumeAttachment"
	tokenBalancer         = "aws:lb/loadBalancer:LoadBalancer"
	tokenListener         = "aws:lb/listener:Listener"
	tokenListenerCert     = "aws:lb/listenerCertificate:ListenerCertificate"
	tokenListenerRule     = "aws:lb/listenerRule:ListenerRule"
	tokenTargetGroup      = "aws:lb/targetGroup:TargetGroup"
	tokenCertificate      = "aws:acm/certificate:Certificate"
	tokenValidation       = "aws:acm/certificateValidation:CertificateValidation"
	tokenZone             = "aws:route53/zone:Zone"
	tokenRecord           = "aws:route53/record:Record"
	tokenBucket           = "aws:s3/bucketV2:BucketV2"
	tokenBucketPolicy     = "aws:s3/bucketPolicy:BucketPolicy"
	tokenTopic            = "aws:sns/topic:Topic"
	tokenRole             = "aws:iam/role:Role"
	tokenRolePolicy       = "aws:iam/rolePolicy:RolePolicy"
	tokenRoleAttachment   = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	tokenProfile          = "aws:iam/instanceProfile:InstanceProfile"
	tokenPolicy           = "aws:iam/policy:Policy"
	tokenLogGroup         = "aws:cloudwatch/logGroup:LogGroup"
	tokenEventRule        = "aws:cloudwatch/eventRule:EventRule"
	tokenScalingGroup     = "aws:autoscaling/group:Group"
	tokenKey              = "aws:kms/key:Key"
	tokenRepository       = "aws:ecr/repository:Repository"
	tokenImage            = "docker:index/image:Image"
)

// What may have been made outside this cloud: config names such things by id.
var (
	anyCertificate = regexp.MustCompile(`^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}$`)
	anyZone        = regexp.MustCompile(`^Z[A-Z0-9]{6,31}$`)
	anyTopic       = regexp.MustCompile(`^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$`)
	anyPolicy      = regexp.MustCompile(`^arn:aws:iam::(aws|\d{12}):policy/.+$`)
	anyKey         = regexp.MustCompile(
		`^(arn:aws:kms:[a-z0-9-]+:\d{12}:(key|alias)/.+|alias/aws/[a-z0-9]+|[0-9a-f-]{36})$`)
)
