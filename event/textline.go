package event

import "encoding/binary"

// AppendText appends the line of an event that holds one text, with the time of the
// line before it, as AppendNext does. What stands between the head and the text, with
// the quote before this, is given encoded, and so is what follows from the quote behind
// it on, with the end of the line.
func (s *Stamp) AppendText(dst []byte, sequence uint64, before, text, after string) []byte {
	if sequence != s.sequence {
		s.advance(sequence)
	}
	dst = room(dst, s.size+len(before)+len(text)+len(after)+slack)
	n := len(dst)
	buf := dst[:cap(dst)]
	n += copy(buf[n:], s.head[:s.size])
	n += copy(buf[n:], before)
	i, n, _ := copyBlocks(buf, n, text, 0)
	for ; i+8 <= len(text); i, n = i+8, n+8 {
		x := load(text, i)
		binary.LittleEndian.PutUint64(buf[n:], x)
		if special(x) != 0 {
			break
		}
	}
	dst = appendRest(buf[:n], text, i)
	return append(dst, after...)
}

// appendRest appends what is left of a text from i on as the inside of a JSON string.
func appendRest(dst []byte, text string, i int) []byte {
	if left := len(text) - i; left < 8 && len(text) >= 8 {
		// The last word overlaps the one before it, which is known to be plain.
		if x := load(text, len(text)-8); special(x) == 0 {
			end := len(dst) + left
			binary.LittleEndian.PutUint64(dst[end-8:end], x)
			return dst[:end]
		}
	}
	return appendEscaped(dst, text[i:])
}
