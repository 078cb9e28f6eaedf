package query

import (
	"bytes"

	"example.org/runshelf/event"
)

// MaxLine is the length in bytes from which on a line is no event any more but
// damage. It bounds the memory of every question.
const MaxLine = 256 << 20

// Line is one line of an event log.
type Line struct {
	// Bytes is the line as stored, without its line end. It is valid only
	// during the call that hands it out.
	Bytes []byte
	// Offset is where Bytes begins in the file, in bytes.
	Offset int64
	// Number counts the lines of the file from 1. It is 0 where nobody knows: when
	// the file was read from its end, or lines that cannot be wanted were passed
	// over.
	Number int64
	// Event is the decoded line, once Decode was called.
	Event event.Event
	// Broken marks a line that is no event. Such lines are handed out only when
	// [Filter.KeepBroken] asks for them.
	Broken bool

	decoded bool
	err     error
}

// Decode fills Event, at most once, and returns it. The error says why the line
// is no event.
func (l *Line) Decode() (event.Event, error) {
	if !l.decoded {
		l.Event, l.err = event.Decode(l.Bytes)
		l.decoded = true
	}
	return l.Event, l.err
}

// stored is a line as the file has it, before anybody has judged it.
type stored struct {
	bytes  []byte // without line end, and with pad bytes behind; nil when longer than MaxLine
	offset int64
	number int64
	ended  bool // by a line end, not by the end of the file
}

// byteOrderMark is skipped at the start of a file.
var byteOrderMark = []byte("\xef\xbb\xbf")

// trim takes away what surrounds an event without being part of it: a byte
// order mark, the \r of \r\n, blanks, and the NUL bytes that a power cut leaves
// in front of the next whole line.
func (s stored) trim() stored {
	b := s.bytes
	if s.offset == 0 {
		b = bytes.TrimPrefix(b, byteOrderMark)
	}
	b = bytes.TrimLeft(b, "\x00 \t\r")
	s.offset += int64(len(s.bytes) - len(b))
	s.bytes = bytes.TrimRight(b, " \t\r")
	return s
}

// blank reports whether a line is nothing but blanks, and not worth a word.
func (s stored) blank(trimmed stored) bool {
	return s.bytes != nil && len(trimmed.bytes) == 0 && !hasNUL(s.bytes)
}

// padded returns the line and the bytes behind it that stop a walker, before which there may
// be blanks that were trimmed; nil when there is no line.
func (s stored) padded() []byte {
	if len(s.bytes) == 0 {
		return nil
	}
	return s.bytes[:cap(s.bytes)]
}

// hasNUL reports whether a line holds a NUL byte, as only damage does.
func hasNUL(line []byte) bool { return bytes.IndexByte(line, 0) >= 0 }
