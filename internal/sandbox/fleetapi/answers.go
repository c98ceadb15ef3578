package fleetapi

import (
	"encoding/xml"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The shapes of the APIs, as far as they are read.
type (
	specification struct {
		ID      string `xml:"LaunchTemplateId"`
		Version string `xml:"Version"`
	}
	mixed struct {
		Specification specification `xml:"LaunchTemplate>LaunchTemplateSpecification"`
	}
	groupsAnswer struct {
		XMLName xml.Name      `xml:"DescribeAutoScalingGroupsResponse"`
		Groups  []groupAnswer `xml:"DescribeAutoScalingGroupsResult>AutoScalingGroups>member"`
	}
	groupAnswer struct {
		Name      string           `xml:"AutoScalingGroupName"`
		Min       int              `xml:"MinSize"`
		Max       int              `xml:"MaxSize"`
		Desired   int              `xml:"DesiredCapacity"`
		Mixed     mixed            `xml:"MixedInstancesPolicy"`
		Instances []instanceAnswer `xml:"Instances>member"`
	}
	instanceAnswer struct {
		ID       string        `xml:"InstanceId"`
		State    string        `xml:"LifecycleState"`
		Health   string        `xml:"HealthStatus"`
		Template specification `xml:"LaunchTemplate"`
	}
	refreshesAnswer struct {
		XMLName   xml.Name        `xml:"DescribeInstanceRefreshesResponse"`
		Refreshes []refreshAnswer `xml:"DescribeInstanceRefreshesResult>InstanceRefreshes>member"`
	}
	refreshAnswer struct {
		ID      string `xml:"InstanceRefreshId"`
		Status  string `xml:"Status"`
		Reason  string `xml:"StatusReason,omitempty"`
		Percent int    `xml:"PercentageComplete"`
		Wanted  mixed  `xml:"DesiredConfiguration>MixedInstancesPolicy"`
	}
	startAnswer struct {
		XMLName xml.Name `xml:"StartInstanceRefreshResponse"`
		ID      string   `xml:"StartInstanceRefreshResult>InstanceRefreshId"`
	}
	activitiesAnswer struct {
		XMLName    xml.Name         `xml:"DescribeScalingActivitiesResponse"`
		Activities []activityAnswer `xml:"DescribeScalingActivitiesResult>Activities>member"`
	}
	activityAnswer struct {
		ID      string `xml:"ActivityId"`
		Cause   string `xml:"Cause"`
		Start   string `xml:"StartTime"`
		Status  string `xml:"StatusCode"`
		Message string `xml:"StatusMessage"`
	}
	targetsAnswer struct {
		XMLName xml.Name       `xml:"DescribeTargetHealthResponse"`
		Targets []targetAnswer `xml:"DescribeTargetHealthResult>TargetHealthDescriptions>member"`
	}
	targetAnswer struct {
		ID          string `xml:"Target>Id"`
		State       string `xml:"TargetHealth>State"`
		Reason      string `xml:"TargetHealth>Reason,omitempty"`
		Description string `xml:"TargetHealth>Description,omitempty"`
	}
)

func (h *Handler) describeGroups(in url.Values) groupsAnswer {
	var out groupsAnswer
	for _, name := range slices.Sorted(maps.Keys(h.groups)) {
		if one := h.groups[name]; one.selected(in) {
			out.Groups = append(out.Groups, one.answer())
		}
	}
	return out
}

// selected tells whether a request means the group, by name or by tag.
func (g *group) selected(in url.Values) bool {
	if key, found := strings.CutPrefix(in.Get("Filters.member.1.Name"), "tag:"); found {
		return g.told.Tags[key] == in.Get("Filters.member.1.Values.member.1")
	}
	return g.told.Name == in.Get("AutoScalingGroupNames.member.1")
}

func (g *group) answer() groupAnswer {
	out := groupAnswer{
		Name: g.told.Name, Min: g.told.Min, Max: g.told.Max, Desired: g.told.Desired, Mixed: g.mixed(g.told.Version),
	}
	for _, one := range g.instances {
		out.Instances = append(out.Instances, instanceAnswer{
			ID: one.id, State: "InService", Health: "Healthy", Template: specification{g.told.TemplateID, one.version},
		})
	}
	return out
}

func (g *group) mixed(version string) mixed { return mixed{specification{g.told.TemplateID, version}} }

func (h *Handler) describeRefreshes(in url.Values) (any, *fault) {
	one := h.groups[in.Get("AutoScalingGroupName")]
	if one == nil {
		return nil, &fault{Code: "ValidationError", Message: "AutoScalingGroup name not found"}
	}
	h.advance(one)
	var out refreshesAnswer
	for _, r := range slices.Backward(one.refreshes) {
		out.Refreshes = append(out.Refreshes, refreshAnswer{r.id, r.status, r.reason, r.percent, one.mixed(r.version)})
	}
	return out, nil
}

func (h *Handler) describeActivities() activitiesAnswer {
	var out activitiesAnswer
	for i, message := range h.script.Launches {
		out.Activities = append(out.Activities, activityAnswer{
			strconv.Itoa(i), "an instance was needed", time.Now().UTC().Format(time.RFC3339), "Failed", message,
		})
	}
	return out
}

func (h *Handler) describeTargets(in url.Values) targetsAnswer {
	var out targetsAnswer
	for _, name := range slices.Sorted(maps.Keys(h.groups)) {
		one := h.groups[name]
		if !slices.Contains(one.told.TargetGroups, in.Get("TargetGroupArn")) {
			continue
		}
		starting := one.looks > 0
		one.looks = max(one.looks-1, 0)
		for _, i := range one.instances {
			out.Targets = append(out.Targets, h.target(i, starting))
		}
	}
	return out
}

func (h *Handler) target(i instance, starting bool) targetAnswer {
	switch {
	case h.script.bad(i.version):
		return targetAnswer{i.id, "unhealthy", "Target.FailedHealthChecks", "Health checks failed with these codes: [502]"}
	case starting:
		return targetAnswer{i.id, "initial", "Elb.RegistrationInProgress", "Target registration is in progress"}
	}
	return targetAnswer{ID: i.id, State: "healthy"}
}

// putBack sets the version of a group's template, without a refresh of its own.
func (h *Handler) putBack(in url.Values) error {
	name := in.Get("AutoScalingGroupName")
	version := in.Get("MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.Version")
	if err := h.store.SetVersion(name, version); err != nil {
		return err
	}
	h.groups[name].told.Version = version
	return nil
}

// startRefresh goes to the version that the group has.
func (h *Handler) startRefresh(in url.Values) (any, *fault) {
	one := h.groups[in.Get("AutoScalingGroupName")]
	switch {
	case one == nil:
		return nil, &fault{Code: "ValidationError", Message: "AutoScalingGroup name not found"}
	case len(one.refreshes) > 0 && one.last().underWay():
		return nil, &fault{Code: "InstanceRefreshInProgress", Message: "An Instance Refresh is already in progress"}
	}
	return startAnswer{ID: one.start(one.told.Version, h.script.Looks).id}, nil
}
