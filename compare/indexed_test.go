package compare

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"example.org/runshelf"
	"example.org/runshelf/shelf"
)

// indexedRun writes a run of many blocks and opens it. Where odd returns something
// for the number of an event it stands there in place of the usual data.
func indexedRun(t *testing.T, logs, id string, events int, odd func(i int) []slog.Attr) *Log {
	t.Helper()
	l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: logs, RunID: id, SourceDir: logs})
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if attrs := odd(i); attrs != nil {
			l.Log("odd", attrs...)
			continue
		}
		l.Log(fmt.Sprintf("type_%d", i%3), slog.Int("n", 100_000+i), slog.String("text", "as long as the others are"))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	// Where the clock of the file system takes long steps both files have one time,
	// and then the index is not believed.
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(filepath.Join(l.Dir(), shelf.IndexFile), later, later); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	log, err := OpenRun(run)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func oddAt(place int, attrs ...slog.Attr) func(int) []slog.Attr {
	return func(i int) []slog.Attr {
		if i == place {
			return attrs
		}
		return nil
	}
}

// What the indexes say is what reading says, wherever two runs part, and the blocks
// they agree on are passed over.
func TestIndexesSayWhatReadingSays(t *testing.T) {
	const events = 6000
	logs := t.TempDir()
	usual := indexedRun(t, logs, "usual", events, oddAt(-1))
	others := map[string]*Log{
		"equal":             indexedRun(t, logs, "equal", events, oddAt(-1)),
		"longer":            indexedRun(t, logs, "longer", events+1, oddAt(-1)),
		"parted_at_once":    indexedRun(t, logs, "first", events, oddAt(0, slog.Int("n", 1))),
		"parted_late":       indexedRun(t, logs, "late", events, oddAt(events*9/10, slog.Int("n", 1))),
		"parted_at_the_end": indexedRun(t, logs, "end", events, oddAt(events-1, slog.Int("n", 1))),
	}
	options := map[string]Options{
		"usual": {Context: 3}, "no context": {}, "much context": {Context: 2000}, "only": {Context: 3, Only: []string{"type_1", "odd"}},
		"except": {Context: 3, Except: []string{"type_0"}}, "strict": {Context: 3, Strict: true}, "ignore": {Context: 3, Ignore: []string{"n"}},
	}
	for name, other := range others {
		for with, o := range options {
			read := o
			read.NoIndex = true
			got, want := eventsOf(t, usual, other, o), eventsOf(t, usual, other, read)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: the indexes say\n%+v and reading\n%+v", name, with, got, want)
			}
		}
	}
	for name, least := range map[string]int64{"equal": 9, "parted_late": 7, "parted_at_once": 0} {
		a, b := startOf(t, usual, others[name])
		if a != b || a.offset < least*shelf.IndexBlockBytes || name == "parted_at_once" && a.offset > 0 {
			t.Errorf("%s: read from %+v and %+v on", name, a, b)
		}
	}
}

func eventsOf(t *testing.T, a, b *Log, o Options) *Result {
	t.Helper()
	r, err := Events(a, b, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func startOf(t *testing.T, a, b *Log) (start, start) {
	t.Helper()
	o := Options{Context: 3}
	r, err := o.rules()
	if err != nil {
		t.Fatal(err)
	}
	return newPair(a, b, &o, r).passIndexed()
}
