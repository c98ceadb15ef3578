package rollsim

// Way is how a fleet rolls.
type Way string

const (
	// Replace launches a second group beside the first.
	Replace Way = "replace"
	// Refresh exchanges the instances of one group.
	Refresh Way = "refresh"
)

// Step is where an instance fails.
type Step string

const (
	// Never is an instance that works.
	Never Step = "never"
	// AtBoot is an instance that answers its launch hook ABANDON.
	AtBoot Step = "at boot"
	// AtHealth is an instance whose target never passes.
	AtHealth Step = "at the health check"
	// InService is an instance that has passed and fails within its warm-up.
	InService Step = "in service"
)

// Steps are all of them.
func Steps() []Step { return []Step{Never, AtBoot, AtHealth, InService} }

// Timing is how long things take, in seconds.
type Timing struct {
	// Boot is until the launch hook is answered, Spread what each instance needs more than the one before it.
	Boot, Spread int
	// Pass is until a target that works has passed, Grace until one that does not is replaced.
	Pass, Grace int
	// Warmup is how long an instance is watched once it has passed.
	Warmup int
	// Drain is the time from termination to the end.
	Drain int
	// Timeout is how long an update may go on without progress.
	Timeout int
}

// Case is one roll to simulate.
type Case struct {
	Way Way
	// Size is how many instances are in service before, and wanted after. 1 or more.
	Size int
	// MinHealthyPercent is 0 to 100, MaxHealthyPercent 100 to 200. Only Refresh reads them.
	MinHealthyPercent, MaxHealthyPercent int
	// SettleSeconds is how long all new instances must have been healthy. Only Replace reads it.
	SettleSeconds int
	// Fails is where instances fail: the first of the new ones, or Every one of them.
	Fails Step
	Every bool
	Timing
}

// Outcome is what a roll came to.
type Outcome struct {
	// Completed says whether the update succeeded: every instance in service is a new one.
	Completed bool
	// Lowest is the least number of instances in service at any second, Most that of all instances.
	Lowest, Most int
	// Astray counts the seconds in which an instance was sent requests that had not passed.
	Astray int
	// Old and New are how many are in service at the end.
	Old, New int
	// Seconds is how long it took.
	Seconds int
}

// limit ends a simulation that would go on for ever, which none has been seen to do.
const limit = 1_000_000

// Run simulates a case.
func Run(c Case) Outcome {
	w := &world{Case: c}
	for range c.Size {
		w.instances = append(w.instances, &instance{phase: settled, passed: true, old: true})
	}
	step := w.refresh
	if c.Way == Replace {
		step = w.replace
	}
	out := Outcome{Lowest: c.Size}
	for ; out.Seconds < limit; out.Seconds++ {
		w.advance()
		done, completed := step(out.Seconds)
		w.observe(&out)
		if done {
			out.Completed = completed
			break
		}
	}
	out.Old, out.New = w.serving(true), w.serving(false)
	return out
}

// observe notes what a client and a bill would see of this second.
func (w *world) observe(out *Outcome) {
	serving := w.serving(true) + w.serving(false)
	out.Lowest = min(out.Lowest, serving)
	total := 0
	for _, i := range w.instances {
		if i.phase != gone {
			total++
		}
		if i.target(serving) && !i.passed {
			out.Astray++
		}
	}
	out.Most = max(out.Most, total)
}
