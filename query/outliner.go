package query

import (
	"time"

	"example.org/runshelf/event"
)

// Places of the outliner's own keys among the wanted ones.
const (
	outlineType = iota
	outlineLevel
	outlineSequence
	outlineTime
	outlineTick
)

// outlineRow is one wanted event of a block: where it begins, and its values.
type outlineRow struct {
	lo                 int
	sequence, at, tick span
}

// outlined is what an outline takes of one block. It shares its memory.
type outlined struct {
	rows          []outlineRow
	types, levels map[string]uint64
	report        Report
}

// outliner finds the wanted events of blocks. It belongs to one worker.
type outliner struct {
	lines   lineReader
	matcher *matcher
}

func newOutliner(f Filter) *outliner {
	m := newMatcher(f, event.KeyType, event.KeyLevel, event.KeySequence, event.KeyTimestamp, KeyTick)
	return &outliner{lines: newLineReader(m.skim, nil, f.vector()), matcher: m}
}

// block finds the wanted events of one block.
func (p *outliner) block(b *block, r *outlined) *outlined {
	if r == nil {
		r = &outlined{types: map[string]uint64{}, levels: map[string]uint64{}}
	}
	r.rows = r.rows[:0]
	clear(r.types)
	clear(r.levels)
	p.lines.report.BrokenAt = r.report.BrokenAt
	p.lines.begin(b)
	for p.lines.next() {
		if p.lines.broken || !p.matcher.match(b.buf) {
			continue
		}
		v := p.matcher.skim.values
		r.types[string(valueIn(b.buf, v[outlineType]))]++
		r.levels[string(valueIn(b.buf, v[outlineLevel]))]++
		r.rows = append(r.rows, outlineRow{p.lines.lo, v[outlineSequence], v[outlineTime], v[outlineTick]})
	}
	r.report, p.lines.report.BrokenAt = p.lines.report, nil
	return r
}

// mark is the mark of a row.
func (r *outlineRow) mark(b *block) mark {
	m := r.moments(b)
	k := mark{offset: b.offset + int64(r.lo), sequence: sequenceOf(valueIn(b.buf, r.sequence)), tick: m.tick}
	if !m.at.IsZero() {
		k.at = m.at.UnixMicro()
	}
	return k
}

// moments reads the time and the tick of a row.
func (r *outlineRow) moments(b *block) moments {
	tick, ok := floatOf(valueIn(b.buf, r.tick))
	return moments{at: timeOf(valueIn(b.buf, r.at)), tick: tick, hasTick: ok}
}

// Bars is how the wanted events are spread over time, or over the ticks.
type Bars struct {
	// From and To are where the first bar begins and the last one ends: seconds
	// since 1970, or ticks.
	From, To float64
	// Counts are the events of each bar.
	Counts []uint64
}

// OverTime spreads the events over n bars of equal time. When there are more
// events than marks each mark stands for those up to the next one.
func (o *Outline) OverTime(n int) Bars {
	from, to := seconds(o.first.at), seconds(o.last.at)
	return o.bars(n, from, to, func(m *mark) float64 { return float64(m.at) / 1e6 })
}

// OverTicks spreads the events over n bars of equal numbers of ticks; no bars
// when they have none.
func (o *Outline) OverTicks(n int) Bars {
	if !o.last.hasTick {
		last := 0.0
		for i := range o.marks {
			last = max(last, o.marks[i].tick)
		}
		return o.bars(n, o.first.tick, last, func(m *mark) float64 { return m.tick })
	}
	return o.bars(n, o.first.tick, o.last.tick, func(m *mark) float64 { return m.tick })
}

// bars counts marks between two bounds.
func (o *Outline) bars(n int, from, to float64, of func(*mark) float64) Bars {
	b := Bars{From: from, To: to}
	if o.count == 0 || to < from || n < 1 || from == 0 && to == 0 {
		return b
	}
	b.Counts = make([]uint64, n)
	for i := range o.marks {
		each := min(o.stride, o.count-int64(i)*o.stride)
		k := 0
		if to > from {
			k = int(float64(n) * (of(&o.marks[i]) - from) / (to - from))
		}
		b.Counts[min(max(0, k), n-1)] += uint64(each)
	}
	return b
}

// seconds is a time in seconds since 1970, 0 when it is none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1e6
}
