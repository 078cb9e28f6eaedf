package event

import "time"

// ParseTime reads a time in RFC 3339, as an envelope's timestamp is, and returns it in
// UTC. It is false for any other text, also for what [time.Parse] lets pass: an hour of
// one digit, a comma before the fraction, an offset of 24 hours or of 60 minutes. The
// order of such texts is not that of their times. A fraction counts to the nanosecond.
func ParseTime(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || !isStrict(text) {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// isStrict reports whether a text that time.Parse takes for RFC 3339 is that.
func isStrict(text string) bool {
	const hour, fraction, offset = len("2006-01-02T"), len("2006-01-02T15:04:05"), len("+07:00")
	if text[hour+1] == ':' || text[fraction] == ',' {
		return false
	}
	if text[len(text)-1] == 'Z' {
		return true
	}
	zone := text[len(text)-offset:]
	return zone[1:3] < "24" && zone[4:] < "60"
}
