package event

import (
	"encoding/binary"
	"strconv"
	"time"
)

// Stamp writes the head of each line. It keeps what did not change since the
// last one: a second is formatted once, and the digits of a sequence that only
// counts on are counted in place. The zero value is ready. It is not safe for
// concurrent use.
type Stamp struct {
	second   int64 // that is written, in microseconds since 1970
	sequence uint64
	size     int // of head; 0 while it holds nothing
	head     [HeadRoom]byte
}

// The head is drawn at its widest, with a sequence of 20 digits:
//
//	{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":18446744073709551615,
//	             ^headSecond          ^headMicro          ^headDigits
const (
	headSecond = len(`{"timestamp":"`)
	headMicro  = headSecond + len("2006-01-02T15:04:05.")
	headDigits = headMicro + len(`000000Z","sequence":`)
	maxHead    = headDigits + len("18446744073709551615,")
)

// MaxHead is the length of the longest head, in bytes.
const MaxHead = maxHead

// HeadRoom is how much room there must be, in bytes, for [Stamp.PutAt].
const HeadRoom = (maxHead + 15) &^ 15

// AppendHead appends the envelope's time and sequence, up to and with the comma
// after them. What [AppendBody] wrote follows it. The time is cut to
// microseconds, and its year must lie between 0 and 9999: others are written as
// the nearest of these.
func (s *Stamp) AppendHead(dst []byte, t time.Time, sequence uint64) []byte {
	return append(dst, s.Head(t, sequence)...)
}

// Head is [Stamp.AppendHead] without the copy: the bytes are the stamp's own, and
// hold until the next call. There are at most [MaxHead] of them.
func (s *Stamp) Head(t time.Time, sequence uint64) []byte {
	return s.HeadAt(Micros(t), sequence)
}

// Micros returns a time in microseconds since 1970, in UTC: of times outside of the
// years that a line can bear, the nearest that is inside.
func Micros(t time.Time) int64 {
	switch second := t.Unix(); {
	case second < firstSecond:
		return firstSecond * 1e6
	case second > lastSecond:
		return lastSecond*1e6 + 999999
	}
	return t.UnixMicro()
}

// The first second of the year 0, and the last one of 9999.
const firstSecond, lastSecond = -62167219200, 253402300799

// HeadAt is [Stamp.Head] of what [Micros] returned for a time.
func (s *Stamp) HeadAt(at int64, sequence uint64) []byte {
	micro := uint64(at - s.second)
	if micro >= 1e6 || s.size == 0 {
		micro = s.setSecond(at)
		s.setSequence(sequence)
	} else if sequence != s.sequence {
		s.advance(sequence)
	}
	m := s.head[headMicro : headMicro+6]
	hundreds, middle, low := micro/10000*2, micro/100%100*2, micro%100*2
	m[0], m[1] = pairs[hundreds], pairs[hundreds+1]
	m[2], m[3] = pairs[middle], pairs[middle+1]
	m[4], m[5] = pairs[low], pairs[low+1]
	return s.head[:s.size]
}

// PutAt is [Stamp.HeadAt] that writes the head to the beginning of dst, in which it may
// write over HeadRoom bytes, and returns its length.
//
// A processor waits when it reads in one piece what has just been written in parts. So the
// microseconds go to dst only, and the sequence is counted up behind, for the next time.
func (s *Stamp) PutAt(dst []byte, at int64, sequence uint64) int {
	micro := uint64(at - s.second)
	if micro >= 1e6 || s.size == 0 {
		micro = s.setSecond(at)
		s.setSequence(sequence)
	} else if sequence != s.sequence {
		s.setSequence(sequence)
	}
	to, size := (*[HeadRoom]byte)(dst), s.size
	*to = s.head
	const word = headMicro + 6 - 8
	before := uint64(binary.LittleEndian.Uint16(s.head[word:]))
	binary.LittleEndian.PutUint64(to[word:], before|microDigits(micro)<<16)
	s.advance(sequence + 1)
	return size
}

// microDigits are the six digits of a number, the first one lowest.
func microDigits(micro uint64) uint64 {
	return pairAt(micro/10000) | pairAt(micro/100%100)<<16 | pairAt(micro%100)<<32
}

// pairAt are the two digits of a number, the first one lowest.
func pairAt(n uint64) uint64 { return uint64(pairs[2*n]) | uint64(pairs[2*n+1])<<8 }

// AppendNext appends the head with the time of the one before, which there must have
// been, and another sequence: the next one costs least.
func (s *Stamp) AppendNext(dst []byte, sequence uint64) []byte {
	if sequence != s.sequence {
		s.advance(sequence)
	}
	return append(dst, s.head[:s.size]...)
}

// Len is the length of the head that was written last, in bytes.
func (s *Stamp) Len() int { return s.size }

// HeadLen is the length of the head of a line with a sequence, in bytes.
func HeadLen(sequence uint64) int {
	if sequence == 0 {
		return headDigits + len("0,")
	}
	return headDigits + digits(sequence) + len(",")
}

// Retime gives a line that begins with a head the time of another head.
func Retime(line, head []byte) {
	const from, to = headSecond, headMicro + len("000000Z")
	copy(line[from:to], head[from:to])
}

// setSecond formats all of the head before the digits of the sequence, and returns
// what the time has beyond its second.
func (s *Stamp) setSecond(at int64) (micro uint64) {
	t := time.UnixMicro(at)
	micro = uint64(t.Nanosecond()) / 1000
	s.second = at - int64(micro)
	b := append(s.head[:0], `{"timestamp":"`...)
	b = append(appendTimestamp(b, t), `","sequence":`...)
	s.size = len(b)
	return micro
}

// setSequence writes the digits anew.
func (s *Stamp) setSequence(sequence uint64) {
	s.sequence = sequence
	b := strconv.AppendUint(s.head[:headDigits], sequence, 10)
	s.size = len(append(b, ','))
}

// advance counts the last digit up when that is all that changes. The largest
// sequence ends in a 5, but 0 comes after it.
func (s *Stamp) advance(sequence uint64) {
	last := &s.head[s.size-2]
	if sequence != s.sequence+1 || *last == '9' || sequence == 0 {
		s.setSequence(sequence)
		return
	}
	*last++
	s.sequence = sequence
}

// appendTimestamp appends a time in TimeLayout, which always takes 27 bytes.
func appendTimestamp(dst []byte, t time.Time) []byte {
	return time.UnixMicro(Micros(t)).UTC().AppendFormat(dst, TimeLayout)
}
