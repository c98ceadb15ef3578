package ecsapi

import (
	"fmt"
	"strconv"
	"strings"
)

type (
	tasks struct {
		Tasks    []task    `json:"tasks"`
		Failures []failure `json:"failures"`
	}
	task struct {
		ARN            string      `json:"taskArn"`
		TaskDefinition string      `json:"taskDefinitionArn"`
		Status         string      `json:"lastStatus"`
		Reason         string      `json:"stoppedReason,omitempty"`
		Containers     []container `json:"containers"`
	}
	container struct {
		Name   string `json:"name"`
		Reason string `json:"reason,omitempty"`
		Exit   int    `json:"exitCode"`
	}
)

// Task ARNs say what they are about, so that nothing has to be remembered: a stopped one of a service, or a one-off.
const (
	stoppedTask = "stopped"
	onceTask    = "once"
)

func (h *Handler) listTasks(in request) (any, *fault) {
	told, found := h.store.Service(in.Cluster, in.ServiceName)
	if !found {
		return nil, &fault{"ServiceNotFoundException", "Service not found."}
	}
	arns := []string{}
	if in.DesiredStatus == "STOPPED" {
		for i := range h.script(told.Name).Stopped {
			arns = append(arns, taskARN(told.Cluster, stoppedTask, told.Name, i))
		}
	}
	return map[string][]string{"taskArns": arns}, nil
}

func taskARN(cluster, kind, service string, number int) string {
	return fmt.Sprintf("%s/%s.%s.%d", strings.Replace(cluster, ":cluster/", ":task/", 1), kind, service, number)
}

func (h *Handler) describeTasks(in request) tasks {
	out := tasks{Tasks: []task{}, Failures: []failure{}}
	for _, arn := range in.Tasks {
		described, found := h.task(in.Cluster, arn)
		if !found {
			out.Failures = append(out.Failures, failure{ARN: arn, Reason: "MISSING"})
			continue
		}
		out.Tasks = append(out.Tasks, described)
	}
	return out
}

func (h *Handler) task(cluster, arn string) (task, bool) {
	parts := strings.Split(arn[strings.LastIndex(arn, "/")+1:], ".")
	if len(parts) != 3 {
		return task{}, false
	}
	number, err := strconv.Atoi(parts[2])
	script := h.script(parts[1])
	switch {
	case err == nil && parts[0] == stoppedTask && number < len(script.Stopped):
		told, _ := h.store.Service(cluster, parts[1])
		end := script.Stopped[number]
		return task{
			ARN: arn, TaskDefinition: told.TaskDefinition, Status: "STOPPED", Reason: end.Reason,
			Containers: []container{{Name: end.Container, Reason: end.ContainerReason, Exit: end.Exit}},
		}, true
	case err == nil && parts[0] == onceTask && number < len(h.runs):
		run := h.runs[number]
		return task{
			ARN: arn, TaskDefinition: run.TaskDefinition, Status: "STOPPED",
			Reason:     "Essential container in task exited",
			Containers: []container{{Name: run.Container, Exit: script.Exit}},
		}, true
	}
	return task{}, false
}

// runTask starts a task that ends at once.
func (h *Handler) runTask(in request) tasks {
	if refused := h.script(in.about()).Refused; refused != "" {
		return tasks{Tasks: []task{}, Failures: []failure{{Reason: refused}}}
	}
	run := Run{
		Cluster: in.Cluster, TaskDefinition: in.TaskDefinition, StartedBy: in.StartedBy,
		Subnets: in.NetworkConfiguration.AwsvpcConfiguration.Subnets,
	}
	for _, override := range in.Overrides.ContainerOverrides {
		run.Container, run.Command = override.Name, override.Command
	}
	h.runs = append(h.runs, run)
	arn := taskARN(in.Cluster, onceTask, in.about(), len(h.runs)-1)
	return tasks{Tasks: []task{{
		ARN: arn, TaskDefinition: in.TaskDefinition, Status: "PROVISIONING",
		Containers: []container{{Name: run.Container}},
	}}, Failures: []failure{}}
}
