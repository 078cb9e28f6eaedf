package bulk

// sumsAVX2 adds lines, of [Block] bytes at least, one after the other, up to the first
// that is longer than longest or has no end.
//
//go:noescape
func sumsAVX2(j *job)
