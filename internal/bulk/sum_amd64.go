package bulk

// sumAVX512 is Sum of whole 64 bytes, 256 of them at least. The sums are remainders as they
// are.
//
//go:noescape
func sumAVX512(b *byte, n int, sum uint32, powers *[longest + 1]uint32) uint32
