package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// TestReadableDays shows that a time has its date when it is not of the day on which the
// run started, and always when the log was imported.
func TestReadableDays(t *testing.T) {
	start := time.Date(2026, 1, 15, 23, 59, 0, 0, time.Local)
	moments := []time.Time{start.Add(59*time.Second + 999*time.Millisecond), start.Add(time.Minute), start.AddDate(1, 0, 0)}
	for _, tt := range []struct {
		kind string
		want []string
	}{
		{"exec", []string{"23:59:59.999", "2026-01-16 00:00:00.000", "2027-01-15 23:59:00.000"}},
		{kindImport, []string{"2026-01-15 23:59:59.999", "2026-01-16 00:00:00.000", "2027-01-15 23:59:00.000"}},
	} {
		var out bytes.Buffer
		a := newApp(nil, nil, &out, &out, nil)
		p := a.newEventPrinter(a.out(), &eventOptions{})
		p.of(&shelf.Run{Start: start, Manifest: shelf.Manifest{Kind: tt.kind}})
		for _, at := range moments {
			line := `{"timestamp":"` + at.UTC().Format(event.TimeLayout) + `","sequence":1,"event_type":"x"}`
			if err := p.print(&query.Line{Bytes: []byte(line)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.finish(); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
			if want := tt.want[i] + "      1 INFO  x"; line != want {
				t.Errorf("%s: %q, want %q", tt.kind, line, want)
			}
		}
	}
}

// TestClock holds the quick ways of writing a time and a number against package fmt.
func TestClock(t *testing.T) {
	start := time.Date(2026, 3, 29, 0, 30, 0, 0, time.Local)
	rapid.Check(t, func(rt *rapid.T) {
		var c clock
		day, at := dayOf(start), start
		for range 20 {
			at = at.Add(time.Duration(rapid.OneOf(rapid.Int64Range(0, 2e9), rapid.Int64Range(-1e14, 1e14)).Draw(rt, "later")))
			if rapid.IntRange(0, 9).Draw(rt, "other run") == 0 {
				day = dayOf(at)
			}
			want := at.Format("15:04:05.000")
			if dayOf(at) != day {
				want = at.Format("2006-01-02 15:04:05.000")
			}
			if got := string(c.appendTime([]byte("> "), at.UTC(), day)); got != "> "+want {
				rt.Fatalf("%s, want %s", got, want)
			}
		}
		if got := string(c.appendTime(nil, time.Time{}, day)); got != "--:--:--.---" {
			rt.Fatal(got)
		}
		n := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 2e6)).Draw(rt, "n")
		if got, want := string(appendPadded(nil, n, 6)), fmt.Sprintf("%6d", n); got != want {
			rt.Fatalf("%q, want %q", got, want)
		}
	})
}
