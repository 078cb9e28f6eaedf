package vector

import (
	"encoding/binary"
	"strings"
)

// Gaps returns where in what is left of a line more or fewer bytes may have gone, as
// numbers of bytes before these places: behind the opening quote of a value, and behind a
// digit. The line has no line end. It is false when something is left within a value:
// then lines of which the same is left need not be alike.
func Gaps(line []byte) (gaps []int, ok bool) {
	var t taker
	kept := 0
	for _, c := range line {
		within := t.inString && t.inValue
		_, keep, _ := t.take(c)
		if !keep {
			continue
		}
		kept++
		opened := !within && t.inString && t.inValue
		if opened || !t.inString && (isDigit(c) || t.minus) {
			gaps = append(gaps, kept)
		}
		if within && t.inString {
			return nil, false
		}
	}
	return gaps, true
}

// taker goes through a text byte by byte, as Strip is meant.
type taker struct {
	inString, inValue bool
	escaped           bool // the present byte, by the one before
	minus             bool // the byte before began a number
	before, before2   byte // the bytes before, none at the start
}

// strip is Strip in Go, of whole words.
func (s *Stripped) strip(b []byte) {
	var t taker
	kept := 0
	for word := range len(b) / step {
		told := len(s.Ends)
		var mask uint64
		for i, c := range b[word*step : (word+1)*step] {
			out, keep, ok := t.take(c)
			if !ok {
				s.Ends = s.Ends[:told]
				return
			}
			if keep {
				if c == '\n' {
					s.Ends = append(s.Ends, End{uint32(word*step + i), uint32(kept)})
				}
				mask |= 1 << i
				s.Kept[kept] = out
				kept++
			}
		}
		binary.LittleEndian.PutUint64(s.Keep[8*word:], mask)
	}
}

// take says what becomes of a byte. It is false when nothing can be done with it: a line
// end in a string, and a minus without a digit.
func (t *taker) take(c byte) (out byte, keep, ok bool) {
	value := place(t.before) || t.before == ' ' && place(t.before2)
	quote, escaped, minus := c == '"' && !t.escaped, t.escaped, t.minus
	t.escaped, t.minus = c == '\\' && !t.escaped, false
	out, keep, ok = c, true, true
	switch {
	case quote:
		ok = !minus
		t.inString, t.inValue = !t.inString, !t.inString && value
	case t.inString:
		ok = c != '\n'
		keep = !t.inValue || c < ' ' || escaped && !strings.ContainsRune(`"\/bfnrt`, rune(c))
	case isDigit(c):
		zero := t.before == '0' && t.before2 != '.' && !isDigit(t.before2)
		out, keep = '0', !isDigit(t.before) && !minus || zero
	case minus:
		ok = false
	case c == '-' && value:
		out, t.minus = '0', true
	}
	t.before, t.before2 = c, t.before
	return out, keep, ok
}

// place reports whether a value may begin behind a byte. A line end is taken for a colon:
// behind it nothing of the kind begins that is JSON.
func place(c byte) bool { return c == ':' || c == '\n' }

func isDigit(c byte) bool { return c-'0' <= 9 }
