package catalog

import (
	"encoding/base64"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// Published limit, before base64.
const maxUserData = 16384

var (
	imageID      = regexp.MustCompile(`^(ami-[0-9a-f]{8,17}|resolve:ssm:.+)$`)
	instanceType = regexp.MustCompile(`^[a-z][a-z0-9-]*\d[a-z0-9-]*\.[a-z0-9-]+$`)
	templateName = regexp.MustCompile(`^[a-zA-Z0-9().\-/_]{3,128}$`)
)

var compute = []model.Kind{
	{
		Token: tokenTemplate, Args: ec2.LaunchTemplateArgs{}, State: ec2.LaunchTemplate{},
		ID: "lt-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:launch-template/{id}",
		Name:    &model.Naming{Property: "name", Max: 125, By: "namePrefix"},
		Replace: []string{"name", "namePrefix"},
		Sets:    []string{"vpcSecurityGroupIds", "securityGroupNames", "networkInterfaces.securityGroups"},
		Refs: []model.Ref{
			{Path: "vpcSecurityGroupIds[]", To: tokenGroup, Loose: true},
			{Path: "networkInterfaces[].securityGroups[]", To: tokenGroup, Loose: true},
			{Path: "networkInterfaces[].subnetId", To: tokenSubnet, Loose: true},
			{Path: "networkInterfaces[].networkInterfaceId", To: tokenEni, Loose: true},
			{Path: "iamInstanceProfile.name", To: tokenProfile, Loose: true},
			{Path: "iamInstanceProfile.arn", To: tokenProfile, By: "arn", Loose: true},
		},
		Keys: []model.Key{{
			Of:    "{name}",
			Error: "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.",
		}},
		Volatile: []string{"latestVersion"},
		Missing: "InvalidLaunchTemplateId.NotFound: The specified launch template, with template ID {value}, " +
			"does not exist.",
		Rules: append([]model.Rule{
			pattern("name", "3 to 128 letters, digits and ().-/_", templateName),
			pattern("imageId", "an image id such as ami-0123456789abcdef0", imageID),
			pattern("instanceType", "an instance type such as t3.micro", instanceType),
			encodedUserData("userData"), atMostOne("vpcSecurityGroupIds", "networkInterfaces"),
			atMostOne("instanceType", "instanceRequirements"),
		}, metadataRules...),
		Fill: fillTemplate,
	},
	{
		Token: tokenInstance, Args: ec2.InstanceArgs{}, State: ec2.Instance{},
		ID: "i-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:instance/{id}",
		Replace: []string{
			"ami", "associatePublicIpAddress", "availabilityZone", "cpuCoreCount", "cpuOptions",
			"cpuThreadsPerCore", "ebsBlockDevices", "enclaveOptions", "ephemeralBlockDevices", "hibernation",
			"hostId", "hostResourceGroupArn", "instanceMarketOptions", "ipv6AddressCount", "ipv6Addresses",
			"keyName", "launchTemplate.id", "launchTemplate.name", "networkInterfaces", "placementGroup",
			"placementPartitionNumber", "privateIp", "rootBlockDevice.encrypted", "rootBlockDevice.kmsKeyId",
			"securityGroups", "subnetId", "tenancy",
		},
		ReplaceIf: conditions{
			"userData": userDataReplaces, "userDataBase64": userDataReplaces,
			"enablePrimaryIpv6": primaryGivenUp,
		},
		Sets: []string{"vpcSecurityGroupIds", "securityGroups", "secondaryPrivateIps"},
		Refs: []model.Ref{
			{Path: "subnetId", To: tokenSubnet},
			{Path: "vpcSecurityGroupIds[]", To: tokenGroup},
			{Path: "networkInterfaces[].networkInterfaceId", To: tokenEni},
			{Path: "launchTemplate.id", To: tokenTemplate, Loose: true},
			{Path: "launchTemplate.name", To: tokenTemplate, By: "name", Loose: true},
			{
				Path: "iamInstanceProfile", To: tokenProfile, Loose: true,
				Missing: "InvalidParameterValue: Value ({value}) for parameter iamInstanceProfile.name is invalid. " +
					"Invalid IAM Instance Profile name",
			},
		},
		Outputs: map[string]any{
			"instanceState": "running", "primaryNetworkInterfaceId": "eni-0{hex16:eni}", "tenancy": "default",
			"instanceInitiatedShutdownBehavior": "stop", "cpuCoreCount": 1, "cpuThreadsPerCore": 2,
			"sourceDestCheck": true,
		},
		Missing: "InvalidInstanceID.NotFound: The instance ID '{value}' does not exist",
		Rules: append([]model.Rule{
			pattern("ami", "an image id such as ami-0123456789abcdef0", imageID),
			pattern("instanceType", "an instance type such as t3.micro", instanceType),
			given("ami", "an instance without a launch template needs one", noTemplate),
			given("instanceType", "an instance without a launch template needs one", noTemplate),
			rawUserData("userData"), encodedUserData("userDataBase64"), atMostOne("userData", "userDataBase64"),
			atMostOne("subnetId", "networkInterfaces"), atMostOne("vpcSecurityGroupIds", "networkInterfaces"),
		}, metadataRules...),
		Admit: admits(groupCount("vpcSecurityGroupIds[]"), oneNetwork("subnetId", "vpcSecurityGroupIds[]"),
			instanceInterfaces, instanceRoom),
		Fill:    fillInstance,
		Release: admits(terminationAllowed),
	},
	{
		Token: tokenVolume, Args: ebs.VolumeArgs{}, State: ebs.Volume{},
		ID: "vol-0{hex16}", ARN: "arn:aws:ec2:{region}:{account}:volume/{id}",
		Replace: []string{
			"availabilityZone", "encrypted", "kmsKeyId", "multiAttachEnabled", "outpostArn", "snapshotId",
		},
		Refs: []model.Ref{{Path: "kmsKeyId", To: tokenKey, By: "arn", Loose: true, Outside: anyKey}},
		Outputs: map[string]any{
			"type": "gp2", "size": 8, "iops": 100, "createTime": "2024-01-01T00:00:00Z",
		},
		Missing: "InvalidVolume.NotFound: The volume '{value}' does not exist.",
		Busy:    "VolumeInUse: Volume {id} is currently attached.",
		Rules: []model.Rule{
			between("size", 1, 65536), oneOf("type", "gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"),
			between("throughput", 125, 1000), between("iops", 100, 256000), volumeContent, volumeSpeed,
		},
		Admit: admits(volumeZone, volumeShrink),
	},
	{
		Token: tokenVolumeAttachment, Args: ec2.VolumeAttachmentArgs{}, State: ec2.VolumeAttachment{},
		ID:      "vai-{num10}",
		Replace: []string{"deviceName", "instanceId", "volumeId"},
		Refs: []model.Ref{
			{Path: "instanceId", To: tokenInstance, Loose: true}, {Path: "volumeId", To: tokenVolume},
		},
		Keys: []model.Key{
			{
				Of: "{instanceId}|{deviceName}",
				Error: "InvalidParameterValue: Invalid value '{deviceName}' for unixDevice. " +
					"Attachment point {deviceName} is already in use",
			},
			{Of: "{volumeId}", Error: "VolumeInUse: {volumeId} is already attached to an instance"},
		},
		Admit: admits(attachmentZone),
	},
}

var metadataRules = []model.Rule{
	oneOf("metadataOptions.httpTokens", "optional", "required"),
	oneOf("metadataOptions.httpEndpoint", "enabled", "disabled"),
	between("metadataOptions.httpPutResponseHopLimit", 1, 64),
}

// encodedUserData wants base64, and no more of it than AWS takes.
func encodedUserData(path string) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			raw, err := base64.StdEncoding.DecodeString(v)
			if err != nil {
				c.Fault(path, "want base64: %v", err)
				continue
			}
			userDataSize(c, path, len(raw))
		}
	}
}

func rawUserData(path string) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			userDataSize(c, path, len(v))
		}
	}
}

func userDataSize(c *model.Check, path string, n int) {
	if n > maxUserData {
		c.Fault(path, "user data is limited to %d bytes before base64, got %d", maxUserData, n)
	}
}

func userDataReplaces(_, after resource.PropertyMap) bool {
	return model.Flag(after, "userDataReplaceOnChange", false)
}

func noTemplate(c *model.Check) bool { return !model.Has(c.Props, "launchTemplate") }

// fillTemplate makes each update a new version.
func fillTemplate(s *model.Scene) {
	latest := 1
	if s.Old != nil {
		latest = model.Int(s.Old.Outputs, "latestVersion", 0) + 1
	}
	s.Set("latestVersion", latest)
	if !model.Has(s.Object.Inputs, "defaultVersion") {
		s.Set("defaultVersion", defaultVersion(s, latest))
	}
}

func defaultVersion(s *model.Scene, latest int) int {
	if s.Old == nil || model.Flag(s.Object.Inputs, "updateDefaultVersion", false) {
		return latest
	}
	return model.Int(s.Old.Outputs, "defaultVersion", 1)
}

func instanceInterfaces(s *model.Scene) error {
	for _, id := range s.Ins("networkInterfaces[].networkInterfaceId") {
		eni := s.World.Find(tokenEni, "", id)
		if eni == nil {
			continue
		}
		taken := s.Others(eni, tokenInstance, "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment")
		if len(taken) > 0 {
			return model.Refuse("InvalidNetworkInterface.InUse", "Interface: [%s] in use.", id)
		}
	}
	return nil
}

func instanceRoom(s *model.Scene) error { return room(s, "privateIp") }

func fillInstance(s *model.Scene) {
	fillFromInterface(s)
	if subnet := s.Target(tokenSubnet, "subnetId"); subnet != nil {
		givePrivate(s, "privateIp")
		s.Default("availabilityZone", subnet.Out("availabilityZone"))
		defaultGroup(s, "vpcSecurityGroupIds")
		facing := model.Flag(s.Object.Inputs, "associatePublicIpAddress",
			model.Flag(subnet.Outputs, "mapPublicIpOnLaunch", false))
		if facing {
			s.Set("associatePublicIpAddress", true)
			s.Keep("publicIp", func() any { return publicAddress(s) })
		}
	}
	region, _ := model.RegionOf(s.World.Region)
	if zones := region.ZoneNames(); len(zones) > 0 {
		s.Default("availabilityZone", zones[0])
	}
	if ip := s.Object.Out("privateIp"); ip != "" {
		s.Default("privateDns", privateName(s.World.Region, ip))
	}
	if ip := s.Object.Out("publicIp"); ip != "" {
		s.Default("publicDns", publicName(s.World.Region, ip))
	}
}

// fillFromInterface takes the addresses of the interface that an instance is
// given from its start.
func fillFromInterface(s *model.Scene) {
	ids := s.Ins("networkInterfaces[].networkInterfaceId")
	if len(ids) == 0 {
		return
	}
	eni := s.World.Find(tokenEni, "", ids[0])
	if eni == nil {
		return
	}
	s.Set("primaryNetworkInterfaceId", eni.ID)
	s.Set("privateIp", eni.Out("privateIp"))
	s.Set("subnetId", eni.Out("subnetId"))
	if subnet := s.World.Get(tokenSubnet, eni.Out("subnetId")); subnet != nil {
		s.Set("availabilityZone", subnet.Out("availabilityZone"))
	}
}

func terminationAllowed(s *model.Scene) error {
	if !model.Flag(s.Object.Inputs, "disableApiTermination", false) {
		return nil
	}
	return model.Refuse("OperationNotPermitted", "The instance '%s' may not be terminated. Modify its "+
		"'disableApiTermination' instance attribute and try again.", s.Object.ID)
}

func volumeContent(c *model.Check) {
	if !model.Has(c.Props, "size") && !model.Has(c.Props, "snapshotId") {
		c.Fault("size", "want size or snapshotId, got neither")
	}
}

func volumeSpeed(c *model.Check) {
	kind := model.Str(c.Props, "type")
	if model.Has(c.Props, "throughput") && kind != "gp3" {
		c.Fault("throughput", "want it for type gp3 only")
	}
	fixed := []string{"", "gp2", "sc1", "st1", "standard"}
	if model.Has(c.Props, "iops") && slices.Contains(fixed, kind) {
		c.Fault("iops", "want it for types gp3, io1 and io2 only")
	}
}

func volumeZone(s *model.Scene) error {
	region, _ := model.RegionOf(s.World.Region)
	if zone := s.In("availabilityZone"); region.ZoneID(zone) == "" {
		return model.Refuse("InvalidZone.NotFound", "The zone '%s' does not exist.", zone)
	}
	return nil
}

func volumeShrink(s *model.Scene) error {
	if s.Old == nil {
		return nil
	}
	before, after := model.Int(s.Old.Outputs, "size", 0), model.Int(s.Object.Inputs, "size", 0)
	if after == 0 || after >= before {
		return nil
	}
	return model.Refuse("InvalidParameterValue",
		"New size cannot be smaller than existing size %d", before)
}

func attachmentZone(s *model.Scene) error {
	volume, instance := s.Target(tokenVolume, "volumeId"), s.Target(tokenInstance, "instanceId")
	if volume == nil || instance == nil || volume.Out("availabilityZone") == instance.Out("availabilityZone") {
		return nil
	}
	return model.Refuse("InvalidVolume.ZoneMismatch",
		"The volume '%s' is not in the same availability zone as instance '%s'", volume.ID, instance.ID)
}
