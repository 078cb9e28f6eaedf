package query

import (
	"slices"
	"strconv"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// wants is how much the question wants of a block.
type wants int

const (
	wantsNone wants = iota
	wantsSome
	wantsCounts // of each type all lines or none
)

// blockTest is a condition on one field of the envelope, of which the index tells.
// It may pass too much, and never too little.
type blockTest struct {
	key    string
	holds  func(stored []byte) bool
	points []uint64 // the sequences of which one must be there; nil for a bound
}

// may reports whether any line of the block may pass.
func (t *blockTest) may(b *shelf.IndexBlock) bool {
	switch {
	case t.key == event.KeyType:
		return slices.ContainsFunc(b.Types, func(c shelf.TypeCount) bool { return c.JSON == untold || t.holds([]byte(c.JSON)) })
	case t.key == event.KeyTimestamp:
		return t.holds(quoted(b.Earliest)) || t.holds(quoted(b.Latest))
	case t.points != nil:
		return slices.ContainsFunc(t.points, func(n uint64) bool { return b.First <= n && n <= b.Last })
	}
	return t.holds(strconv.AppendUint(nil, b.First, 10)) || t.holds(strconv.AppendUint(nil, b.Last, 10))
}

// untold is the type under which the index counts lines whose type it does not tell.
const untold = `""`

func quoted(s string) []byte { return append(append([]byte{'"'}, s...), '"') }

// newBlockTest makes the test of a comparison; false when the index does not help.
// What bounds a value holds of one in the middle only if it holds at an end.
func newBlockTest(f field, operator string, value any, holds func([]byte) bool) (blockTest, bool) {
	t := blockTest{key: f.path, holds: holds}
	bound := operator == "<" || operator == "<=" || operator == ">" || operator == ">="
	switch {
	case f.path == event.KeyType:
		return t, true
	case f.path == event.KeyTimestamp:
		return t, bound
	case f.path != event.KeySequence || bound:
		return t, bound && f.path == event.KeySequence
	case operator == "==":
		t.points, bound = pointsOf([]any{value})
	case operator == "in":
		list, _ := value.([]any)
		t.points, bound = pointsOf(list)
	}
	return t, bound
}

// not returns the test of the opposite, nil when there is none.
func (t *blockTest) not(holds func([]byte) bool) *blockTest {
	if t == nil || t.points != nil {
		return nil
	}
	return &blockTest{key: t.key, holds: holds}
}

// pointsOf returns sequences; false when one is none.
func pointsOf(values []any) ([]uint64, bool) {
	var points []uint64
	for _, v := range values {
		n, ok := v.(int)
		if !ok || n < 0 {
			return nil, false
		}
		points = append(points, uint64(n))
	}
	return points, len(points) > 0
}

// screen decides about blocks for one question.
type screen struct {
	filter Filter
	since  string
	tests  []blockTest
	types  []func(stored []byte) bool // conditions on the type
	exact  bool                       // the filter speaks of sequence, time and type alone
	wanted byType[bool]               // types
}

func newScreen(f Filter) *screen {
	j := &screen{filter: f, exact: f.MinLevel == nil}
	if !f.Since.IsZero() {
		j.since = f.Since.UTC().Add(time.Microsecond - 1).Truncate(time.Microsecond).Format(event.TimeLayout)
	}
	if f.Where == nil {
		return j
	}
	j.exact = j.exact && f.Where.program == nil
	for i := range f.Where.quick {
		c := &f.Where.quick[i]
		if c.block != nil {
			j.tests = append(j.tests, *c.block)
		}
		if c.field.path == event.KeyType {
			j.types = append(j.types, c.holds)
		} else {
			j.exact = false
		}
	}
	return j
}

// helps reports whether the index can rule out any block.
func (j *screen) helps() bool {
	f := &j.filter
	return len(f.Types) > 0 || f.From > 0 || f.To > 0 || j.since != "" || len(j.tests) > 0
}

// of decides about a block.
func (j *screen) of(b *shelf.IndexBlock) wants {
	f := &j.filter
	if b.Last < f.From || f.To > 0 && b.First > f.To || b.Latest < j.since {
		return wantsNone
	}
	for i := range j.tests {
		if !j.tests[i].may(b) {
			return wantsNone
		}
	}
	wanted, told := 0, true
	for i := range b.Types {
		if b.Types[i].JSON == untold {
			told = false
		} else if j.wants(i, b.Types[i].JSON) {
			wanted++
		}
	}
	switch {
	case told && wanted == 0:
		return wantsNone
	case told && j.exact && b.First >= f.From && (f.To == 0 || b.Last <= f.To) && b.Earliest >= j.since:
		return wantsCounts
	}
	return wantsSome
}

// wants reports whether lines of a type, the i-th of its block, are wanted, as far as the
// type decides.
func (j *screen) wants(i int, stored string) bool {
	wanted, known := j.wanted.at(i, stored)
	if !known {
		text, _ := stringOf([]byte(stored))
		*wanted = len(j.filter.Types) == 0 || j.filter.matchType(text)
		for _, holds := range j.types {
			*wanted = *wanted && holds([]byte(stored))
		}
	}
	return *wanted
}
