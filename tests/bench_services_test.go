package tests_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/stacks"
)

// BenchmarkPlanServices is the plan of an environment with so many services, each behind the balancer with its alarms
// and its scaling: the time must grow no faster than the services do.
func BenchmarkPlanServices(b *testing.B) {
	for _, n := range []int{1, 10, 100, 200, 500} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { planIn(b, withServices(b, n), "integration", stacks.Run) })
	}
}

// withServices is an account whose integration has n services in place of its own.
func withServices(tb testing.TB, n int) *account {
	tb.Helper()
	a := newAccount(tb)
	file := filepath.Join(a.dir, "Pulumi.integration.yaml")
	text, err := os.ReadFile(file)
	require.NoError(tb, err)
	before, rest, found := strings.Cut(string(text), "  riglet:services:\n")
	require.True(tb, found)
	_, after, found := strings.Cut(rest, "  riglet:alerts:\n")
	require.True(tb, found)
	before = strings.Replace(before, "maxHosts: 4", "maxHosts: 1000", 1)
	services := "  riglet:services:\n" + manyServices(n)
	require.NoError(tb, os.WriteFile(file, []byte(before+services+"  riglet:alerts:\n"+after), 0o600))
	return a
}

func manyServices(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `    service-%[1]d:
      image: {reference: 'example/service-%[1]d@sha256:%064[1]d'}
      port: 8080
      priority: %[2]d
      scaling: {min: 1, max: 4}
      environment: {LEVEL: info}
      secrets: {DB_PASSWORD: /acme/demo/db}
      writablePaths: [/tmp]
`, i, i+1)
	}
	return out.String()
}
