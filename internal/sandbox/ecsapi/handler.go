package ecsapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// Store is where the services are.
type Store interface {
	// Service is a service of a cluster, by name or by ARN.
	Service(cluster, name string) (Service, bool)
	// Resize sets a service's number of tasks.
	Resize(cluster, name string, count int) error
}

// Service is what the cloud was told of a service.
type Service struct {
	ARN, Cluster, Name string
	// TaskDefinition is the ARN of the revision that it should run.
	TaskDefinition string
	Desired        int
}

// Handler speaks the API. It is safe for concurrent use.
type Handler struct {
	store Store

	mu      sync.Mutex
	scripts map[string]*Script
	good    map[string]string // the last revision that ran, by service ARN
	runs    []Run
	calls   map[string]int
}

// New is a handler for the services of a store.
func New(store Store) *Handler {
	return &Handler{
		store: store, scripts: map[string]*Script{}, good: map[string]string{}, calls: map[string]int{},
	}
}

// The API's name in requests.
const target = "AmazonEC2ContainerServiceV20141113."

// request holds the members of all requests that are answered.
type request struct {
	Cluster        string   `json:"cluster"`
	Services       []string `json:"services"`
	Service        string   `json:"service"`
	ServiceName    string   `json:"serviceName"`
	DesiredStatus  string   `json:"desiredStatus"`
	DesiredCount   int      `json:"desiredCount"`
	Tasks          []string `json:"tasks"`
	TaskDefinition string   `json:"taskDefinition"`
	StartedBy      string   `json:"startedBy"`
	Overrides      struct {
		ContainerOverrides []struct {
			Name    string   `json:"name"`
			Command []string `json:"command"`
		} `json:"containerOverrides"`
	} `json:"overrides"`
	NetworkConfiguration struct {
		AwsvpcConfiguration struct {
			Subnets []string `json:"subnets"`
		} `json:"awsvpcConfiguration"`
	} `json:"networkConfiguration"`
}

// fault is an error in the words of the API.
type fault struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), target)
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		write(w, http.StatusBadRequest, fault{"SerializationException", err.Error()})
		return
	}
	answer, problem := h.answer(operation, in)
	if problem != nil {
		write(w, http.StatusBadRequest, problem)
		return
	}
	write(w, http.StatusOK, answer)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever asked is gone
}

func (h *Handler) answer(operation string, in request) (any, *fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls[operation]++
	script := h.script(in.about())
	if script.Throttled > 0 {
		script.Throttled--
		return nil, &fault{"ThrottlingException", "Rate exceeded"}
	}
	switch operation {
	case "DescribeServices":
		return h.describeServices(in), nil
	case "ListTasks":
		return h.listTasks(in)
	case "DescribeTasks":
		return h.describeTasks(in), nil
	case "RunTask":
		return h.runTask(in), nil
	case "UpdateService":
		return h.updateService(in)
	}
	return nil, &fault{"UnknownOperationException", "the offline cloud does not answer " + operation}
}

// about is the service that a request is about. A one-off task is marked with its own: "riglet/<service>".
func (r request) about() string {
	for _, name := range append([]string{r.Service, r.ServiceName, r.StartedBy}, r.Services...) {
		if name != "" {
			return name[strings.LastIndex(name, "/")+1:]
		}
	}
	return ""
}
