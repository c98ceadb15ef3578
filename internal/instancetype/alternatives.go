package instancetype

import (
	"fmt"
	"slices"

	"github.com/riglet/riglet/internal/check"
)

// CheckAlternatives records the faults of types that may stand in for the first one: each must run its image, and
// hold whatever it holds. Where a size is not known, only the architecture is compared.
func CheckAlternatives(f check.Faults, first string, others []string) {
	f.Unique(others)
	for i, other := range others {
		if slices.Index(others, other) == i {
			checkAlternative(f.Index(i), first, other)
		}
	}
}

func checkAlternative(f check.Faults, first, other string) {
	least, known := SizeOf(first)
	size, alsoKnown := SizeOf(other)
	switch {
	case !Valid(other):
		f.Want("an instance type such as t3a.small", other)
	case other == first:
		f.Want("another type than the first one", other)
	case ArchOf(other) != ArchOf(first):
		f.Want(fmt.Sprintf("a type of %s, as %s is", ArchOf(first), first), other)
	case known && alsoKnown && (size.MemoryMiB < least.MemoryMiB || size.VCPUs < least.VCPUs):
		f.Want(fmt.Sprintf("%d vCPUs and %d MiB at least, as %s has", least.VCPUs, least.MemoryMiB, first), other)
	}
}
