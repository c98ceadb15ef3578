package instancetype

import (
	"slices"
	"strings"
)

// Size is what an instance type has.
type Size struct {
	// VCPUs are its processors. ECS counts 1024 CPU units for each.
	VCPUs int
	// MemoryMiB is its memory. The kernel takes some of it before anybody else: a few per cent.
	MemoryMiB int
}

// step is one size of a family.
type step struct {
	name string
	Size
}

const gib = 1024

// The sizes up to 4xlarge, by what a family is for. Source: Amazon EC2 instance types guide, "Specifications" of the
// general purpose, compute optimised and memory optimised families.
var (
	// t2 has one processor up to small.
	t2 = []step{
		{"nano", Size{1, gib / 2}},
		{"micro", Size{1, gib}},
		{"small", Size{1, 2 * gib}},
		{"medium", Size{2, 4 * gib}},
		{"large", Size{2, 8 * gib}},
		{"xlarge", Size{4, 16 * gib}},
		{"2xlarge", Size{8, 32 * gib}},
	}
	burstable = []step{
		{"nano", Size{2, gib / 2}},
		{"micro", Size{2, gib}},
		{"small", Size{2, 2 * gib}},
		{"medium", Size{2, 4 * gib}},
		{"large", Size{2, 8 * gib}},
		{"xlarge", Size{4, 16 * gib}},
		{"2xlarge", Size{8, 32 * gib}},
	}
	// A medium of one processor is only there in families whose processors are whole cores: Graviton's and AMD's
	// seventh generation.
	generalWhole  = append([]step{{"medium", Size{1, 4 * gib}}}, general...)
	general       = doubling(4)
	computeWhole  = append([]step{{"medium", Size{1, 2 * gib}}}, computeSizes...)
	computeSizes  = doubling(2)
	memoryWhole   = append([]step{{"medium", Size{1, 8 * gib}}}, memorySizes...)
	memorySizes   = doubling(8)
	familiesBySet = []struct {
		families string
		steps    []step
	}{
		{"t2", t2},
		{"t3 t3a t4g", burstable},
		{"m5 m5a m5d m5n m6i m6a m6id m7i m7i-flex", general},
		{"m6g m6gd m7g m7gd m8g m7a", generalWhole},
		{"c5 c5a c5d c6i c6a c6id c7i c7i-flex", computeSizes},
		{"c6g c6gd c7g c7gd c8g c7a", computeWhole},
		{"r5 r5a r5d r5n r6i r6a r6id r7i", memorySizes},
		{"r6g r6gd r7g r7gd r8g r7a", memoryWhole},
	}
)

// doubling are large to 4xlarge: each twice the one before, with so much memory for each processor.
func doubling(gibPerCPU int) []step {
	steps := make([]step, 0, 4)
	for i, name := range []string{"large", "xlarge", "2xlarge", "4xlarge"} {
		cpus := 2 << i
		steps = append(steps, step{name, Size{cpus, cpus * gibPerCPU * gib}})
	}
	return steps
}

// SizeOf is what a type has, for the types that are sensible for hosts of containers, up to 4xlarge. Of any other
// type it says that it does not know.
func SizeOf(name string) (Size, bool) {
	family, size, _ := strings.Cut(name, ".")
	for _, set := range familiesBySet {
		if !slices.Contains(strings.Fields(set.families), family) {
			continue
		}
		for _, one := range set.steps {
			if one.name == size {
				return one.Size, true
			}
		}
	}
	return Size{}, false
}
