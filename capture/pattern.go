package capture

import (
	"bytes"
	"log/slog"

	"example.org/runshelf/event"
)

// Bounds of the patterns that a recorder remembers.
const (
	mostPatterns = 16
	// A pattern is learned for the price of so many lines: more and more as long as it pays
	// seldom, so that a program whose lines follow none does not pay for the search.
	leastPrice = 64
	mostPrice  = 32 * leastPrice
	// A line that follows a pattern gains about what two tries in vain cost. So many of these
	// may come together, and after them so many lines go the long way.
	mostLuck  = 200
	restLines = 5000
)

// pattern is what is known of lines that are alike.
type pattern struct {
	*event.Pattern
	level   slog.Level
	kind    string
	dialect int  // its place
	timed   bool // its lines tell the times of their events; see lineTimes
	used    int64
	next    *pattern // that followed it the last time
}

// patterns are those of a stream.
type patterns struct {
	// record records the lines at the beginning of chunk that follow q, and returns how
	// many bytes they took, and how many they were.
	record   func(q *pattern, chunk []byte) (taken, lines int)
	list     []*pattern
	newest   *pattern // that was followed last
	luck     int      // lines that followed, less tries in vain
	rest     int      // for how many lines no pattern is tried
	price    int64    // of the next one
	credit   int64
	learned  int64  // how many lines had followed one when the last was learned
	lines    int64  // that were looked at
	end      string // of the line that was seen last, which most have
	followed int64  // of them
}

func newPatterns(record func(q *pattern, chunk []byte) (taken, lines int)) patterns {
	return patterns{record: record, price: leastPrice, luck: mostLuck, end: "\n"}
}

// follow records the lines at the beginning of chunk that follow a pattern, and returns
// how many bytes they took, and how many they were.
func (p *patterns) follow(d *Detector, chunk []byte) (taken int, lines int64) {
	for taken < len(chunk) && p.rest == 0 {
		n, count := p.one(d, chunk[taken:])
		if count == 0 {
			break
		}
		taken, lines = taken+n, lines+int64(count)
	}
	p.sees(chunk[taken:])
	p.lines += lines
	p.followed += lines
	p.credit = min(p.credit+lines, mostPrice)
	return taken, lines
}

// sees takes note of how the first line of a chunk ends that follows no pattern.
func (p *patterns) sees(chunk []byte) {
	if i := bytes.IndexByte(chunk, '\n'); i >= 0 {
		p.end = "\n"
		if i > 0 && chunk[i-1] == '\r' {
			p.end = "\r\n"
		}
	}
}

// worth counts a try, after which so many lines followed. When too many are in vain, as with
// lines that only differ far behind their beginning, all are left alone for a while.
func (p *patterns) worth(lines int) {
	if lines > 0 {
		p.luck = min(p.luck+lines, mostLuck)
		return
	}
	if p.luck--; p.luck < 0 {
		p.luck = mostLuck / 2
		p.rest = restLines
	}
}

// one is follow for the lines of one pattern: the one that came next the last time, or
// the first that fits.
func (p *patterns) one(d *Detector, chunk []byte) (taken, lines int) {
	if p.newest != nil && p.newest.next != nil {
		if taken, lines = p.try(p.newest.next, d, chunk); lines > 0 {
			return taken, lines
		}
	}
	for _, q := range p.list {
		if taken, lines = p.try(q, d, chunk); lines > 0 {
			return taken, lines
		}
	}
	return 0, 0
}

// try records the lines that follow a pattern.
func (p *patterns) try(q *pattern, d *Detector, chunk []byte) (taken, lines int) {
	if !q.Begins(chunk) {
		return 0, 0
	}
	taken, lines = p.record(q, chunk)
	p.worth(lines)
	if lines > 0 {
		if p.newest != nil {
			p.newest.next = q
		}
		p.newest, q.used = q, p.lines
		d.followed(q.dialect, lines)
	}
	return taken, lines
}

// learn remembers the pattern of the line that d has adopted last as a, and of whose shape
// k is known. extra is what is added to the line; times is nil unless these are the times
// of the events.
func (p *patterns) learn(d *Detector, k *known, a *Adopted, extra []slog.Attr, times *lineTimes) {
	p.lines++
	p.rest = max(p.rest-1, 0)
	p.credit = min(p.credit+1, mostPrice)
	if p.credit < p.price {
		return
	}
	p.credit -= p.price
	if 2*(p.followed-p.learned) < p.price {
		p.price = min(2*p.price, mostPrice)
	} else {
		p.price = leastPrice
	}
	p.learned = p.followed
	made, timed := d.pattern(k, a, extra, p.end, times)
	if made == nil {
		return
	}
	q := &pattern{Pattern: made, level: a.Level, kind: a.Type, dialect: d.now, timed: timed, used: p.lines}
	oldest := 0
	for i, other := range p.list {
		if other.Same(made) {
			return
		}
		if other.used < p.list[oldest].used {
			oldest = i
		}
	}
	if len(p.list) < mostPatterns {
		p.list = append(p.list, q)
		return
	}
	p.forget(p.list[oldest])
	p.list[oldest] = q
}

// forget lets no pattern be followed by one that is remembered no more.
func (p *patterns) forget(old *pattern) {
	if p.newest == old {
		p.newest = nil
	}
	for _, q := range p.list {
		if q.next == old {
			q.next = nil
		}
	}
}
