package foundation

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/netplan"
)

const httpsPort = 443

// gatewayEndpoints keep the traffic to S3 and DynamoDB inside AWS. They cost nothing and take it off the NAT.
func (b *builder) gatewayEndpoints() error {
	tables := pulumi.StringArray{b.publicTable.ID()}
	for _, zone := range b.plan.SortedZones() {
		tables = append(tables, b.privateTables[zone].ID())
	}
	for _, service := range []string{"s3", "dynamodb"} {
		if _, err := ec2.NewVpcEndpoint(b.Context(), b.Child("endpoint", service), &ec2.VpcEndpointArgs{
			VpcId:           b.network.ID(),
			ServiceName:     pulumi.String(b.service(service)),
			VpcEndpointType: pulumi.String("Gateway"),
			RouteTableIds:   tables,
			Tags:            b.Tags("endpoint", service),
		}, b.Options()...); err != nil {
			return err
		}
	}
	return nil
}

// interfaceEndpoints give the services that were asked for an address in every zone's app tier. Their usual names
// resolve to it inside the VPC.
func (b *builder) interfaceEndpoints() error {
	if len(b.args.Endpoints) == 0 {
		return nil
	}
	group, err := b.endpointSecurityGroup()
	if err != nil {
		return err
	}
	for _, service := range b.args.Endpoints {
		if _, err = ec2.NewVpcEndpoint(b.Context(), b.Child("endpoint", service), &ec2.VpcEndpointArgs{
			VpcId:             b.network.ID(),
			ServiceName:       pulumi.String(b.service(service)),
			VpcEndpointType:   pulumi.String("Interface"),
			SubnetIds:         b.subnetIDs(netplan.App),
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			PrivateDnsEnabled: pulumi.Bool(true),
			Tags:              b.Tags("endpoint", service),
		}, b.Options()...); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) endpointSecurityGroup() (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(b.Context(), b.Child("endpoints"), &ec2.SecurityGroupArgs{
		VpcId:       b.network.ID(),
		Description: pulumi.String("interface endpoints: HTTPS from inside the VPC"),
		Tags:        b.Tags("endpoints"),
	}, b.Options()...)
	if err != nil {
		return nil, err
	}
	_, err = vpc.NewSecurityGroupIngressRule(b.Context(), b.Child("endpoints", "https"),
		&vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(),
			Description:     pulumi.String("HTTPS from inside the VPC"),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(httpsPort),
			ToPort:          pulumi.Int(httpsPort),
			CidrIpv4:        pulumi.String(b.args.CIDR.String()),
			Tags:            b.Tags("endpoints", "https"),
		}, b.Options()...)
	return group, err
}

// service is a service's full name in the region of the zones.
func (b *builder) service(short string) string {
	return "com.amazonaws." + netplan.Region(b.args.Zones[0]) + "." + short
}
