package compare

import "slices"

// match says that an event of window a is the same as one of window b.
type match struct{ a, b int }

// maxTable bounds the cells of the exact alignment of two small windows.
const maxTable = 1 << 16

// maxAlignDepth bounds how often a window is divided.
const maxAlignDepth = 12

// align finds events that two windows have in common, in the same order. Small
// windows, and what remains small, are aligned as well as can be (a longest common
// subsequence); large ones first by the events that occur once in each (the
// patience diff of Bram Cohen), so that time stays nearly linear.
func align(a, b []mark) []match {
	var out []match
	alignPart(a, b, 0, 0, 0, &out)
	return out
}

// alignPart appends the matches of a and b, which begin at places offA and offB.
func alignPart(a, b []mark, offA, offB, depth int, out *[]match) {
	n := 0
	for n < len(a) && n < len(b) && a[n].digest == b[n].digest {
		*out = append(*out, match{offA + n, offB + n})
		n++
	}
	a, b, offA, offB = a[n:], b[n:], offA+n, offB+n
	if len(a) == 0 || len(b) == 0 {
		return
	}
	if len(a)*len(b) <= maxTable {
		longestCommon(a, b, offA, offB, out)
		return
	}
	anchors := uniqueMatches(a, b)
	if len(anchors) == 0 || depth == maxAlignDepth {
		side := min(len(a), len(b), 256)
		longestCommon(a[:side], b[:side], offA, offB, out)
		return
	}
	atA, atB := 0, 0
	for _, m := range anchors {
		alignPart(a[atA:m.a], b[atB:m.b], offA+atA, offB+atB, depth+1, out)
		*out = append(*out, match{offA + m.a, offB + m.b})
		atA, atB = m.a+1, m.b+1
	}
	alignPart(a[atA:], b[atB:], offA+atA, offB+atB, depth+1, out)
}

// uniqueMatches returns the longest chain of events that occur once in each.
func uniqueMatches(a, b []mark) []match {
	type seen struct{ inA, inB, at int }
	places := make(map[uint64]seen, len(b))
	for i := range b {
		s := places[b[i].digest]
		s.inB, s.at = s.inB+1, i
		places[b[i].digest] = s
	}
	for i := range a {
		if s, ok := places[a[i].digest]; ok {
			s.inA++
			places[a[i].digest] = s
		}
	}
	var all []match
	for i := range a {
		if s := places[a[i].digest]; s.inA == 1 && s.inB == 1 {
			all = append(all, match{i, s.at})
		}
	}
	return longestRising(all)
}

// longestRising returns a longest subsequence in which b rises, by piles as in
// patience sorting.
func longestRising(all []match) []match {
	var tops []int // of each pile, an index into all
	before := make([]int, len(all))
	for i, m := range all {
		pile, _ := slices.BinarySearchFunc(tops, m.b, func(top, b int) int { return all[top].b - b })
		before[i] = -1
		if pile > 0 {
			before[i] = tops[pile-1]
		}
		if pile == len(tops) {
			tops = append(tops, i)
		} else {
			tops[pile] = i
		}
	}
	if len(tops) == 0 {
		return nil
	}
	chain := make([]match, 0, len(tops))
	for i := tops[len(tops)-1]; i >= 0; i = before[i] {
		chain = append(chain, all[i])
	}
	slices.Reverse(chain)
	return chain
}

// longestCommon appends a longest common subsequence, found by the usual table.
func longestCommon(a, b []mark, offA, offB int, out *[]match) {
	if !anyCommon(a, b) {
		return
	}
	width := len(b) + 1
	lengths := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].digest == b[j].digest {
				lengths[i*width+j] = lengths[(i+1)*width+j+1] + 1
			} else {
				lengths[i*width+j] = max(lengths[(i+1)*width+j], lengths[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].digest == b[j].digest:
			*out = append(*out, match{offA + i, offB + j})
			i, j = i+1, j+1
		case lengths[(i+1)*width+j] >= lengths[i*width+j+1]:
			i++
		default:
			j++
		}
	}
}

// anyCommon reports whether two parts have any digest in common.
func anyCommon(a, b []mark) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	in := make(map[uint64]bool, len(a))
	for i := range a {
		in[a[i].digest] = true
	}
	return slices.ContainsFunc(b, func(m mark) bool { return in[m.digest] })
}
