package query

import (
	"bytes"

	"example.org/runshelf/internal/processor"
)

// lineReader goes through the lines of a block. Blank lines are passed over. It
// counts what it meets.
type lineReader struct {
	skim   *skimmer
	known  *patterns // nil without vector instructions
	find   *finder   // passes over lines that cannot be wanted; nil reads all
	finds  bool      // in the present block
	b      *block
	at     int    // where the next line begins
	number int64  // of the present line in its block, from 1; blank lines count, and what was passed over does not
	lo, hi int    // the present line without what surrounds the event
	broken bool   // the present line is no event
	whole  bool   // lines that are no events are not taken apart
	within bool   // r.at is within a line, whose beginning has been the present one
	report Report // of the lines so far
}

// newLineReader returns a reader for the keys of a skimmer and a finder, which may be nil.
func newLineReader(skim *skimmer, find *finder, u processor.Unit) lineReader {
	return lineReader{skim: skim, find: find, known: newPatterns(u)}
}

// begin starts with a block.
func (r *lineReader) begin(b *block) {
	r.known.begin()
	if r.find != nil {
		r.finds = r.find.begin(b)
	}
	r.b, r.at, r.number, r.within = b, b.start, 0, false
	r.report = Report{BrokenAt: r.report.BrokenAt[:0], Sought: r.find != nil}
}

// next goes to the next line that is not blank and may be wanted, false at the
// end of the block.
func (r *lineReader) next() bool {
	for r.at < r.b.end {
		if r.finds && !r.seek() {
			break
		}
		if !r.within {
			r.number++
		}
		r.within = false
		if r.known != nil && !r.finds {
			if end, next, ok := r.known.read(r.b.buf, r.at, r.b.end, r.skim.values); ok {
				r.take(end, next)
				return true
			}
		}
		if end, next, ok := r.skim.quick(r.b.buf, r.at); ok && next <= r.b.end {
			r.known.learn(r.b.buf, r.at, end, r.skim.values)
			r.take(end, next)
			return true
		}
		if r.exact() {
			return true
		}
	}
	return r.overlong()
}

// take makes the line at r.at the present one, whose object ends at end; the next begins
// at next.
func (r *lineReader) take(end, next int) {
	r.lo, r.hi, r.broken = r.at, end, false
	r.skim.lo, r.skim.hi = r.at, end
	r.at = next
	r.report.Lines++
}

// seek goes to the start of the next line that may be wanted. That is also the
// last one of the file when it has no line end, so that a torn one is reported
// in any case.
func (r *lineReader) seek() bool {
	at := r.find.next(r.b.buf, r.at, r.b.end)
	if at == r.b.end {
		if r.b.ended {
			r.at = r.b.end
			return false
		}
		at--
	}
	r.at += bytes.LastIndexByte(r.b.buf[r.at:at], '\n') + 1
	r.find.judged++
	return true
}

// exact reads the line at r.at whatever it looks like. It reports false for a
// blank one.
func (r *lineReader) exact() bool {
	raw := r.raw()
	trimmed := raw.trim()
	if raw.blank(trimmed) {
		return false
	}
	r.report.Lines++
	r.span(trimmed)
	if r.broken = !r.skim.exact(r.b.buf, r.lo, r.hi); r.broken {
		r.unsound(raw)
	} else if raw.ended && raw.offset == trimmed.offset {
		r.skim.learn(r.lo, r.at-1)
		r.known.learn(r.b.buf, r.lo, r.hi, r.skim.values)
	}
	return true
}

// span makes a line the present one.
func (r *lineReader) span(line stored) {
	r.lo = int(line.offset - r.b.offset)
	r.hi = r.lo + len(line.bytes)
}

// unsound takes the line that is no event. When it has swallowed another one, that is
// the next.
func (r *lineReader) unsound(raw stored) {
	counts := r.find == nil || !raw.ended || r.find.texts.hold(raw.bytes)
	if !r.whole {
		var rest stored
		var sound bool
		if raw, rest, sound = r.skim.divide(raw); rest.bytes != nil {
			r.at, r.within = int(rest.offset-r.b.offset), true
			r.span(raw.trim())
			r.broken = !(sound && r.skim.exact(r.b.buf, r.lo, r.hi))
		}
	}
	if r.broken {
		if counts {
			r.report.broken(raw)
		}
		r.span(raw)
	}
}

// raw takes the line at r.at as the file has it.
func (r *lineReader) raw() stored {
	text := r.b.buf[r.at:r.b.end]
	s := stored{offset: r.b.offset + int64(r.at), number: r.number, ended: true}
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		s.bytes = text[:i]
		r.at += i + 1
		return s
	}
	s.bytes, s.ended = text, false
	r.at = r.b.end
	return s
}

// overlong counts the line beyond MaxLine that may end a block. It is handed out
// once, as broken and without bytes.
func (r *lineReader) overlong() bool {
	if r.b.long < 0 || r.at > r.b.end {
		return false
	}
	r.at = r.b.end + 1
	r.number++
	r.report.Lines++
	r.report.broken(stored{offset: r.b.long, ended: r.b.ended})
	r.lo, r.hi, r.broken = 0, 0, true
	return true
}

// hasBytes reports whether the present line has its bytes.
func (r *lineReader) hasBytes() bool { return r.hi > r.lo }

// line is the present line's bytes.
func (r *lineReader) line() []byte { return r.b.buf[r.lo:r.hi:r.hi] }

// value returns the stored bytes of a wanted value of the present line, nil when
// there is none.
func (r *lineReader) value(key int) []byte { return valueIn(r.b.buf, r.skim.values[key]) }

// valueIn returns the bytes of a value, nil when there is none.
func valueIn(b []byte, v span) []byte {
	if !v.found() {
		return nil
	}
	return b[v.lo:v.hi:v.hi]
}
