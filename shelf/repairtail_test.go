package shelf

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// The events of a tail come back also when the log that they belong to is lost.
func TestRepairOfATailWithoutItsLog(t *testing.T) {
	lines := slices.Collect(bytes.Lines(logOf(1000)))
	for name, lose := range map[string]func(path string) error{
		"missing":   os.Remove,
		"directory": func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o777)) },
		"FIFO":      func(path string) error { return errors.Join(os.Remove(path), makeFIFO(path)) },
	} {
		s := quickShelf(t)
		tailedRun(t, s, lines, func(l *Live) {
			if err := lose(l.Path(EventsFile)); err != nil {
				t.Skip("this system has no", name)
			}
		})
		done := repair(t, s, "a")
		r := open(t, s, "a")
		now := readLog(t, r.Dir)
		if done.After.Verdict != VerdictGap || done.Lost != 2 || !bytes.HasSuffix(now, bytes.Join(lines[2:], nil)) || hasTail(vfs.OS(), r.Dir) {
			t.Errorf("%s: %+v\n%s", name, done, now)
		}
		before := tree(t, r.Dir)
		if again := repair(t, s, "a"); again.Changed() || !maps.Equal(before, tree(t, r.Dir)) {
			t.Errorf("%s: a second repair has changed something", name)
		}
	}
}

// A log that ends before the place of its tail has lost its end, and verify says so.
func TestVerifyOfALogThatEndsBeforeItsTail(t *testing.T) {
	s := quickShelf(t)
	lines := slices.Collect(bytes.Lines(logOf(1000)))
	tailedRun(t, s, lines, func(l *Live) { write(t, l.Path(EventsFile), string(lines[0])) })
	v := verify(t, open(t, s, "a"))
	want := Fault{FaultCutOff, EventsFile, int64(len(lines[0])), int64(len(lines[1])), 0, 2}
	if v.Verdict != VerdictTruncated || len(v.Faults) != 1 || v.Faults[0] != want {
		t.Errorf("%s, %+v", v.Verdict, v.Faults)
	}
}

// A tail without events goes as well: with the part of a long line that was being
// written past it, or, when it does not fit the log, by itself.
func TestRepairOfATailWithoutEvents(t *testing.T) {
	lines := bytes.Join(slices.Collect(bytes.Lines(logOf(1000))), nil)
	for name, log := range map[string][]byte{
		"half a long line": append(bytes.Clone(lines), `{"sequence":99,"text":"xxx`...),
		"no long line":     lines,
		"cut log":          lines[:bytes.IndexByte(lines, '\n')+1],
	} {
		s := quickShelf(t)
		l := create(t, s, CreateOptions{RunID: "a"})
		setLog(t, open(t, s, "a"), log)
		mem := make([]byte, TailSize)
		NewTailWriter(mem, l.UUID()).Large(int64(len(lines)))
		write(t, l.Path(TailFile), string(mem))
		letGo(t, l)
		done := repair(t, s, "a")
		want := log[:min(len(log), len(lines))]
		if !done.After.Verdict.Sound() || hasTail(vfs.OS(), l.Dir()) || !bytes.Equal(readLog(t, l.Dir()), want) {
			t.Errorf("%s: %+v, tail %v, log %s", name, done.After, hasTail(vfs.OS(), l.Dir()), readLog(t, l.Dir()))
		}
		before := tree(t, filepath.Join(s.Dir(), "a"))
		if again := repair(t, s, "a"); again.Changed() || !maps.Equal(before, tree(t, filepath.Join(s.Dir(), "a"))) {
			t.Errorf("%s: a second repair has changed something", name)
		}
	}
}
