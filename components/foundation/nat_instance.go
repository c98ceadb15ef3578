package foundation

import (
	"encoding/base64"
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/components/foundation/internal/nathost"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/netplan"
)

const (
	// bootSeconds is how long a new host has before the group gives it up: all that its own deadlines allow it,
	// and two minutes for Debian to boot.
	bootSeconds = nathost.SetupSeconds + 120
	// graceSeconds is as short as EC2's own status checks are apart.
	graceSeconds = 60
	// natVolumeGiB is the smallest volume that the Debian image fits on.
	natVolumeGiB = 8
	natHook      = "translating"
)

// natInstance makes the NAT host: one Debian 12 instance in a group of one, which starts another when it is lost.
// Routes lead to a fixed network interface with a fixed address, which whichever instance is alive takes over.
func (b *builder) natInstance() error {
	zone := b.args.Zones[0]
	faceGroup, hostGroup, err := b.natSecurityGroups()
	if err != nil {
		return err
	}
	face, address, err := b.natInterface(zone, faceGroup)
	if err != nil {
		return err
	}
	b.out.NATAddresses = pulumi.StringMap{zone: address.PublicIp}.ToStringMapOutput()
	if err = b.routeOut(func(_ string, route *ec2.RouteArgs) { route.NetworkInterfaceId = face.ID() }); err != nil {
		return err
	}
	profile, policies, err := b.natRole(face)
	if err != nil {
		return err
	}
	template, err := b.natTemplate(face, hostGroup, profile)
	if err != nil {
		return err
	}
	return b.natGroup(zone, template, policies)
}

// natInterface is the fixed end of the private routes: it and its address outlive every host.
func (b *builder) natInterface(zone string, group *ec2.SecurityGroup) (*ec2.NetworkInterface, *ec2.Eip, error) {
	face, err := ec2.NewNetworkInterface(b.Context(), b.Child("nat-interface"), &ec2.NetworkInterfaceArgs{
		SubnetId:       b.in(netplan.Public, zone).ID(),
		Description:    pulumi.String("private subnets leave through this interface"),
		SecurityGroups: pulumi.StringArray{group.ID()},
		// The host forwards what is neither from it nor to it.
		SourceDestCheck: pulumi.Bool(false),
		Tags:            b.Tags("nat-interface"),
	}, b.Options()...)
	if err != nil {
		return nil, nil, err
	}
	address, err := b.elasticIP("nat-interface")
	if err != nil {
		return nil, nil, err
	}
	_, err = ec2.NewEipAssociation(b.Context(), b.Child("nat-interface"), &ec2.EipAssociationArgs{
		AllocationId:       address.ID(),
		NetworkInterfaceId: face.ID(),
	}, b.Options()...)
	return face, address, err
}

func (b *builder) natTemplate(
	face *ec2.NetworkInterface, group *ec2.SecurityGroup, profile pulumi.StringInput,
) (*ec2.LaunchTemplate, error) {
	tags := func(kind string) ec2.LaunchTemplateTagSpecificationArgs {
		return ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(kind), Tags: b.Tags("nat")}
	}
	return ec2.NewLaunchTemplate(b.Context(), b.Child("nat"), &ec2.LaunchTemplateArgs{
		Name: b.Physical(naming.LaunchTemplate, "nat"),
		// EC2 looks the parameter up at each launch: the next host is the newest Debian 12, and no update of
		// anything else ever sees a difference.
		ImageId: pulumi.String("resolve:ssm:/aws/service/debian/release/12/latest/" +
			string(instancetype.ArchOf(b.args.NATInstanceType))),
		InstanceType:         pulumi.String(b.args.NATInstanceType),
		UpdateDefaultVersion: pulumi.Bool(true),
		UserData:             b.natUserData(face),
		IamInstanceProfile:   ec2.LaunchTemplateIamInstanceProfileArgs{Arn: profile},
		MetadataOptions: ec2.LaunchTemplateMetadataOptionsArgs{
			HttpTokens: pulumi.String("required"), HttpPutResponseHopLimit: pulumi.Int(1),
			HttpEndpoint: pulumi.String("enabled"),
		},
		BlockDeviceMappings: ec2.LaunchTemplateBlockDeviceMappingArray{
			ec2.LaunchTemplateBlockDeviceMappingArgs{
				DeviceName: pulumi.String("/dev/xvda"),
				Ebs: ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
					Encrypted: pulumi.String("true"), VolumeType: pulumi.String("gp3"),
					VolumeSize: pulumi.Int(natVolumeGiB), DeleteOnTermination: pulumi.String("true"),
				},
			},
		},
		NetworkInterfaces: ec2.LaunchTemplateNetworkInterfaceArray{
			ec2.LaunchTemplateNetworkInterfaceArgs{
				// A new host needs its own way out until it has taken over the fixed interface.
				DeviceIndex: pulumi.Int(0), AssociatePublicIpAddress: pulumi.String("true"),
				DeleteOnTermination: pulumi.String("true"), SecurityGroups: pulumi.StringArray{group.ID()},
			},
		},
		TagSpecifications: ec2.LaunchTemplateTagSpecificationArray{
			tags("instance"), tags("volume"), tags("network-interface"),
		},
		Tags: b.Tags("nat"),
	}, b.Options()...)
}

// natUserData is the host's boot document, which names the interface to take over.
func (b *builder) natUserData(face *ec2.NetworkInterface) pulumi.StringOutput {
	sources := b.privateCIDRs()
	return pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(
		face.ID().ToStringOutput(), func(id string) (string, error) {
			document, err := nathost.Render(nathost.Params{
				InterfaceID: id, PrivateCIDRs: sources, LifecycleHook: natHook, GroupName: b.natGroupName(),
			})
			return base64.StdEncoding.EncodeToString([]byte(document)), err
		}))
}

// privateCIDRs are the ranges that may leave through the host.
func (b *builder) privateCIDRs() []netip.Prefix {
	var ranges []netip.Prefix
	for _, planned := range b.plan.Subnets() {
		if planned.Tier != netplan.Public {
			ranges = append(ranges, planned.CIDR)
		}
	}
	return ranges
}

// natGroupName is fixed, since the host must name its group to report that it is ready. The group is never
// replaced: nothing that forces a replacement can change.
func (b *builder) natGroupName() string {
	return naming.Fit(naming.AutoScaling, b.args.Prefix, b.Child("nat"))
}

func (b *builder) natGroup(zone string, template *ec2.LaunchTemplate, policies []pulumi.Resource) error {
	for _, needed := range b.publicWay {
		policies = append(policies, needed)
	}
	group, err := autoscaling.NewGroup(b.Context(), b.Child("nat"), &autoscaling.GroupArgs{
		Name: pulumi.String(b.natGroupName()),
		LaunchTemplate: autoscaling.GroupLaunchTemplateArgs{
			Id: template.ID(), Version: pulumi.Sprintf("%d", template.LatestVersion),
		},
		MinSize: pulumi.Int(1), MaxSize: pulumi.Int(1), DesiredCapacity: pulumi.Int(1),
		VpcZoneIdentifiers: pulumi.StringArray{b.in(netplan.Public, zone).ID()},
		HealthCheckType:    pulumi.String("EC2"),
		// The hook below has waited for the boot already: from then on a failed status check counts.
		HealthCheckGracePeriod: pulumi.Int(graceSeconds),
		WaitForCapacityTimeout: pulumi.String("15m"),
		// A host counts only once it translates. One that cannot is ended and another one is tried.
		InitialLifecycleHooks: autoscaling.GroupInitialLifecycleHookArray{
			autoscaling.GroupInitialLifecycleHookArgs{
				Name:                pulumi.String(natHook),
				LifecycleTransition: pulumi.String("autoscaling:EC2_INSTANCE_LAUNCHING"),
				DefaultResult:       pulumi.String("ABANDON"),
				HeartbeatTimeout:    pulumi.Int(bootSeconds),
			},
		},
		// The next host takes the interface over while the old one still runs: connections that are open break,
		// new ones wait for a few seconds.
		InstanceRefresh: autoscaling.GroupInstanceRefreshArgs{
			Strategy: pulumi.String("Rolling"),
			Preferences: autoscaling.GroupInstanceRefreshPreferencesArgs{
				MinHealthyPercentage: pulumi.Int(100), MaxHealthyPercentage: pulumi.Int(200),
				InstanceWarmup: pulumi.String("0"),
			},
		},
		EnabledMetrics: pulumi.ToStringArray([]string{"GroupInServiceInstances"}),
		ForceDelete:    pulumi.Bool(true),
		Tags:           b.groupTags("nat"),
	}, b.Options(pulumi.DependsOn(policies))...)
	if err != nil {
		return err
	}
	b.privateWay = append(b.privateWay, group)
	return b.alarm(alarm{
		role:        []string{"nat-down"},
		description: "no NAT host is in service: private subnets cannot reach the Internet",
		namespace:   "AWS/AutoScaling", metric: "GroupInServiceInstances", statistic: "Minimum",
		dimensions: pulumi.StringMap{"AutoScalingGroupName": pulumi.String(b.natGroupName())},
		comparison: below, threshold: 1, periods: natAlarmPeriods,
		missing: "breaching",
	})
}

// groupTags are the tags of an Auto Scaling group, which passes them on to its instances.
func (b *builder) groupTags(role ...string) autoscaling.GroupTagArray {
	set := b.TagSet(role...)
	list := make(autoscaling.GroupTagArray, 0, len(set))
	for _, key := range set.Keys() {
		list = append(list, autoscaling.GroupTagArgs{
			Key: pulumi.String(key), Value: pulumi.String(set[key]), PropagateAtLaunch: pulumi.Bool(true),
		})
	}
	return list
}
