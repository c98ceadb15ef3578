package taskdef

import (
	"fmt"
	"slices"

	"github.com/riglet/riglet/internal/check"
)

// memories is how much memory Fargate has for a number of CPU units, in MiB (ECS developer guide, "Task CPU and
// memory").
type memories struct{ cpu, low, high, step int }

// maxSmall is the most memory of 256 units, whose first step is half of the others'.
const maxSmall = 2048

func fargate() []memories {
	return []memories{
		{256, 512, maxSmall, 512},
		{512, 1024, 4096, 1024},
		{1024, 2048, 8192, 1024},
		{2048, 4096, 16384, 1024},
		{4096, 8192, 30720, 1024},
		{8192, 16384, 61440, 4096},
		{16384, 32768, 122880, 8192},
	}
}

// FargateMemory is every amount of memory, in MiB, that a Fargate task with that many CPU units may have. It is empty
// for a number of units that Fargate does not have.
func FargateMemory(cpu int) []int {
	var sizes []int
	for _, row := range fargate() {
		for size := row.low; row.cpu == cpu && size <= row.high; size += row.step {
			// 256 units have 0.5, 1 and 2 GiB, but not 1.5.
			if size != maxSmall-row.step || row.high != maxSmall {
				sizes = append(sizes, size)
			}
		}
	}
	return sizes
}

// CheckFargate records a pair of CPU units and memory that Fargate does not have.
func CheckFargate(f check.Faults, cpu, memoryMiB int) {
	sizes := FargateMemory(cpu)
	if len(sizes) == 0 {
		f.At("cpu").Want("one of 256, 512, 1024, 2048, 4096, 8192 or 16384 with fargate", cpu)
		return
	}
	if !slices.Contains(sizes, memoryMiB) {
		f.At("memoryMiB").Want(fmt.Sprintf("%s with fargate and cpu %d", sentence(sizes), cpu), memoryMiB)
	}
}

func sentence(sizes []int) string {
	if len(sizes) > 3 {
		return fmt.Sprintf("%d to %d in steps of %d", sizes[0], sizes[len(sizes)-1], sizes[1]-sizes[0])
	}
	return fmt.Sprintf("%d, %d or %d", sizes[0], sizes[1], sizes[2])
}
