package query

import (
	"bytes"
	"strings"

	"example.org/runshelf/internal/processor"
	"example.org/runshelf/query/internal/vector"
)

// A line that a condition such as event_type == "transfer" is true of has the
// bytes "transfer" in it, or an escape that means one of their characters. So
// lines with neither need not be read at all, and looking for a few bytes is many
// times faster than reading.

// needles are texts one of which stands in every line that may be wanted. None
// mean that nothing is known.
type needles []string

// Limits of what is looked for: short texts are found everywhere, and each text
// takes a look of its own.
const (
	minNeedle  = 3
	maxNeedles = 4
)

// needlesOf returns what lines must hold that a filter wants.
func needlesOf(f Filter) needles {
	best := typeNeedles(f.Types)
	if f.Where != nil {
		for _, c := range f.Where.quick {
			best = better(best, c.needles)
		}
	}
	return best
}

// better returns the needles that rule out more: the longer ones.
func better(a, b needles) needles {
	if a.shortest() < b.shortest() {
		return b
	}
	return a
}

// shortest is the length of the shortest needle, 0 without any.
func (n needles) shortest() int {
	if len(n) == 0 || len(n) > maxNeedles {
		return 0
	}
	shortest := len(n[0])
	for _, text := range n[1:] {
		shortest = min(shortest, len(text))
	}
	if shortest < minNeedle {
		return 0
	}
	return shortest
}

// typeNeedles are those of patterns of event types: what each begins with.
func typeNeedles(patterns []string) needles {
	var n needles
	for _, pattern := range patterns {
		text, ok := pattern, true
		if i := strings.IndexAny(pattern, `*?[\`); i >= 0 {
			text = pattern[:i]
			ok = unescaped(text)
			text = `"` + text
		} else {
			ok = unescaped(text)
			text = `"` + text + `"`
		}
		if !ok {
			return nil
		}
		n = append(n, text)
	}
	return n
}

// valueNeedles are those of a value that must be one of some texts; none when
// one is no text.
func valueNeedles(values ...any) needles {
	var n needles
	for _, v := range values {
		text, isText := v.(string)
		if !isText || !unescaped(text) {
			return nil
		}
		n = append(n, `"`+text+`"`)
	}
	return n
}

// unescaped reports whether a text has one spelling only, besides escapes of the
// form \u00xx.
func unescaped(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '/' {
			return false
		}
	}
	return true
}

// hold reports whether a line has one of the texts, or an escape that may mean a part of
// one. That is so of all lines when nothing is known.
func (n needles) hold(line []byte) bool {
	if n.shortest() == 0 || bytes.Contains(line, []byte(escape)) {
		return true
	}
	for _, text := range n {
		if bytes.Contains(line, []byte(text)) {
			return true
		}
	}
	return false
}

// escape begins every other spelling of the characters of a needle.
const escape = `\u00`

// finder finds the lines of blocks that hold a needle, or an escape. It belongs
// to one worker.
type finder struct {
	unit    processor.Unit
	texts   needles
	seekers []seeker
	counts  [256]int // of the bytes of the beginnings of blocks
	begun   int      // blocks
	judged  int      // lines found in the last block
	size    int      // of that block, in bytes
	rest    int      // blocks to go without, since most lines were found
}

// seeker looks for one text, by the two bytes of it that are rarest in the log.
type seeker struct {
	text string
	pair [2]int // the places of these bytes in the text, in their order
	at   int    // the next occurrence in the block, or its end
}

// Blocks are read whole for so many when more lines than one in so many bytes
// were found in one.
const (
	denseLine = 512
	denseRest = 32
)

// recount is how often, in blocks, the bytes of one are counted.
const recount = 16

// finderOf is newFinder for a filter.
func finderOf(f Filter) *finder { return newFinder(needlesOf(f), f.vector()) }

// newFinder returns nil when all lines must be read.
func newFinder(n needles, u processor.Unit) *finder {
	if n.shortest() == 0 {
		return nil
	}
	f := &finder{unit: u, texts: n, seekers: []seeker{{text: escape, pair: [2]int{0, 1}}}}
	for _, text := range n {
		f.seekers = append(f.seekers, seeker{text: text})
	}
	return f
}

// begin starts with a block, and reports whether the finder is of use in it.
func (f *finder) begin(b *block) bool {
	if f.judged*denseLine > f.size {
		f.rest = denseRest
	}
	f.judged, f.size = 0, len(b.text())
	if f.rest > 0 {
		f.rest--
		return false
	}
	if f.begun%recount == 0 {
		f.count(b.text())
	}
	f.begun++
	for i := range f.seekers {
		f.seekers[i].at = b.start - 1
	}
	return true
}

// count counts the bytes of the beginning of a text, and chooses anew what is looked
// for. A backslash is rare enough.
func (f *finder) count(text []byte) {
	for _, c := range text[:min(len(text), 1<<10)] {
		f.counts[c]++
	}
	for i := range f.seekers[1:] {
		s := &f.seekers[1+i]
		s.pair = rarest(s.text, &f.counts)
	}
}

// rarest returns the places of the two bytes of a text that were counted least.
func rarest(text string, counts *[256]int) [2]int {
	first, second := 0, 1
	for k := range len(text) {
		switch n := counts[text[k]]; {
		case n < counts[text[first]]:
			first, second = k, first
		case k != first && n < counts[text[second]]:
			second = k
		}
	}
	return [2]int{min(first, second), max(first, second)}
}

// next returns the first place from lo on at which something is found in
// buf[:end], or end.
func (f *finder) next(buf []byte, lo, end int) int {
	first := end
	for i := range f.seekers {
		s := &f.seekers[i]
		if s.at < lo {
			s.at = s.seek(f.unit, buf, lo, end)
		}
		first = min(first, s.at)
	}
	return first
}

// seek returns where the text first stands in buf[lo:end], or end.
func (s *seeker) seek(u processor.Unit, buf []byte, lo, end int) int {
	first, distance := s.pair[0], s.pair[1]-s.pair[0]
	for ; lo+first < end; lo++ {
		at := vector.PairIndex(u, buf[lo+first:end], s.text[first], s.text[first+distance], distance)
		if lo += at; lo+len(s.text) > end {
			break
		}
		if string(buf[lo:lo+len(s.text)]) == s.text {
			return lo
		}
	}
	return end
}
