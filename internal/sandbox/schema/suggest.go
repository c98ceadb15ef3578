package schema

import (
	"fmt"
	"strings"
)

// A name further away than this is another word, not a typing error.
const maxTypos = 2

func suggestion(s *Shape, name string) string {
	best, bestDistance := "", maxTypos+1
	for _, f := range s.Fields {
		if d := distance(strings.ToLower(name), strings.ToLower(f.Name)); d < bestDistance {
			best, bestDistance = f.Name, d
		}
	}
	if best == "" || bestDistance >= len(name) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is the Levenshtein distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
