package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDelete_refuses_what_is_in_use(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, remove string
		with         []thing
		want         string // "" when AWS lets it go
	}{
		{"VPC with subnets", "vpc", nil, "DependencyViolation: The vpc '@{vpc}' has dependencies and cannot be deleted " +
			"(used by InternetGatewayAttachment @{attach}, SecurityGroup @{grp}, Subnet @{FIRST}, and 1 more)"},
		{"attached gateway", "igw", nil, "DependencyViolation: The internetGateway '@{igw}' has dependencies and cannot " +
			"be deleted. (used by InternetGatewayAttachment @{attach})"},
		{"gateway in use", "attach", []thing{{lbT, "lb", balancer}}, "DependencyViolation: Network @{vpc} has some mapped " +
			"public address(es). Please unmap those public address(es) before detaching the gateway."},
		{"gateway in use by an address", "attach", []thing{
			{eipT, "eip", props{}},
			{eniT, "e", props{"subnetId": "@a"}},
			{eipAssocT, "x", props{"allocationId": "@eip", "networkInterfaceId": "@e"}},
		}, "DependencyViolation: Network @{vpc} has some mapped public address(es). Please unmap those public " +
			"address(es) before detaching the gateway."},
		{"idle gateway", "attach", nil, ""},
		{"subnet with interface", "a", []thing{{eniT, "e", props{"subnetId": "@a"}}}, "DependencyViolation: The subnet " +
			"'@{a}' has dependencies and cannot be deleted (used by NetworkInterface @{e})"},
		{"subnet of a table", "a", []thing{
			{tableT, "t", props{"vpcId": "@vpc"}}, {tableAssocT, "x", props{"routeTableId": "@t", "subnetId": "@a"}},
		}, ""},
		{"table of a subnet", "t", []thing{
			{tableT, "t", props{"vpcId": "@vpc"}}, {tableAssocT, "x", props{"routeTableId": "@t", "subnetId": "@a"}},
		}, "DependencyViolation: The routeTable '@{t}' has dependencies and cannot be deleted " +
			"(used by RouteTableAssociation @{x})"},
		{
			"group of a balancer", "grp",
			[]thing{{lbT, "lb", balancer}},
			"DependencyViolation: resource @{grp} has a dependent object (used by LoadBalancer @{lb})",
		},
		{"group of an endpoint", "grp", []thing{{endpointT, "e", props{
			"vpcId": "@vpc", "serviceName": "com.amazonaws.us-west-2.ssm", "vpcEndpointType": "Interface",
			"securityGroupIds": []any{"@grp"},
		}}}, "DependencyViolation: resource @{grp} has a dependent object (used by VpcEndpoint @{e})"},
		{"group named by a rule", "grp", []thing{{groupT, "g2", props{"vpcId": "@vpc"}}, {ingressT, "r", props{
			"securityGroupId": "@g2", "ipProtocol": "-1", "referencedSecurityGroupId": "@grp",
		}}}, "DependencyViolation: resource @{grp} has a dependent object (used by SecurityGroupIngressRule @{r})"},
		{"group with rules of its own", "grp", []thing{{ingressT, "r", ofGroup("192.0.2.0/24")}}, ""},
		{"group of a scaling group", "grp", []thing{
			{templateT, "lt", props{"imageId": ami, "instanceType": "t3.micro", "vpcSecurityGroupIds": []any{"@grp"}}},
			{asgT, "g", props{
				"minSize": 1, "maxSize": 1, "launchTemplate": props{"id": "@lt"},
				"vpcZoneIdentifiers": []any{"@a"},
			}},
		}, "DependencyViolation: resource @{grp} has a dependent object"},
		{"group of a template only", "grp", []thing{{templateT, "lt", props{"vpcSecurityGroupIds": []any{"@grp"}}}}, ""},
		{"subnet of a scaling group", "a", []thing{
			{templateT, "lt", props{"imageId": ami, "instanceType": "t3.micro"}},
			{asgT, "g", props{
				"minSize": 1, "maxSize": 1, "launchTemplate": props{"id": "@lt"},
				"vpcZoneIdentifiers": []any{"@a"},
			}},
		}, "DependencyViolation: The subnet '@{a}' has dependencies and cannot be deleted (used by Group @{g})"},
		{"default group", "d", []thing{{defaultT, "d", props{"vpcId": "@vpc"}}}, ""},
		{"associated address", "eip", []thing{
			{eipT, "eip", props{}},
			{eniT, "e", props{"subnetId": "@a"}},
			{eipAssocT, "x", props{"allocationId": "@eip", "networkInterfaceId": "@e"}},
		}, "InvalidIPAddress.InUse: Address @{eip.publicIp} is in use. (used by EipAssociation @{x})"},
		{"address of a NAT", "eip", []thing{
			{eipT, "eip", props{}}, {natT, "nat", props{"subnetId": "@a", "allocationId": "@eip"}},
		}, "InvalidIPAddress.InUse: Address @{eip.publicIp} is in use. (used by NatGateway @{nat})"},
		{"attached interface", "e", []thing{
			{eniT, "e", props{"subnetId": "@a"}},
			{instanceT, "i", props{"ami": ami, "instanceType": "t3.micro", "subnetId": "@a"}},
			{eniAttachT, "x", props{"instanceId": "@i", "networkInterfaceId": "@e", "deviceIndex": 1}},
		}, "InvalidParameterValue: Network interface '@{e}' is currently in use. (used by NetworkInterfaceAttachment @{x})"},
		{"attached volume", "v", []thing{
			{volumeT, "v", props{"availabilityZone": region + "a", "size": 8}},
			{instanceT, "i", props{"ami": ami, "instanceType": "t3.micro", "subnetId": "@a"}},
			{volumeAttT, "x", props{"deviceName": "/dev/sdf", "instanceId": "@i", "volumeId": "@v"}},
		}, "VolumeInUse: Volume @{v} is currently attached. (used by VolumeAttachment @{x})"},
		{"protected instance", "i", []thing{{instanceT, "i", props{
			"ami": ami, "instanceType": "t3.micro", "subnetId": "@a", "disableApiTermination": true,
		}}}, "OperationNotPermitted: The instance '@{i}' may not be terminated. Modify its 'disableApiTermination' " +
			"instance attribute and try again."},
		{
			"protected balancer", "lb",
			[]thing{{lbT, "lb", with(balancer, props{"enableDeletionProtection": true})}},
			"OperationNotPermitted: Load balancer '@{lb}' cannot be deleted because deletion protection is enabled",
		},
		{"target group of a listener", "tg", []thing{
			{lbT, "lb", balancer},
			{targetsT, "tg", props{"vpcId": "@vpc", "port": 80, "protocol": "HTTP"}},
			{listenerT, "l", with(listener, props{"defaultActions": forwardTo("@tg")})},
		}, "ResourceInUse: Target group '@{tg}' is currently in use by a listener or a rule (used by Listener @{l})"},
		{
			"certificate of a listener", "cert", append(append(withCert[:3:3], validation[:2]...), validation[2]),
			"ResourceInUseException: Certificate @{cert} is in use (used by Listener @{https})",
		},
		{"zone with records", "z", []thing{
			{zoneT, "z", props{"name": "example.com"}},
			{recordT, "r", props{"zoneId": "@z", "name": "x", "type": "A", "ttl": 1, "records": []any{"192.0.2.1"}}},
		}, "HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be " +
			"deleted. (used by Record @{r})"},
		{"role with policies", "r", []thing{
			{roleT, "r", mandated},
			{policyT, "p", props{"policy": allow("s3:*")}},
			{roleAttT, "x", props{"role": "@r", "policyArn": "@p"}},
		}, "DeleteConflict: Cannot delete entity, must detach all policies first. (used by RolePolicyAttachment @{x})"},
		{"role with inline policies", "r", []thing{
			{roleT, "r", mandated}, {rolePolT, "p", props{"role": "@r", "policy": allow("s3:*")}},
		}, "DeleteConflict: Cannot delete entity, must delete policies first."},
		{
			"role of a profile", "r",
			[]thing{{roleT, "r", mandated}, {profileT, "p", props{"role": "@r"}}},
			"DeleteConflict: Cannot delete entity, must remove roles from instance profile first.",
		},
		{"attached policy", "p", []thing{
			{roleT, "r", mandated},
			{policyT, "p", props{"policy": allow("s3:*")}},
			{roleAttT, "x", props{"role": "@r", "policyArn": "@p"}},
		}, "DeleteConflict: Cannot delete a policy attached to entities. (used by RolePolicyAttachment @{x})"},
		{"event rule with targets", "e", []thing{
			{eventRuleT, "e", props{"scheduleExpression": "rate(1 day)"}},
			{topicT, "t", props{}},
			{eventTargetT, "x", props{"rule": "@e", "arn": "@t"}},
		}, "ValidationException: Rule can't be deleted since it has targets. (used by EventTarget @{x})"},
		{"topic with subscriptions", "t", []thing{
			{topicT, "t", props{}}, {subscribeT, "s", props{"topic": "@t", "protocol": "email", "endpoint": "a@example.com"}},
		}, ""},
		{"log group of a flow log", "l", []thing{{logT, "l", props{}}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			for _, th := range append(network[:len(network):len(network)], tt.with...) {
				l.make(th.token, th.name, th.props)
			}
			l.made["FIRST"] = l.made[firstByID(l, "a", "b")]
			err := l.remove(tt.remove)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			want := "deleting " + l.types[tt.remove] + " " + l.reference("@"+tt.remove) + ": " + l.reference(tt.want)
			assert.Equal(t, want, err.Error())
		})
	}
}

func firstByID(l *lab, a, b string) string {
	if l.made[a].ID < l.made[b].ID {
		return a
	}
	return b
}

func TestDelete_forgets_what_is_gone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.make(certT, "cert", props{"domainName": "www.example.com", "validationMethod": "DNS"})
	require.NoError(t, l.remove("cert"))
	require.NoError(t, l.remove("cert"), "deleting twice is no error")
	for _, th := range append(network[:len(network):len(network)], withBalancer...) {
		l.make(th.token, th.name, th.props)
	}
	err := l.try(listenerT, "https", with(secure, props{"certificateArn": "@cert"}))
	require.ErrorContains(t, err, "ResourceNotFoundException: Could not find certificate")
}
