package event

import (
	"testing"
	"time"
)

// A line that gets the time of another head is as if it had been written then.
func TestRetime(t *testing.T) {
	var s Stamp
	later := time.Date(2027, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	line := append(s.AppendHead(nil, time.Time{}, 1234), `"event_type":"x"}`...)
	Retime(line, s.Head(later, 7))
	if want := string(s.AppendHead(nil, later, 1234)) + `"event_type":"x"}`; string(line) != want {
		t.Errorf("got %s, want %s", line, want)
	}
}
