package capture

import (
	"bytes"
	"time"
	"unicode/utf8"
)

// lookedOver is how far a text is looked over at once to see whether its lines are plain.
const lookedOver = 32 << 10

// pause is for how many lines nobody tries to take many: longer each time that this was
// in vain.
type pause struct{ left, next int }

// over reports whether it is time for a try.
func (p *pause) over() bool {
	if p.left > 0 {
		p.left--
		return false
	}
	return true
}

// tried takes note of a try.
func (p *pause) tried(taken int) {
	if taken > 0 {
		p.next = 1
		return
	}
	p.left = p.next
	p.next = min(2*p.next+1, mostPatience)
}

// takeMany makes events of the lines that come next and are in memory, as far as they are
// plain text, or objects that follow a pattern. The first line is left: it may have a
// mark before it.
func (r *importReader) takeMany() {
	if r.number == 0 || r.alone || !r.pause.over() {
		return
	}
	// Peek returns what is there, and Discard leaves it out: neither can fail.
	chunk, _ := r.lines.Peek(r.lines.Buffered())
	if bytes.IndexByte(chunk, '\n') < 0 {
		return
	}
	all := 0
	for all < len(chunk) {
		taken := r.many(chunk[all:])
		if taken == 0 {
			break
		}
		all += taken
	}
	r.pause.tried(all)
	r.report.Unpacked += int64(all)
	_, _ = r.lines.Discard(all)
}

// many makes events of the lines at the beginning of a chunk, and returns how many bytes
// they took.
func (r *importReader) many(chunk []byte) (taken int) {
	lines := 0
	if chunk[0] == '{' {
		if r.detector.wantsText() {
			return 0
		}
		var followed int64
		taken, followed = r.patterns.follow(r.detector, chunk)
		lines = int(followed)
	} else {
		r.batch.At(r.last)
		taken, lines = r.batch.LogLines(&r.form, plainLines(chunk[:min(len(chunk), lookedOver)]))
		r.detector.lines += lines
		r.report.Text += int64(lines)
		r.report.Lines += uint64(lines)
	}
	r.number += int64(lines)
	return taken
}

// follow records the lines at the beginning of chunk that follow a pattern.
func (r *importReader) follow(q *pattern, chunk []byte) (taken, lines int) {
	if q.timed {
		r.times.list = r.times.list[:0]
		taken, lines = r.batch.LogPatternAt(q.level, q.kind, q.Pattern, chunk, r.timesOf)
	} else {
		r.batch.At(r.last)
		taken, lines = r.batch.LogPattern(q.level, q.kind, q.Pattern, chunk)
	}
	r.report.Lines += uint64(lines)
	return taken, lines
}

// timesOf returns the times that so many lines have told.
func (r *importReader) timesOf(lines int) []time.Time {
	told := r.times.take(lines)
	for _, t := range told {
		r.seen(t)
	}
	return told
}

// plainLines returns the lines at the beginning of a text that are plain: they begin, behind
// blanks, with a character of ASCII that is neither a brace nor a control, and end in
// nothing that an import leaves out.
func plainLines(text []byte) []byte {
	plain := 0
	for {
		end := bytes.IndexByte(text[plain:], '\n')
		if end <= 0 {
			return text[:plain]
		}
		line := text[plain : plain+end]
		first := 0
		for first < len(line) && (line[first] == ' ' || line[first] == '\t') {
			first++
		}
		if first == len(line) || line[first] <= ' ' || line[first] == '{' || line[first] >= utf8.RuneSelf {
			return text[:plain]
		}
		if last := line[end-1]; last == 0 || last == '\r' {
			return text[:plain]
		}
		plain += end + 1
	}
}
