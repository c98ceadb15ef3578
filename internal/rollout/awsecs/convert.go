package awsecs

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/riglet/riglet/internal/rollout"
)

func serviceOf(s types.Service) rollout.Service {
	service := rollout.Service{Status: aws.ToString(s.Status), Desired: int(s.DesiredCount)}
	for i := range s.Deployments {
		service.Deployments = append(service.Deployments, deploymentOf(s.Deployments[i]))
	}
	for _, e := range s.Events {
		service.Events = append(service.Events, rollout.Event{
			At: aws.ToTime(e.CreatedAt), Message: aws.ToString(e.Message),
		})
	}
	return service
}

func deploymentOf(d types.Deployment) rollout.Deployment {
	return rollout.Deployment{
		ID: aws.ToString(d.Id), Status: aws.ToString(d.Status), TaskDefinition: aws.ToString(d.TaskDefinition),
		State: string(d.RolloutState), Reason: aws.ToString(d.RolloutStateReason), Created: aws.ToTime(d.CreatedAt),
		Desired: int(d.DesiredCount), Running: int(d.RunningCount), Pending: int(d.PendingCount),
		Fails: int(d.FailedTasks),
	}
}

func taskOf(t types.Task) rollout.Task {
	task := rollout.Task{
		ARN: aws.ToString(t.TaskArn), TaskDefinition: aws.ToString(t.TaskDefinitionArn),
		Status: aws.ToString(t.LastStatus), Reason: aws.ToString(t.StoppedReason),
	}
	for _, c := range t.Containers {
		one := rollout.Container{Name: aws.ToString(c.Name), Reason: aws.ToString(c.Reason)}
		if c.ExitCode != nil {
			code := int(*c.ExitCode)
			one.Exit = &code
		}
		task.Containers = append(task.Containers, one)
	}
	return task
}

func runTask(once rollout.Once) *ecs.RunTaskInput {
	in := &ecs.RunTaskInput{
		Cluster: aws.String(once.Cluster), TaskDefinition: aws.String(once.TaskDefinition), Count: aws.Int32(1),
		StartedBy: aws.String(once.StartedBy),
		Overrides: &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{{
			Name: aws.String(once.Container), Command: once.Command,
		}}},
	}
	for _, p := range once.Providers {
		in.CapacityProviderStrategy = append(in.CapacityProviderStrategy, types.CapacityProviderStrategyItem{
			CapacityProvider: aws.String(p.Name), Weight: int32(p.Weight),
		})
	}
	if len(once.Subnets) > 0 {
		in.NetworkConfiguration = &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
			Subnets: once.Subnets, SecurityGroups: once.Groups, AssignPublicIp: types.AssignPublicIpDisabled,
		}}
	}
	return in
}
