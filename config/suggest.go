package config

import "strings"

// distance returns the number of insertions, deletions, replacements and swaps
// of neighbours that turn a into b: the optimal string alignment distance, a
// restricted form of Damerau's (F. J. Damerau, Communications of the ACM 7, 1964).
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+differ(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func differ(x, y byte) int {
	if x == y {
		return 0
	}
	return 1
}

// slips is how many slips of the keyboard a word of n letters may have and still
// be recognised.
func slips(n int) int {
	switch {
	case n < 3:
		return 0
	case n < 5:
		return 1
	case n < 9:
		return 2
	default:
		return 3
	}
}

// nearest returns the candidate that word was probably meant to be, or "".
// Upper and lower case are the same, and of equally near ones the first wins.
func nearest(word string, candidates []string) string {
	word = strings.ToLower(shorten(word))
	best, limit := "", slips(len(word))+1
	for _, c := range candidates {
		lower := strings.ToLower(c)
		if abs(len(word)-len(lower)) >= limit {
			continue
		}
		if d := distance(word, lower); d < limit {
			best, limit = c, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }
