package instancetype_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
)

func TestCheckAlternatives_refuses(t *testing.T) {
	t.Parallel()
	f := check.New("more")
	instancetype.CheckAlternatives(f, "m6i.large", []string{
		"m6g.large", "c6i.large", "m6i.large", "m5.large", "m5.large", "big", "big",
	})
	assert.EqualError(t, f.Err(), `more[4]: want each value once, got "m5.large"
more[6]: want each value once, got "big"
more[0]: want a type of amd64, as m6i.large is, got "m6g.large"
more[1]: want 2 vCPUs and 8192 MiB at least, as m6i.large has, got "c6i.large"
more[2]: want another type than the first one, got "m6i.large"
more[5]: want an instance type such as t3a.small, got "big"`)
}

func TestCheckAlternatives_accepts(t *testing.T) {
	t.Parallel()
	f := check.New("more")
	instancetype.CheckAlternatives(f, "t4g.small", nil)
	instancetype.CheckAlternatives(f, "t4g.small", []string{"t4g.medium", "m7g.large", "x2gd.medium"})
	instancetype.CheckAlternatives(f, "x2gd.medium", []string{"t4g.nano"})
	assert.NoError(t, f.Err())
}
