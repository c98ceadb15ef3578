package catalog

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var flowLogs = []model.Kind{
	{
		Token: "aws:ec2/flowLog:FlowLog", Args: ec2.FlowLogArgs{}, State: ec2.FlowLog{},
		ID: "fl-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:vpc-flow-log/{id}",
		Replace: []string{
			"deliverCrossAccountRole", "destinationOptions", "eniId", "iamRoleArn", "logDestination",
			"logDestinationType", "logFormat", "logGroupName", "maxAggregationInterval", "subnetId",
			"trafficType", "transitGatewayAttachmentId", "transitGatewayId", "vpcId",
		},
		Refs: []model.Ref{
			{Path: "vpcId", To: tokenVpc, Loose: true},
			{Path: "subnetId", To: tokenSubnet, Loose: true},
			{Path: "eniId", To: tokenEni, Loose: true},
			{Path: "iamRoleArn", To: tokenRole, By: "arn", Loose: true},
			{Path: "logGroupName", To: tokenLogGroup, Loose: true},
		},
		Outputs: map[string]any{
			"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600,
		},
		Rules: []model.Rule{
			exactlyOne("vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId"),
			oneOf("trafficType", "ACCEPT", "REJECT", "ALL"),
			oneOf("logDestinationType", "cloud-watch-logs", "s3", "kinesis-data-firehose"),
			oneOfNumbers("maxAggregationInterval", 60, 600),
			given("trafficType", "a flow log of a VPC, subnet or interface needs it", ofNetwork),
			given("iamRoleArn", "logs to CloudWatch need a role that may write them", toCloudWatch),
			atMostOne("logDestination", "logGroupName"),
		},
		Fill: fillFlowLog,
	},
}

func ofNetwork(c *model.Check) bool {
	return model.Has(c.Props, "vpcId") || model.Has(c.Props, "subnetId") || model.Has(c.Props, "eniId")
}

func toCloudWatch(c *model.Check) bool {
	return input("logDestinationType", "", "cloud-watch-logs")(c) && !model.Has(c.Props, "deliverCrossAccountRole")
}

const defaultLogFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} " +
	"${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

func fillFlowLog(s *model.Scene) {
	s.Default("logFormat", defaultLogFormat)
	if name := s.In("logGroupName"); name != "" {
		s.Default("logDestination", s.Expand("arn:aws:logs:{region}:{account}:log-group:"+name))
	}
}
