package ecsapi

import "slices"

// Outcome is what becomes of a deployment.
type Outcome string

// The outcomes. The empty one is Completed.
const (
	Completed  Outcome = "completed"
	RolledBack Outcome = "rolled back" // the first deployment has nothing to go back to and fails
	Stuck      Outcome = "stuck"       // no task ever becomes healthy, and ECS goes on trying
	Gone       Outcome = "gone"        // somebody deletes the service
)

// Script is what happens to the deployments of a service.
type Script struct {
	Outcome Outcome
	// Looks are how often the deployment is still under way before that.
	Looks int
	// Throttled calls are refused first.
	Throttled int
	// Stopped are the tasks that ended, and Events what is said of them, the newest first.
	Stopped []Stopped
	Events  []string
	// Exit is the exit code of one-off tasks, and Refused the reason for which they are not started.
	Exit    int
	Refused string
}

// Stopped is a task that ended.
type Stopped struct {
	Reason, Container, ContainerReason string
	Exit                               int
}

// Run is a one-off task that was started.
type Run struct {
	Cluster, TaskDefinition, StartedBy string
	// Container is run with Command in place of its own.
	Container string
	Command   []string
	Subnets   []string
}

// Script sets what happens to a service from now on.
func (h *Handler) Script(service string, script Script) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.scripts[service] = &script
}

// Runs are the one-off tasks so far.
func (h *Handler) Runs() []Run {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.runs)
}

// Calls are how often each operation was asked for, refused calls included.
func (h *Handler) Calls(operation string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.calls[operation]
}

// script is that of a service, never nil.
func (h *Handler) script(service string) *Script {
	if found := h.scripts[service]; found != nil {
		return found
	}
	return &Script{}
}
