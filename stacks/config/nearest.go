package config

import "strings"

// maxTypos is how many letters may be wrong in a key for it to be recognised.
const maxTypos = 2

// nearest is the known key that is nearest to a mistyped one, or nothing where none is near.
func nearest(key string, known []string) string {
	best, found := maxTypos+1, ""
	for _, candidate := range known {
		// In a short key, two wrong letters make another word.
		limit := min(maxTypos, len(candidate)/3)
		if typos := distance(strings.ToLower(key), strings.ToLower(candidate)); typos <= limit && typos < best {
			best, found = typos, candidate
		}
	}
	return found
}

// distance is how many letters must be put in, left out, changed or swapped with their neighbour to make b of a.
func distance(a, b string) int {
	if len(a) > len(b)+maxTypos || len(b) > len(a)+maxTypos {
		return maxTypos + 1
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			rows[i][j] = step(rows, a, b, i, j)
		}
	}
	return rows[len(a)][len(b)]
}

// step is the distance between the first i letters of a and the first j of b, given all shorter ones.
func step(rows [][]int, a, b string, i, j int) int {
	if i == 0 || j == 0 {
		return i + j
	}
	change := 1
	if a[i-1] == b[j-1] {
		change = 0
	}
	least := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		least = min(least, rows[i-2][j-2]+1)
	}
	return least
}
