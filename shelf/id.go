package shelf

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	generatedPrefix = "run_"
	generatedLayout = "run_20060102_150405"
	maxIDLength     = 128
)

// IDError is a run id that is refused. Its text shows control bytes, bytes that
// are not UTF-8 and everything invisible escaped.
type IDError struct {
	// ID is the id as it was given.
	ID string
	// Reason says what is wrong with it.
	Reason string
}

// Error implements error.
func (e *IDError) Error() string {
	const shown = 160
	id, more := e.ID, ""
	if len(id) > shown {
		id, more = id[:shown], "…"
	}
	return fmt.Sprintf("run id %s%s %s", strconv.QuoteToASCII(id), more, e.Reason)
}

// ValidateID reports, as an *[IDError], why id cannot name a run. A good id has
// 1 to 128 bytes of A-Z a-z 0-9 . _ -, begins with a letter or a digit, and is not
// "latest". So it is a single plain name on every system.
func ValidateID(id string) error {
	switch {
	case id == "":
		return &IDError{id, "is empty"}
	case len(id) > maxIDLength:
		return &IDError{id, fmt.Sprintf("has %d bytes; at most %d are allowed", len(id), maxIDLength)}
	case id == LatestLink:
		return &IDError{id, "is the name of the link to the newest run"}
	case !isAlphanumeric(id[0]):
		return &IDError{id, "must begin with a letter or a digit"}
	}
	for i := range len(id) {
		if c := id[i]; !isAlphanumeric(c) && c != '.' && c != '_' && c != '-' {
			return &IDError{id, "may hold only letters, digits, '.', '_' and '-'"}
		}
	}
	return nil
}

func isAlphanumeric(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// generatedID returns the n-th id, from 1, for a run that starts at t.
func generatedID(t time.Time, n int) string {
	id := t.UTC().Format(generatedLayout)
	if n > 1 {
		id += "_" + strconv.Itoa(n)
	}
	return id
}

// timeOfID returns the time that a generated id tells.
func timeOfID(id string) (time.Time, bool) {
	if len(id) < len(generatedLayout) || !strings.HasPrefix(id, generatedPrefix) {
		return time.Time{}, false
	}
	if rest := id[len(generatedLayout):]; rest != "" && isDigit(rest[0]) {
		return time.Time{}, false
	}
	t, err := time.Parse(generatedLayout, id[:len(generatedLayout)])
	return t, err == nil
}

// compareIDs orders ids as a person would: runs of digits by their value, so
// that _2 comes before _10, everything else by its bytes. It is a total order.
func compareIDs(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		if !isDigit(x[0]) || !isDigit(y[0]) {
			if x[0] != y[0] {
				return int(x[0]) - int(y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		var m, n string
		m, x = cutDigits(x)
		n, y = cutDigits(y)
		if c := compareDigits(m, n); c != 0 {
			return c
		}
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// cutDigits splits s behind the digits it begins with.
func cutDigits(s string) (digits, rest string) {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

// compareDigits compares two decimal numbers of any length.
func compareDigits(m, n string) int {
	m, n = strings.TrimLeft(m, "0"), strings.TrimLeft(n, "0")
	if c := len(m) - len(n); c != 0 {
		return c
	}
	return strings.Compare(m, n)
}
