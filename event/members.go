package event

// RawMember is one member of an object as it is spelled. The slices are parts of
// the object's text.
type RawMember struct {
	// Key is what stands between the quotes. Escaped tells that it contains a
	// backslash, so that it does not stand for itself.
	Key     []byte
	Escaped bool
	// Value is the value from its first byte to its last.
	Value []byte
	// Start and End are where the member, from the quote of its key to the end
	// of its value, stands in the object's text.
	Start, End int
}

// EachMember calls visit for each member of a JSON object, in the order of the
// text, without decoding or copying anything. It checks all of the text, and
// returns an error that wraps a [*SyntaxError] when it is not one JSON object;
// visit has been called for the members before the fault then.
func EachMember(object []byte, visit func(RawMember)) error {
	c := newRawCopy(object, nil)
	return c.members(func(key rawKey) error {
		start := c.p.at
		if err := c.value(); err != nil {
			return err
		}
		visit(RawMember{
			Key:     object[key.start : key.start+len(key.inside)],
			Escaped: key.escaped,
			Value:   object[start:c.p.at],
			Start:   key.start - 1,
			End:     c.p.at,
		})
		return nil
	})
}

// DecodeString returns the text of a JSON string with its quotes, such as the
// value of a [RawMember]; false when it is none.
func DecodeString(value []byte) (string, bool) {
	p := parser{text: string(value)}
	if p.peek() != '"' {
		return "", false
	}
	s, err := p.str()
	return s, err == nil && p.at == len(p.text)
}
