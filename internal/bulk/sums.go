package bulk

import (
	"bytes"
	"hash/crc32"
	"sync"

	"example.org/runshelf/internal/processor"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Sums are two checksums of lines, both CRC-32C: of all their bytes, and of the lines
// without the timestamps that they begin with.
type Sums struct{ All, Body uint32 }

// A line begins as usual, and the first usualLen bytes are those that Sums.Body leaves
// out: up to the last of the timestamp. A line that is not longer is taken as a whole.
const (
	usual    = `{"timestamp":"`
	usualLen = len(usual + "2006-01-02T15:04:05.000000Z")
)

// Add continues sums with lines, the last of which may be without its end. It is then
// a line of its own.
func Add(u processor.Unit, s Sums, lines []byte) Sums {
	if u == processor.Portable {
		return s.add(lines)
	}
	j := job{lines: lines, powers: powers()}
	for len(j.lines) >= Block {
		j.all, j.body = ^s.All, ^s.Body
		sumsAVX2(&j)
		s = Sums{^j.all, ^j.body}
		end := bytes.IndexByte(j.lines, '\n') + 1
		if end == 0 {
			break
		}
		s = longLineOf(u, j.lines[:end]).add(s)
		j.lines = j.lines[end:]
	}
	return s.add(j.lines)
}

// add is Add in Go, which is what it means.
func (s Sums) add(lines []byte) Sums {
	s.All = crc32.Update(s.All, castagnoli, lines)
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n') + 1
		if end == 0 {
			end = len(lines)
		}
		line := lines[:end]
		lines = lines[end:]
		if len(line) > usualLen && string(line[:len(usual)]) == usual {
			line = line[usualLen:]
		}
		s.Body = crc32.Update(s.Body, castagnoli, line)
	}
	return s
}

// job is what the assembly works on. Its sums are remainders as they are: those of the
// standard are complemented at the beginning and at the end.
type job struct {
	lines     []byte // those that are left
	all, body uint32
	powers    *[longest + 1]uint32
}

// longest is the longest line that the assembly adds, in bytes.
const longest = 4 << 10

// powers has for each number of bytes what moves a sum on by so many: the product of
// both, modulo the polynomial of CRC-32C, is the sum with as many zeros behind it.
//
// For n bytes this is x^(8n-33). To move on by n bytes is to multiply by x^8n; the
// product of two mirrored numbers is one place off, which is another x, and the
// instruction that takes the remainder of eight bytes moves on by 32 as it always does.
var powers = sync.OnceValue(func() *[longest + 1]uint32 {
	power := uint32(1) << 31 // 1: the coefficient of x^0 is the highest bit
	for range 33 {
		// Divided by x: the polynomial is added where that leaves a remainder.
		if power>>31 == 1 {
			power = (power^crc32.Castagnoli)<<1 | 1
		} else {
			power <<= 1
		}
	}
	var all [longest + 1]uint32
	for n := range all {
		all[n] = power
		power = castagnoli[power&0xff] ^ power>>8
	}
	return &all
})
