package query

import (
	"log/slog"
	"path"
	"slices"
	"strconv"
	"time"

	"example.org/runshelf/event"
)

// matcher decides about lines by the stored bytes of the few values that a
// filter is about. It belongs to one worker.
type matcher struct {
	filter     Filter
	skim       *skimmer
	keepBroken bool
	all        bool            // every event is wanted
	types      map[string]bool // by the stored bytes of a type: whether it is wanted
	since      string          // Since as a timestamp of ours, rounded up
	whole      *whereState     // nil without an expression

	typeKey, levelKey, sequenceKey, timeKey int // places among the wanted keys
}

// newMatcher makes the matcher of a filter that was checked. more are keys whose
// values are wanted besides; they come first in the skimmer.
func newMatcher(f Filter, more ...string) *matcher {
	m := &matcher{filter: f, all: f.all(), types: map[string]bool{}}
	m.keepBroken = f.KeepBroken && m.all
	keys := slices.Clone(more)
	want := func(needed bool, key string) int {
		if !needed {
			return -1
		}
		return wantKey(&keys, key)
	}
	m.typeKey = want(len(f.Types) > 0, event.KeyType)
	m.levelKey = want(f.MinLevel != nil, event.KeyLevel)
	m.sequenceKey = want(f.From > 0 || f.To > 0, event.KeySequence)
	m.timeKey = want(!f.Since.IsZero(), event.KeyTimestamp)
	if !f.Since.IsZero() {
		m.since = f.Since.UTC().Add(time.Microsecond - 1).Truncate(time.Microsecond).Format(event.TimeLayout)
	}
	if f.Where != nil {
		m.whole = f.Where.newState(&keys)
	}
	m.skim = newSkimmer(keys)
	return m
}

// wantKey returns the place of a key among the wanted ones, adding it when it is
// not yet there.
func wantKey(keys *[]string, key string) int {
	i := slices.Index(*keys, key)
	if i < 0 {
		i = len(*keys)
		*keys = append(*keys, key)
	}
	return i
}

// match reports whether the line that was just skimmed is wanted. b is its
// buffer.
func (m *matcher) match(b []byte) bool {
	if m.all {
		return true
	}
	return m.matchType(b) && m.matchSequence(b) && m.matchLevel(b) && m.matchTime(b) &&
		(m.whole == nil || m.whole.match(b, m.skim))
}

// value returns the stored bytes of a wanted value.
func (m *matcher) value(b []byte, key int) []byte { return valueIn(b, m.skim.values[key]) }

// maxTypes bounds how many types a matcher remembers.
const maxTypes = 10_000

// matchType reports whether one of the patterns fits.
func (m *matcher) matchType(b []byte) bool {
	if m.typeKey < 0 {
		return true
	}
	stored := m.value(b, m.typeKey)
	wanted, known := m.types[string(stored)]
	if !known {
		text, _ := stringOf(stored)
		wanted = m.filter.matchType(text)
		if len(m.types) < maxTypes {
			m.types[string(stored)] = wanted
		}
	}
	return wanted
}

// matchSequence reports whether the sequence lies within the bounds.
func (m *matcher) matchSequence(b []byte) bool {
	if m.sequenceKey < 0 {
		return true
	}
	n := sequenceOf(m.value(b, m.sequenceKey))
	return n >= m.filter.From && (m.filter.To == 0 || n <= m.filter.To)
}

// matchLevel reports whether the level is high enough.
func (m *matcher) matchLevel(b []byte) bool {
	return m.levelKey < 0 || levelOf(m.value(b, m.levelKey)) >= *m.filter.MinLevel
}

// matchTime reports whether the event is late enough. Most events that are not
// are told by comparing texts.
func (m *matcher) matchTime(b []byte) bool {
	if m.timeKey < 0 {
		return true
	}
	stored := m.value(b, m.timeKey)
	if isOurTime(stored) && string(stored[1:len(stored)-1]) < m.since {
		return false
	}
	t := timeOf(stored)
	return !t.IsZero() && !t.Before(m.filter.Since)
}

// isOurTime reports whether the stored bytes have the form in which timestamps
// are written, so that their order is that of their bytes.
func isOurTime(stored []byte) bool {
	return len(stored) == len(event.TimeLayout)+2 && stored[11] == 'T' && stored[20] == '.' && stored[27] == 'Z'
}

// stringOf returns the text of a stored string, false when it is none.
func stringOf(stored []byte) (string, bool) {
	if len(stored) < 2 || stored[0] != '"' {
		return "", false
	}
	return textOf(stored[1 : len(stored)-1]), true
}

// sequenceOf returns a stored sequence or cause, 0 when it is none.
func sequenceOf(stored []byte) uint64 {
	if len(stored) == 0 || !isDigit(stored[0]) {
		return 0
	}
	if len(stored) < 19 { // cannot overflow
		var n uint64
		for _, c := range stored {
			if !isDigit(c) {
				return 0
			}
			n = 10*n + uint64(c-'0')
		}
		return n
	}
	n, err := strconv.ParseUint(string(stored), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// sequenceAt is sequenceOf for a value in a line, eight digits at once.
func sequenceAt(b []byte, v span) uint64 {
	n := v.hi - v.lo
	if n < 1 || n > 8 || v.lo < 8 {
		return sequenceOf(valueIn(b, v))
	}
	// The last digit is the highest byte. What is in front of the digits becomes zeros.
	x := (load(b, v.hi-8) ^ ones*'0') >> (64 - 8*n) << (64 - 8*n)
	if (x|(x+ones*6))&(ones*0xf0) != 0 {
		return 0
	}
	// Pairs of digits become numbers, then pairs of these, and once more.
	x = (x*10 + x>>8) & 0x00ff00ff00ff00ff
	x = (x*100 + x>>16) & 0x0000ffff0000ffff
	return x*10_000&0xffffffff + x>>32
}

// levelOf returns a stored level; one that is missing or unknown is INFO.
func levelOf(stored []byte) slog.Level {
	text, _ := stringOf(stored)
	level, _ := event.ParseLevel(text)
	return level
}

// timeOf returns a stored time, zero when it is none.
func timeOf(stored []byte) time.Time {
	text, _ := stringOf(stored)
	t, _ := event.ParseTime(text)
	return t
}

// matchType reports whether one of the patterns fits a type.
func (f Filter) matchType(eventType string) bool {
	return slices.ContainsFunc(f.Types, func(pattern string) bool {
		ok, _ := path.Match(pattern, eventType)
		return ok
	})
}
