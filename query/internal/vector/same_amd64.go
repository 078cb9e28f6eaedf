package vector

// sameAVX2 returns how many of the first pairs are equal and of 32 to 256 bytes.
//
//go:noescape
func sameAVX2(all *Texts, n int) int
