package catalog

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// The services that have endpoints in every region of the table. Only the first
// two have gateway endpoints.
var endpointServices = strings.Fields(`s3 dynamodb
	acm-pca application-autoscaling athena autoscaling backup cloudformation cloudtrail codeartifact.api
	codebuild codecommit codedeploy codepipeline config datasync ec2 ec2messages ecr.api ecr.dkr ecs ecs-agent
	ecs-telemetry elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing email-smtp events
	execute-api glue kinesis-streams kms lambda logs monitoring rds redshift secretsmanager
	servicediscovery sns sqs ssm ssmmessages states sts synthetics transfer xray`)

var endpoints = []model.Kind{
	{
		Token: tokenEndpoint, Args: ec2.VpcEndpointArgs{}, State: ec2.VpcEndpoint{},
		ID: "vpce-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:vpc-endpoint/{id}",
		Replace: []string{
			"resourceConfigurationArn", "serviceName", "serviceNetworkArn", "serviceRegion", "vpcEndpointType", "vpcId",
		},
		Sets: []string{"routeTableIds", "securityGroupIds", "subnetIds", "subnetConfigurations"},
		JSON: []string{"policy"},
		Refs: []model.Ref{
			{Path: "vpcId", To: tokenVpc},
			{Path: "subnetIds[]", To: tokenSubnet},
			{Path: "securityGroupIds[]", To: tokenGroup},
			{Path: "routeTableIds[]", To: tokenRouteTable, Loose: true},
		},
		Outputs: map[string]any{
			"ownerId": "{account}", "state": "available", "vpcEndpointType": "Gateway",
			"serviceRegion": "{region}", "ipAddressType": "ipv4",
		},
		Missing: "InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id '{value}' does not exist",
		Rules: []model.Rule{
			oneOf("vpcEndpointType", "Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"),
			exactlyOne("serviceName", "resourceConfigurationArn", "serviceNetworkArn"),
			policy("policy", true), endpointShape,
		},
		Admit: admits(endpointService, endpointTables, endpointDNS, endpointZones,
			oneNetwork("subnetIds[]", "securityGroupIds[]")),
		Fill: fillEndpoint,
	},
}

func isInterface(in resource.PropertyMap) bool {
	return model.Str(in, "vpcEndpointType") == "Interface"
}

// endpointShape keeps the inputs of the two kinds of endpoint apart.
func endpointShape(c *model.Check) {
	gatewayOnly, interfaceOnly := []string{"routeTableIds"}, []string{"subnetIds", "securityGroupIds"}
	wrong, kind := interfaceOnly, "a gateway"
	if isInterface(c.Props) {
		wrong, kind = gatewayOnly, "an interface"
	}
	for _, name := range wrong {
		if len(model.Values(c.Props, name+"[]")) > 0 {
			c.Fault(name, "want none for %s endpoint", kind)
		}
	}
	if !isInterface(c.Props) && model.Flag(c.Props, "privateDnsEnabled", false) {
		c.Fault("privateDnsEnabled", "want it for interface endpoints only")
	}
}

func endpointService(s *model.Scene) error {
	name := s.In("serviceName")
	service, ok := strings.CutPrefix(name, "com.amazonaws."+s.World.Region+".")
	known := ok && slices.Contains(endpointServices, service)
	private := strings.HasPrefix(name, "com.amazonaws.vpce."+s.World.Region+".vpce-svc-")
	if name != "" && !known && !private {
		return model.Refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", name)
	}
	hasGateway := slices.Contains(endpointServices[:2], service)
	if isInterface(s.Object.Inputs) || hasGateway || name == "" {
		return nil
	}
	return model.Refuse("InvalidParameter",
		"Endpoint type (Gateway) does not match available service types ([Interface]).")
}

// endpointTables refuses a second way to the same service in one route table.
func endpointTables(s *model.Scene) error {
	for _, table := range s.Ins("routeTableIds[]") {
		for _, other := range s.World.UsersOf(tokenRouteTable, table, tokenEndpoint) {
			if other.ID != s.Object.ID && other.In("serviceName") == s.In("serviceName") {
				return model.Refuse("RouteAlreadyExists",
					"route table %s already has a route with destination-prefix-list-id %s",
					table, other.Out("prefixListId"))
			}
		}
	}
	return nil
}

// endpointDNS checks what private names need of the VPC, and that no other
// endpoint answers to them.
func endpointDNS(s *model.Scene) error {
	vpc := s.Target(tokenVpc, "vpcId")
	if vpc == nil || !model.Flag(s.Object.Inputs, "privateDnsEnabled", false) {
		return nil
	}
	names := model.Flag(vpc.Outputs, "enableDnsHostnames", false) && model.Flag(vpc.Outputs, "enableDnsSupport", true)
	if !names {
		return model.Refuse("InvalidParameter", "Enabling private DNS requires both enableDnsSupport "+
			"and enableDnsHostnames VPC attributes set to true for %s", vpc.ID)
	}
	for _, other := range s.Others(vpc, tokenEndpoint) {
		same := other.In("serviceName") == s.In("serviceName")
		if same && model.Flag(other.Inputs, "privateDnsEnabled", false) {
			return model.Refuse("InvalidParameter", "private-dns-enabled cannot be set because there is "+
				"already a conflicting DNS domain for %s in the VPC %s", s.In("serviceName"), vpc.ID)
		}
	}
	return nil
}

func endpointZones(s *model.Scene) error {
	zones := map[string]bool{}
	for _, id := range s.Ins("subnetIds[]") {
		subnet := s.World.Find(tokenSubnet, "", id)
		if subnet == nil {
			continue
		}
		if zones[subnet.Out("availabilityZone")] {
			return model.Refuse("DuplicateSubnetsInSameZone",
				"Found another VPC endpoint subnet in the availability zone of %s", id)
		}
		zones[subnet.Out("availabilityZone")] = true
	}
	return nil
}

func fillEndpoint(s *model.Scene) {
	if !isInterface(s.Object.Inputs) {
		s.Default("prefixListId", s.Expand("pl-{hex8:"+wordOf(s.In("serviceName"))+"}"))
		return
	}
	var enis []any
	for _, id := range s.Ins("subnetIds[]") {
		enis = append(enis, s.Expand("eni-0{hex16:"+wordOf(id)+"}"))
	}
	s.Set("networkInterfaceIds", enis)
	service := s.In("serviceName")[strings.LastIndex(s.In("serviceName"), ".")+1:]
	region, _ := model.RegionOf(s.World.Region)
	s.Set("dnsEntries", []any{map[string]any{
		"dnsName":      s.Expand("{id}-{hex8:dns}." + service + ".{region}.vpce.amazonaws.com"),
		"hostedZoneId": s.Expand("Z{alnum13:" + region.Code + "}"),
	}})
	if vpc := s.Target(tokenVpc, "vpcId"); vpc != nil {
		s.Default("securityGroupIds", []any{vpc.Out("defaultSecurityGroupId")})
	}
}

// wordOf makes a salt of a name.
func wordOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' {
			return '_'
		}
		return r
	}, name)
}
