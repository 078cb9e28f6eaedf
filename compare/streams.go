package compare

import (
	"cmp"
	"slices"
	"strings"
)

// byStream reports whether both logs are of wrapped programs. A run without a
// manifest is taken for what the other one is.
func byStream(a, b *Log) bool {
	execA, knownA := a.captured()
	execB, knownB := b.captured()
	return execA && (execB || !knownB && b.Run != nil) || execB && !knownA && a.Run != nil
}

// stream is the part of two logs whose events are compared with each other: all of
// them, or those that a wrapped program wrote to one stream.
type stream struct {
	name string
	all  bool
}

// capturedStreams are the streams of a wrapped program. Events that bear another
// stream, or none, are the last.
var capturedStreams = []string{"stdout", "stderr", "events", ""}

// streamsOf returns the streams to compare one by one.
func streamsOf(a, b *Log) []stream {
	if !byStream(a, b) {
		return []stream{{all: true}}
	}
	var streams []stream
	for _, name := range capturedStreams {
		streams = append(streams, stream{name: name})
	}
	return streams
}

// of has a pair pass over the events of other streams, and tell met of them.
func (s stream) of(p *pair, met *streamsMet) {
	if s.all {
		return
	}
	p.stream = s.name
	p.lane = func(l *line) bool {
		i := max(0, slices.Index(capturedStreams, l.lane))
		if capturedStreams[i] != l.lane {
			i = len(capturedStreams) - 1
		}
		met.any[i] = true
		return capturedStreams[i] == s.name
	}
}

// streamsMet is which streams two logs have. Most have one or two, and the others need not
// be looked for once both logs have been read to their ends.
type streamsMet struct {
	any   [4]bool // by the place in capturedStreams
	known bool    // there are no others
}

// misses reports that neither log has a stream.
func (m *streamsMet) misses(s stream) bool {
	return m.known && !s.all && !m.any[slices.Index(capturedStreams, s.name)]
}

// after takes note of how far a pair was read.
func (m *streamsMet) after(p *pair) { m.known = m.known || p.a.end && p.b.end }

// eachStream compares stream by stream.
func eachStream(a, b *Log, o *Options, r *rules) (*Result, error) {
	total := &Result{Same: true}
	var met streamsMet
	var names *aliases // what one stream calls by a name another one does too
	for _, s := range streamsOf(a, b) {
		if met.misses(s) {
			continue
		}
		p := newPair(a, b, o, r)
		s.of(p, &met)
		if names != nil {
			p.names = names
		}
		names = p.names
		one, err := p.compare()
		if err != nil {
			return nil, err
		}
		met.after(p)
		total.join(one)
	}
	total.Gaps = total.Gaps[:min(len(total.Gaps), max(0, o.Gaps))]
	return total, nil
}

// join adds the result of one more stream. The first divergence is the one that
// stands first in a log.
func (t *Result) join(one *Result) {
	t.Reordered = (t.Same || t.Reordered) && (one.Same || one.Reordered) && !(t.Same && one.Same)
	t.Same = t.Same && one.Same
	t.Equal, t.Added = t.Equal+one.Equal, t.Added+one.Added
	t.Removed, t.Changed = t.Removed+one.Removed, t.Changed+one.Changed
	t.Gaps = append(t.Gaps, one.Gaps...)
	t.OnlyA = joinShown(t.OnlyA, one.OnlyA)
	t.OnlyB = joinShown(t.OnlyB, one.OnlyB)
	t.A.join(one.A)
	t.B.join(one.B)
	if one.First != nil {
		t.Parted = append(t.Parted, one.First)
	}
	if one.First != nil && (t.First == nil || one.First.line() < t.First.line()) {
		t.First = one.First
	}
	for _, c := range one.Counts {
		i, found := slices.BinarySearchFunc(t.Counts, c, compareTypes)
		if !found {
			t.Counts = slices.Insert(t.Counts, i, TypeCount{Type: c.Type})
		}
		t.Counts[i].A += c.A
		t.Counts[i].B += c.B
	}
}

// joinShown adds events that have no equal, in the order of their log.
func joinShown(all, more []Event) []Event {
	all = append(all, more...)
	slices.SortStableFunc(all, func(x, y Event) int { return cmp.Compare(x.Line, y.Line) })
	return all[:min(len(all), bagShown)]
}

func compareTypes(x, y TypeCount) int { return strings.Compare(x.Type, y.Type) }

// join adds what was met with one more stream. Every stream meets the same
// broken lines.
func (s *SideReport) join(one SideReport) {
	s.Events += one.Events
	s.Broken, s.Torn = one.Broken, one.Torn
}
