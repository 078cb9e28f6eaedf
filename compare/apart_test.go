package compare

import (
	"fmt"
	"strings"
	"testing"
)

// Events that were glued, because the ends of their lines are gone or another byte, are
// compared one by one; what was torn before them is broken.
func TestGluedEvents(t *testing.T) {
	event := func(n int) string {
		return fmt.Sprintf(`{"timestamp":"2026-01-15T12:00:%02d.000000Z","sequence":%d,"event_type":"step","n":%d}`, n%60, n, n)
	}
	var whole strings.Builder
	for n := 1; n <= 30; n++ {
		whole.WriteString(event(n) + "\n")
	}
	gone := func(log string, from, lines int, by string) string {
		all := strings.SplitAfter(log, "\n")
		for i := from; i < from+lines; i++ {
			all[i] = strings.TrimSuffix(all[i], "\n") + by
		}
		return strings.Join(all, "")
	}
	for _, tt := range []struct {
		name, log string
		missing   int64 // events of the whole log
		broken    int64
	}{
		{"two", gone(whole.String(), 4, 1, ""), 0, 0},
		{"two by a byte", gone(whole.String(), 4, 1, "*"), 0, 0},
		{"three", gone(whole.String(), 4, 2, ""), 0, 0},
		{"twelve by a comma", gone(whole.String(), 10, 11, ","), 0, 0},
		{"the first and the last", gone(gone(whole.String(), 0, 1, ""), 28, 2, ""), 0, 0},
		{"several times", gone(gone(whole.String(), 3, 2, ""), 20, 3, "x"), 0, 0},
		{"torn", strings.Replace(whole.String(), event(7)+"\n", event(7)[:40], 1), 1, 1},
		{"torn behind one", strings.Replace(whole.String(), event(6)+"\n"+event(7)+"\n", event(6)+event(7)[:40]+"\n", 1), 1, 1},
		{"torn between two", strings.Replace(whole.String(), event(6)+"\n"+event(7)+"\n", event(6)+"x"+event(7)[:40], 1), 1, 1},
		{"torn before two", gone(strings.Replace(whole.String(), event(7)+"\n", event(7)[:40], 1), 6, 1, ""), 1, 1},
	} {
		for _, o := range []Options{{Context: 2}, {Only: []string{"st*"}}} {
			for _, turned := range []bool{false, true} {
				a, b := logOf("a", whole.String()), logOf("b", tt.log)
				if turned {
					a, b = b, a
				}
				r, err := Events(a, b, o)
				if err != nil {
					t.Fatal(err)
				}
				if turned {
					r.A, r.B, r.Added, r.Removed = r.B, r.A, r.Removed, r.Added
				}
				if r.Same != (tt.missing == 0) || r.Equal != 30-tt.missing || r.Removed != tt.missing || r.Added+r.Changed != 0 ||
					r.A.Events != 30 || r.B.Events != 30-tt.missing || r.A.Broken != 0 || r.B.Broken != tt.broken {
					t.Errorf("%s, turned %t: %+v", tt.name, turned, r)
				}
			}
		}
	}
}

// Where two logs part within glued events, the place of each is told.
func TestGluedEventsThatDiffer(t *testing.T) {
	const one = `{"timestamp":"2026-01-15T12:00:01.000000Z","sequence":1,"event_type":"a"}`
	two := strings.ReplaceAll(one, `"a"`, `"b"`)
	other := strings.ReplaceAll(one, `"a"`, `"c"`)
	r, err := Events(logOf("a", one+"\n"+two+"\n"+two+"\n"), logOf("b", one+other+two+"\n"), Options{Context: 1})
	if err != nil || r.First == nil {
		t.Fatal(r, err)
	}
	if d := r.First; d.Index != 2 || d.B.Line != 1 || d.B.Offset != int64(len(one)) || string(d.B.Stored) != other ||
		len(d.AfterB) != 1 || string(d.AfterB[0].Stored) != two || len(d.Before) != 1 {
		t.Errorf("%+v", d)
	}
}
