package bulk

import "example.org/runshelf/internal/processor"

// Copier copies lines and sums them up, by CRC-32C, in one pass.
type Copier struct {
	unit   processor.Unit
	powers *[longest + 1]uint32 // nil for the unit that has no assembly
}

// NewCopier returns the quickest for a unit.
func NewCopier(u processor.Unit) Copier {
	if u == processor.Portable {
		return Copier{}
	}
	return Copier{u, powers()}
}

// leastCopy is the shortest line that the assembly takes, in bytes: of a shorter one
// the three parts would not be worth being put together.
const leastCopy = 48

// Copy copies src to the beginning of dst, where there must be room for it, and
// continues a sum with it. The two must not overlap.
func (c Copier) Copy(dst, src []byte, sum uint32) uint32 {
	dst = dst[:len(src)]
	if c.powers == nil || len(src) < leastCopy || len(src) > longest {
		copy(dst, src)
		return Sum(c.unit, sum, src)
	}
	return ^copySumAVX2(&dst[0], &src[0], len(src), ^sum, c.powers)
}

// Line is Copy for one line, which continues the sums of lines as [Add] does besides.
func (c Copier) Line(dst, line []byte, sum uint32, s Sums) (uint32, Sums) {
	dst = dst[:len(line)]
	if c.powers == nil || len(line) < leastLine || string(line[:len(usual)]) != usual {
		return c.Copy(dst, line, sum), Add(c.unit, s, line)
	}
	if len(line) > longest {
		copy(dst, line)
		l := longLineOf(c.unit, line)
		return l.behind(sum), l.add(s)
	}
	j := lineSums{^sum, ^s.All, ^s.Body}
	lineSumAVX2(&dst[0], &line[0], len(line), &j, c.powers)
	return ^j.copied, Sums{^j.all, ^j.body}
}

// Placed is Line for a line that stands already where it is to be.
func (c Copier) Placed(line []byte, sum uint32, s Sums) (uint32, Sums) {
	if c.powers == nil || len(line) < leastLine || len(line) > longest || string(line[:len(usual)]) != usual {
		return Sum(c.unit, sum, line), Add(c.unit, s, line)
	}
	j := lineSums{^sum, ^s.All, ^s.Body}
	lineSumAVX2(&line[0], &line[0], len(line), &j, c.powers)
	return ^j.copied, Sums{^j.all, ^j.body}
}

// leastLine is the shortest line that the assembly takes, in bytes.
const leastLine = usualLen + leastCopy

// lineSums are remainders: the sum of what was copied, and [Sums].
type lineSums struct{ copied, all, body uint32 }
