package compute

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/check"
)

const (
	maxPriority = 50000
	// maxRuleValues is how many names and paths one rule of a listener compares.
	maxRuleValues = 5
)

var (
	hostPattern    = regexp.MustCompile(`^[a-z0-9*?]([a-z0-9.*?-]{0,126}[a-z0-9*?])?$`)
	pathPattern    = regexp.MustCompile(`^/[A-Za-z0-9_.$/~"'@:+*?&-]{0,127}$`)
	matcherPattern = regexp.MustCompile(`^[2-4][0-9]{2}([,-][2-4][0-9]{2})*$`)
	dirPattern     = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+)+$`)
	volumePattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)
)

func (a ServiceArgs) checkNetwork(f check.Faults) {
	at := f.At("networkMode")
	check.OneOf(at, a.NetworkMode, NetworkBridge, NetworkVPC, NetworkHost)
	if a.Launch == LaunchFargate && a.NetworkMode != NetworkVPC {
		at.Want("awsvpc with launch fargate", string(a.NetworkMode))
	}
	f.At("port").Range(a.Port, 0, maxPort)
	f.At("hostPort").Range(a.HostPort, 0, maxPort)
	switch {
	case a.HostPort == 0:
	case a.Port == 0:
		f.At("hostPort").Want("nothing without port", a.HostPort)
	case a.NetworkMode == NetworkVPC:
		f.At("hostPort").Want("nothing with networkMode awsvpc, where a task has an address of its own", a.HostPort)
	case a.NetworkMode == NetworkHost && a.HostPort != a.Port:
		f.At("hostPort").Want(fmt.Sprintf("nothing, or the port of %d, with networkMode host", a.Port), a.HostPort)
	}
	if a.NetworkMode == NetworkVPC {
		a.checkSubnets(f.At("subnetIds"))
	}
}

// checkSubnets counts a list that is known already. One that arrives as an Output is AWS's to count.
func (a ServiceArgs) checkSubnets(f check.Faults) {
	list, known := a.SubnetIDs.(pulumi.StringArray)
	if a.SubnetIDs == nil || known && len(list) == 0 {
		f.Want("a subnet at least with networkMode awsvpc", nil)
	}
}

func (a ServiceArgs) checkTraffic(f check.Faults) {
	if a.Port != 0 || a.NetworkMode == NetworkVPC {
		wanted(f, "vpcId", a.VPCID != nil, "the id of a VPC")
	}
	if len(a.Records) > 0 {
		wanted(f, "balancerDnsName", a.BalancerDNSName != nil, "the balancer's name, which the records point at")
		wanted(f, "balancerZoneId", a.BalancerZoneID != nil, "the hosted zone of the balancer's name")
	}
	for i, record := range a.Records {
		at := f.At("records").Index(i)
		at.At("name").Domain(record.Name)
		wanted(at, "hostedZoneId", record.HostedZoneID != nil, "the id of a hosted zone")
	}
	if a.Port == 0 {
		a.checkNoTraffic(f)
		return
	}
	wanted(f, "listenerArn", a.ListenerARN != nil, "the ARN of a listener")
	wanted(f, "balancerArnSuffix", a.BalancerARNSuffix != nil, "the end of the balancer's ARN: app/name/id")
	f.At("priority").Range(a.Priority, 1, maxPriority)
	if a.opensPort() {
		wanted(f, "balancerSecurityGroupId", a.BalancerSecurityGroupID != nil, "the balancer's security group")
	}
	if a.opensPort() && a.NetworkMode != NetworkVPC {
		wanted(f, "hostSecurityGroupId", a.HostSecurityGroupID != nil, "the hosts' security group, to open the port on")
	}
	a.checkConditions(f)
}

// opensPort tells whether the port has to be opened: those that Docker hands out are open already.
func (a ServiceArgs) opensPort() bool {
	return a.Port != 0 && (a.NetworkMode != NetworkBridge || a.HostPort != 0)
}

func (a ServiceArgs) checkNoTraffic(f check.Faults) {
	for _, one := range []struct {
		key   string
		given int
	}{{"hosts", len(a.Hosts)}, {"paths", len(a.Paths)}, {"priority", a.Priority}, {"records", len(a.Records)}} {
		if one.given != 0 {
			f.At(one.key).Want("nothing without port: no balancer leads to the service", one.given)
		}
	}
}

func (a ServiceArgs) checkConditions(f check.Faults) {
	switch n := len(a.Hosts) + len(a.Paths); {
	case n == 0:
		f.At("hosts").Want("names or paths that lead to the service", nil)
	case n > maxRuleValues:
		f.At("hosts").Want(fmt.Sprintf("%d names and paths at most, as many as a rule compares", maxRuleValues), n)
	}
	f.At("hosts").Unique(a.Hosts)
	f.At("paths").Unique(a.Paths)
	for i, host := range a.Hosts {
		f.At("hosts").Index(i).Match(host, hostPattern, "a name such as app.example.com or *.example.com")
	}
	for i, path := range a.Paths {
		f.At("paths").Index(i).Match(path, pathPattern, "a path such as /api/*")
	}
}

func (a ServiceArgs) checkHealth(f check.Faults) {
	f.At("healthPath").Match(a.HealthPath, pathPattern, "a path such as /healthz")
	f.At("matcher").Match(a.Matcher, matcherPattern, "status codes such as 200 or 200-301")
	f.At("healthGraceSeconds").Range(a.HealthGraceSeconds, 1, maxWaitSeconds)
	if a.HealthGraceSeconds >= a.DeadlineSeconds {
		f.At("healthGraceSeconds").Want(fmt.Sprintf("less than deadlineSeconds of %d, or no deployment ends in time",
			a.DeadlineSeconds), a.HealthGraceSeconds)
	}
	f.At("deregistrationDelaySeconds").Range(a.DeregistrationDelaySeconds, 1, maxCoolSeconds)
	if a.DeregistrationDelaySeconds > a.StopTimeoutSeconds {
		f.At("deregistrationDelaySeconds").Want(fmt.Sprintf("stopTimeoutSeconds of %d at most, or tasks are killed "+
			"with requests under way", a.StopTimeoutSeconds), a.DeregistrationDelaySeconds)
	}
}

// checkFiles looks at all that is mounted, whose places must differ.
func (a ServiceArgs) checkFiles(f check.Faults) {
	var names []string
	taken := slices.Clone(a.WritablePaths)
	f.At("writablePaths").Unique(a.WritablePaths)
	for i, path := range a.WritablePaths {
		f.At("writablePaths").Index(i).Match(path, dirPattern, "a directory such as /var/cache/nginx")
		names = append(names, writableName(path))
	}
	f.At("writableMiB").Range(a.WritableMiB, 1, max(a.MemoryMiB, 1))
	for i, volume := range a.Volumes {
		at := f.At("volumes").Index(i)
		at.At("name").Match(volume.Name, volumePattern, "letters, digits, hyphens and underscores")
		at.At("path").Match(volume.Path, dirPattern, "a directory such as /srv/files")
		wanted(at, "fileSystemId", volume.FileSystemID != nil, "the id of a file system")
		wanted(at, "accessPointId", volume.AccessPointID != nil, "the id of an access point")
		if slices.Contains(taken, volume.Path) || slices.Contains(names, volume.Name) {
			at.Want("a name and a path that nothing else has", volume.Name+" at "+volume.Path)
		}
		taken, names = append(taken, volume.Path), append(names, volume.Name)
	}
}

// writableName is the name of the volume behind a writable path, where it is one.
func writableName(path string) string {
	return "writable" + strings.ReplaceAll(path, "/", "-")
}
