package bulk

import "example.org/runshelf/internal/processor"

// longLine is what a line leaves that is too long for the assembly, as remainders: all of
// it, and its body. Its bytes are looked at once for this, and whatever sum it comes behind
// is moved on by its length.
type longLine struct {
	whole, body        uint32
	length, bodyLength int
}

func longLineOf(u processor.Unit, line []byte) longLine {
	head := 0
	if len(line) > usualLen && string(line[:len(usual)]) == usual {
		head = usualLen
	}
	l := longLine{body: remainder(u, line[head:]), length: len(line), bodyLength: len(line) - head}
	l.whole = moved(remainder(u, line[:head]), l.bodyLength) ^ l.body
	return l
}

// behind continues a sum with the line.
func (l longLine) behind(sum uint32) uint32 { return ^(moved(^sum, l.length) ^ l.whole) }

// add continues sums of lines with the line.
func (l longLine) add(s Sums) Sums {
	return Sums{l.behind(s.All), ^(moved(^s.Body, l.bodyLength) ^ l.body)}
}

// remainder is what some bytes leave by themselves.
func remainder(u processor.Unit, b []byte) uint32 { return ^Sum(u, ^uint32(0), b) }

// moved is a remainder with n bytes of 0 behind it.
func moved(remainder uint32, n int) uint32 {
	powers := powers()
	for ; n > longest; n -= longest {
		remainder = moveAVX2(remainder, powers[longest])
	}
	return moveAVX2(remainder, powers[n])
}
