package naming_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/riglet/riglet/internal/naming"
)

func TestFit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		kind  naming.Kind
		parts []string
		want  string
	}{
		{"short", naming.LoadBalancer, []string{"acme", "demo", "staging", "lb"}, "acme-demo-staging-lb"},
		{"empty parts", naming.LoadBalancer, []string{"", "acme", "", "lb"}, "acme-lb"},
		{"no part", naming.LoadBalancer, nil, ""},
		{
			"at the limit", naming.LoadBalancer,
			[]string{strings.Repeat("a", 32)},
			strings.Repeat("a", 32),
		},
		{
			"over the limit", naming.LoadBalancer,
			[]string{"acme", "demonstration", "production", "balancer"},
			"acme-demonstration-produc-ceefa7",
		},
		{"no limit", naming.Pulumi, []string{strings.Repeat("a", 1000)}, strings.Repeat("a", 1000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, naming.Fit(tt.kind, tt.parts...))
		})
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 32, naming.Limit(naming.LoadBalancer))
	assert.Equal(t, 64, naming.Limit(naming.Role))
	assert.Zero(t, naming.Limit(naming.Pulumi))
}

func TestCut_ofLimitsBelowTheHash(t *testing.T) {
	t.Parallel()
	for limit := 1; limit <= 8; limit++ {
		assert.LessOrEqual(t, len(naming.Cut(strings.Repeat("name-", 5), limit)), limit)
	}
}

// parts are names as the program makes them: letters, digits and inner hyphens.
func parts() *rapid.Generator[[]string] {
	return rapid.SliceOfN(rapid.StringMatching(`[a-z]([a-z0-9-]{0,18}[a-z0-9])?`), 1, 6)
}

func kinds() *rapid.Generator[naming.Kind] {
	return rapid.SampledFrom([]naming.Kind{
		naming.LoadBalancer, naming.TargetGroup, naming.Role, naming.Topic, naming.LogGroup,
		naming.Alarm, naming.LaunchTemplate, naming.AutoScaling, naming.InstanceProfile, naming.BucketPrefix,
		naming.TagValue,
	})
}

func TestFit_keepsLimitsAndForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind, give := kinds().Draw(t, "kind"), parts().Draw(t, "parts")
		got := naming.Fit(kind, give...)
		assert.LessOrEqual(t, len(got), naming.Limit(kind))
		assert.Equal(t, got, naming.Fit(kind, give...), "the same at every run")
		assert.Regexp(t, `^[a-z]`, got)
		assert.NotRegexp(t, `-$`, got)
	})
}

func TestFit_tellsLongNamesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.StringMatching(`[a-z][a-z-]{40}`).Draw(t, "start")
		one := rapid.StringMatching(`[a-z0-9]{1,20}`).Draw(t, "one")
		other := rapid.StringMatching(`[a-z0-9]{1,20}`).Filter(func(s string) bool { return s != one }).Draw(t, "other")
		assert.NotEqual(t, naming.Fit(naming.LoadBalancer, start, one), naming.Fit(naming.LoadBalancer, start, other))
	})
}
