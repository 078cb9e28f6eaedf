package query

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// ticking is a log of n events, three a tick, with a broken line now and then.
func ticking(n int) string {
	var b strings.Builder
	start := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for i := 1; i <= n; i++ {
		at := start.Add(time.Duration(i) * time.Millisecond).Format(event.TimeLayout)
		fmt.Fprintf(&b, `{"timestamp":"%s","sequence":%d,"event_type":"%s","tick":%d}`+"\n", at, i, []string{"bid", "sale"}[i%2], i/3)
		if i%100 == 0 {
			b.WriteString("broken\n")
		}
	}
	return b.String()
}

// rowsOf are the sequences of n rows.
func rowsOf(t *testing.T, o *Outline, run *shelf.Run, row int64, n int) []uint64 {
	t.Helper()
	var found []uint64
	err := o.Rows(run, row, n, func(l *Line) error {
		e, err := l.Decode()
		found = append(found, e.Sequence)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Whatever the filter and however few marks are kept, a row is the one that a
// scan counts.
func TestOutlineRowsEqualScan(t *testing.T) {
	const n = 3000
	run := runOf(t, ticking(n))
	for _, types := range [][]string{nil, {"bid"}, {"none"}} {
		filter := Filter{Types: types}
		var all []uint64
		if _, err := Scan(run, filter, func(l *Line) error {
			e, err := l.Decode()
			all = append(all, e.Sequence)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, stride := range []int64{1, 16} {
			o := NewOutline(filter)
			o.stride = stride
			if err := o.Extend(run); err != nil {
				t.Fatal(err)
			}
			if o.Count() != int64(len(all)) {
				t.Fatalf("%v: %d events, want %d", types, o.Count(), len(all))
			}
			rapid.Check(t, func(r *rapid.T) {
				row := rapid.IntRange(0, n+5).Draw(r, "row")
				count := rapid.IntRange(0, 40).Draw(r, "count")
				want := all[min(row, len(all)):min(row+count, len(all))]
				if got := rowsOf(t, o, run, int64(row), count); !slices.Equal(got, want) {
					r.Fatalf("rows %d+%d are %v, want %v", row, count, got, want)
				}
			})
		}
	}
}

func TestOutlineMarksAreBounded(t *testing.T) {
	o := NewOutline(Filter{})
	for i := range int64(5 * maxMarks) {
		if o.count%o.stride == 0 {
			o.mark(mark{offset: i})
		}
		o.count++
	}
	if len(o.marks) >= maxMarks || o.stride < 5 {
		t.Errorf("%d marks, one for %d events", len(o.marks), o.stride)
	}
	for i, m := range o.marks {
		if m.offset != int64(i)*o.stride {
			t.Fatalf("mark %d stands at event %d, want %d", i, m.offset, int64(i)*o.stride)
		}
	}
}

func TestOutlineFinds(t *testing.T) {
	run := runOf(t, ticking(1000))
	o := NewOutline(Filter{Types: []string{"sale"}}) // odd sequences
	o.stride = 8
	if err := o.Extend(run); err != nil {
		t.Fatal(err)
	}
	at := func(i int) time.Time { return time.Date(2026, 1, 15, 12, 0, 0, i*1e6, time.UTC) }
	for _, sequence := range []int{0, 1, 2, 3, 500, 501, 999, 1000, 2000} {
		want := int64(min(sequence/2, 500))
		if got, err := o.RowOfSequence(run, uint64(sequence)); err != nil || got != want {
			t.Errorf("sequence %d is row %d (%v), want %d", sequence, got, err, want)
		}
		if got, err := o.RowOfTime(run, at(sequence)); err != nil || got != want {
			t.Errorf("millisecond %d is row %d (%v), want %d", sequence, got, err, want)
		}
	}
	if got, err := o.RowOfTick(run, 100); err != nil || got != 150 {
		t.Errorf("tick 100 is row %d (%v), want 150", got, err)
	}
}

func TestOutlineCounts(t *testing.T) {
	run := runOf(t, ticking(1000)+`{"event_type":"odd","level":"WARN"}`+"\n")
	o := NewOutline(Filter{})
	if err := o.Extend(run); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(o.Types()), "[{bid 500} {sale 500} {odd 1}]"; got != want {
		t.Errorf("types %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(o.Levels()), "[{INFO 1000} {WARN 1}]"; got != want {
		t.Errorf("levels %s, want %s", got, want)
	}
	if r := o.Report(); r.Broken != 10 {
		t.Errorf("%d broken lines, want 10", r.Broken)
	}
	ticks := o.OverTicks(10)
	sum := uint64(0)
	for _, n := range ticks.Counts {
		sum += n
	}
	if sum != 1001 || ticks.To != 333 {
		t.Errorf("ticks %+v hold %d events, want 1001 up to tick 333", ticks, sum)
	}
}

// An unfinished last line of a dead run is broken; a file that grows is read on,
// and one that was replaced is read anew.
func TestOutlineExtends(t *testing.T) {
	run := runOf(t, ticking(10))
	o := NewOutline(Filter{})
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(run.Dir, shelf.EventsFile), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := o.Extend(run); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int{10, 10, 11, 500, 501, 3} {
		write(ticking(n))
		if o.Count() != int64(n) || o.End() != int64(len(ticking(n))) {
			t.Errorf("%d events and %d bytes, want %d and %d", o.Count(), o.End(), n, len(ticking(n)))
		}
	}
	write(ticking(3) + `{"sequence":4`)
	if o.Count() != 3 || !o.Report().Torn {
		t.Errorf("%d events, torn %t; want 3 and an unfinished line", o.Count(), o.Report().Torn)
	}
}

func TestScanFrom(t *testing.T) {
	log := ticking(50)
	run := runOf(t, log)
	var ends []int64
	var all []string
	if _, err := Scan(run, Filter{}, func(l *Line) error {
		all = append(all, string(l.Bytes))
		ends = append(ends, l.Offset+int64(len(l.Bytes)))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i, end := range ends {
		var rest []string
		_, err := ScanFrom(run, end, Filter{}, func(l *Line) error {
			if log[l.Offset:l.Offset+int64(len(l.Bytes))] != string(l.Bytes) {
				t.Errorf("from %d: %s does not stand at %d", end, l.Bytes, l.Offset)
			}
			rest = append(rest, string(l.Bytes))
			return nil
		})
		if err != nil || !slices.Equal(rest, all[i+1:]) {
			t.Fatalf("from %d: %d lines (%v), want %d", end, len(rest), err, len(all)-i-1)
		}
	}
}

func BenchmarkOutline(b *testing.B) {
	log := ticking(200_000)
	dir := filepath.Join(b.TempDir(), "run")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, shelf.EventsFile), []byte(log), 0o666); err != nil {
		b.Fatal(err)
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if err := NewOutline(Filter{}).Extend(run); err != nil {
			b.Fatal(err)
		}
	}
}
