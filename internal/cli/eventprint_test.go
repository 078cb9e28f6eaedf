package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

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
