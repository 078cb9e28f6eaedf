package shelf

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/event"
)

// A line whose end is another byte has not lost the line behind it: the repair gives
// the log back as it was, and keeps the byte.
func TestRepairOfGluedLines(t *testing.T) {
	log := logOf(2500)
	end := bytes.IndexByte(log, '\n')
	for _, c := range []byte{0, ' ', ',', ':', '}', 'x', '"', '\v', 0xff} {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		bad := bytes.Clone(log)
		bad[end] = c
		setLog(t, r, bad)
		if v := verify(t, r); v.Verdict != VerdictDamaged || len(v.Faults) != 1 || v.Faults[0].Offset != int64(end) || v.Faults[0].Length != 1 {
			t.Errorf("%q: %s, %s", c, v.Verdict, brief(v.Faults))
		}
		done := repair(t, s, "a")
		if done.Lost > 0 || done.After.Verdict != VerdictIntact || !bytes.Equal(readLog(t, r.Dir), log) {
			t.Errorf("%q: %d lost, %s", c, done.Lost, done.After.Verdict)
		}
		kept, err := os.ReadFile(filepath.Join(r.Dir, filepath.FromSlash(done.Kept[len(done.Kept)-1])))
		if err != nil || !bytes.Equal(kept, bad[end:end+1]) {
			t.Errorf("%q: quarantine holds %q, %v", c, kept, err)
		}
	}
}

// Nor has one whose end is gone: both lines are kept, and there is nothing for the
// quarantine.
func TestRepairOfLinesWithoutTheirEnd(t *testing.T) {
	log := logOf(2500)
	lines := slices.Collect(bytes.Lines(log))
	for _, sealed := range []bool{true, false} {
		at := 0
		for i := range lines[:len(lines)-1] {
			at += len(lines[i])
			s := quickShelf(t)
			if sealed {
				closedRun(t, s, "a", log)
			} else {
				write(t, filepath.Join(handMade(t, s, "a", `{"status":"running","started_at":"2026-01-15T12:00:00Z"}`), LockFile), "")
			}
			r := open(t, s, "a")
			setLog(t, r, slices.Concat(log[:at-1], log[at:]))
			if v := verify(t, r); v.Verdict != VerdictDamaged || len(v.Faults) != 1 || v.Faults[0].Offset != int64(at-1) || v.Faults[0].Length != 0 || v.Faults[0].Line != int64(i+1) || v.Events != uint64(len(lines)) {
				t.Fatalf("line %d, sealed %t: %s, %s, %d events", i+1, sealed, v.Verdict, brief(v.Faults), v.Events)
			}
			done := repair(t, s, "a")
			if done.Lost > 0 || len(done.After.Faults) > 0 || !bytes.Equal(readLog(t, r.Dir), log) {
				t.Fatalf("line %d, sealed %t: %d lost, %s", i+1, sealed, done.Lost, brief(done.After.Faults))
			}
			if _, err := os.Stat(filepath.Join(r.Dir, quarantineDir)); err == nil {
				t.Errorf("line %d: there is a quarantine of nothing", i+1)
			}
		}
	}
}

// Nor have several that lost their ends together, whatever stands there; and those written
// behind a torn one are kept too.
func TestRepairOfManyGluedLines(t *testing.T) {
	log := logOf(2500)
	lines := slices.Collect(bytes.Lines(log))
	for _, between := range []string{"", "*", ",", "\x00"} {
		for _, glued := range []int{3, 4, divisions + 1} {
			text := bytes.Join(lines[1:1+glued], nil)
			text = append(bytes.ReplaceAll(text[:len(text)-1], []byte("\n"), []byte(between)), '\n')
			s := quickShelf(t)
			r := closedRun(t, s, "a", log)
			setLog(t, r, slices.Concat(lines[0], text, bytes.Join(lines[1+glued:], nil)))
			if v := verify(t, r); v.Verdict != VerdictDamaged || len(v.Faults) != glued-1 || v.Events != uint64(len(lines)) {
				t.Errorf("%d glued by %q: %s, %s, %d events", glued, between, v.Verdict, brief(v.Faults), v.Events)
			}
			done := repair(t, s, "a")
			if done.Lost > 0 || done.After.Verdict != VerdictIntact || !bytes.Equal(readLog(t, r.Dir), log) {
				t.Errorf("%d glued by %q: %d lost, %s", glued, between, done.Lost, done.After.Verdict)
			}
		}
	}
	s := quickShelf(t)
	r := closedRun(t, s, "a", log)
	behind := bytes.ReplaceAll(bytes.Join(lines[2:5], nil), []byte("}\n{"), []byte("}{"))
	setLog(t, r, slices.Concat(lines[0], lines[1][:40], behind, bytes.Join(lines[5:], nil)))
	checkRepairedBut(t, s, r, lines, 1)
}

// A line that was torn, and written on right behind, does not swallow the next one.
func TestRepairOfATornLineInTheMiddle(t *testing.T) {
	log := logOf(2500)
	lines := slices.Collect(bytes.Lines(log))
	for _, left := range []int{1, 20, 60, len(lines[1]) - 2} {
		s := quickShelf(t)
		r := closedRun(t, s, "a", log)
		bad := slices.Concat(lines[0], lines[1][:left], bytes.Join(lines[2:], nil))
		setLog(t, r, bad)
		checkRepairedBut(t, s, r, lines, 1)
		kept := filepath.Join(r.Dir, quarantineDir, "events.jsonl.damaged."+fmt.Sprintf("%d-%d", len(lines[0]), len(lines[0])+left))
		if b, err := os.ReadFile(kept); err != nil || !bytes.Equal(b, lines[1][:left]) {
			t.Errorf("%d bytes left: quarantine holds %q, %v", left, b, err)
		}
	}
}

// Nor does one that was torn take away those in front of it that lost their ends, wherever
// the line ends then.
func TestRepairOfATornLineBehindAnother(t *testing.T) {
	log := logOf(2500)
	lines := slices.Collect(bytes.Lines(log))
	for name, glued := range map[string]string{"nothing": "", "a byte": "*", "a NUL": "\x00"} {
		for end, behind := range map[string][]byte{"at a line end": append([]byte("\n"), bytes.Join(lines[4:], nil)...), "before another": bytes.Join(lines[4:], nil), "at the end": nil} {
			s := quickShelf(t)
			r := closedRun(t, s, "a", log)
			bad := slices.Concat(lines[0], bytes.TrimSuffix(lines[1], newline), bytes.TrimSuffix(lines[2], newline), []byte(glued), lines[3][:60], behind)
			setLog(t, r, bad)
			good := lines
			if behind == nil {
				good = lines[:4]
			}
			v := verify(t, r)
			if v.Verdict.Sound() || v.Events != uint64(len(good)-1) {
				t.Errorf("%s in front, torn %s: %s, %d events of %d, %s", name, end, v.Verdict, v.Events, len(good)-1, brief(v.Faults))
			}
			done := repair(t, s, "a")
			now := readLog(t, r.Dir)
			if want := bytes.Join(lines[:3], nil); !bytes.HasPrefix(now, want) || !bytes.HasSuffix(now, bytes.Join(good[4:], nil)) || done.Lost != uint64(1+len(lines)-len(good)) {
				t.Errorf("%s in front, torn %s: %d lost, %s", name, end, done.Lost, now)
			}
			if kept := bytes.Join(inQuarantine(t, r.Dir, bad), nil); !bytes.Contains(kept, lines[3][:60]) {
				t.Errorf("%s in front, torn %s: quarantine has %q", name, end, kept)
			}
		}
	}
}

// Who comes by a killed run cuts off the part of a line that was being written, but not the
// events in front of it.
func TestEndIsNotCutWithEventsInIt(t *testing.T) {
	lines := slices.Collect(bytes.Lines(logOf(1000)))
	s := quickShelf(t)
	dir := handMade(t, s, "a", `{"status":"running","started_at":"2026-01-15T12:00:00Z"}`)
	write(t, filepath.Join(dir, LockFile), "")
	bad := slices.Concat(lines[0], bytes.TrimSuffix(lines[1], newline), lines[2][:60])
	write(t, filepath.Join(dir, EventsFile), string(bad))
	if err := s.Edit("a", func(m *Manifest) error { m.Name = "n"; return nil }); err != nil {
		t.Fatal(err)
	}
	if now := readLog(t, dir); !bytes.Equal(now, bad) {
		t.Errorf("the log is now %s", now)
	}
	if done := repair(t, s, "a"); done.Before.Events != 2 || !bytes.Equal(readLog(t, dir), bytes.Join(lines[:2], nil)) {
		t.Errorf("%d events, %s", done.Before.Events, readLog(t, dir))
	}
}

// checkRepairedBut repairs a log that lacks one line, and checks that a log_gap and the
// other lines make it up.
func checkRepairedBut(t *testing.T, s *Shelf, r *Run, lines [][]byte, lost int) {
	t.Helper()
	done := repair(t, s, r.ID)
	now := slices.Collect(bytes.Lines(readLog(t, r.Dir)))
	if done.Lost != 1 || len(now) != len(lines) || !bytes.Contains(now[lost], []byte(`"reason":"damaged"`)) {
		t.Fatalf("%d lost, %d lines of %d: %s", done.Lost, len(now), len(lines), now[min(lost, len(now)-1)])
	}
	for i := range lines {
		if i != lost && !bytes.Equal(now[i], lines[i]) {
			t.Errorf("line %d is %q", i+1, now[i])
		}
	}
}

// An object that stands as a value in an unfinished one is no event of this log.
func TestNoDivisionInsideAnObject(t *testing.T) {
	const inner = `{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":2,"event_type":"x"}`
	first := logLine(1)
	for _, front := range []string{`{"timestamp":"2026-01-15T12:00:00.000000Z","sequence":2,"data":`, `{"list":[`, `{"list":[1,`, `{"list":[` + inner + `,`, `{"a": `} {
		log := slices.Concat(first, []byte(front+inner+"\n"))
		s, err := surveyLog(bytes.NewReader(log), int64(len(log)), nil, nil)
		if err != nil || s.count != 1 || len(s.bad) != 1 || s.bad[0].length() != int64(len(log)-len(first)) {
			t.Errorf("%s…: %d events, %d bad ranges, %v", front, s.count, len(s.bad), err)
		}
	}
}

// A line that seems to begin at many places costs no more than its length some times, nor
// does one of many events that stand in an array without an end, with or without blanks.
func TestDivisionIsBounded(t *testing.T) {
	inner := string(bytes.TrimSuffix(logLine(2), []byte("\n")))
	for name, line := range map[string]string{
		"places": strings.Repeat(`{"timestamp":"`, 400_000),
		"array":  "[" + strings.Repeat(inner, divisions),
		"blanks": "[" + strings.Repeat(inner+" ", divisions),
		"braces": "[" + strings.Repeat(inner+"}", divisions) + inner,
		"deep":   strings.Repeat(`{"timestamp":"x","a":`, divisions) + inner + strings.Repeat("}", divisions-1),
	} {
		tries := 0
		parts := TakeApart([]byte(line), func(from, to int) bool {
			tries++
			_, err := event.Decode([]byte(line[from:to]))
			return err == nil
		})
		if parts != nil && name != "array" && name != "blanks" || tries > 3*divisions*divisions {
			t.Errorf("%s: %d parts, %d tries", name, len(parts), tries)
		}
	}
}
