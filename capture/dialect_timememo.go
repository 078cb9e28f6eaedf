package capture

import (
	"strconv"
	"time"
)

// timeMemo reads and writes times as parseTime and RFC 3339 have it. It keeps the second
// of the last one, since lines come in the order of time: a second is read once, and
// written once. The zero value is ready.
type timeMemo struct {
	spelled [upToSecond]byte // how the last text began, and
	zone    string           // how it ended
	second  int64            // since 1970, that it told; valid while known
	known   bool

	written int64 // the second since 1970
	text    []byte
}

// upToSecond is how long a text of JSON is up to its seconds, with the quote before it.
const upToSecond = len(`"2006-01-02T15:04:05`)

// mostZone is how long what follows a fraction is at most that is remembered, in bytes,
// with the quote behind it.
const mostZone = len(`+00:00"`)

// zeroSecond is that of the zero time.
const zeroSecond = -62135596800

// append appends the time that a value tells, in UTC, as a text of JSON. It reports false,
// and dst may have grown, when the value tells none, or the zero time.
func (m *timeMemo) append(dst, value []byte, zone *time.Location) ([]byte, bool) {
	end := fractionEnd(value)
	if m.holds(value, end) {
		digits := value[upToSecond:end]
		if len(digits) == 1 {
			return dst, false // a point alone
		}
		return m.write(dst, m.second, digits[min(len(digits), 1):]), true
	}
	t, ok := parseTime(value, zone)
	if !ok || t.IsZero() {
		return dst, false
	}
	if end > 0 {
		m.keep(value, end, t)
	}
	var room [len("1000000000")]byte
	digits := strconv.AppendInt(room[:0], 1e9+int64(t.Nanosecond()), 10)
	return m.write(dst, t.Unix(), digits[1:]), true
}

// read is parseTime. It reports false for the zero time too.
func (m *timeMemo) read(value []byte, zone *time.Location) (t time.Time, ok bool) {
	end := fractionEnd(value)
	if m.holds(value, end) {
		nanos, ok := fraction(value[upToSecond:end])
		return time.Unix(m.second, nanos), ok
	}
	t, ok = parseTime(value, zone)
	if !ok || t.IsZero() {
		return t, false
	}
	if end > 0 {
		m.keep(value, end, t)
	}
	return t, true
}

// holds reports whether the second that a value tells, whose fraction ends there, is the
// one that is remembered.
func (m *timeMemo) holds(value []byte, end int) bool {
	return m.known && end > 0 && string(m.spelled[:]) == string(value[:upToSecond]) && m.zone == string(value[end:])
}

// fractionEnd is where the fraction ends of a text that is long enough for a time, or would
// if it had one; 0 for another value.
func fractionEnd(value []byte) int {
	if value[0] != '"' || len(value) <= upToSecond {
		return 0
	}
	end := upToSecond
	if value[end] == '.' || value[end] == ',' {
		for end++; isDigit(value[end]); end++ {
		}
	}
	return end
}

// keep remembers the second of a time and how it is spelled, if it is spelled as a date. The
// one of the zero time may tell none.
func (m *timeMemo) keep(value []byte, end int, t time.Time) {
	date := value[5] == '-' || value[5] == '/' // no number has it there
	if !date || len(value)-end > mostZone || t.Unix() == zeroSecond {
		return
	}
	if m.zone != string(value[end:]) {
		m.zone = string(value[end:])
	}
	m.second, m.known = t.Unix(), true
	copy(m.spelled[:], value)
}

// write appends a time: a second and digits behind it, of which nine count.
func (m *timeMemo) write(dst []byte, second int64, digits []byte) []byte {
	if len(m.text) == 0 || second != m.written {
		m.written = second
		m.text = time.Unix(second, 0).UTC().AppendFormat(append(m.text[:0], '"'), "2006-01-02T15:04:05.")
	}
	end := min(len(digits), 9)
	for end > 0 && digits[end-1] == '0' {
		end--
	}
	dst = append(dst, m.text...)
	if end == 0 {
		dst = dst[:len(dst)-1]
	}
	dst = append(dst, digits[:end]...)
	return append(dst, 'Z', '"')
}
