package bulk

// escapeAVX512 is Escape, for a text and room of the least lengths at least.
//
//go:noescape
func escapeAVX512(dst []byte, text string) (read, written int)
