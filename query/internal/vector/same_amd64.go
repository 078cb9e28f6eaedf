package vector

// sameAVX2 compares a string of 64 to 256 bytes with as many bytes at a.
//
//go:noescape
func sameAVX2(a *byte, b string) bool
