package bulk

// followAVX2 is Follow with AVX2.
//
//go:noescape
func followAVX2(f *Following) Followed
