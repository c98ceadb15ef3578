// Package awsecs asks the real ECS, or whatever answers in its place, what package rollout wants to know.
package awsecs

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/transport/http"

	"github.com/riglet/riglet/internal/rollout"
)

// Client asks ECS in one region.
type Client struct{ ecs *ecs.Client }

var _ rollout.API = (*Client)(nil)

// New is a client for a region, with the credentials that the AWS SDK finds: variables, profiles, roles. The SDK's
// own AWS_ENDPOINT_URL_ECS leads it elsewhere. An endpoint that is given is asked in place of all that, with
// credentials that nobody believes.
func New(ctx context.Context, region, endpoint string) (*Client, error) {
	loads := []func(*config.LoadOptions) error{config.WithRegion(region)}
	if endpoint != "" {
		loads = append(loads, config.WithCredentialsProvider(aws.CredentialsProviderFunc(nobody)))
	}
	loaded, err := config.LoadDefaultConfig(ctx, loads...)
	if err != nil {
		return nil, fmt.Errorf("AWS credentials: %w", err)
	}
	return &Client{ecs: ecs.NewFromConfig(loaded, func(o *ecs.Options) {
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
		// Whoever watches asks again anyway, for as long as it takes.
		o.Retryer = retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Second)
	})}, nil
}

func nobody(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "offline", SecretAccessKey: "offline"}, nil
}

// Service implements rollout.API.
func (c *Client) Service(ctx context.Context, at rollout.Ref) (rollout.Service, error) {
	out, err := c.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: aws.String(at.Cluster), Services: []string{at.Name},
	})
	if err != nil {
		return rollout.Service{}, sorted(err)
	}
	if len(out.Services) == 0 || aws.ToString(out.Services[0].Status) == "INACTIVE" {
		return rollout.Service{}, fmt.Errorf("service %s: %w", at.Name, rollout.ErrGone)
	}
	return serviceOf(out.Services[0]), nil
}

// Stopped implements rollout.API. ECS remembers stopped tasks for an hour.
func (c *Client) Stopped(ctx context.Context, at rollout.Ref) ([]rollout.Task, error) {
	listed, err := c.ecs.ListTasks(ctx, &ecs.ListTasksInput{
		Cluster: aws.String(at.Cluster), ServiceName: aws.String(at.Name), DesiredStatus: types.DesiredStatusStopped,
	})
	if err != nil || len(listed.TaskArns) == 0 {
		return nil, sorted(err)
	}
	return c.tasks(ctx, at.Cluster, listed.TaskArns)
}

// Task implements rollout.API.
func (c *Client) Task(ctx context.Context, cluster, arn string) (rollout.Task, error) {
	tasks, err := c.tasks(ctx, cluster, []string{arn})
	switch {
	case err != nil:
		return rollout.Task{}, err
	case len(tasks) == 0:
		return rollout.Task{}, fmt.Errorf("task %s: %w", arn, rollout.ErrGone)
	}
	return tasks[0], nil
}

func (c *Client) tasks(ctx context.Context, cluster string, arns []string) ([]rollout.Task, error) {
	out, err := c.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: aws.String(cluster), Tasks: arns})
	if err != nil {
		return nil, sorted(err)
	}
	tasks := make([]rollout.Task, len(out.Tasks))
	for i := range out.Tasks {
		tasks[i] = taskOf(out.Tasks[i])
	}
	return tasks, nil
}

// Start implements rollout.API.
func (c *Client) Start(ctx context.Context, once rollout.Once) (string, error) {
	out, err := c.ecs.RunTask(ctx, runTask(once))
	if err != nil {
		return "", sorted(err)
	}
	if len(out.Tasks) > 0 {
		return aws.ToString(out.Tasks[0].TaskArn), nil
	}
	if len(out.Failures) == 0 {
		return "", errors.New("ECS gave no reason")
	}
	reason := aws.ToString(out.Failures[0].Reason)
	if detail := aws.ToString(out.Failures[0].Detail); detail != "" {
		reason += " (" + detail + ")"
	}
	return "", errors.New(reason)
}

// Resize implements rollout.API.
func (c *Client) Resize(ctx context.Context, at rollout.Ref, count int) error {
	_, err := c.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{
		Cluster: aws.String(at.Cluster), Service: aws.String(at.Name),
		DesiredCount: aws.Int32(int32(count)),
	})
	return sorted(err)
}

// sorted tells what may be asked again and what does not exist from everything else.
func sorted(err error) error {
	var api smithy.APIError
	var response *http.ResponseError
	var network net.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &api) && throttled(api.ErrorCode()), errors.As(err, &response) && response.HTTPStatusCode() >= 500,
		!errors.As(err, &api) && errors.As(err, &network):
		return fmt.Errorf("%w: %w", rollout.ErrBusy, err)
	case errors.As(err, &api) && gone(api.ErrorCode()):
		return fmt.Errorf("%w: %s", rollout.ErrGone, api.ErrorMessage())
	case errors.As(err, &api):
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	return err
}

func throttled(code string) bool {
	_, known := retry.DefaultThrottleErrorCodes[code]
	return known
}

func gone(code string) bool {
	return code == "ServiceNotFoundException" || code == "ClusterNotFoundException" ||
		code == "ServiceNotActiveException"
}
