package foundation

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/netplan"
)

// wayOut makes the NAT that was chosen and routes every private table to it.
func (b *builder) wayOut() error {
	b.out.NATAddresses = pulumi.StringMap{}.ToStringMapOutput()
	switch b.args.NAT {
	case NATNone:
		return nil
	case NATInstance:
		return b.natInstance()
	case NATGateway:
		return b.natGateways(b.args.Zones[:1])
	case NATGatewayPerZone:
		return b.natGateways(b.plan.SortedZones())
	}
	return nil
}

// natGateways makes one gateway in each of the zones. A private table leads to the gateway of its own zone, or to
// the first one where its zone has none.
func (b *builder) natGateways(zones []string) error {
	gateways := map[string]*ec2.NatGateway{}
	addresses := pulumi.StringMap{}
	for _, zone := range zones {
		address, err := b.elasticIP("nat", zone)
		if err != nil {
			return err
		}
		if gateways[zone], err = b.natGateway(zone, address); err != nil {
			return err
		}
		addresses[zone] = address.PublicIp
	}
	b.out.NATAddresses = addresses.ToStringMapOutput()
	return b.routeOut(func(zone string, route *ec2.RouteArgs) {
		gateway := gateways[zone]
		if gateway == nil {
			gateway = gateways[zones[0]]
		}
		route.NatGatewayId = gateway.ID()
	})
}

func (b *builder) natGateway(zone string, address *ec2.Eip) (*ec2.NatGateway, error) {
	gateway, err := ec2.NewNatGateway(b.Context(), b.Child("nat", zone), &ec2.NatGatewayArgs{
		AllocationId: address.ID(),
		SubnetId:     b.in(netplan.Public, zone).ID(),
		Tags:         b.Tags("nat", zone),
		// AWS refuses a NAT gateway in a VPC that has no way to the Internet yet, and lets no gateway go before it.
	}, b.Options(pulumi.DependsOn([]pulumi.Resource{b.gateway}))...)
	if err != nil {
		return nil, err
	}
	return gateway, b.alarm(alarm{
		role:        []string{"nat", zone, "ports"},
		description: "the NAT gateway ran out of ports: connections from private subnets fail",
		namespace:   "AWS/NATGateway", metric: "ErrorPortAllocation", statistic: "Sum",
		dimensions: pulumi.StringMap{"NatGatewayId": gateway.ID()},
		comparison: above, threshold: 0, periods: natAlarmPeriods,
		missing: "notBreaching",
	})
}

func (b *builder) elasticIP(role ...string) (*ec2.Eip, error) {
	return ec2.NewEip(b.Context(), b.Child(role...), &ec2.EipArgs{
		Domain: pulumi.String("vpc"),
		Tags:   b.Tags(role...),
	}, b.Options(pulumi.DependsOn([]pulumi.Resource{b.gateway}))...)
}

// routeOut gives each private table its one route out. The routes keep their names whatever they lead to, so that
// a change of NAT changes them in place.
func (b *builder) routeOut(lead func(zone string, route *ec2.RouteArgs)) error {
	for _, zone := range b.plan.SortedZones() {
		route := &ec2.RouteArgs{
			RouteTableId:         b.privateTables[zone].ID(),
			DestinationCidrBlock: pulumi.String(everywhere),
		}
		lead(zone, route)
		made, err := ec2.NewRoute(b.Context(), b.Child("private", zone, "out"), route, b.Options()...)
		if err != nil {
			return err
		}
		b.privateWay = append(b.privateWay, made)
	}
	return nil
}

const (
	above = "GreaterThanThreshold"
	below = "LessThanThreshold"
	// natAlarmPeriods is in minutes: a NAT host that heals is back in less.
	natAlarmPeriods = 5
	alarmPeriod     = 60
)

// alarm is one CloudWatch alarm that goes to the operations topic.
type alarm struct {
	role                         []string
	description                  string
	namespace, metric, statistic string
	dimensions                   pulumi.StringMap
	comparison                   string
	threshold                    float64
	periods                      int
	missing                      string
}

func (b *builder) alarm(a alarm) error {
	topic := pulumi.Array{b.out.OperationsTopicARN}
	_, err := cloudwatch.NewMetricAlarm(b.Context(), b.Child(a.role...), &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(a.description),
		Namespace:          pulumi.String(a.namespace),
		MetricName:         pulumi.String(a.metric),
		Statistic:          pulumi.String(a.statistic),
		Dimensions:         a.dimensions,
		ComparisonOperator: pulumi.String(a.comparison),
		Threshold:          pulumi.Float64(a.threshold),
		Period:             pulumi.Int(alarmPeriod),
		EvaluationPeriods:  pulumi.Int(a.periods),
		TreatMissingData:   pulumi.String(a.missing),
		AlarmActions:       topic,
		OkActions:          topic,
		Tags:               b.Tags(a.role...),
	}, b.Options()...)
	return err
}
