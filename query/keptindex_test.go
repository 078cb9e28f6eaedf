package query

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// needsChangeTimes skips a test where nothing is kept.
func needsChangeTimes(t testing.TB) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("no index is kept where the system does not tell when a file was changed")
	}
}

// fickleLog is a log of lines as a writer of ours makes them, with some that are not
// when odd is set.
func fickleLog(r *rand.Rand, odd bool) []byte {
	var log []byte
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for i := 1; len(log) < 40_000; i++ {
		at = at.Add(time.Duration(r.IntN(500)) * time.Millisecond)
		text, sequence, kind, more := at.Format(event.TimeLayout), fmt.Sprint(i), []string{`"a"`, `"b"`, `"ü\""`, `"rare"`}[min(3, r.IntN(40)%4+r.IntN(2))], ""
		end := "\n"
		if odd && r.IntN(150) == 0 {
			switch r.IntN(10) {
			case 0:
				text = "2026-13-15T12:00:00.000000Z"
			case 1:
				text = at.Add(-time.Hour).Format(event.TimeLayout)
			case 2:
				text = "2026-01-15T13:00:00Z"
			case 3:
				sequence = fmt.Sprint(r.IntN(i + 100))
			case 4:
				kind = `5`
			case 5:
				more = `,"event_type":"c"`
			case 6:
				more = `,"x":}`
			case 7:
				end = "\r\n"
			case 8:
				end = "\n \n\n"
			case 9:
				text = text[:26] + "xZ"
			}
		}
		log = fmt.Appendf(log, `{"timestamp":"%s","sequence":%s,"event_type":%s,"amount":%d%s}%s`, text, sequence, kind, r.IntN(100), more, end)
	}
	if odd && r.IntN(3) == 0 {
		log = log[:len(log)-1-r.IntN(20)]
	}
	if odd && r.IntN(5) == 0 {
		log = append([]byte("\ufeff"), log...)
	}
	return log
}

// keepIndex counts a log in blocks of a size and returns the index that is kept.
func keepIndex(t testing.TB, run *shelf.Run, f Filter, each int64) (*shelf.Index, *shelf.Events) {
	t.Helper()
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { events.Close() })
	place, ok := keptIndexOf(t.TempDir(), run, events, 0)
	if !ok {
		t.Fatal("there is no place for an index")
	}
	blocks := newBlocks(events, events.Size())
	blocks.each, blocks.keep = each, newKeeper(&place, events, time.Now().Add(time.Hour))
	if _, _, err := stats(blocks, "", f, nil); err != nil {
		t.Fatal(err)
	}
	x, err := place.open(events)
	if err != nil {
		return nil, events
	}
	t.Cleanup(func() { x.Close() })
	return x, events
}

// What is kept is true of the log, block by block, and it reaches to the first block
// with a line that is odd.
func TestKeptIndexIsTrue(t *testing.T) {
	needsChangeTimes(t)
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		log := fickleLog(r, seed%3 > 0)
		f := []Filter{{}, {Types: []string{"rare"}}}[seed%2]
		x, _ := keepIndex(t, runOf(t, string(log)), f, int64(700+r.IntN(5000)))
		if x == nil {
			if seed%3 == 0 {
				t.Errorf("seed %d: nothing is kept", seed)
			}
			continue
		}
		latest := ""
		end := x.Each(func(b *shelf.IndexBlock) bool {
			checkKept(t, b, log[b.Offset:b.End()], &latest)
			return !t.Failed()
		})
		if seed%3 == 0 && end != int64(len(log)) {
			t.Errorf("seed %d: the index ends at %d of %d", seed, end, len(log))
		}
	}
}

// checkKept wants a block as its bytes tell.
func checkKept(t *testing.T, b *shelf.IndexBlock, text []byte, latest *string) {
	t.Helper()
	want := shelf.IndexBlock{Offset: b.Offset, Length: int64(len(text)), CRC: crc32.Checksum(text, castagnoli)}
	types := map[string]uint64{}
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e, err := event.Decode(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		at := e.Time.UTC().Format(event.TimeLayout)
		if want.First == 0 {
			want.First, want.Earliest = e.Sequence, at
		}
		want.Unordered = want.Unordered || at < *latest
		*latest = max(*latest, at)
		want.Last, want.Earliest, want.Latest = e.Sequence, min(want.Earliest, at), max(want.Latest, at)
		types[string(event.AppendString(nil, e.Type))]++
	}
	for name, n := range types {
		want.Types = append(want.Types, shelf.TypeCount{JSON: name, Count: n})
	}
	want.SortTypes()
	got := *b
	if want.Unordered = want.Unordered || got.Unordered && b.Offset > 0; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nis not\n%+v", got, want)
	}
}

// Questions give the same with what is kept as without.
func TestKeptIndexAnswersAsTheLog(t *testing.T) {
	needsChangeTimes(t)
	since := time.Date(2026, 1, 15, 12, 0, 40, 0, time.UTC)
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		log := fickleLog(r, seed%2 > 0)
		x, events := keepIndex(t, runOf(t, string(log)), Filter{}, int64(700+r.IntN(5000)))
		if x == nil {
			continue
		}
		from := uint64(1 + r.IntN(400))
		for _, f := range []Filter{{}, {Types: []string{"rare"}}, {From: from}, {From: from, To: from + 9, Types: []string{"a", "rare"}}, {Since: since}, {Since: since, Types: []string{"b"}}} {
			j := newScreen(f)
			for _, o := range []outlook{{}, {counts: true, ends: true}} {
				with, _, err := stats(j.plannedWith(x, newBlocks(events, events.Size()), o), "", f, nil)
				without, _, err2 := stats(newBlocks(events, events.Size()), "", f, nil)
				if err != nil || err2 != nil || !reflect.DeepEqual(with, without) {
					t.Fatalf("seed %d, %+v: %v, %v, with\n%+v\nwithout\n%+v", seed, f, err, err2, with, without)
				}
			}
			checkBackwards(t, x, events, f)
		}
	}
}

// checkBackwards wants the same last lines with an index as without.
func checkBackwards(t *testing.T, x *shelf.Index, events *shelf.Events, f Filter) {
	t.Helper()
	var answers [2]string
	for i := range answers {
		s, err := newSieve(f, func(l *Line) error { answers[i] += fmt.Sprintln(l.Offset, string(l.Bytes)); return nil })
		if err != nil {
			t.Fatal(err)
		}
		lines := newBackwardParts(events, events.Size(), nil)
		if i > 0 {
			lines.until = events.Size() - 3000
			lines.ask = func(before int64) func() (stretch, bool) {
				return (&indexedBack{screen: newScreen(f), src: events, walk: x.Back(), last: x.Last(), to: before, read: before}).prev
			}
		}
		if _, err := s.last(lines, events, 50); err != nil {
			t.Fatal(err)
		}
	}
	if answers[0] != answers[1] {
		t.Fatalf("%+v: the last are\n%s\nand with the index\n%s", f, answers[0], answers[1])
	}
}

// A question about a long log without index leaves one in the cache, which is used
// until the log changes, and nothing in the run.
func TestIndexIsKept(t *testing.T) {
	needsChangeTimes(t)
	t.Parallel()
	run := indexedRun(t, "a", minKept+1<<20)
	if err := os.Remove(filepath.Join(run.Dir, shelf.IndexFile)); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	f := Filter{Types: []string{"r?re"}, CacheDir: cache}
	var want int64
	if justChanged(t, run, func() bool {
		var err error
		if want, _, err = Count(run, f); err != nil {
			t.Fatal(err)
		}
		return usesIndex(t, run, f)
	}) {
		t.Fatal("an index is kept of a log that was changed just now")
	}
	time.Sleep(settleTime + 200*time.Millisecond)
	same := func(f Filter) {
		t.Helper()
		if got, _, err := Count(run, f); err != nil || got != want {
			t.Errorf("%d, want %d; %v", got, want, err)
		}
	}
	files, err := os.ReadDir(run.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if same(f); !usesIndex(t, run, f) || !usesIndex(t, run, Filter{From: 5000, CacheDir: cache}) {
		t.Fatal("nothing is kept")
	}
	if same(f); usesIndex(t, run, Filter{From: 5000}) {
		t.Error("what is kept is used without a cache directory")
	}
	if after, err := os.ReadDir(run.Dir); err != nil || len(after) != len(files) {
		t.Errorf("%v, %v in the run", after, err)
	}
	kept, err := filepath.Glob(filepath.Join(cache, "index", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	checkStaleKept(t, run, f, want, kept[0])
}

// justChanged changes the time at which the log was changed to now and returns what fn
// reports soon after, which is false when the machine is too busy for anything to be
// soon.
func justChanged(t *testing.T, run *shelf.Run, fn func() bool) bool {
	t.Helper()
	path := filepath.Join(run.Dir, shelf.EventsFile)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		began := time.Now()
		if err := os.Chmod(path, info.Mode()); err != nil {
			t.Fatal(err)
		}
		if reported := fn(); time.Since(began) < settleTime {
			return reported
		}
	}
	t.Log("the machine is too busy to see what becomes of a log that was changed just now")
	return false
}

// checkStaleKept wants an index that is damaged, or of an earlier state of the log,
// not to be used.
func checkStaleKept(t *testing.T, run *shelf.Run, f Filter, want int64, kept string) {
	t.Helper()
	if err := os.WriteFile(kept, []byte(strings.Repeat("noise\x00", 1000)), 0o666); err != nil {
		t.Fatal(err)
	}
	if usesIndex(t, run, f) {
		t.Error("noise is used")
	}
	all := run.Manifest.Events.Count
	if got, _, err := Count(run, Filter{CacheDir: f.CacheDir}); err != nil || uint64(got) != all || !usesIndex(t, run, f) {
		t.Errorf("%d, want %d; %v; it is not kept anew", got, all, err)
	}
	path := filepath.Join(run.Dir, shelf.EventsFile)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	text := make([]byte, 1<<20)
	if _, err := log.ReadAt(text, 8<<20); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte(`"event_type":"rare"`))
	if _, err := log.WriteAt([]byte("c"), 8<<20+int64(at+len(`"event_type":"`))); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if justChanged(t, run, func() bool {
		if got, _, err := Count(run, f); err != nil || got != want-1 {
			t.Errorf("%d, want %d; %v; the log was changed and its time set back", got, want-1, err)
		}
		return usesIndex(t, run, f)
	}) {
		t.Error("an index is used of a log that was changed since")
	}
}

// There are no more kept indexes than there may be, and the oldest go first.
func TestKeptIndexesAreBounded(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"a", "b", "c", "d"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, 100), 0o666); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-time.Duration(i) * time.Hour)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (names string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names += e.Name()
		}
		return names
	}
	if pruneKept(dir, 1000, 3); left() != "abc" {
		t.Errorf("left are %s", left())
	}
	if pruneKept(dir, 200, 3); left() != "ab" {
		t.Errorf("left are %s", left())
	}
}

// Where nothing can be kept the answer is the same, and nobody is told.
func TestIndexThatCannotBeKept(t *testing.T) {
	needsChangeTimes(t)
	run := runOf(t, string(fickleLog(rand.New(rand.NewPCG(1, 3)), false)))
	events, err := run.OpenEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	place, _ := keptIndexOf(file, run, events, 0)
	blocks := newBlocks(events, events.Size())
	blocks.keep = newKeeper(&place, events, time.Now().Add(time.Hour))
	got, _, err := stats(blocks, "", Filter{}, nil)
	want, _, err2 := Stats(run, "", Filter{})
	if err != nil || err2 != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v: %+v, want %+v", err, err2, got, want)
	}
}
