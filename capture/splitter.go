package capture

import "bytes"

// Bounds of the lines that are held in memory, in bytes. A longer line is told
// by its beginning, length and place; it stands whole in the .log file.
const (
	longestText = 1 << 20
	longestJSON = 4 << 20
)

// previewBytes is how much of a line that is too long is shown.
const previewBytes = 200

// compactAbove is the length above which a growing line is rid of what a
// carriage return has overwritten. Below it the work would be done too often.
const compactAbove = 64 << 10

// longLine describes a line that is too long to be held.
type longLine struct {
	preview []byte
	offset  int64 // of its first byte in the stream
	length  int64 // without the line end
}

// sink takes the lines of a stream, in order. A line has no line end and is
// valid only during the call.
type sink interface {
	line(line []byte)
	long(line longLine)
	// many takes lines at the beginning of chunk, with their ends, as line would, and
	// returns how many bytes they took: none when it cannot.
	many(chunk []byte) (taken int)
	// flush is called when there are no more lines for now.
	flush()
}

// splitter cuts a stream into lines as it comes. A line whose end has not come
// waits for it. Of a line that was overwritten by carriage returns, as progress
// bars do it, only the last state counts. The memory it takes is bounded.
type splitter struct {
	sink   sink
	part   []byte // the beginning of the line that has no end yet
	offset int64  // of that line in the stream
	length int64  // of that line so far
	long   bool   // that line is too long, and part holds its preview
	// compacted is the length at which it is worth to compact part again: looking
	// for a return at each chunk would cost the square of a long line's length.
	compacted int
	// wait is for how many lines the sink is not asked to take many, and patience for
	// how many it is not when it takes none the next time.
	wait, patience int
}

// write takes the next bytes of the stream, behind which nothing waits for now.
func (s *splitter) write(chunk []byte) {
	s.take(chunk)
	s.sink.flush()
}

// take takes the next bytes of the stream when others follow at once.
func (s *splitter) take(chunk []byte) {
	for {
		chunk = s.takeMany(chunk)
		i := bytes.IndexByte(chunk, '\n')
		if i < 0 {
			s.grow(chunk)
			return
		}
		if s.length == 0 && i <= longestText {
			s.sink.line(visible(chunk[:i]))
			s.offset += int64(i) + 1
		} else {
			s.grow(chunk[:i])
			s.finish(1)
		}
		chunk = chunk[i+1:]
	}
}

// mostPatience is for how many lines at most the sink is not asked to take many.
const mostPatience = 32

// takeMany lets the sink take the lines at the beginning of chunk that it can take at
// once, and returns what is left. When it took none it is not asked again for a while,
// and for longer each time.
func (s *splitter) takeMany(chunk []byte) []byte {
	if s.length > 0 || len(chunk) == 0 {
		return chunk
	}
	if s.wait > 0 {
		s.wait--
		return chunk
	}
	n := s.sink.many(chunk)
	s.offset += int64(n)
	switch {
	case n > 0:
		s.patience = 1
	case bytes.IndexByte(chunk, '\n') >= 0: // a line that has no end yet is nobody's fault
		s.wait = s.patience
		s.patience = min(2*s.patience+1, mostPatience)
	}
	return chunk[n:]
}

// quick reports whether the last lines were taken many at a time.
func (s *splitter) quick() bool { return s.patience <= 1 }

// end is called when the stream is over: a last line needs no line end.
func (s *splitter) end() {
	if s.length > 0 {
		s.finish(0)
	}
	s.sink.flush()
}

// grow adds to the line that has no end yet.
func (s *splitter) grow(p []byte) {
	s.length += int64(len(p))
	if s.long || len(p) == 0 {
		return
	}
	s.part = append(s.part, p...)
	if len(s.part) > max(compactAbove, s.compacted) || len(s.part) > limitOf(s.part) {
		s.compact()
		s.compacted = 2 * len(s.part)
	}
	if len(s.part) > limitOf(s.part) {
		s.long = true
		s.part = bytes.Clone(s.part[:previewBytes])
	}
}

// compact forgets what a carriage return has overwritten. A return at the very
// end may yet turn out to be a part of the line end.
func (s *splitter) compact() {
	rest := bytes.TrimRight(s.part, "\r")
	if i := bytes.LastIndexByte(rest, '\r'); i >= 0 && !blank(rest[i+1:]) {
		s.part = append(s.part[:0], s.part[i+1:]...)
	}
}

// finish hands the line over; its end is of so many bytes.
func (s *splitter) finish(lineEnd int64) {
	if s.long {
		s.sink.long(longLine{preview: s.part, offset: s.offset, length: s.length})
	} else {
		s.sink.line(visible(s.part))
	}
	s.offset += s.length + lineEnd
	s.length, s.long, s.compacted = 0, false, 0
	if cap(s.part) > compactAbove {
		s.part = nil // one long line does not hold its memory for ever
	}
	s.part = s.part[:0]
}

// limitOf returns how long a line that begins like this may become.
func limitOf(line []byte) int {
	if looksLikeObject(line) {
		return longestJSON
	}
	return longestText
}

// looksLikeObject reports whether a line begins as a JSON object does.
func looksLikeObject(line []byte) bool {
	if len(line) > 0 && line[0] > ' ' && line[0] < 0x80 {
		return line[0] == '{'
	}
	for _, c := range bytes.TrimPrefix(line, []byte("\ufeff")) {
		if c != ' ' && c != '\t' {
			return c == '{'
		}
	}
	return false
}

// visible returns what a terminal would show of a line in the end: what follows
// the last carriage return, unless that is blank.
func visible(line []byte) []byte {
	if bytes.IndexByte(line, '\r') < 0 {
		return line
	}
	line = bytes.TrimRight(line, "\r")
	for shown := line; ; {
		i := bytes.LastIndexByte(shown, '\r')
		if i < 0 {
			if blank(shown) {
				return line[bytes.LastIndexByte(line, '\r')+1:]
			}
			return shown
		}
		if !blank(shown[i+1:]) {
			return shown[i+1:]
		}
		shown = shown[:i]
	}
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
