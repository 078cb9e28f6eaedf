package compare

import (
	"fmt"
	"slices"
)

// Outcome is what came of a combination of suspects.
type Outcome int

// The outcomes. Unresolved is neither: the combination could not be run, or what
// came of it is like neither side.
const (
	Unresolved Outcome = iota
	Good
	Bad
)

// String names the outcome.
func (o Outcome) String() string {
	switch o {
	case Good:
		return "good"
	case Bad:
		return "bad"
	}
	return "unresolved"
}

// Bisect finds, among n suspects, few that together are bad and of which none can
// be left out: without any single one the rest is not bad. test says what came of
// a combination, given as the places of its suspects in ascending order. It is
// asked at most once about each, and never about none and all of them, which are
// known to be good and bad. Its error ends the search.
//
// A guilty suspect is found by halving the beginnings of the list, which takes
// log₂(n) questions each; what is found is then minimized by delta debugging
// (Zeller and Hildebrandt, IEEE Transactions on Software Engineering 28, 2002),
// which asks about nothing twice and bears outcomes that are not resolved. Of
// several minimal sets the one found is made of suspects that stand early in the
// list.
func Bisect(n int, test func(combination []int) (Outcome, error)) ([]int, error) {
	if n < 1 {
		return nil, fmt.Errorf("there is nothing to choose from")
	}
	s := &suspects{test: test, known: map[string]Outcome{}}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	s.known[keyOf(nil)], s.known[keyOf(all)] = Good, Bad
	found := s.halve(all)
	found = s.minimize(found)
	return found, s.err
}

// suspects is a search. After an error it answers everything with Unresolved,
// which ends it.
type suspects struct {
	test  func([]int) (Outcome, error)
	known map[string]Outcome
	err   error
}

// keyOf names a combination.
func keyOf(combination []int) string { return fmt.Sprint(combination) }

// is reports whether the outcome of a combination is o.
func (s *suspects) is(o Outcome, combination []int) bool { return s.ask(combination) == o }

// ask returns the outcome of a combination.
func (s *suspects) ask(combination []int) Outcome {
	combination = slices.Clone(combination)
	slices.Sort(combination)
	key := keyOf(combination)
	if o, ok := s.known[key]; ok || s.err != nil {
		return o
	}
	o, err := s.test(combination)
	if err != nil {
		s.err = err
		return Unresolved
	}
	s.known[key] = o
	return o
}

// halve returns suspects that are bad together, most often few. The rest with
// those found so far is always bad: a beginning of it that is bad where a shorter
// one is not ends in a suspect that matters, and what stands behind is let go.
func (s *suspects) halve(rest []int) (found []int) {
	for len(rest) > 0 && s.err == nil {
		lo, hi := s.narrow(found, rest)
		found = append(found, rest[lo:hi]...)
		rest = rest[:lo]
		if s.is(Bad, found) {
			break
		}
	}
	return found
}

// narrow finds two beginnings of rest, the longer of which is bad with what was
// found, and the shorter is not. They differ in one suspect, or in several that
// could not be told apart.
func (s *suspects) narrow(found, rest []int) (lo, hi int) {
	hi = len(rest)
	for hi-lo > 1 && s.err == nil {
		at, o := s.split(found, rest, lo, hi)
		switch o {
		case Good:
			lo = at
		case Bad:
			hi = at
		default:
			return lo, hi
		}
	}
	return lo, hi
}

// maxSplits is how many places are tried to halve a list where the outcomes are not
// resolved.
const maxSplits = 5

// split asks about the beginning that ends in the middle between two others, and
// when that is not resolved about its neighbours.
func (s *suspects) split(found, rest []int, lo, hi int) (int, Outcome) {
	middle := (lo + hi) / 2
	for i := range maxSplits {
		at := middle + (i+1)/2*(1-2*(i%2)) // 0, -1, +1, -2, +2 from there
		if at <= lo || at >= hi {
			continue
		}
		if o := s.ask(slices.Concat(found, rest[:at])); o != Unresolved || s.err != nil {
			return at, o
		}
	}
	return middle, Unresolved
}

// minimize lets go whatever is not needed of suspects that are bad together.
func (s *suspects) minimize(bad []int) []int {
	for parts := 2; len(bad) > 1 && s.err == nil; {
		smaller, next := s.reduce(bad, parts)
		if smaller == nil && parts >= len(bad) {
			break
		}
		if smaller == nil {
			parts = min(2*parts, len(bad))
			continue
		}
		bad, parts = smaller, next
	}
	slices.Sort(bad)
	return bad
}

// reduce looks for a part of a combination, or all but a part, that is bad too. It
// returns in how many parts that is to be cut; nil when there is none.
func (s *suspects) reduce(bad []int, parts int) ([]int, int) {
	chunks := cut(bad, parts)
	for _, chunk := range chunks {
		if s.is(Bad, chunk) {
			return chunk, 2
		}
	}
	for i := range chunks {
		others := slices.Concat(slices.Delete(slices.Clone(chunks), i, i+1)...)
		if s.is(Bad, others) {
			return others, max(parts-1, 2)
		}
	}
	return nil, 0
}

// cut cuts a list into parts of nearly the same length.
func cut(list []int, parts int) [][]int {
	chunks := make([][]int, 0, parts)
	for i := range parts {
		lo, hi := i*len(list)/parts, (i+1)*len(list)/parts
		chunks = append(chunks, list[lo:hi:hi])
	}
	return chunks
}
