package event

// AppendText appends one event as a line of text for people, without a line end.
func AppendText(dst []byte, e Event) []byte {
	dst = AppendSafe(dst, e.Type)
	for _, m := range e.Data {
		dst = append(dst, ' ')
		dst = AppendSafe(dst, m.Key)
		dst = append(dst, '=')
		dst = AppendSafe(dst, string(AppendValue(nil, m.Value)))
	}
	return dst
}
