package bulk

// copySumAVX2 copies n bytes, from leastCopy to longest, and continues a remainder
// with them.
//
//go:noescape
func copySumAVX2(dst, src *byte, n int, sum uint32, powers *[longest + 1]uint32) uint32

// lineSumAVX2 copies a line of n bytes, from leastLine to longest, that begins as usual,
// and continues three remainders with it.
//
//go:noescape
func lineSumAVX2(dst, src *byte, n int, s *lineSums, powers *[longest + 1]uint32)
