package bulk

// sumsAVX2 adds lines, of [Block] bytes at least, one after the other, up to the first
// that is longer than longest or has no end.
//
//go:noescape
func sumsAVX2(j *job)

// moveAVX2 moves a remainder on by as many bytes as a power is for.
//
//go:noescape
func moveAVX2(remainder, power uint32) uint32
