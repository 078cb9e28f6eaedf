package vector

import "example.org/runshelf/internal/processor"

// What a log repeats from line to line is its keys and its punctuation. Strip takes away
// the rest, so that lines which differ in their values alone become equal.
//
// Of a line these bytes go:
//
//   - in a string that stands behind a colon, or behind a colon and a space, all that is
//     between its quotes, but for control characters and for what must not follow a
//     backslash, which stay;
//   - of a number, the digits behind a digit. A minus behind a colon, or behind a colon
//     and a space, counts as a digit here, and what is left of either is a '0'. A digit
//     behind a leading zero stays, unless the zero is behind a full stop.
//
// All else stays: so of two lines of which the same stays, either both are JSON or none
// is, and both have the same keys in the same places. For what is left tells where each
// string and each number is; what was taken from a string cannot end it or be wrong in
// it; and for the sign and the digits that were taken from a number, others may stand.

// End is the end of a line: the place of its line end in a text, and among the bytes of
// the text that stay.
type End struct{ Text, Kept uint32 }

// Stripped is what is left of the lines of a text. It may be used again for another one.
type Stripped struct {
	// Kept are the bytes that stay, line ends included.
	Kept []byte
	// Keep has a bit for each byte of the text, the lowest bits first: whether it stays.
	// There are eight bytes more.
	Keep []byte
	// Ends are the ends of the lines, all of which begin where the one before ended.
	Ends []End

	numbers, lineEnds []uint64
}

// Behind is how many bytes must be there behind a text that is stripped, what they hold
// being of no account: so many are looked at at once.
const Behind = 8 * step

// job is what the assembly is handed.
type job struct {
	src   *byte
	n     int // bytes of src to look at; rounded up to those that are looked at at once
	kept  *byte
	keep  *byte
	ends  *End
	lines int // of the result

	// Masks on the way, of stripAVX512 alone:
	numbers, lineEnds *uint64
	words             int //lint:ignore U1000 of them that hold: the assembly tells itself
}

// Strip takes lines apart. They begin at b[0], and those that end among the first n bytes
// or shortly behind are told of; it stops early at a line that is no JSON. b must have
// [Behind] bytes more than n. Lines may end in these as well.
func Strip(u processor.Unit, s *Stripped, b []byte, n int) {
	words := (n + step - 1) / step
	s.room(words)
	if words == 0 {
		return
	}
	_ = b[n+Behind-1]
	if u == processor.Portable {
		s.strip(b[:words*step])
		return
	}
	j := job{src: &b[0], n: n, kept: &s.Kept[0], keep: &s.Keep[0], ends: &s.Ends[:1][0]}
	if u == processor.AVX512 {
		j.numbers, j.lineEnds = &s.numbers[0], &s.lineEnds[0]
		masksAVX512(&j)
		packAVX512(&j)
	} else {
		stripAVX2(&j)
	}
	s.Ends = s.Ends[:j.lines]
}

// room makes room for what is left of so many words, as many as are looked at at once more.
//
// The assembly writes more than it tells of: all that is looked at at once, and in each word
// a line end, whether there is one or not, in the place behind the last that there was. A
// text of nothing but line ends has as many as it has bytes, so its pointer may come to
// stand one past the last of them: there are the places of the words more. It never leaves
// the assembly, during which nobody looks for pointers; what stays is the first place.
func (s *Stripped) room(words int) {
	if words += Behind / step; len(s.Kept) < words*step {
		s.Kept, s.Keep, s.Ends = make([]byte, words*step), make([]byte, words*8), make([]End, 0, words*step)
		s.numbers, s.lineEnds = make([]uint64, words), make([]uint64, words)
	}
	s.Ends = s.Ends[:0]
}
