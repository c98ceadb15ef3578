package rollout

import (
	"context"
	"errors"
	"time"
)

// API is what there is to ask of ECS. Package awsecs has the real one.
type API interface {
	// Service is the state of a service. ErrGone where there is none.
	Service(ctx context.Context, at Ref) (Service, error)
	// Stopped are the tasks of a service that ended lately.
	Stopped(ctx context.Context, at Ref) ([]Task, error)
	// Start runs a task once and returns its ARN.
	Start(ctx context.Context, once Once) (string, error)
	// Task is the state of one task. ErrGone where there is none.
	Task(ctx context.Context, cluster, arn string) (Task, error)
	// Resize sets the number of tasks of a service.
	Resize(ctx context.Context, at Ref, count int) error
}

var (
	// ErrGone says that what was asked for does not exist.
	ErrGone = errors.New("not there")
	// ErrBusy says that ECS did not answer this time and may the next.
	ErrBusy = errors.New("ECS is busy")
)

// Ref names a service.
type Ref struct {
	// Cluster is the ARN or the name of its cluster.
	Cluster string
	// Name is its name there.
	Name string
}

// Service is what ECS says of a service.
type Service struct {
	// Status is ACTIVE, DRAINING or INACTIVE.
	Status string
	// Desired is how many tasks there should be.
	Desired int
	// Deployments are those under way and the one that is in effect.
	Deployments []Deployment
	// Events are what happened, the newest first.
	Events []Event
}

// Deployment is one attempt to run a task definition.
type Deployment struct {
	ID string
	// Status is PRIMARY for the one that ECS works towards, ACTIVE for those that it replaces.
	Status string
	// TaskDefinition is the ARN of the revision.
	TaskDefinition string
	// State is IN_PROGRESS, COMPLETED or FAILED, and Reason why.
	State, Reason                    string
	Desired, Running, Pending, Fails int
	Created                          time.Time
}

// Event is one line of a service's history.
type Event struct {
	At      time.Time
	Message string
}

// Task is what ECS says of a task.
type Task struct {
	// ARN and TaskDefinition are those of the task.
	ARN, TaskDefinition string
	// Status is PROVISIONING up to RUNNING, then STOPPED, and Reason why it stopped.
	Status, Reason string
	Containers     []Container
}

// Container is what ECS says of a container.
type Container struct {
	Name, Reason string
	// Exit is the exit code, nil where it never ran.
	Exit *int
}

// Once is a task to run once, next to a service and as that would run it.
type Once struct {
	Cluster, TaskDefinition string
	// Providers are the capacity providers with their weights.
	Providers []Provider
	// Container is run with Command in place of its own.
	Container string
	Command   []string
	// Subnets and Groups are for tasks with an address of their own.
	Subnets, Groups []string
	// StartedBy marks the task, 128 characters at most.
	StartedBy string
}

// Provider is a capacity provider with its weight.
type Provider struct {
	Name   string
	Weight int
}
