package bulk

import (
	"encoding/binary"
	"math/bits"

	"example.org/runshelf/internal/processor"
)

// MostLiteral is how long a text of a step is at most, in bytes.
const MostLiteral = 2 * Block

// Step is a part of a pattern: a text that must come, what is written in its place, and
// maybe a value of JSON behind it, which is written as it is.
type Step struct {
	Match, Write       [MostLiteral]byte
	MatchLen, WriteLen int
	Value              bool
	// Mark is where in Marks the place of the value is noted; 0 is for those that nobody
	// asks for.
	Mark int
}

// Span is a place in a text.
type Span struct{ Start, End int }

// MostMarks is how many values of a line may be asked for.
const MostMarks = 8

// Following follows a pattern through a text.
type Following struct {
	// Text is what is followed, and At is where in it the next byte stands.
	Text []byte
	At   int
	// Out is where it goes, and N how much of it is taken. What stands behind N may be
	// written over.
	Out []byte
	N   int
	// Steps are the pattern, and Step is the one that comes next.
	Steps []Step
	Step  int
	// Marks are the places of the values in Text that have a mark.
	Marks [MostMarks + 1]Span
}

// Followed is why Follow has stopped.
type Followed int

// The reasons.
const (
	// FollowedAll says that all steps are done.
	FollowedAll Followed = iota
	// FollowedOther says that the text is another, or that less is left of Text or Out
	// than is worked with at once.
	FollowedOther
	// FollowedOdd says that the value at At has to be looked at more closely: a string
	// with an escape or with bytes that are not ASCII, an object, an array, a number with
	// an exponent or one that is long, and whatever is no value. Its step counts as done.
	FollowedOdd
)

// valueRoom is up to how long a number is, in bytes.
const valueRoom = Block

// followRoom is what must be left of a text for a step.
const followRoom = MostLiteral + valueRoom

// Follow does the steps that come next.
func Follow(u processor.Unit, f *Following) Followed {
	if u == processor.Portable || len(f.Text) < followRoom || len(f.Out) < followRoom {
		return follow(f)
	}
	return followAVX2(f)
}

// follow is Follow in Go, which is what it means.
func follow(f *Following) Followed {
	text, out, at, n := f.Text, f.Out, f.At, f.N
	for f.Step < len(f.Steps) {
		s := &f.Steps[f.Step]
		if at+followRoom > len(text) || n+followRoom > len(out) {
			return FollowedOther
		}
		if !s.matches((*[MostLiteral]byte)(text[at:])) {
			return FollowedOther
		}
		s.write((*[MostLiteral]byte)(out[n:]))
		at, n = at+s.MatchLen, n+s.WriteLen
		f.Step++
		if !s.Value {
			continue
		}
		size := 0
		if text[at] == '"' {
			size = copyString(out[n:], text[at:])
		} else if size = shortEnd((*[valueRoom]byte)(text[at:])); size > 0 {
			*(*[valueRoom]byte)(out[n:]) = *(*[valueRoom]byte)(text[at:])
		}
		if size == 0 {
			f.At, f.N = at, n
			return FollowedOdd
		}
		f.Marks[s.Mark] = Span{at, at + size}
		at, n = at+size, n+size
	}
	f.At, f.N = at, n
	return FollowedAll
}

// Begins reports whether a text begins with that of the step, and is not too short to be
// followed.
func (s *Step) Begins(text []byte) bool {
	return len(text) >= followRoom && s.matches((*[MostLiteral]byte)(text))
}

// matches reports whether a text begins with that of the step.
func (s *Step) matches(text *[MostLiteral]byte) bool {
	i := 0
	for ; i+8 <= s.MatchLen; i += 8 {
		if binary.LittleEndian.Uint64(text[i:]) != binary.LittleEndian.Uint64(s.Match[i:]) {
			return false
		}
	}
	if i == s.MatchLen {
		return true
	}
	differ := binary.LittleEndian.Uint64(text[i:]) ^ binary.LittleEndian.Uint64(s.Match[i:])
	return differ<<(64-8*uint(s.MatchLen-i)) == 0
}

// write writes what comes in place of the text, and maybe more behind it.
func (s *Step) write(out *[MostLiteral]byte) {
	const few = MostLiteral / 4
	if s.WriteLen <= few {
		*(*[few]byte)(out[:]) = *(*[few]byte)(s.Write[:])
		return
	}
	*out = s.Write
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// copyString copies a string of ASCII without escapes, with its quotes, and returns its
// length; 0 when it is none, or comes too near to the end.
func copyString(out, text []byte) int {
	out[0] = '"'
	for i := 1; i+Block <= len(text) && i+Block <= len(out); {
		for range Block / 8 {
			x := binary.LittleEndian.Uint64(text[i:])
			binary.LittleEndian.PutUint64(out[i:], x)
			// The first byte that is marked is one below 0x20, a quote, a backslash, or one
			// above 0x7f; a mark behind it may be wrong.
			if m := (((x ^ ones*0x02) - ones*0x21) | ((x ^ ones*'\\') - ones) | x) & highs; m != 0 {
				if i += bits.TrailingZeros64(m) / 8; text[i] == '"' {
					return i + 1
				}
				return 0
			}
			i += 8
		}
	}
	return 0
}

// shortEnd is where the number, the truth or the null ends with which a text begins; 0
// when it begins with none, or with a number that has an exponent or is long.
func shortEnd(text *[valueRoom]byte) int {
	switch binary.LittleEndian.Uint32(text[:]) {
	case 't' | 'r'<<8 | 'u'<<16 | 'e'<<24, 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24:
		return 4
	case 'f' | 'a'<<8 | 'l'<<16 | 's'<<24:
		if text[4] == 'e' {
			return 5
		}
		return 0
	}
	i := 0
	if text[0] == '-' {
		i++
	}
	end := digitsEnd(text, i)
	if end == i || text[i] == '0' && end > i+1 {
		return 0
	}
	if end < valueRoom && text[end] == '.' {
		i = end + 1
		if end = digitsEnd(text, i); end == i {
			return 0
		}
	}
	if end >= valueRoom || text[end]|0x20 == 'e' {
		return 0
	}
	return end
}

// digitsEnd is where the digits end that stand at a place.
func digitsEnd(text *[valueRoom]byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		x := binary.LittleEndian.Uint64(text[i:]) ^ ones*'0'
		if m := (x | (x&^highs + ones*(0x80-10))) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	return i
}
