package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/taskdef"
)

// logGroup is made here: one that ECS makes by itself keeps everything for ever.
func (b *serviceBuilder) logGroup() error {
	var err error
	b.logs, err = cloudwatch.NewLogGroup(b.Context(), b.Child("logs"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.logName),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		SkipDestroy:     pulumi.Bool(b.args.Protected),
		Tags:            b.Tags("logs"),
	}, b.Options()...)
	return err
}

// executionRole is who starts the container. The container itself never has it.
func (b *serviceBuilder) executionRole() error {
	var err error
	if b.execution, err = b.role("execution"); err != nil {
		return err
	}
	document := pulumix.Apply3Err(
		b.args.ClusterARN.ToStringOutput(), b.args.Image.ToStringOutput(), b.logs.Name,
		func(cluster, image, logGroup string) (string, error) {
			at, err := taskdef.PlaceOf(cluster)
			if err != nil {
				return "", err
			}
			return taskdef.Execution(at, taskdef.Container{
				Image: image, LogGroup: logGroup, Secrets: b.args.Secrets,
			}).JSON()
		})
	return b.rolePolicy("execution", b.execution, pulumix.Cast[pulumi.StringOutput](document))
}

// taskRole is who the container is. It may do nothing that was not asked for.
func (b *serviceBuilder) taskRole() error {
	var err error
	if b.task, err = b.role("task"); err != nil {
		return err
	}
	if b.args.SecretPathPrefix == "" && !b.args.Exec && len(b.args.Volumes) == 0 {
		return nil
	}
	return b.rolePolicy("task", b.task, b.taskPolicy())
}

func (b *serviceBuilder) taskPolicy() pulumi.StringOutput {
	execLog := pulumi.String("").ToStringOutput()
	if b.args.ExecLogGroupARN != nil {
		execLog = b.args.ExecLogGroupARN.ToStringOutput()
	}
	var ids, points pulumi.StringArray
	for _, volume := range b.args.Volumes {
		ids, points = append(ids, volume.FileSystemID), append(points, volume.AccessPointID)
	}
	return pulumix.Cast[pulumi.StringOutput](pulumix.Apply4Err(
		b.args.ClusterARN.ToStringOutput(), execLog, ids.ToStringArrayOutput(), points.ToStringArrayOutput(),
		func(cluster, execLog string, ids, points []string) (string, error) {
			at, err := taskdef.PlaceOf(cluster)
			if err != nil {
				return "", err
			}
			return taskdef.Task(at, b.rights(execLog, ids, points)).JSON()
		}))
}

func (b *serviceBuilder) rights(execLog string, ids, points []string) taskdef.Rights {
	rights := taskdef.Rights{Parameters: b.args.SecretPathPrefix, Exec: b.args.Exec, ExecLogGroupARN: execLog}
	for i, volume := range b.args.Volumes {
		rights.Files = append(rights.Files, taskdef.Files{
			FileSystemID: ids[i], AccessPointID: points[i], ReadOnly: volume.ReadOnly,
		})
	}
	return rights
}

// role can be taken by ECS tasks of this account and region only.
func (b *serviceBuilder) role(role string) (*iam.Role, error) {
	trust := pulumix.ApplyErr(b.args.ClusterARN.ToStringOutput(), func(cluster string) (string, error) {
		at, err := taskdef.PlaceOf(cluster)
		if err != nil {
			return "", err
		}
		return at.Trust().JSON()
	})
	return iam.NewRole(b.Context(), b.Child(role), &iam.RoleArgs{
		Name:             b.Physical(naming.Role, role),
		AssumeRolePolicy: pulumix.Cast[pulumi.StringOutput](trust),
		Tags:             b.Tags(role),
	}, b.Options()...)
}

func (b *serviceBuilder) rolePolicy(name string, role *iam.Role, document pulumi.StringOutput) error {
	made, err := iam.NewRolePolicy(b.Context(), b.Child(name), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: document,
	}, b.Options()...)
	b.permissionsIn = append(b.permissionsIn, made)
	return err
}
