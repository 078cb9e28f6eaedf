package compare

import (
	"fmt"
	"strings"
	"testing"
)

// Where two logs have agreed for long they are compared byte by byte again, up to
// where they part the next time. Nothing is counted twice for it: neither events,
// nor types, nor the damage between them.
func TestLongStretchesBetweenDifferences(t *testing.T) {
	const events, every, window = 6000, 1000, 16
	for name, part := range map[string]func(i int, line string) []string{
		"changed": func(i int, _ string) []string {
			return []string{fmt.Sprintf(`{"event_type":"t%d","n":-%d}`, i%3, i)}
		},
		"removed": func(int, string) []string { return nil },
		"added": func(i int, line string) []string {
			return []string{line, fmt.Sprintf(`{"event_type":"new","n":%d}`, i)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var a, b []string
			differences := int64(0)
			for i := range events {
				line := fmt.Sprintf(`{"event_type":"t%d","n":%d}`, i%3, i)
				a = append(a, line)
				if i%every == every/2 {
					differences++
					b = append(b, part(i, line)...)
				} else {
					b = append(b, line)
				}
				if i%7 == 0 {
					a, b = append(a, "torn {"), append(b, "torn {")
				}
			}
			r, err := Events(logOf("a", strings.Join(a, "\n")), logOf("b", strings.Join(b, "\n")), Options{Window: window, Gaps: 4})
			if err != nil {
				t.Fatal(err)
			}
			checkStretches(t, r, name, events, differences)
			checkLines(t, r, name, every)
		})
	}
}

func checkStretches(t *testing.T, r *Result, name string, events, differences int64) {
	t.Helper()
	want := map[string][3]int64{"changed": {differences}, "removed": {0, differences}, "added": {0, 0, differences}}[name]
	if got := [3]int64{r.Changed, r.Removed, r.Added}; got != want {
		t.Errorf("changed, removed, added: %v, want %v", got, want)
	}
	if r.Equal != events-want[0]-want[1] {
		t.Errorf("%d events are equal, of %d", r.Equal, events)
	}
	const torn = 6000/7 + 1
	if r.A.Broken != torn || r.B.Broken != torn {
		t.Errorf("%d and %d lines are damaged, want %d", r.A.Broken, r.B.Broken, torn)
	}
	var total int64
	for _, c := range r.Counts {
		total += int64(c.A)
	}
	if r.A.Events != events || total != events {
		t.Errorf("A has %d events, and %d by type", r.A.Events, total)
	}
}

// checkLines checks that no more gaps are told of than were asked for, each with the line
// of its event, torn ones counted.
func checkLines(t *testing.T, r *Result, name string, every int) {
	t.Helper()
	if len(r.Gaps) != 4 {
		t.Errorf("%d gaps are told of", len(r.Gaps))
	}
	for k, gap := range r.Gaps {
		if name == "added" {
			continue // of these A has none
		}
		i := k*every + every/2
		if want := int64(i + (i+6)/7 + 1); gap.A[0].Line != want {
			t.Errorf("gap %d is in line %d of A, want %d", k, gap.A[0].Line, want)
		}
	}
}

// What is within the tolerance is equal behind the first difference too, and nothing else.
func TestToleranceBehindTheFirstDifference(t *testing.T) {
	numbers := func(all ...float64) *Log {
		var log strings.Builder
		for _, n := range all {
			fmt.Fprintf(&log, "{\"event_type\":\"t\",\"n\":%v}\n", n)
		}
		return logOf("numbers", log.String())
	}
	r, err := Events(numbers(1, 5, 7, 8), numbers(2, 5.05, 9, 8), Options{Tolerance: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Equal != 2 || r.Changed != 2 || r.Removed+r.Added != 0 {
		t.Errorf("%d equal, %d changed, %d removed, %d added", r.Equal, r.Changed, r.Removed, r.Added)
	}
}

// What stands at the end of a window, or beyond it, is found once the windows have moved on.
func TestWindowsMoveOn(t *testing.T) {
	const window = 8
	rest := "abcdefghijklmnopqrst"
	for name, test := range map[string]struct {
		a, b                           string
		equal, changed, removed, added int64
	}{
		"the only one in common is the last of its window": {"1234567" + rest, rest, 20, 0, 7, 0},
		"no window has anything of the other":              {"123456" + rest, "!#$%&()*+-" + rest, 20, 6, 0, 4},
		"what is to come fits better":                      {"X12345pr" + rest, "Y12345r!#pr" + rest, 27, 1, 0, 3},
	} {
		r, err := Events(logOf("a", letters(test.a)), logOf("b", letters(test.b)), Options{Window: window})
		if err != nil {
			t.Fatal(err)
		}
		if r.Equal != test.equal || r.Changed != test.changed || r.Removed != test.removed || r.Added != test.added {
			t.Errorf("%s: %d equal, %d changed, %d removed, %d added; want %+v", name, r.Equal, r.Changed, r.Removed, r.Added, test)
		}
	}
}

// letters is a log with an event for each letter.
func letters(text string) string {
	var log strings.Builder
	for _, c := range text {
		fmt.Fprintf(&log, "{\"event_type\":\"t\",\"is\":\"%c\"}\n", c)
	}
	return log.String()
}

// Windows too large for a table are divided by the events that occur once in each, as often
// as it takes: whatever is in both in the same order is found, wherever it stands.
func TestAlignOfLargeWindows(t *testing.T) {
	const events = 2000
	var a, b []mark
	want := 0
	for i := range uint64(events) {
		unique := mark{digest: 1000 + i}
		switch often := (mark{digest: i % 7}); i % 5 {
		case 0: // only in a, and only in b
			a, b = append(a, unique), append(b, mark{digest: 1_000_000 + i})
		case 1: // in both, and elsewhere too
			a, b = append(a, often), append(b, often)
			want++
		default:
			a, b = append(a, unique), append(b, unique)
			want++
		}
	}
	matches := align(a, b)
	if len(matches) < want {
		t.Errorf("%d of %d events are found", len(matches), want)
	}
	checkRising(t, a, b, matches)
}

// Of windows without an event of its own what is found is still true.
func TestAlignWithoutAnchors(t *testing.T) {
	var a, b []mark
	for i := range uint64(600) {
		a, b = append(a, mark{digest: i % 3}), append(b, mark{digest: (i + 1) % 2})
	}
	matches := align(a, b)
	if len(matches) == 0 {
		t.Error("nothing is found")
	}
	checkRising(t, a, b, matches)
}

// checkRising checks that matches are of equal events, in the order of both windows.
func checkRising(t *testing.T, a, b []mark, matches []match) {
	t.Helper()
	last := match{-1, -1}
	for _, m := range matches {
		if m.a <= last.a || m.b <= last.b || a[m.a].digest != b[m.b].digest {
			t.Fatalf("%v follows %v", m, last)
		}
		last = m
	}
}
