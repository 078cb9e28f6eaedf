package event

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"example.org/runshelf/internal/bulk"
	"example.org/runshelf/internal/processor"
)

// TextLines are lines of events that hold one text each; [Stamp.AppendLines] appends
// to them.
type TextLines struct {
	// Before and After are what stands around each text: see [Stamp.AppendText].
	Before, After string
	// Lines are the lines, and Ends where each of them ends there.
	Lines []byte
	Ends  []int
	// Sequence is that of the next event.
	Sequence uint64
	// Limit is how long the body of an event may become, in bytes.
	Limit int

	wrap bulk.Wrapping
}

// linesAhead is how many events are made before their sequences are looked at.
const linesAhead = 1024

// AppendLines appends an event for each of the lines of text at the beginning of chunk,
// each as AppendText does it, and returns how many bytes of chunk they took. It leaves
// what is to be looked at more closely or goes its own way: a line that begins like a
// JSON object, one with a carriage return, one without an end, one whose event is longer
// than l.Limit; and, now and then, others. Nor does it make room in l.Lines: those that
// do not fit are left as well.
func (s *Stamp) AppendLines(l *TextLines, chunk []byte) (taken int) {
	w := &l.wrap
	w.Text, w.At = chunk, 0
	w.Out, w.N = l.Lines[:cap(l.Lines)], len(l.Lines)
	for s.wrapHead(l) {
		first := len(l.Ends)
		l.Ends = slices.Grow(l.Ends, linesAhead)
		w.Ends, w.Lines = l.Ends[first:first+s.countable()], 0
		wrapLines(w)
		l.Ends = l.Ends[:first+w.Lines]
		l.Sequence += uint64(w.Lines)
		if w.Lines < len(w.Ends) || w.Lines == 0 {
			break
		}
	}
	if w.Middle {
		w.At, w.N, w.Middle = w.From, w.Start, false
	}
	l.Lines = w.Out[:w.N]
	w.Text, w.Out, w.Ends = nil, nil, nil
	return w.At
}

// wrapHead lays what stands around the text ready, and reports whether it could.
func (s *Stamp) wrapHead(l *TextLines) bool {
	if l.Sequence != s.sequence {
		s.advance(l.Sequence)
	}
	w := &l.wrap
	w.HeadLen = s.size + len(l.Before)
	w.TailLen = len(l.After)
	if w.HeadLen > len(w.Head) || w.TailLen > len(w.Tail) {
		return false
	}
	copy(w.Head[copy(w.Head[:], s.head[:s.size]):], l.Before)
	copy(w.Tail[:], l.After)
	w.Digit = s.size - len("0,")
	w.Limit = math.MaxInt
	if l.Limit < math.MaxInt-s.size {
		w.Limit = l.Limit + s.size
	}
	return true
}

// countable is for how many more events the sequence only counts on, in its digits.
func (s *Stamp) countable() int {
	if n := digits(s.sequence); n < len(powers) {
		return int(min(powers[n]-1-s.sequence, linesAhead))
	}
	return 0
}

// wrapLines wraps what it can, and escapes what cannot stand as it is.
func wrapLines(w *bulk.Wrapping) {
	text := unsafe.String(unsafe.SliceData(w.Text), len(w.Text))
	for bulk.Wrap(processor.Best, w) {
		switch c := text[w.At]; {
		case c == '\r':
			return
		case c < utf8.RuneSelf:
			e := escapes[c]
			binary.LittleEndian.PutUint64(w.Out[w.N:], e)
			w.At, w.N = w.At+1, w.N+int(e>>56)
		case !roomForLine(w, text):
			return
		default:
			w.At, w.N = copyRunes(w.Out, w.N, text, w.At)
		}
	}
}

// roomForLine reports whether there is room for what is left of the line in hand, with
// a character that is no UTF-8 at its end.
func roomForLine(w *bulk.Wrapping, text string) bool {
	left := len(w.Out) - w.N - slack
	return left >= len(text)-w.At || strings.IndexByte(text[w.At:w.At+max(left, 0)], '\n') >= 0
}
