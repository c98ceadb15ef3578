package stacks

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/components/compute"
	"github.com/riglet/riglet/components/registry"
	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/stacks/config"
)

// couchPort is where CouchDB listens.
const couchPort = "5984"

// cluster makes the hosts that services run on.
func (e *environment) cluster() error {
	section := e.Config.Cluster
	if section == nil {
		return nil
	}
	args := &compute.ClusterArgs{
		VPCID:                 e.network.VPCID,
		SubnetIDs:             e.network.AppSubnetIDs,
		InstanceType:          section.InstanceType,
		MoreInstanceTypes:     section.MoreInstanceTypes,
		MinHosts:              section.MinHosts,
		MaxHosts:              section.MaxHosts,
		TargetCapacityPercent: section.TargetCapacityPercent,
		SpotPercent:           section.SpotPercent,
		Fargate:               section.Fargate,
		VolumeGiB:             section.VolumeGiB,
		LogRetentionDays:      section.LogRetentionDays,
		Protected:             section.Protected,
		AlarmTopicARN:         e.network.OperationsTopicARN,
		Prefix:                e.prefix(),
		Tags:                  e.tags(),
	}
	if e.front != nil {
		args.BalancerSecurityGroupID = e.front.SecurityGroupID
	}
	if section.ImageID != "" {
		args.ImageID = pulumi.String(section.ImageID)
	}
	var err error
	if e.hosts, err = compute.NewCluster(e.ctx, "cluster", args); err != nil {
		return err
	}
	e.exportCluster()
	return nil
}

// services makes what runs on the cluster, each as app-<service>, so that none can be called what something else of
// the environment is.
func (e *environment) services() error {
	if len(e.Config.Services) == 0 {
		return nil
	}
	released, err := e.released()
	if err != nil {
		return err
	}
	made := map[string]*compute.Service{}
	for _, name := range e.Config.ServiceOrder() {
		image, err := e.image(name, released)
		if err != nil {
			return err
		}
		args := e.serviceArgs(name)
		args.Image = image
		if made[name], err = compute.NewService(e.ctx, appName(name), args); err != nil {
			return err
		}
	}
	e.exportServices(made)
	return nil
}

// appName is the logical name of a service.
func appName(name string) string { return "app-" + name }

// image is the reference of what a service runs.
func (e *environment) image(name string, released map[string]string) (pulumi.StringInput, error) {
	section := e.Config.Services[name]
	switch {
	case section.Image.Released:
		return pulumi.String(released[name]), nil
	case section.Image.Build == nil:
		return pulumi.String(section.Image.Reference), nil
	}
	build := section.Image.Build
	repository, err := registry.NewRepository(e.ctx, naming.Join(appName(name), "images"), &registry.Args{
		Build: &registry.Build{
			Context: build.Context, Dockerfile: build.Dockerfile, Target: build.Target,
			Arch: e.archOf(section), Args: pulumi.ToStringMap(build.Args),
		},
		Protected: section.Protected,
		Prefix:    e.prefix(),
		Tags:      e.tags(),
	})
	if err != nil {
		return nil, err
	}
	return repository.ImageReference, nil
}

// archOf is the processor that a service's image has to be built for.
func (e *environment) archOf(section config.Service) instancetype.Arch {
	if section.Launch == config.LaunchFargate {
		return section.Architecture
	}
	return instancetype.ArchOf(e.Config.Cluster.InstanceType)
}

// serviceArgs are the arguments of a service, but for its image.
func (e *environment) serviceArgs(name string) *compute.ServiceArgs {
	section := e.Config.Services[name]
	args := &compute.ServiceArgs{
		ClusterARN:                 e.hosts.ClusterARN,
		ClusterName:                e.hosts.ClusterName,
		Launch:                     compute.Launch(section.Launch),
		Command:                    section.Command,
		User:                       section.User,
		CPU:                        section.CPU,
		MemoryMiB:                  section.MemoryMiB,
		StopTimeoutSeconds:         section.StopTimeoutSeconds,
		Environment:                e.variables(section),
		Secrets:                    section.Secrets,
		SecretPathPrefix:           section.SecretPath,
		WritablePaths:              section.WritablePaths,
		WritableMiB:                section.WritableMiB,
		Volumes:                    volumesOf(section),
		Exec:                       section.Exec,
		ExecLogGroupARN:            e.hosts.ExecLogGroupARN,
		NetworkMode:                compute.NetworkMode(section.NetworkMode),
		VPCID:                      e.network.VPCID,
		SubnetIDs:                  e.network.AppSubnetIDs,
		DeregistrationDelaySeconds: section.DeregistrationDelaySeconds,
		DesiredCount:               section.Desired(),
		Scaling:                    scalingOf(section),
		MinimumHealthyPercent:      section.MinimumHealthyPercent,
		MaximumPercent:             section.MaximumPercent,
		Migrations:                 migrationsOf(section),
		DeadlineSeconds:            section.DeadlineSeconds,
		LogGroupName:               e.logGroup(name),
		LogRetentionDays:           section.LogRetentionDays,
		AlarmTopicARN:              e.network.OperationsTopicARN,
		Protected:                  section.Protected,
		Prefix:                     e.prefix(),
		Tags:                       e.tags(),
	}
	e.place(args, section)
	if section.Port > 0 {
		e.reach(args, name)
	}
	return args
}

// place says what the tasks run on.
func (e *environment) place(args *compute.ServiceArgs, section config.Service) {
	// Also on Fargate, where it only makes the service wait until the cluster knows its providers.
	args.CapacityProviderName = e.hosts.CapacityProviderName
	if section.Launch == config.LaunchFargate {
		args.Architecture = map[instancetype.Arch]compute.Architecture{
			instancetype.ARM64: compute.ARM64, instancetype.AMD64: compute.X86,
		}[section.Architecture]
		return
	}
	args.HostMemoryMiB = compute.HostMemoryMiB(e.Config.Cluster.InstanceType)
}

// reach makes the balancer lead to the service.
func (e *environment) reach(args *compute.ServiceArgs, name string) {
	section := e.Config.Services[name]
	args.Port, args.HostPort, args.Priority = section.Port, section.HostPort, section.Priority
	args.Hosts, args.Paths = e.Config.HostsOf(e.Environment, name), section.Paths
	args.HealthPath, args.Matcher = section.HealthPath, section.Matcher
	args.HealthGraceSeconds = section.HealthGraceSeconds
	args.HostSecurityGroupID = e.hosts.HostSecurityGroupID
	args.BalancerSecurityGroupID = e.front.SecurityGroupID
	args.ListenerARN, args.BalancerARNSuffix = e.front.ListenerARN, e.front.ARNSuffix
	args.BalancerDNSName, args.BalancerZoneID = e.front.DNSName, e.front.ZoneID
	args.PlainHTTP = e.Config.Network.Balancer.PlainHTTP
	args.Records = e.records(args.Hosts)
}

// records are for the names below the environment's domain, where its zone is known. The domain itself leads to the
// balancer already, and a pattern is no name.
func (e *environment) records(hosts []string) []compute.Record {
	zone, domain := e.Config.NamesZoneID(), e.Config.Domain()
	if zone == "" {
		return nil
	}
	var records []compute.Record
	for _, host := range hosts {
		if strings.HasSuffix(host, "."+domain) && !strings.HasPrefix(host, "*") {
			records = append(records, compute.Record{Name: host, HostedZoneID: pulumi.String(zone)})
		}
	}
	return records
}

// variables are what the container is told, the address of the database among them.
func (e *environment) variables(section config.Service) map[string]pulumi.StringInput {
	all := map[string]pulumi.StringInput{}
	for name, value := range section.Environment {
		all[name] = pulumi.String(value)
	}
	if section.DatabaseVariable != "" {
		all[section.DatabaseVariable] = pulumi.String("http://couchdb." + e.Config.Project + ".internal:" + couchPort)
	}
	return all
}

// logGroup is named after where the service comes from.
func (e *environment) logGroup(name string) string {
	section := e.Config.Services[name]
	repo := section.Repo
	if repo == "" {
		repo = name
	}
	return naming.Fit(naming.LogGroup, e.prefix(), "app", repo, section.Branch)
}
