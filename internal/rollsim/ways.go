package rollsim

// replace is one second of the roll by a second group.
func (w *world) replace(second int) (done, completed bool) {
	if w.serving(true) == 0 { // the first group has been told to go
		return w.drained(), true
	}
	for w.count(func(i *instance) bool { return !i.old && i.alive() }) < w.Size {
		w.launch()
	}
	if w.serving(false) < w.Size {
		w.healthy = 0
	} else if w.healthy++; w.healthy > w.SettleSeconds {
		for w.serving(true) > 0 {
			w.terminateOld()
		}
		return false, false
	}
	return w.stuck(second), false
}

// refresh is one second of an instance refresh.
func (w *world) refresh(second int) (done, completed bool) {
	if w.settledNew() == w.Size && w.serving(true) == 0 {
		return w.drained(), true
	}
	for w.mayTerminate() {
		w.terminateOld()
	}
	for w.mayLaunch() {
		w.launch()
	}
	return w.stuck(second), false
}

func (w *world) settledNew() int {
	return w.count(func(i *instance) bool { return !i.old && i.phase == settled })
}

// mayTerminate: what stays in service must be enough, and a group that may not grow beyond its
// size has to begin with one less.
func (w *world) mayTerminate() bool {
	old, ready := w.serving(true), w.settledNew()
	if old == 0 {
		return false
	}
	least := (w.Size*w.MinHealthyPercent + 99) / 100
	if w.most() == w.Size {
		least = min(least, w.Size-1)
	}
	return old+ready-1 >= least
}

// most is how many instances there may be at a time.
func (w *world) most() int {
	most := w.Size * w.MaxHealthyPercent / 100
	if most == w.Size && w.MaxHealthyPercent > 100 {
		most++
	}
	return most
}

func (w *world) mayLaunch() bool {
	alive := w.count((*instance).alive)
	young := w.count(func(i *instance) bool { return !i.old && i.alive() })
	return alive < w.most() && young < w.Size
}

// drained: nothing is left that has still to go.
func (w *world) drained() bool {
	return w.count(func(i *instance) bool { return i.phase == draining || i.phase == failed }) == 0
}

// stuck gives up when the number of new instances in service has not grown for the timeout. What
// has not come into service by then is terminated, and the old instances go on.
func (w *world) stuck(second int) bool {
	if n := w.settledNew(); n > w.before {
		w.before, w.progress = n, second
	}
	if second-w.progress < w.Timeout {
		return false
	}
	for _, i := range w.instances {
		if !i.old && i.alive() && w.Way == Replace {
			w.terminate(i)
		}
	}
	return true
}
