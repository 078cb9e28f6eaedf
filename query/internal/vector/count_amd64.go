package vector

// countAVX2 is Count.
//
//go:noescape
func countAVX2(c *Counting)
