package query

import (
	"bytes"
	"strings"
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

// escape begins every other spelling of the characters of a needle.
const escape = `\u00`

// finder finds the lines of blocks that hold a needle, or an escape. It belongs
// to one worker.
type finder struct {
	seekers []seeker
	judged  int // lines found in the last block
	size    int // of that block, in bytes
	rest    int // blocks to go without, since most lines were found
}

// seeker looks for one text, by the byte of it that is rarest in the block.
type seeker struct {
	text string
	rare int // the place of that byte in the text
	at   int // the next occurrence in the block, or its end
}

// Blocks are read whole for so many when more lines than one in so many bytes
// were found in one.
const (
	denseLine = 512
	denseRest = 32
)

// newFinder returns nil when all lines must be read.
func newFinder(n needles) *finder {
	if n.shortest() == 0 {
		return nil
	}
	f := &finder{seekers: []seeker{{text: escape}}} // a backslash is rare enough
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
	counts := countBytes(b.text())
	for i := range f.seekers {
		s := &f.seekers[i]
		s.at = b.start - 1
		if s.text == escape {
			continue
		}
		for k := range len(s.text) {
			if counts[s.text[k]] < counts[s.text[s.rare]] {
				s.rare = k
			}
		}
	}
	return true
}

// countBytes counts the bytes of the beginning of a text.
func countBytes(text []byte) *[256]int {
	var counts [256]int
	for _, c := range text[:min(len(text), 1<<10)] {
		counts[c]++
	}
	return &counts
}

// next returns the first place from lo on at which something is found in
// buf[:end], or end.
func (f *finder) next(buf []byte, lo, end int) int {
	first := end
	for i := range f.seekers {
		s := &f.seekers[i]
		if s.at < lo {
			s.at = s.seek(buf, lo, end)
		}
		first = min(first, s.at)
	}
	return first
}

// seek returns where the text first stands in buf[lo:end], or end.
func (s *seeker) seek(buf []byte, lo, end int) int {
	c := s.text[s.rare]
	for at := lo + s.rare; at < end; at++ {
		i := bytes.IndexByte(buf[at:end], c)
		if i < 0 {
			break
		}
		at += i
		start := at - s.rare
		if stop := start + len(s.text); stop <= end && string(buf[start:stop]) == s.text {
			return start
		}
	}
	return end
}
