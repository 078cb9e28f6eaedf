package bulk

import (
	"hash/crc32"

	"example.org/runshelf/internal/processor"
)

// Copier copies lines and sums them up, by CRC-32C, in one pass.
type Copier struct {
	powers *[longest + 1]uint32 // nil for the unit that has no assembly
}

// NewCopier returns the quickest for a unit.
func NewCopier(u processor.Unit) Copier {
	if u == processor.Portable {
		return Copier{}
	}
	return Copier{powers()}
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
		return crc32.Update(sum, castagnoli, src)
	}
	return ^copySumAVX2(&dst[0], &src[0], len(src), ^sum, c.powers)
}
