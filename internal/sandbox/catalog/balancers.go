package catalog

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	maxBalancers       = 50
	longestBalancerNet = 27 // a subnet of a balancer is a /27 or larger
)

var balancerName = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$`)

const balancerNameWant = "1 to 32 letters, digits and inner hyphens"

var balancers = []model.Kind{
	{
		Token: tokenBalancer, Args: lb.LoadBalancerArgs{}, State: lb.LoadBalancer{},
		ID: "{arn}", Identify: balancerARN,
		Name: &model.Naming{Property: "name", Max: 32, By: "namePrefix"},
		Replace: []string{
			"customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix",
		},
		ReplaceIf: conditions{
			"subnets": isNetworkType, "subnetMappings": isNetworkType,
			"securityGroups": groupsOfNetworkType,
		},
		Sets: []string{"securityGroups", "subnets", "subnetMappings"},
		Refs: []model.Ref{
			{Path: "subnets[]", To: tokenSubnet},
			{Path: "subnetMappings[].subnetId", To: tokenSubnet},
			{Path: "subnetMappings[].allocationId", To: tokenEip},
			{Path: "securityGroups[]", To: tokenGroup},
			{Path: "accessLogs.bucket", To: tokenBucket, Loose: true, Missing: "InvalidConfigurationRequest: " +
				"Access Denied for bucket: {value}. Please check S3bucket permission (no such bucket)"},
		},
		Keys: []model.Key{{
			Of:    "{name}",
			Error: "DuplicateLoadBalancerName: A load balancer with the name '{name}' already exists",
		}},
		Outputs: map[string]any{
			"ipAddressType": "ipv4", "loadBalancerType": "application", "idleTimeout": 60,
			"clientKeepAlive": 3600, "enableHttp2": true, "desyncMitigationMode": "defensive",
			"xffHeaderProcessingMode": "append", "enableCrossZoneLoadBalancing": true,
		},
		Missing: "LoadBalancerNotFound: Load balancer '{value}' not found",
		Rules: []model.Rule{
			pattern("name", balancerNameWant, balancerName), noPrefix("name", "internal-"),
			length("namePrefix", 1, 6), oneOf("loadBalancerType", "application", "network", "gateway"),
			oneOf("ipAddressType", "ipv4", "dualstack", "dualstack-without-public-ipv4"),
			oneOf("desyncMitigationMode", "monitor", "defensive", "strictest"),
			between("idleTimeout", 1, 4000), between("clientKeepAlive", 60, 604800),
			exactlyOne("subnets", "subnetMappings"),
		},
		Admit: admits(balancerZones, balancerNetwork, balancerSubnets, balancerGateway,
			oneNetwork("subnets[]", "securityGroups[]"), groupCount("securityGroups[]"), logDelivery,
			quota(maxBalancers, "TooManyLoadBalancers", "The maximum number of load balancers has been reached.")),
		Fill:    fillBalancer,
		Release: admits(deletionAllowed),
	},
}

func isNetworkType(_, after resource.PropertyMap) bool {
	return model.Str(after, "loadBalancerType") == "network"
}

// groupsOfNetworkType holds when a network balancer gets its first groups or
// loses its last: it keeps having groups, or none, for life.
func groupsOfNetworkType(before, after resource.PropertyMap) bool {
	had, has := len(model.Values(before, "securityGroups[]")), len(model.Values(after, "securityGroups[]"))
	return isNetworkType(before, after) && (had == 0) != (has == 0)
}

func isApplication(s *model.Scene) bool {
	kind := s.In("loadBalancerType")
	return kind == "" || kind == "application"
}

func balancerARN(s *model.Scene) string {
	kind := "app"
	if !isApplication(s) {
		kind = "net"
	}
	return s.Expand("arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/" + kind + "/{name}/{hex16}")
}

func balancerSubnetsOf(s *model.Scene) []*model.Object {
	var subnets []*model.Object
	for _, id := range append(s.Ins("subnets[]"), s.Ins("subnetMappings[].subnetId")...) {
		if subnet := s.World.Find(tokenSubnet, "", id); subnet != nil {
			subnets = append(subnets, subnet)
		}
	}
	return subnets
}

func balancerZones(s *model.Scene) error {
	zones := map[string]bool{}
	for _, subnet := range balancerSubnetsOf(s) {
		if zones[subnet.Out("availabilityZone")] {
			return model.Refuse("InvalidConfigurationRequest",
				"A load balancer cannot be attached to multiple subnets in the same Availability Zone")
		}
		zones[subnet.Out("availabilityZone")] = true
	}
	if isApplication(s) && len(zones) < 2 {
		return model.Refuse("ValidationError",
			"At least two subnets in two different Availability Zones must be specified")
	}
	return nil
}

func balancerNetwork(s *model.Scene) error {
	vpc := ""
	for _, subnet := range balancerSubnetsOf(s) {
		if vpc != "" && subnet.Out("vpcId") != vpc {
			return model.Refuse("InvalidConfigurationRequest", "All subnets must belong to the same VPC: '%s'", vpc)
		}
		vpc = subnet.Out("vpcId")
	}
	return nil
}

func balancerSubnets(s *model.Scene) error {
	for _, subnet := range balancerSubnetsOf(s) {
		if p, ok := prefixOf(subnet); ok && isApplication(s) && p.Bits() > longestBalancerNet {
			return model.Refuse("InvalidSubnet", "Not enough IP space available in %s. "+
				"ELB requires at least 8 free IP addresses in each subnet.", subnet.ID)
		}
	}
	return nil
}

func balancerGateway(s *model.Scene) error {
	if model.Flag(s.Object.Inputs, "internal", false) {
		return nil
	}
	for _, subnet := range balancerSubnetsOf(s) {
		if vpc := vpcOf(s.World, subnet); vpc != nil && !hasGateway(s.World, vpc) {
			return model.Refuse("InvalidSubnet", "VPC %s has no internet gateway", vpc.ID)
		}
	}
	return nil
}

func deletionAllowed(s *model.Scene) error {
	if !model.Flag(s.Object.Inputs, "enableDeletionProtection", false) {
		return nil
	}
	return model.Refuse("OperationNotPermitted",
		"Load balancer '%s' cannot be deleted because deletion protection is enabled", s.Object.ID)
}

func fillBalancer(s *model.Scene) {
	arn := s.Object.ID
	s.Set("arn", arn)
	s.Set("arnSuffix", afterSlash(arn))
	region, _ := model.RegionOf(s.World.Region)
	internal, zone := "", region.ALBZone
	if model.Flag(s.Object.Inputs, "internal", false) {
		internal = "internal-"
	}
	dns := internal + "{name}-{num10:dns}.{region}.elb.amazonaws.com"
	if !isApplication(s) {
		dns, zone = "{name}-{hex16}.elb.{region}.amazonaws.com", region.NLBZone
	}
	s.Set("dnsName", s.Expand(dns))
	s.Set("zoneId", zone)
	var ids, mappings []any
	for _, subnet := range balancerSubnetsOf(s) {
		ids = append(ids, subnet.ID)
		mappings = append(mappings, map[string]any{"subnetId": subnet.ID, "outpostId": ""})
		s.Set("vpcId", subnet.Out("vpcId"))
	}
	s.Default("subnets", ids)
	s.Default("subnetMappings", mappings)
	if vpc := s.World.Get(tokenVpc, s.Object.Out("vpcId")); vpc != nil && isApplication(s) {
		s.Default("securityGroups", []any{vpc.Out("defaultSecurityGroupId")})
	}
}

// afterSlash returns what follows the resource type of an ARN, as CloudWatch
// dimensions want it.
func afterSlash(arn string) string {
	return regexp.MustCompile(`^.*:loadbalancer/|^.*:(targetgroup/)`).ReplaceAllString(arn, "$1")
}
