package rollsim

// phase is where an instance is in its life.
type phase int

const (
	booting  phase = iota // until the launch hook is answered
	checking              // a target that has not passed yet
	warming               // in service, and watched
	settled               // in service
	failed                // in no service, until the group terminates it
	draining              // no target any more
	gone
)

type instance struct {
	phase  phase
	left   int // seconds until the phase changes by itself
	passed bool
	old    bool
	fails  Step
}

// target: the balancer sends requests to what has passed or, where nothing has, to all.
func (i *instance) target(serving int) bool {
	return i.inService() || serving == 0 && (i.phase == checking || i.phase == failed)
}

func (i *instance) inService() bool { return i.phase == warming || i.phase == settled }

// alive: the group counts it towards its size.
func (i *instance) alive() bool { return i.phase <= settled }

type world struct {
	Case
	instances []*instance
	launched  int
	progress  int // the second of the last progress, settled how many there were then
	before    int
	healthy   int // for how many seconds all new ones have been
}

func (w *world) serving(old bool) int {
	return w.count(func(i *instance) bool { return i.old == old && i.inService() })
}

func (w *world) count(which func(*instance) bool) int {
	n := 0
	for _, i := range w.instances {
		if which(i) {
			n++
		}
	}
	return n
}

func (w *world) launch() {
	i := &instance{phase: booting, left: w.Boot + w.Spread*w.launched, fails: Never}
	if w.launched == 0 || w.Every {
		i.fails = w.Fails
	}
	w.launched++
	w.instances = append(w.instances, i)
}

func (w *world) terminate(i *instance) { i.phase, i.left = draining, w.Drain }

// terminateOld takes one old instance out of service.
func (w *world) terminateOld() {
	for _, i := range w.instances {
		if i.old && i.inService() {
			w.terminate(i)
			return
		}
	}
}

// advance lets a second pass for every instance.
func (w *world) advance() {
	for _, i := range w.instances {
		if i.left--; i.left <= 0 {
			w.next(i)
		}
	}
}

func (w *world) next(i *instance) {
	switch i.phase {
	case booting:
		w.leaveBoot(i)
	case checking:
		w.leaveChecks(i)
	case warming:
		i.phase = settled
		if i.fails == InService {
			i.phase, i.left = failed, 1
		}
	case failed:
		w.terminate(i)
	case draining:
		i.phase = gone
	case settled, gone:
	}
}

func (w *world) leaveBoot(i *instance) {
	i.phase, i.left = checking, w.Pass
	switch i.fails {
	case AtBoot:
		i.phase = gone
	case AtHealth:
		i.left = w.Grace
	case Never, InService:
	}
}

// leaveChecks: one that is to fail in service does so half way through its warm-up.
func (w *world) leaveChecks(i *instance) {
	if i.fails == AtHealth {
		i.phase, i.left = failed, 1
		return
	}
	i.phase, i.left, i.passed = warming, w.Warmup, true
	if i.fails == InService {
		i.left = max(1, w.Warmup/2)
	}
}
