package query

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/shelf"
)

// readBetween is what is read of a run for a question, in bytes.
func readBetween(t testing.TB, run *shelf.Run, f Filter) (from, to int64) {
	t.Helper()
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	b := planned(run, events, f, outlook{})
	if len(b.parts) > 0 {
		t.Fatalf("%d parts of an index that is not believed", len(b.parts))
	}
	return b.base, b.size
}

// An index that is older than its log gives the place to read from and to, when the
// blocks there are those of the log, and nothing else.
func TestIndexForSeeking(t *testing.T) {
	run := indexedRun(t, "a", 2<<20)
	makeOlder(t, run)
	path := filepath.Join(run.Dir, shelf.EventsFile)
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, size := run.Manifest.Events.LastSequence, int64(len(log))
	middle := Filter{From: n / 2, To: n/2 + 10}
	from, to := readBetween(t, run, middle)
	if from == 0 || to == size || to-from > 4*shelf.IndexBlockBytes {
		t.Errorf("read is %d to %d of %d", from, to, size)
	}
	for _, f := range []Filter{{}, {Types: []string{"rare"}}} {
		if from, to := readBetween(t, run, f); from != 0 || to != size {
			t.Errorf("%+v: read is %d to %d of %d", f, from, to, size)
		}
	}
	if c, _, err := Count(run, middle); err != nil || c != 11 {
		t.Errorf("%d events, %v", c, err)
	}
	for name, at := range map[string]int64{"from": from, "to": to} {
		bad := append([]byte(nil), log...)
		bad[at+50] ^= 1
		if err := os.WriteFile(path, bad, 0o666); err != nil {
			t.Fatal(err)
		}
		makeOlder(t, run)
		f, e := readBetween(t, run, middle)
		if name == "from" && f != 0 || name == "to" && e != size {
			t.Errorf("with a changed block at %s, read is %d to %d of %d", name, f, e, size)
		}
	}
}

// Reading from the end asks the index only for what the newest lines do not answer.
func TestLastAsksTheIndexLate(t *testing.T) {
	run := indexedRun(t, "a", 1<<20)
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	for _, c := range []struct {
		n     int
		asked bool
	}{{10, false}, {1 << 20, true}} {
		f := Filter{Types: []string{"transfer"}}
		ask, done := newScreen(f).askBack(run, events)
		defer done()
		asked := false
		s, err := newSieve(f, func(*Line) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		lines := newBackwardParts(events, events.Size(), func(before int64) func() (stretch, bool) { asked = true; return ask(before) })
		if _, err := s.last(lines, events, c.n); err != nil || asked != c.asked {
			t.Errorf("the last %d: asked is %v, %v", c.n, asked, err)
		}
	}
}
