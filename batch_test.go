package runshelf

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/internal/vfs"
)

// Events of batches stand in the log as those logged one by one, in order and
// beside those of others.
func TestBatch(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 4096})
	b := l.Batch()
	b.Flush()           // nothing
	const rounds = 2000 // more than one batch
	for i := range rounds {
		b.Log(slog.LevelInfo, "stdout", slog.Int("i", i))
	}
	b.Log(slog.LevelWarn, "", slog.String("text", "warned"))
	if err := b.LogObject(slog.LevelInfo, "step", []byte(`{"x": 1.50, "level":30}`), slog.String("stream", "stdout")); err != nil {
		t.Error(err)
	}
	if err := b.LogObject(slog.LevelInfo, "step", []byte(`{"x": `)); err == nil {
		t.Error("half an object was taken")
	}
	b.Log(slog.LevelInfo, "long", slog.String("text", strings.Repeat("x", 5000)))
	b.Log(slog.LevelInfo, "twin", slog.Int("sequence", rounds+4))
	b.Log(slog.LevelInfo, "last")
	b.Flush()
	l.Log("after")
	b.Log(slog.LevelWarn, "said", slog.String("text", "a\"b\xff"), slog.String("stream", "stderr"))
	form := NewTextForm(slog.LevelWarn, "said", "text", slog.String("stream", "stderr"))
	b.LogText(&form, "a\"b\xff")
	var f event.Foreign
	if err := f.Read([]byte(`{"event_type":"step","x":1}`), func(event.RawMember) {}); err != nil || !b.LogForeign(slog.LevelInfo, "step", &f, slog.Int("y", 2)) {
		t.Error("an object was not taken", err)
	}
	if b.LogForeign(slog.LevelInfo, "step", &f, slog.Int("x", 2)) {
		t.Error("an object whose names meet was taken")
	}
	b.Flush()
	finish(t, l)
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	for i, line := range lines[:rounds] {
		if line["i"] != float64(i) || line["event_type"] != "stdout" {
			t.Fatalf("line %d is %v", i, line)
		}
	}
	want := []string{`log WARN warned`, `step <nil> <nil>`, `long <nil> 5000`, `twin <nil> <nil>`, `last <nil> <nil>`, `after <nil> <nil>`}
	if got := lines[rounds+8]; got["x"] != 1.0 || got["y"] != 2.0 || got["event_type"] != "step" || len(got) != 5 {
		t.Errorf("the foreign object became %v", got)
	}
	one, other := lines[rounds+6], lines[rounds+7]
	one["sequence"] = other["sequence"]
	if fmt.Sprint(one) != fmt.Sprint(other) || one["level"] != "WARN" {
		t.Errorf("a text of a form became %v, not %v", other, one)
	}
	for i, line := range lines[rounds : rounds+6] {
		text := line["text"]
		if blob, ok := text.(map[string]any); ok {
			text = blob["bytes"]
		}
		if got := fmt.Sprintf("%v %v %v", line["event_type"], line["level"], text); got != want[i] {
			t.Errorf("line %d: got %s, want %s", rounds+i, got, want[i])
		}
	}
	if step := lines[rounds+1]; step["x"] != 1.5 || step["data.level"] != 30.0 || step["stream"] != "stdout" {
		t.Errorf("the object became %v", step)
	}
	if twin := lines[rounds+3]; len(twin) != 3 {
		t.Errorf("the event with its own sequence became %v", twin)
	}
	m := readManifest(t, l.Dir())
	if m.Events.Count != rounds+9 || m.Events.ByType["stdout"] != rounds || m.Events.ByType["step"] != 2 {
		t.Errorf("manifest %+v", m.Events)
	}
	checkDigest(t, l.Path(), m)
}

// Lines of text that are logged together become the events that they become one by one,
// over several batches, and one that is too long for the log is left.
func TestBatchLogLines(t *testing.T) {
	timesOf := regexp.MustCompile(`(?m)^\{"timestamp":"[^"]*"`)
	form := NewTextForm(slog.LevelWarn, "said", "text", slog.String("stream", "stderr"))
	var chunk []byte
	for i := range 20_000 {
		chunk = fmt.Appendf(chunk, "line \"%d\" of many \u00e9\u2028%s\n", i, strings.Repeat("x", i%70))
	}
	long := strings.Repeat("y", 5000) + "\n"
	chunk = append(chunk, long+strings.Repeat("z", 100)...)
	logged := func(take func(b *Batch, chunk []byte) int) []byte {
		l := start(t, Options{RunID: AutoRunID, MaxEventBytes: 4096})
		b := l.Batch()
		for rest := chunk; !bytes.HasPrefix(rest, []byte(long)); {
			n := take(b, rest)
			if rest = rest[n:]; n == 0 {
				end := bytes.IndexByte(rest, '\n')
				b.LogText(&form, string(rest[:end]))
				rest = rest[end+1:]
			}
		}
		if n := take(b, []byte(long+strings.Repeat("z", 100))); n != 0 {
			t.Errorf("%d bytes of what is too long were taken", n)
		}
		b.Flush()
		finish(t, l)
		m := readManifest(t, l.Dir())
		checkDigest(t, l.Path(), m)
		if m.Events.ByType["said"] != 20_000 {
			t.Errorf("manifest %+v", m.Events)
		}
		log, err := os.ReadFile(l.Path())
		if err != nil {
			t.Fatal(err)
		}
		return timesOf.ReplaceAll(log, nil)
	}
	counted := 0
	together := logged(func(b *Batch, chunk []byte) int {
		taken, lines := b.LogLines(&form, chunk)
		if n := bytes.Count(chunk[:taken], []byte{'\n'}); n != lines {
			t.Errorf("%d lines, not %d", n, lines)
		}
		counted += lines
		return taken
	})
	if counted < 15_000 {
		t.Errorf("only %d lines were taken together", counted)
	}
	if single := logged(func(*Batch, []byte) int { return 0 }); !bytes.Equal(together, single) {
		t.Error("the logs differ")
	}
}

// Batches that take turns keep the order of each, and the numbers of the whole,
// also where these grow by a digit.
func TestBatchesBesideEachOther(t *testing.T) {
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	l := start(t, Options{RunID: AutoRunID, now: func() time.Time { now = now.Add(time.Millisecond); return now }})
	batches := []*Batch{l.Batch(), l.Batch(), l.Batch()}
	for i := range 600 {
		b := batches[i%7%3]
		b.Log(slog.LevelInfo, fmt.Sprint("of", i%7%3), slog.Int("i", i))
		if i%11 == 0 {
			b.Flush()
		}
		if i%50 == 0 {
			l.Log("alone", slog.Int("i", i))
		}
	}
	for _, b := range batches {
		b.Flush()
	}
	finish(t, l)
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	latest, before := map[any]float64{}, ""
	for _, line := range lines {
		kind, i, at := line["event_type"], line["i"].(float64), line["timestamp"].(string)
		if i < latest[kind] || at < before || at < "2026-01-15T12:00:00.001" {
			t.Fatalf("%v follows %v, %v", line, latest[kind], before)
		}
		latest[kind], before = i, at
	}
	if len(lines) != 612 {
		t.Errorf("%d lines", len(lines))
	}
	checkDigest(t, l.Path(), readManifest(t, l.Dir()))
}

// What a full disk has no room for is counted, batch or not.
func TestBatchOnAFullDisk(t *testing.T) {
	disk := vfs.NewFaulty(vfs.OS())
	l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: DurabilityEach})
	b := l.Batch()
	log := func(n int) {
		for range n {
			b.Log(slog.LevelInfo, "stdout")
		}
		b.Flush()
	}
	log(3)
	disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC, Short: 20})
	log(4)
	disk.Heal()
	log(2)
	if err := l.Close(); err == nil {
		t.Error("Close said nothing of the loss")
	}
	lines := readLines(t, l.Path())
	checkSequences(t, lines)
	if len(lines) != 6 || lines[3]["event_type"] != "log_gap" || lines[3]["dropped"] != 4.0 || lines[5]["sequence"] != 9.0 {
		t.Errorf("lines %v", lines)
	}
	m := readManifest(t, l.Dir())
	if m.Events.Dropped != 4 || m.Events.Count != 6 {
		t.Errorf("manifest %+v", m.Events)
	}
	checkDigest(t, l.Path(), m)
}

// After Close nothing of a batch is written, and Err tells.
func TestBatchAfterClose(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID})
	b := l.Batch()
	b.Log(slog.LevelInfo, "late")
	finish(t, l)
	b.Flush()
	if len(readLines(t, l.Path())) != 0 || l.Err() == nil {
		t.Error("a late event was written, or nobody told of it")
	}
}

// Large batches go to the file beside single events and small batches of others:
// each keeps its order, and digest and index are those of the whole.
func TestLargeBatchesBesideOthers(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach, DurabilityNone} {
		l := start(t, Options{RunID: AutoRunID, Durability: level})
		const producers, events = 4, 3000
		var group sync.WaitGroup
		for p := range producers {
			group.Go(func() {
				b := l.Batch()
				for i := range events {
					text := slog.String("text", strings.Repeat("x", 100*p))
					switch {
					case p == 0:
						l.Log("of 0", slog.Int("i", i), text)
					default:
						b.Log(slog.LevelInfo, fmt.Sprint("of ", p), slog.Int("i", i), text)
					}
					if i%(400*p+1) == 0 {
						b.Flush()
					}
				}
				b.Flush()
			})
		}
		group.Wait()
		finish(t, l)
		lines := readLines(t, l.Path())
		checkSequences(t, lines)
		next := map[any]float64{}
		for _, line := range lines {
			if line["i"] != next[line["event_type"]] {
				t.Fatalf("%s: %v comes behind %v", level, line, next)
			}
			next[line["event_type"]]++
		}
		if len(lines) != producers*events {
			t.Errorf("%s: %d lines", level, len(lines))
		}
		checkDigest(t, l.Path(), readManifest(t, l.Dir()))
		checkIndex(t, l.Dir())
	}
}

// What a disk has no room for while large batches come is counted. What was kept is
// whole, and indexed as far as the index goes.
func TestLargeBatchesOnAFullDisk(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach, DurabilityNone} {
		disk := vfs.NewFaulty(vfs.OS())
		l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: level})
		b := l.Batch()
		log := func(batches int) {
			for range batches {
				for range 2000 {
					b.Log(slog.LevelInfo, "stdout", slog.String("text", "some text"))
				}
				b.Flush()
			}
		}
		log(2)
		disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC, Short: 50_000})
		log(6) // more than the tail takes
		disk.Heal()
		log(2)
		var dropped *DroppedError
		if err := l.Close(); !errors.As(err, &dropped) {
			t.Fatalf("%s: Close() = %v", level, err)
		}
		lines := readLines(t, l.Path())
		checkSequences(t, lines)
		gaps := 0
		for _, line := range lines {
			if line["event_type"] == typeGap {
				gaps++
			}
		}
		m := readManifest(t, l.Dir())
		if uint64(len(lines)-gaps)+dropped.Dropped != 20_000 || m.Events.Dropped != dropped.Dropped || m.Events.Count != uint64(len(lines)) {
			t.Errorf("%s: %d lines, %d gaps, %d dropped, manifest %+v", level, len(lines), gaps, dropped.Dropped, m.Events)
		}
		checkDigest(t, l.Path(), m)
		checkIndex(t, l.Dir())
	}
}
