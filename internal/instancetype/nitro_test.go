package instancetype_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/instancetype"
)

func TestCheckNitro(t *testing.T) {
	t.Parallel()
	const family = "an instance type of the Nitro system that exists, such as t4g.small"
	tests := []struct{ give, want string }{
		{"t4g.small", ""},
		{"t3a.2xlarge", ""},
		{"m7i-flex.large", ""},
		{"r7g.8xlarge", ""},
		{"m6g.metal", ""},
		{"x2gd.medium", ""},
		{"c5n.18xlarge", ""},
		{"", "an instance type such as t4g.small"},
		{"large", "an instance type such as t4g.small"},
		{"t2.small", family},
		{"m4.large", family},
		{"i3.large", family},
		{"t9z.small", family},
		{"t4g.huge", "a size of t4g that exists, such as t4g.small"},
		{"t3.4xlarge", "a size of t3 that exists, such as t3.small"},
		{"t3.8xlarge", "a size of t3 that exists, such as t3.small"},
		{"m5.small", "a size of m5 that exists, such as m5.xlarge"},
		{"m5.medium", "a size of m5 that exists, such as m5.xlarge"},
		{"r7g.7xlarge", "a size of r7g that exists, such as r7g.xlarge"},
		{"x2gd.jumbo", "a size of x2gd that exists, such as x2gd.xlarge"},
	}
	for _, tt := range tests {
		t.Run(tt.give, func(t *testing.T) {
			t.Parallel()
			f := check.New("instanceType")
			instancetype.CheckNitro(f, tt.give)
			if tt.want == "" {
				require.NoError(t, f.Err())
				return
			}
			require.Error(t, f.Err())
			assert.Contains(t, f.Err().Error(), "instanceType: want "+tt.want+", got ")
		})
	}
}
