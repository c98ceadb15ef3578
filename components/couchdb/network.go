package couchdb

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/couchdb/internal/dbhost"
)

const (
	everywhere = "0.0.0.0/0"
	tcp        = "tcp"
	// recordSeconds is short, though the address never changes: the record does when somebody moves the database.
	recordSeconds = 60
)

// waysOut are the only ports that the host may connect to: AWS and Docker's registry, and Debian's mirrors, whose
// packages are signed. Name and time servers of the VPC are no matter of security groups.
var waysOut = map[int]string{
	443: "out to AWS and to the registry of images",
	80:  "out to the mirrors of Debian",
}

// network makes the host's security group and the interface with its fixed address, which outlives every instance.
func (b *builder) network() error {
	group, err := ec2.NewSecurityGroup(b.Context(), b.Child("host"), &ec2.SecurityGroupArgs{
		VpcId:       b.args.VPCID,
		Description: pulumi.String("CouchDB host: in from its clients on 5984, out to AWS and packages"),
		Tags:        b.Tags("host"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.SecurityGroupID = group.ID().ToStringOutput()
	if err = b.clients(group); err != nil {
		return err
	}
	if err = b.outward(group); err != nil {
		return err
	}
	b.face, err = ec2.NewNetworkInterface(b.Context(), b.Child("host"), &ec2.NetworkInterfaceArgs{
		SubnetId:       b.args.SubnetID,
		Description:    pulumi.String("fixed address of " + b.NameTag()),
		SecurityGroups: pulumi.StringArray{group.ID()},
		Tags:           b.Tags("host"),
		// A zone that the volume cannot follow to is refused before anything else is touched.
	}, b.Options(pulumi.DependsOn([]pulumi.Resource{b.data}))...)
	if err != nil {
		return err
	}
	b.out.PrivateIP = b.face.PrivateIp
	return nil
}

// clients lets the given groups reach CouchDB, and nobody else.
func (b *builder) clients(group *ec2.SecurityGroup) error {
	for _, key := range slices.Sorted(maps.Keys(b.args.ClientSecurityGroupIDs)) {
		role := []string{"host", "from", key}
		if _, err := vpc.NewSecurityGroupIngressRule(b.Context(), b.Child(role...), &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId:           group.ID(),
			Description:               pulumi.String("CouchDB from " + key),
			IpProtocol:                pulumi.String(tcp),
			FromPort:                  pulumi.Int(dbhost.Port),
			ToPort:                    pulumi.Int(dbhost.Port),
			ReferencedSecurityGroupId: b.args.ClientSecurityGroupIDs[key],
			Tags:                      b.Tags(role...),
		}, b.Options()...); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) outward(group *ec2.SecurityGroup) error {
	for _, port := range slices.Sorted(maps.Keys(waysOut)) {
		role := []string{"host", "out", strconv.Itoa(port)}
		rule, err := vpc.NewSecurityGroupEgressRule(b.Context(), b.Child(role...), &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: group.ID(),
			Description:     pulumi.String(waysOut[port]),
			IpProtocol:      pulumi.String(tcp),
			FromPort:        pulumi.Int(port),
			ToPort:          pulumi.Int(port),
			CidrIpv4:        pulumi.String(everywhere),
			Tags:            b.Tags(role...),
		}, b.Options()...)
		if err != nil {
			return err
		}
		b.ready = append(b.ready, rule)
	}
	return nil
}

// record gives the address its name in the private zone.
func (b *builder) record() error {
	b.out.HostName = pulumi.Sprintf("%s.%s", b.name, b.args.PrivateDomain)
	b.out.URL = pulumi.Sprintf("http://%s:%s", b.out.HostName, strconv.Itoa(dbhost.Port))
	record, err := route53.NewRecord(b.Context(), b.Child("host"), &route53.RecordArgs{
		ZoneId:  b.args.PrivateZoneID,
		Name:    b.out.HostName,
		Type:    pulumi.String("A"),
		Ttl:     pulumi.Int(recordSeconds),
		Records: pulumi.StringArray{b.face.PrivateIp},
	}, b.Options()...)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	b.ready = append(b.ready, record)
	return nil
}
