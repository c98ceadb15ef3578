package fleetwait

import (
	"fmt"
	"slices"
	"strings"
)

// Outcome is what became of a roll.
type Outcome string

// The outcomes.
const (
	// Serves is the end that was wanted.
	Serves Outcome = "serves"
	// Waits is not the end yet.
	Waits Outcome = "waits"
	// Idle is that nothing moves though instances are not of the wanted version. Just after a change AWS may not show
	// yet what has begun.
	Idle Outcome = "idle"
	// Failed is that Auto Scaling gave up, was stopped, or went back.
	Failed Outcome = "failed"
	// Gone is that the group is being removed.
	Gone Outcome = "gone"
)

// Verdict is an outcome in a sentence.
type Verdict struct {
	Outcome Outcome
	Text    string
}

// State is everything that is known of a group at one time.
type State struct {
	Group     Group
	Refreshes []Refresh
	Targets   []Target
}

// The words of AWS.
const (
	inService  = "InService"
	healthy    = "healthy"
	successful = "Successful"
)

// underWay are the states of a refresh that goes on.
var underWay = []string{"Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"}

// ended is how a refresh ended that did not succeed.
var ended = map[string]string{
	"Failed":             "failed",
	"Cancelled":          "was cancelled",
	"RollbackSuccessful": "failed and was rolled back",
	"RollbackFailed":     "failed, and its rollback too,",
}

// UnderWay tells whether the refresh goes on.
func (r Refresh) UnderWay() bool { return slices.Contains(underWay, r.Status) }

// Judge says what became of a roll.
func Judge(state State, want Want) Verdict {
	group := state.Group
	if group.Status != "" {
		return Verdict{Gone, fmt.Sprintf("group %s is being removed (%s)", group.Name, group.Status)}
	}
	if verdict, decided := judgeRefresh(state, want); decided {
		return verdict
	}
	serving, others := state.count(want.Version)
	text := fmt.Sprintf("%d of %d instances of group %s are of version %s and healthy at the balancer",
		serving, group.Desired, group.Name, want.Version)
	switch {
	case others > 0:
		return Verdict{Idle, fmt.Sprintf("%s, %d are of another version and nothing replaces them", text, others)}
	case group.Version != want.Version:
		return Verdict{Idle, fmt.Sprintf("group %s launches version %s in place of %s", group.Name, group.Version,
			want.Version)}
	case serving >= group.Desired:
		return Verdict{Serves, text}
	}
	return Verdict{Waits, text}
}

// judgeRefresh looks at the newest refresh, which decides unless it is an old one or succeeded.
func judgeRefresh(state State, want Want) (Verdict, bool) {
	if len(state.Refreshes) == 0 {
		return Verdict{}, false
	}
	newest := state.Refreshes[0]
	if newest.UnderWay() {
		return Verdict{Waits, because(fmt.Sprintf("%s is %d %% done", newest.called(state.Group.Name), newest.Percent),
			newest.Reason)}, true
	}
	how, bad := ended[newest.Status]
	if !bad || newest.ID == want.Before || newest.Version != "" && newest.Version != want.Version {
		return Verdict{}, false
	}
	return Verdict{Failed, because(fmt.Sprintf("%s %s at %d %%", newest.called(state.Group.Name), how, newest.Percent),
		newest.Reason)}, true
}

// called is a refresh in words.
func (r Refresh) called(group string) string {
	if r.Version == "" {
		return "the refresh of group " + group
	}
	return fmt.Sprintf("the refresh of group %s to version %s", group, r.Version)
}

// refreshing tells whether a refresh goes on.
func (s State) refreshing() bool { return len(s.Refreshes) > 0 && s.Refreshes[0].UnderWay() }

func because(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + strings.TrimSuffix(reason, ".")
}

// count is how many instances of a version serve, and how many of the group's are of another one.
func (s State) count(version string) (serving, others int) {
	fit := s.fit()
	for _, one := range s.Group.Instances {
		switch {
		case one.State != inService:
		case one.Version != version:
			others++
		case fit[one.ID]:
			serving++
		}
	}
	return serving, others
}

// fit are the instances to which the balancer sends requests.
func (s State) fit() map[string]bool {
	ids := map[string]bool{}
	for _, target := range s.Targets {
		ids[target.ID] = target.State == healthy
	}
	return ids
}

// serving is the version of most of the instances that serve, or nothing where none does.
func (s State) serving() string {
	fit, counts, best := s.fit(), map[string]int{}, ""
	for _, one := range s.Group.Instances {
		if !fit[one.ID] || one.State != inService {
			continue
		}
		counts[one.Version]++
		if counts[one.Version] > counts[best] {
			best = one.Version
		}
	}
	return best
}
