package bulk

// wrapAVX2 is Wrap, for a text of Block bytes at least and room for a line.
//
//go:noescape
func wrapAVX2(w *Wrapping) (special bool)
