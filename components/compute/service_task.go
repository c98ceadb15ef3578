package compute

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/taskdef"
)

// taskDefinition says what runs. It comes after the roles' policies: a task that is started before them cannot fetch
// its image.
func (b *serviceBuilder) taskDefinition() error {
	args := &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(b.called),
		ContainerDefinitions:    b.containers(),
		NetworkMode:             pulumi.String(string(b.args.NetworkMode)),
		RequiresCompatibilities: pulumi.StringArray{pulumi.String(b.compatibility())},
		ExecutionRoleArn:        b.execution.Arn,
		TaskRoleArn:             b.task.Arn,
		Volumes:                 b.volumes(),
		// A revision that ECS or somebody may want to go back to has to stay registered.
		SkipDestroy: pulumi.Bool(true),
		Tags:        b.Tags("task"),
	}
	if b.args.Launch == LaunchFargate {
		args.Cpu = pulumi.String(strconv.Itoa(b.args.CPU))
		args.Memory = pulumi.String(strconv.Itoa(b.args.MemoryMiB))
		args.RuntimePlatform = ecs.TaskDefinitionRuntimePlatformArgs{
			OperatingSystemFamily: pulumi.String("LINUX"),
			CpuArchitecture:       pulumi.String(string(b.args.Architecture)),
		}
	}
	var err error
	b.definition, err = ecs.NewTaskDefinition(b.Context(), b.Child("task"), args,
		b.Options(pulumi.DependsOn(b.permissionsIn))...)
	return err
}

func (b *serviceBuilder) compatibility() string {
	if b.args.Launch == LaunchFargate {
		return "FARGATE"
	}
	return "EC2"
}

// containers is the one container, with what is known only once other resources are made.
func (b *serviceBuilder) containers() pulumi.StringOutput {
	environment := pulumi.StringMap{}
	for name, value := range b.args.Environment {
		environment[name] = open(name, value)
	}
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply4Err(
		b.args.ClusterARN.ToStringOutput(), b.args.Image.ToStringOutput(), b.logs.Name,
		environment.ToStringMapOutput(),
		func(cluster, image, logGroup string, environment map[string]string) (string, error) {
			at, err := taskdef.PlaceOf(cluster)
			if err != nil {
				return "", err
			}
			container := b.describe()
			container.Image, container.Environment = image, environment
			container.LogGroup, container.Region = logGroup, at.Region
			return container.JSON()
		}))
}

// open is a value that is no secret. One that arrives marked as a secret would stand readable in the task definition.
func open(name string, value pulumi.StringInput) pulumi.StringOutput {
	output := value.ToStringOutput()
	return pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(output, func(text string) (string, error) {
		if pulumi.IsSecret(output) {
			return "", fmt.Errorf("environment.%s: want it under secrets, where nobody reads it, got a secret", name)
		}
		return text, nil
	}))
}

// describe is the part of the container that is known from the arguments.
func (b *serviceBuilder) describe() taskdef.Container {
	c := taskdef.Container{
		Name: b.container, Command: b.args.Command, User: b.args.User, CPU: b.args.CPU, MemoryMiB: b.args.MemoryMiB,
		Port: b.args.Port, HostPort: b.args.HostPort, Secrets: b.args.Secrets, TmpfsMiB: b.args.WritableMiB,
		// The agent of ECS Exec writes to the root file system.
		WritableRoot: b.args.Exec, StopTimeoutSeconds: b.args.StopTimeoutSeconds,
	}
	if b.args.NetworkMode != NetworkBridge {
		c.HostPort = b.args.Port
	}
	for _, path := range b.args.WritablePaths {
		if b.args.Launch == LaunchFargate {
			c.Mounts = append(c.Mounts, taskdef.Mount{Volume: writableName(path), Path: path})
		} else {
			c.Tmpfs = append(c.Tmpfs, path)
		}
	}
	for _, volume := range b.args.Volumes {
		c.Mounts = append(c.Mounts, taskdef.Mount{Volume: volume.Name, Path: volume.Path, ReadOnly: volume.ReadOnly})
	}
	return c
}

// volumes are the task's: empty ones for writable paths on Fargate, which has no memory to mount, and those on EFS.
func (b *serviceBuilder) volumes() ecs.TaskDefinitionVolumeArray {
	list := ecs.TaskDefinitionVolumeArray{}
	for _, path := range b.args.WritablePaths {
		if b.args.Launch == LaunchFargate {
			list = append(list, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(writableName(path))})
		}
	}
	for _, volume := range b.args.Volumes {
		list = append(list, ecs.TaskDefinitionVolumeArgs{
			Name: pulumi.String(volume.Name),
			EfsVolumeConfiguration: ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
				FileSystemId:      volume.FileSystemID,
				TransitEncryption: pulumi.String("ENABLED"),
				AuthorizationConfig: ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
					AccessPointId: volume.AccessPointID, Iam: pulumi.String("ENABLED"),
				},
			},
		})
	}
	return list
}
