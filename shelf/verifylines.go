package shelf

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
)

// lineLimit is the longest line that is read whole, in bytes. What is longer is
// no event, and only looked through.
const lineLimit = 256 << 20

// span is a range of lines of a log.
type span struct {
	offset, end int64 // in bytes, line ends included
	line        int64 // number of the first line, from 1
	lines       int64
}

func (s span) length() int64 { return s.end - s.offset }

// rawLine is one line as it stands.
type rawLine struct {
	span
	bytes []byte // without the line end; nil when it is longer than lineLimit
	ended bool
	nul   int64 // where the first NUL byte stands; -1 without one
	nuls  int64 // how many follow each other there
}

// lineReader cuts a log into lines. Its memory is the longest line.
type lineReader struct {
	r      *bufio.Reader
	limit  int64 // what is longer is only looked through
	gather bool  // empty lines that follow each other may come together, as one of many lines
	offset int64
	number int64
	size   int64 // of the log
	long   []byte
}

// newLineReader reads what is size bytes long.
func newLineReader(r io.Reader, size int64) *lineReader {
	return &lineReader{limit: lineLimit, size: size, r: bufio.NewReaderSize(r, int(min(256<<10, max(16, size+1))))}
}

// next returns the next line, io.EOF behind the last. Its bytes are valid until
// the next call.
func (l *lineReader) next() (rawLine, error) {
	l.number++
	line := rawLine{span: span{offset: l.offset, line: l.number, lines: 1}, nul: -1}
	part, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		part, err = l.join(&line, part)
	} else {
		l.offset += int64(len(part))
		line.look(part, line.offset)
	}
	line.end = l.offset
	if err != nil && err != io.EOF {
		return line, err
	}
	if line.end == line.offset {
		return line, io.EOF
	}
	line.ended = err == nil
	line.bytes = bytes.TrimSuffix(part, newline)
	if l.gather && line.ended && len(line.bytes) == 0 {
		l.skipEmpty(&line)
	}
	return line, nil
}

// skipEmpty takes the empty lines behind an empty one along, as far as they have been
// read: there may be millions.
func (l *lineReader) skipEmpty(line *rawLine) {
	ahead, _ := l.r.Peek(l.r.Buffered())
	n := 0
	for n < len(ahead) && ahead[n] == '\n' {
		n++
	}
	l.r.Discard(n)
	l.offset, l.number = l.offset+int64(n), l.number+int64(n)
	line.end, line.lines = l.offset, line.lines+int64(n)
}

// join reads a line longer than the buffer.
func (l *lineReader) join(line *rawLine, part []byte) (whole []byte, err error) {
	l.long, err = l.long[:0], bufio.ErrBufferFull
	for {
		line.look(part, l.offset)
		l.offset += int64(len(part))
		if l.offset-line.offset <= l.limit {
			l.long = append(l.room(line.offset, len(part)), part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		part, err = l.r.ReadSlice('\n')
	}
	if l.offset-line.offset > l.limit {
		return nil, err
	}
	return l.long, err
}

// room is what there is of a long line, with room for n bytes more. Where it must grow it
// doubles, but never beyond what can be behind the start of the line.
func (l *lineReader) room(start int64, n int) []byte {
	if have := len(l.long); have+n > cap(l.long) {
		l.long = slices.Grow(l.long, max(n, int(min(int64(have), l.size-start-int64(have)))))
	}
	return l.long
}

// look notes the first NUL bytes in a part of the line that begins at offset.
func (r *rawLine) look(part []byte, offset int64) {
	at := 0
	if r.nul < 0 {
		if at = bytes.IndexByte(part, 0); at < 0 {
			return
		}
		r.nul = offset + int64(at)
	} else if r.nul+r.nuls != offset {
		return
	}
	r.nuls += int64(len(part) - at - len(bytes.TrimLeft(part[at:], "\x00")))
}
