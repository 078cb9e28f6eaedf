package vector

// pairAVX2 is PairIndex over the first n places, a multiple of 64 that is not 0. It
// reads n+distance bytes, and returns n when there is none.
//
//go:noescape
func pairAVX2(b *byte, n, distance int, first, second byte) int
