package instancetype_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/riglet/riglet/internal/instancetype"
)

func TestSizeOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give string
		want instancetype.Size
	}{
		{"t2.small", instancetype.Size{VCPUs: 1, MemoryMiB: 2048}},
		{"t3.nano", instancetype.Size{VCPUs: 2, MemoryMiB: 512}},
		{"t3.small", instancetype.Size{VCPUs: 2, MemoryMiB: 2048}},
		{"t4g.2xlarge", instancetype.Size{VCPUs: 8, MemoryMiB: 32768}},
		{"m5.large", instancetype.Size{VCPUs: 2, MemoryMiB: 8192}},
		{"m6g.medium", instancetype.Size{VCPUs: 1, MemoryMiB: 4096}},
		{"m7i-flex.xlarge", instancetype.Size{VCPUs: 4, MemoryMiB: 16384}},
		{"c5.xlarge", instancetype.Size{VCPUs: 4, MemoryMiB: 8192}},
		{"c7g.medium", instancetype.Size{VCPUs: 1, MemoryMiB: 2048}},
		{"c6g.4xlarge", instancetype.Size{VCPUs: 16, MemoryMiB: 32768}},
		{"r6g.large", instancetype.Size{VCPUs: 2, MemoryMiB: 16384}},
		{"r7g.4xlarge", instancetype.Size{VCPUs: 16, MemoryMiB: 131072}},
	}
	for _, tt := range tests {
		t.Run(tt.give, func(t *testing.T) {
			t.Parallel()
			size, known := instancetype.SizeOf(tt.give)
			assert.True(t, known)
			assert.Equal(t, tt.want, size)
		})
	}
}

func TestSizeOf_doesNotGuess(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "t3", "t3.", ".small", "t3.4xlarge", "m5.medium", "m5.metal", "T3.small"} {
		size, known := instancetype.SizeOf(name)
		assert.False(t, known, name)
		assert.Zero(t, size, name)
	}
}
