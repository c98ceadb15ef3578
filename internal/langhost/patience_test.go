package langhost_test

import "time"

const (
	testPatience = 30 * time.Second
	testPause    = 50 * time.Millisecond
)
