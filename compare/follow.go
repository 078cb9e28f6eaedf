package compare

import "bytes"

// follows reports whether b is surely equal to the line a, whose volatile values
// stand at spans: the bytes between them must be the same. Then b is an event
// exactly when a is one. When it reports false they may still be equal.
func follows(b, a []byte, spans []span) bool {
	at, from := 0, 0
	for _, s := range spans {
		n := int(s.start) - from
		if len(b)-at < n || !bytes.Equal(a[from:s.start], b[at:at+n]) {
			return false
		}
		if at = walkValue(b, at+n, 1); at < 0 {
			return false
		}
		from = int(s.end)
	}
	return bytes.Equal(a[from:], b[at:])
}
