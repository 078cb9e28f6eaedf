package shelf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sideEvents are the lines of a log with so many events of the side channel among
// others, some of which only look like such events.
func sideEvents(n int) string {
	var b strings.Builder
	add := func(sequence int, rest string) {
		fmt.Fprintf(&b, `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":%d,"event_type":"log",%s}`+"\n", sequence, rest)
	}
	add(1, `"text":"\"stream\":\"events\"","stream":"stdout"`)
	add(2, `"of":{"stream":"events"},"stream":"stdout"`)
	for i := range n {
		add(3+i, `"n":1,"stream":"events"`)
	}
	return b.String()
}

func TestUnrecorded(t *testing.T) {
	for name, c := range map[string]struct {
		side, log, manifest string
		want                Unrecorded
	}{
		"none":          {"", sideEvents(0), "", Unrecorded{}},
		"all recorded":  {"1\n22\n", sideEvents(2), "", Unrecorded{}},
		"more events":   {"1\n", sideEvents(2), "", Unrecorded{}},
		"the last":      {"1\n22\n333\n4444\n", sideEvents(2), "", Unrecorded{2, 5, 9}},
		"a part":        {"1\n22\n333", sideEvents(2), "", Unrecorded{1, 5, 3}},
		"blank lines":   {"\n\n1\n", sideEvents(2), "", Unrecorded{1, 2, 2}},
		"none of them":  {"1\n22\n", sideEvents(0), "", Unrecorded{2, 0, 5}},
		"without a log": {"1\n22\n", "", "", Unrecorded{2, 0, 5}},
		"events lost":   {"1\n22\n333\n", sideEvents(2), `,"events":{"dropped":1}`, Unrecorded{1, 0, 9}},
		"a gap": {"1\n22\n", sideEvents(1) + `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":4,"event_type":"log_gap","level":"WARN",` +
			`"dropped":1,"first_sequence":4,"last_sequence":4,"reason":"x"}` + "\n", "", Unrecorded{1, 0, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			s := quickShelf(t)
			dir := handMade(t, s, "r", `{"status":"running","started_at":"2026-01-15T12:00:00Z"`+c.manifest+`}`)
			write(t, filepath.Join(dir, SideFile), c.side)
			write(t, filepath.Join(dir, EventsFile), c.log)
			if c.log == "" {
				if err := os.Remove(filepath.Join(dir, EventsFile)); err != nil {
					t.Fatal(err)
				}
			}
			r, err := OpenRun(dir)
			if err != nil {
				t.Fatal(err)
			}
			before := tree(t, dir)
			if got, err := r.Unrecorded(); err != nil || got != c.want {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
			if v, err := r.Verify(); err != nil || v.Unrecorded != c.want {
				t.Errorf("verify: %+v, %v; want %+v", v.Unrecorded, err, c.want)
			}
			sameRun(t, dir, before)
		})
	}
}

// A run that lives has lines on the way, and what is no regular file has none.
func TestUnrecordedOfOthers(t *testing.T) {
	s := quickShelf(t)
	l := create(t, s, CreateOptions{})
	write(t, l.Path(SideFile), "1\n")
	dir := handMade(t, s, "r", `{"status":"completed"}`)
	if err := os.Mkdir(filepath.Join(dir, SideFile), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{l.Path(""), dir} {
		r, err := OpenRun(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Unrecorded(); err != nil || got != (Unrecorded{}) {
			t.Errorf("%s: %+v, %v", r.ID, got, err)
		}
	}
}
