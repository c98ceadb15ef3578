package rollsim_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/rollsim"
)

var update = flag.Bool("update", false, "write docs/rolling.md anew")

// The timing of the table: a container of a minute, the component's own defaults for the rest.
var usual = rollsim.Timing{Boot: 60, Spread: 3, Pass: 20, Grace: 120, Warmup: 60, Drain: 40, Timeout: 900}

// ways are the ones that a fleet offers.
var ways = []rollsim.Case{
	{Way: rollsim.Replace, SettleSeconds: usual.Warmup},
	{Way: rollsim.Refresh, MinHealthyPercent: 100, MaxHealthyPercent: 110},
	{Way: rollsim.Refresh, MinHealthyPercent: 100, MaxHealthyPercent: 200},
}

const largest = 20

// everyCase gives each way with each size and each failure.
func everyCase(visit func(c rollsim.Case)) {
	for _, way := range ways {
		for size := 1; size <= largest; size++ {
			for _, step := range rollsim.Steps() {
				for _, every := range []bool{false, true} {
					c := way
					c.Size, c.Fails, c.Every, c.Timing = size, step, every, usual
					visit(c)
				}
			}
		}
	}
}

func TestRun_never_has_less_in_service_than_before(t *testing.T) {
	t.Parallel()
	everyCase(func(c rollsim.Case) {
		out := rollsim.Run(c)
		assert.GreaterOrEqual(t, out.Lowest, c.Size, "%+v", c)
		assert.Zero(t, out.Astray, "%+v", c)
		good := c.Fails == rollsim.Never || !c.Every
		assert.Equal(t, good, out.Completed, "one bad instance is replaced, a bad image ends the update: %+v", c)
		if good {
			assert.Equal(t, [2]int{0, c.Size}, [2]int{out.Old, out.New}, "%+v", c)
		} else {
			assert.Equal(t, c.Size, out.Old, "the old version serves on: %+v", c)
		}
	})
}

// Whatever the times are: the rules alone keep the promise.
func TestRun_keeps_the_promise_with_any_timing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := draw(t)
		out := rollsim.Run(c)
		require.GreaterOrEqual(t, out.Lowest, c.Size)
		require.Zero(t, out.Astray)
		require.LessOrEqual(t, out.Lowest, out.Most)
		require.GreaterOrEqual(t, out.Old+out.New, c.Size)
	})
}

func draw(t *rapid.T) rollsim.Case {
	c := rapid.SampledFrom(ways).Draw(t, "way")
	c.Size = rapid.IntRange(1, largest).Draw(t, "size")
	c.Fails = rapid.SampledFrom(rollsim.Steps()).Draw(t, "fails")
	c.Every = rapid.Bool().Draw(t, "every")
	c.Timing = rollsim.Timing{
		Boot: rapid.IntRange(1, 300).Draw(t, "boot"), Spread: rapid.IntRange(0, 20).Draw(t, "spread"),
		Pass: rapid.IntRange(1, 60).Draw(t, "pass"), Grace: rapid.IntRange(1, 300).Draw(t, "grace"),
		Warmup: rapid.IntRange(1, 300).Draw(t, "warmup"), Drain: rapid.IntRange(1, 300).Draw(t, "drain"),
		Timeout: rapid.IntRange(300, 1800).Draw(t, "timeout"),
	}
	c.SettleSeconds = c.Warmup
	if c.Way == rollsim.Refresh {
		c.MaxHealthyPercent = rapid.IntRange(101, 200).Draw(t, "most")
	}
	return c
}

// The promise is one of the settings: with the defaults of AWS it does not hold.
func TestRun_breaks_the_promise_with_less(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*rollsim.Case)
		want   int
	}{
		"at least 90 percent, up to 110":        {healthy(90, 110), 9},
		"at least 90 percent, no more than 100": {healthy(90, 100), 9},
		"no more than 100":                      {healthy(100, 100), 9},
		"all at once":                           {healthy(0, 100), 0},
		"a group that goes at the first sight of health": {func(c *rollsim.Case) {
			c.Way, c.SettleSeconds, c.Fails = rollsim.Replace, 0, rollsim.InService
		}, 9},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rollsim.Case{Way: rollsim.Refresh, Size: 10, Fails: rollsim.Never, Timing: usual}
			c.Spread = 0
			tt.change(&c)
			assert.Equal(t, tt.want, rollsim.Run(c).Lowest)
		})
	}
}

// With nothing in service the balancer sends requests to whatever there is.
func TestRun_sends_requests_astray_when_all_go_at_once(t *testing.T) {
	t.Parallel()
	out := rollsim.Run(rollsim.Case{
		Way: rollsim.Refresh, Size: 3, MaxHealthyPercent: 100, Fails: rollsim.Never, Timing: usual,
	})
	assert.Positive(t, out.Astray)
}

const document = "../../docs/rolling.md"

func TestRolling_document_is_what_the_simulation_gives(t *testing.T) {
	t.Parallel()
	got := intro + table() + after
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(got), 0o600))
	}
	want, err := os.ReadFile(document)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run go test ./internal/rollsim -update")
}

const intro = `# What a roll does to a fleet

A fleet rolls in one of two ways. Both are simulated second by second, by the rules that AWS documents
for Auto Scaling, instance refresh and the health of targets ([internal/rollsim](../internal/rollsim/doc.go)),
for every size from 1 to 20 and for instances that fail at each step. This page is written by that simulation.

- **In service** is the least number of instances that took requests at any moment of the roll.
- **At most** is the most instances that there were at a time, those that still drained among them: what is paid for.
- **Minutes** is how long a good roll took, or until a bad image ended the update.

An instance boots in one minute, each later one 3 s slower, passes its health check after 20 s, is watched for 60 s
and drains for 40 s; an update without progress ends after 15 minutes.

`

const after = `
In every row, and in each of 480 simulated rolls:

- the instances in service were never fewer than before the roll;
- no request was sent to an instance that had not passed its health check;
- one instance that failed at boot, at the health check or in service during its warm-up was replaced and the roll completed;
- with an image whose every instance fails, the update failed and all the old instances went on serving.

An instance that fails later than its warm-up is lost like any other, until the group has replaced it: no way to roll
can foresee that. The promise is one of the settings: at the 90 percent that AWS has for a default, a group of 10 has 9
in service during a refresh.
`

// table has a row for each size and way: a good roll, and the least in service of all failures.
func table() string {
	var b strings.Builder
	b.WriteString("| size | way | in service | in service, one fails | in service, bad image | at most | " +
		"minutes | minutes, bad image |\n")
	b.WriteString("|--:|---|--:|--:|--:|--:|--:|--:|\n")
	for size := 1; size <= largest; size++ {
		for _, way := range ways {
			way.Size, way.Timing, way.Fails = size, usual, rollsim.Never
			good := rollsim.Run(way)
			one, _ := worst(way, false)
			bad, seconds := worst(way, true)
			fmt.Fprintf(&b, "| %d | %s | %d | %d | %d | %d | %s | %s |\n", size, label(way), good.Lowest, one, bad, good.Most,
				minutes(good.Seconds), minutes(seconds))
		}
	}
	return b.String()
}

func label(c rollsim.Case) string {
	if c.Way == rollsim.Replace {
		return "replace"
	}
	return fmt.Sprintf("refresh %d/%d", c.MinHealthyPercent, c.MaxHealthyPercent)
}

func minutes(seconds int) string { return fmt.Sprintf("%.1f", float64(seconds)/60) }

// worst is the least in service and the longest time of the failures at all steps.
func worst(c rollsim.Case, every bool) (lowest, seconds int) {
	lowest = c.Size
	for _, step := range rollsim.Steps()[1:] {
		c.Fails, c.Every = step, every
		out := rollsim.Run(c)
		lowest, seconds = min(lowest, out.Lowest), max(seconds, out.Seconds)
	}
	return lowest, seconds
}

// healthy changes how many instances a refresh keeps, in percent.
func healthy(low, high int) func(*rollsim.Case) {
	return func(c *rollsim.Case) { c.MinHealthyPercent, c.MaxHealthyPercent = low, high }
}
