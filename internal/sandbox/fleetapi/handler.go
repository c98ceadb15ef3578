package fleetapi

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
)

// Store is where the groups are.
type Store interface {
	// Groups are all groups of the cloud.
	Groups() []Told
	// SetDesired sets how many instances a group has.
	SetDesired(group string, count int) error
	// SetVersion sets the version of a group's launch template.
	SetVersion(group, version string) error
}

// Told is what the cloud was told of a group.
type Told struct {
	Name string
	// TemplateID and Version are its launch template.
	TemplateID, Version string
	Desired, Min, Max   int
	// Refreshes tells whether a new version starts an instance refresh.
	Refreshes    bool
	TargetGroups []string
	Tags         map[string]string
}

// Handler speaks both APIs. It is safe for concurrent use.
type Handler struct {
	store Store

	mu     sync.Mutex
	script Script
	groups map[string]*group
	calls  []string
}

// New is a handler for the groups of a store.
func New(store Store) *Handler { return &Handler{store: store, groups: map[string]*group{}} }

// fault is an error in the words of the API.
type fault struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		write(w, http.StatusBadRequest, fault{Code: "ValidationError", Message: err.Error()})
		return
	}
	answer, problem := h.answer(r.Form)
	if problem != nil {
		write(w, http.StatusBadRequest, problem)
		return
	}
	write(w, http.StatusOK, answer)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(body) // whoever asked is gone
}

func (h *Handler) answer(in url.Values) (any, *fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	action := in.Get("Action")
	h.calls = append(h.calls, action)
	if h.script.Throttled > 0 {
		h.script.Throttled--
		return nil, &fault{Code: "Throttling", Message: "Rate exceeded"}
	}
	h.learn()
	switch action {
	case "DescribeAutoScalingGroups":
		return h.describeGroups(in), nil
	case "DescribeInstanceRefreshes":
		return h.describeRefreshes(in)
	case "DescribeScalingActivities":
		return h.describeActivities(), nil
	case "DescribeTargetHealth":
		return h.describeTargets(in), nil
	case "SetDesiredCapacity":
		count, _ := strconv.Atoi(in.Get("DesiredCapacity")) // a number that is none resizes to nothing
		return empty(action), problem(h.store.SetDesired(in.Get("AutoScalingGroupName"), count))
	case "UpdateAutoScalingGroup":
		return empty(action), problem(h.putBack(in))
	case "StartInstanceRefresh":
		return h.startRefresh(in)
	}
	return nil, &fault{Code: "InvalidAction", Message: "the offline cloud does not answer " + action}
}

func problem(err error) *fault {
	if err == nil {
		return nil
	}
	return &fault{Code: "ValidationError", Message: err.Error()}
}

// nothing is an answer without content.
type nothing struct{ XMLName xml.Name }

func empty(action string) nothing { return nothing{xml.Name{Local: action + "Response"}} }

// Script sets what happens from now on.
func (h *Handler) Script(script Script) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.script = script
}

// Calls are how often each operation was asked for, refused calls included.
func (h *Handler) Calls(action string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(h.calls), func(one string) bool { return one != action }))
}
