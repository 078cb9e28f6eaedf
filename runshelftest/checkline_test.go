package runshelftest

import "testing"

// A log_gap that a program has printed has no figures that must fit.
func TestPrintedGapIsAnyEvent(t *testing.T) {
	for _, data := range []string{`"dropped":1,"first_sequence":7,"last_sequence":7,"reason":"x",`, ""} {
		e, faults := parseLine([]byte(`{"timestamp":"2026-01-15T12:00:00.000001Z","sequence":7,"event_type":"log_gap",` + data + `"stream":"stdout"}`))
		if e == nil || e.gap != nil || len(faults) > 0 {
			t.Errorf("%s: %+v, %q", data, e, faults)
		}
	}
}
