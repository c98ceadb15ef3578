package fleetwait

import (
	"context"
	"errors"
	"time"
)

// API is what there is to ask of Auto Scaling and of the balancer. Package awsfleet has the real ones.
type API interface {
	// Group is the state of a group. ErrGone where there is none.
	Group(ctx context.Context, name string) (Group, error)
	// Groups are all groups with a tag.
	Groups(ctx context.Context, tag Tag) ([]Group, error)
	// Refreshes are the instance refreshes of a group, the newest first.
	Refreshes(ctx context.Context, group string) ([]Refresh, error)
	// Targets are what a balancer says of a target group.
	Targets(ctx context.Context, targetGroup string) ([]Target, error)
	// Failures are why the latest launches of a group failed, the newest first.
	Failures(ctx context.Context, group string) ([]string, error)
	// Resize sets how many instances a group has.
	Resize(ctx context.Context, group string, count int) error
	// PutBack lets a group launch another version of its template, and replaces instances that are not of it. There
	// may be so many of the wanted instances meanwhile, in percent.
	PutBack(ctx context.Context, group, version string, mostPercent int) error
}

var (
	// ErrGone says that what was asked for does not exist.
	ErrGone = errors.New("not there")
	// ErrBusy says that AWS did not answer this time and may the next.
	ErrBusy = errors.New("AWS is busy")
)

// Tag marks the groups of a fleet.
type Tag struct{ Key, Value string }

// Group is what Auto Scaling says of a group.
type Group struct {
	Name string
	// Status is empty, or says that the group is being deleted.
	Status string
	// Version is the version of its launch template.
	Version string
	// Desired is how many instances there should be, Most how many there may be.
	Desired, Most int
	Instances     []Instance
}

// Instance is one instance of a group.
type Instance struct {
	ID string
	// Version is the version of the launch template that it was started from.
	Version string
	// State is Pending, Pending:Wait, InService, Terminating and so on.
	State string
}

// Refresh is one attempt to replace a group's instances.
type Refresh struct {
	ID string
	// Version is the one that was to run, empty where AWS does not say.
	Version string
	// Status is Pending, InProgress, Successful, Failed and so on; Reason is why.
	Status, Reason string
	// Percent is how much of it is done, Left how many instances are not.
	Percent, Left int
	Started       time.Time
}

// Target is what the balancer says of an instance.
type Target struct {
	ID string
	// State is initial, healthy, unhealthy, draining and so on; Reason is why, with a description.
	State, Reason string
}
