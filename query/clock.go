package query

import (
	"encoding/binary"

	"example.org/runshelf/event"
)

// clock tells timestamps that are of our form and not before the latest one, most of
// which are in its second, with few comparisons.
type clock struct {
	latest uint64   // behind the second of the latest time; 0 when there is none
	second [20]byte // of the time that was looked at last, with its quote
}

const secondLength = len(`"2006-01-02T15:04:05`)

// behindSecond is what stands there, in the order of the bytes: a full stop, six digits,
// a Z.
func behindSecond(stored []byte) uint64 { return binary.BigEndian.Uint64(stored[secondLength:]) }

// areMicroseconds reports whether it is that.
func areMicroseconds(x uint64) bool {
	const form = '.'<<56 | 0x303030303030<<8 | 'Z'
	x ^= form // each digit is now its value
	return (x|(x+0x0006060606060600))&0xfff0f0f0f0f0f0ff == 0
}

// ticks reports whether the stored bytes are a time in the second of the latest one, and
// not before it. It is then the latest.
func (c *clock) ticks(stored []byte) bool {
	if len(stored) != len(event.TimeLayout)+2 || c.latest == 0 || !c.sameSecond(stored) {
		return false
	}
	x := behindSecond(stored)
	if x < c.latest || !areMicroseconds(x) {
		return false
	}
	c.latest = x
	return true
}

// sameSecond compares up to the second, by words: a call would take longer than they do.
func (c *clock) sameSecond(stored []byte) bool {
	s := c.second[:]
	return (load(stored, 0)^load(s, 0))|(load(stored, 8)^load(s, 8))|(load(stored, secondLength-8)^load(s, secondLength-8)) == 0
}

// set makes a time the latest; none when it is not in the second that was found to be one.
func (c *clock) set(latest []byte) {
	if c.latest = 0; len(latest) == len(event.TimeLayout)+2 && c.sameSecond(latest) {
		if x := behindSecond(latest); areMicroseconds(x) {
			c.latest = x
		}
	}
}

// isTime reports whether stored bytes are a time in the form in which timestamps are
// written, so that the order of such times is that of their bytes. Most are in the second
// of the one before.
func (c *clock) isTime(stored []byte) bool {
	if len(stored) != len(event.TimeLayout)+2 || !areMicroseconds(behindSecond(stored)) {
		return false
	}
	if c.sameSecond(stored) {
		return true
	}
	if !isSecond(stored) {
		return false
	}
	c.second, c.latest = [secondLength]byte(stored), 0
	return true
}

// isSecond reports whether stored bytes begin with a time up to its second.
func isSecond(stored []byte) bool {
	ok := stored[0] == '"' && stored[5] == '-' && stored[8] == '-' && stored[11] == 'T' && stored[14] == ':' && stored[17] == ':'
	number := func(at int) int {
		tens, units := stored[at]-'0', stored[at+1]-'0'
		ok = ok && tens <= 9 && units <= 9
		return 10*int(tens) + int(units)
	}
	year, month, day := 100*number(1)+number(3), number(6), number(9)
	hour, minute, second := number(12), number(15), number(18)
	return ok && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month) && hour < 24 && minute < 60 && second < 60
}

// daysOf is how many days a month has.
func daysOf(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
