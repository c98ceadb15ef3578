package ecsapi

import (
	"strconv"
	"strings"
	"time"
)

// The shapes of the API, as far as they are read.
type (
	services struct {
		Services []service `json:"services"`
		Failures []failure `json:"failures"`
	}
	failure struct {
		ARN    string `json:"arn,omitempty"`
		Reason string `json:"reason"`
	}
	service struct {
		ARN            string       `json:"serviceArn"`
		Name           string       `json:"serviceName"`
		Cluster        string       `json:"clusterArn"`
		Status         string       `json:"status"`
		TaskDefinition string       `json:"taskDefinition"`
		Desired        int          `json:"desiredCount"`
		Running        int          `json:"runningCount"`
		Pending        int          `json:"pendingCount"`
		Deployments    []deployment `json:"deployments"`
		Events         []event      `json:"events"`
	}
	deployment struct {
		ID             string `json:"id"`
		Status         string `json:"status"`
		TaskDefinition string `json:"taskDefinition"`
		Desired        int    `json:"desiredCount"`
		Running        int    `json:"runningCount"`
		Pending        int    `json:"pendingCount"`
		Failed         int    `json:"failedTasks"`
		State          string `json:"rolloutState"`
		Reason         string `json:"rolloutStateReason"`
		Created        int64  `json:"createdAt"`
	}
	event struct {
		ID      string `json:"id"`
		Created int64  `json:"createdAt"`
		Message string `json:"message"`
	}
)

// What ECS says of deployments.
const (
	isDone   = "ECS deployment completed."
	isUnder  = "ECS deployment in progress."
	hasGiven = "ECS deployment circuit breaker: tasks failed to start."
	goesBack = "ECS deployment circuit breaker: rolling back to the last completed deployment."
)

func (h *Handler) describeServices(in request) services {
	out := services{Services: []service{}, Failures: []failure{}}
	for _, name := range in.Services {
		told, found := h.store.Service(in.Cluster, name)
		if !found || h.script(told.Name).Outcome == Gone {
			out.Failures = append(out.Failures, failure{ARN: name, Reason: "MISSING"})
			continue
		}
		out.Services = append(out.Services, h.describe(told))
	}
	return out
}

func (h *Handler) describe(told Service) service {
	script := h.script(told.Name)
	shown := service{
		ARN: told.ARN, Name: told.Name, Cluster: told.Cluster, Status: "ACTIVE",
		TaskDefinition: told.TaskDefinition, Desired: told.Desired, Events: []event{},
		Deployments: h.deployments(told, script),
	}
	for _, d := range shown.Deployments {
		shown.Running += d.Running
		shown.Pending += d.Pending
	}
	for i, message := range script.Events {
		shown.Events = append(shown.Events, event{strconv.Itoa(i), time.Now().Unix(), message})
	}
	return shown
}

func (h *Handler) deployments(told Service, script *Script) []deployment {
	wanted := made(told.TaskDefinition, told.Desired)
	before := h.good[told.ARN]
	switch {
	case script.Outcome == Stuck || script.Looks > 0:
		script.Looks = max(script.Looks-1, 0)
		wanted.State, wanted.Reason, wanted.Running = "IN_PROGRESS", isUnder, 0
		wanted.Pending, wanted.Failed = told.Desired, len(script.Stopped)
		return []deployment{wanted}
	case script.Outcome != RolledBack || before == told.TaskDefinition:
		h.good[told.ARN] = told.TaskDefinition
		return []deployment{wanted}
	}
	wanted.State, wanted.Reason, wanted.Running, wanted.Failed = "FAILED", hasGiven, 0, max(len(script.Stopped), 1)
	if before == "" {
		return []deployment{wanted}
	}
	wanted.Status = "ACTIVE"
	back := made(before, told.Desired)
	back.State, back.Reason = "IN_PROGRESS", goesBack
	return []deployment{back, wanted}
}

// made is a deployment that went well.
func made(taskDefinition string, desired int) deployment {
	return deployment{
		ID: "ecs-svc/" + taskDefinition[strings.LastIndex(taskDefinition, ":")+1:], Status: "PRIMARY",
		TaskDefinition: taskDefinition, Desired: desired, Running: desired, State: "COMPLETED", Reason: isDone,
		Created: time.Now().Add(-time.Minute).Unix(),
	}
}

func (h *Handler) updateService(in request) (any, *fault) {
	if err := h.store.Resize(in.Cluster, in.Service, in.DesiredCount); err != nil {
		return nil, &fault{"ServiceNotFoundException", err.Error()}
	}
	told, _ := h.store.Service(in.Cluster, in.Service)
	return map[string]service{"service": h.describe(told)}, nil
}
