package rollout

import (
	"fmt"
	"strings"
)

// Outcome is what became of a deployment.
type Outcome string

// The outcomes.
const (
	// Runs is the end that was wanted.
	Runs Outcome = "runs"
	// Waits is not the end yet.
	Waits Outcome = "waits"
	// Failed is that ECS gave up and had nothing to go back to.
	Failed Outcome = "failed"
	// RolledBack is that ECS gave up and went back.
	RolledBack Outcome = "rolled back"
	// Replaced is that another revision is in effect, and ECS does not say any more why.
	Replaced Outcome = "replaced"
	// Gone is that the service is being removed.
	Gone Outcome = "gone"
)

// Verdict is an outcome in a sentence.
type Verdict struct {
	Outcome Outcome
	Text    string
	// Deployment is the one that the verdict is about, nil where ECS does not show it any more.
	Deployment *Deployment
}

// The states of ECS.
const (
	active     = "ACTIVE"
	primary    = "PRIMARY"
	completed  = "COMPLETED"
	failed     = "FAILED"
	inProgress = "IN_PROGRESS"
	stopped    = "STOPPED"
)

// Judge says what became of the deployment of a task definition.
func Judge(service Service, taskDefinition string) Verdict {
	revision := Revision(taskDefinition)
	if service.Status != "" && service.Status != active {
		return Verdict{Gone, "it is being removed (" + service.Status + ")", nil}
	}
	current := find(service.Deployments, func(d Deployment) bool { return d.Status == primary })
	if current == nil {
		return Verdict{Waits, "no deployment of " + revision + " yet", nil}
	}
	if current.TaskDefinition == taskDefinition {
		return current.judge(revision)
	}
	tried := find(service.Deployments, func(d Deployment) bool { return d.TaskDefinition == taskDefinition })
	if tried != nil && tried.State == failed || goesBack(current) {
		text := fmt.Sprintf("the deployment of %s was rolled back to %s", revision, Revision(current.TaskDefinition))
		return Verdict{RolledBack, because(text, tried, current), tried}
	}
	return Verdict{Replaced, fmt.Sprintf("%s runs in place of %s: the deployment was rolled back, or another one "+
		"took its place", Revision(current.TaskDefinition), revision), tried}
}

func (d *Deployment) judge(revision string) Verdict {
	counts := fmt.Sprintf("%d of %d tasks of %s run", d.Running, d.Desired, revision)
	switch {
	case d.State == failed:
		return Verdict{Failed, because("the deployment of "+revision+" failed", d), d}
	case d.Running >= d.Desired && d.State != inProgress:
		// Deployments of old have no state at all.
		return Verdict{Runs, counts, d}
	case d.Fails > 0:
		return Verdict{Waits, fmt.Sprintf("%s, %d failed to start", counts, d.Fails), d}
	}
	return Verdict{Waits, counts, d}
}

// goesBack tells the deployment that a circuit breaker started from any other: ECS says so in its reason.
func goesBack(d *Deployment) bool { return strings.Contains(d.Reason, "rolling back") }

// because adds the reasons that ECS gives, each of them once.
func because(text string, deployments ...*Deployment) string {
	var reasons []string
	for _, d := range deployments {
		if d != nil && d.Reason != "" && (d.State == failed || goesBack(d)) {
			reasons = append(reasons, strings.TrimSuffix(d.Reason, "."))
		}
	}
	if len(reasons) == 0 {
		return text
	}
	return text + ": " + strings.Join(reasons, "; ")
}

func find(deployments []Deployment, matches func(Deployment) bool) *Deployment {
	for i := range deployments {
		if matches(deployments[i]) {
			return &deployments[i]
		}
	}
	return nil
}

// Revision is the short name of a task definition: family and revision.
func Revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
