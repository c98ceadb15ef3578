// Package awsfleet asks the real Auto Scaling and the real load balancers, or whatever answers in their place, what
// package fleetwait wants to know.
package awsfleet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/transport/http"

	"github.com/riglet/riglet/internal/fleetwait"
)

// Client asks both in one region.
type Client struct {
	scaling   *autoscaling.Client
	balancers *elb.Client
}

var _ fleetwait.API = (*Client)(nil)

// New is a client for a region, with the credentials that the AWS SDK finds: variables, profiles, roles. The SDK's
// own AWS_ENDPOINT_URL_AUTO_SCALING and AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 lead it elsewhere. An endpoint that
// is given is asked in place of all that, with credentials that nobody believes.
func New(ctx context.Context, region, endpoint string) (*Client, error) {
	loads := []func(*config.LoadOptions) error{config.WithRegion(region)}
	if endpoint != "" {
		loads = append(loads, config.WithCredentialsProvider(aws.CredentialsProviderFunc(nobody)),
			config.WithBaseEndpoint(endpoint))
	}
	// Whoever watches asks again anyway, for as long as it takes.
	loads = append(loads, config.WithRetryer(func() aws.Retryer {
		return retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Second)
	}))
	loaded, err := config.LoadDefaultConfig(ctx, loads...)
	if err != nil {
		return nil, fmt.Errorf("AWS credentials: %w", err)
	}
	return &Client{scaling: autoscaling.NewFromConfig(loaded), balancers: elb.NewFromConfig(loaded)}, nil
}

func nobody(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "offline", SecretAccessKey: "offline"}, nil
}

// Group implements fleetwait.API.
func (c *Client) Group(ctx context.Context, name string) (fleetwait.Group, error) {
	group, err := c.group(ctx, name)
	if err != nil {
		return fleetwait.Group{}, err
	}
	return groupOf(*group), nil
}

func (c *Client) group(ctx context.Context, name string) (*types.AutoScalingGroup, error) {
	out, err := c.scaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{
		AutoScalingGroupNames: []string{name},
	})
	switch {
	case err != nil:
		return nil, sorted(err)
	case len(out.AutoScalingGroups) == 0:
		return nil, fmt.Errorf("group %s: %w", name, fleetwait.ErrGone)
	}
	return &out.AutoScalingGroups[0], nil
}

// Groups implements fleetwait.API.
func (c *Client) Groups(ctx context.Context, tag fleetwait.Tag) ([]fleetwait.Group, error) {
	pages := autoscaling.NewDescribeAutoScalingGroupsPaginator(c.scaling,
		&autoscaling.DescribeAutoScalingGroupsInput{Filters: []types.Filter{
			{Name: aws.String("tag:" + tag.Key), Values: []string{tag.Value}},
		}})
	var groups []fleetwait.Group
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, sorted(err)
		}
		for i := range page.AutoScalingGroups {
			groups = append(groups, groupOf(page.AutoScalingGroups[i]))
		}
	}
	return groups, nil
}

// Refreshes implements fleetwait.API. AWS lists the newest first.
func (c *Client) Refreshes(ctx context.Context, group string) ([]fleetwait.Refresh, error) {
	out, err := c.scaling.DescribeInstanceRefreshes(ctx, &autoscaling.DescribeInstanceRefreshesInput{
		AutoScalingGroupName: aws.String(group), MaxRecords: aws.Int32(maxRecords),
	})
	if err != nil {
		return nil, sorted(err)
	}
	refreshes := make([]fleetwait.Refresh, len(out.InstanceRefreshes))
	for i := range out.InstanceRefreshes {
		refreshes[i] = refreshOf(out.InstanceRefreshes[i])
	}
	return refreshes, nil
}

// maxRecords is more than anybody reads.
const maxRecords = 10

// Targets implements fleetwait.API.
func (c *Client) Targets(ctx context.Context, targetGroup string) ([]fleetwait.Target, error) {
	out, err := c.balancers.DescribeTargetHealth(ctx, &elb.DescribeTargetHealthInput{
		TargetGroupArn: aws.String(targetGroup),
	})
	if err != nil {
		return nil, sorted(err)
	}
	targets := make([]fleetwait.Target, len(out.TargetHealthDescriptions))
	for i := range out.TargetHealthDescriptions {
		targets[i] = targetOf(out.TargetHealthDescriptions[i])
	}
	return targets, nil
}

// Failures implements fleetwait.API.
func (c *Client) Failures(ctx context.Context, group string) ([]string, error) {
	out, err := c.scaling.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{
		AutoScalingGroupName: aws.String(group), MaxRecords: aws.Int32(maxRecords),
	})
	if err != nil {
		return nil, sorted(err)
	}
	var reasons []string
	for i := range out.Activities {
		if one := out.Activities[i]; one.StatusCode == types.ScalingActivityStatusCodeFailed {
			reasons = append(reasons, aws.ToString(one.StatusMessage))
		}
	}
	return reasons, nil
}

// Resize implements fleetwait.API.
func (c *Client) Resize(ctx context.Context, group string, count int) error {
	_, err := c.scaling.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{
		AutoScalingGroupName: aws.String(group), HonorCooldown: aws.Bool(false),
		DesiredCapacity: aws.Int32(int32(count)),
	})
	return sorted(err)
}

// PutBack implements fleetwait.API.
func (c *Client) PutBack(ctx context.Context, group, version string, mostPercent int) error {
	described, err := c.group(ctx, group)
	if err != nil {
		return err
	}
	change := &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: aws.String(group)}
	if !toVersion(change, described, version) {
		return errors.New("the group has no launch template")
	}
	if _, err := c.scaling.UpdateAutoScalingGroup(ctx, change); err != nil {
		return sorted(err)
	}
	_, err = c.scaling.StartInstanceRefresh(ctx, &autoscaling.StartInstanceRefreshInput{
		AutoScalingGroupName: aws.String(group), Strategy: types.RefreshStrategyRolling,
		Preferences: &types.RefreshPreferences{
			MinHealthyPercentage: aws.Int32(whole), SkipMatching: aws.Bool(true),
			MaxHealthyPercentage: aws.Int32(int32(mostPercent)),
		},
	})
	return sorted(err)
}

// whole is a hundred percent.
const whole = 100

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
		return fmt.Errorf("%w: %w", fleetwait.ErrBusy, err)
	case errors.As(err, &api) && api.ErrorCode() == "TargetGroupNotFound":
		return fmt.Errorf("%w: %s", fleetwait.ErrGone, api.ErrorMessage())
	case errors.As(err, &api):
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	return err
}

func throttled(code string) bool {
	_, known := retry.DefaultThrottleErrorCodes[code]
	return known || code == "ScalingActivityInProgress"
}
