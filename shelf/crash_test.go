package shelf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/internal/vfs"
)

// crashSeeds are how many states are looked at after each crash: all lost, all
// kept, and some in between.
const crashSeeds = 5

// crashCase is something that writes, and what must hold when it is cut short.
type crashCase struct {
	// begin sets the stage on the shelf s.
	begin func(t *testing.T, s *Shelf)
	// do writes. By then s is on a disk that stops.
	do func(s *Shelf) error
	// check looks at what is left; finished says that do had come to its end
	// before the crash.
	check func(t *testing.T, s *Shelf, finished bool)
}

// afterEachOperation plays a crash after each operation of c, and returns how many
// states were checked.
func (c crashCase) afterEachOperation(t *testing.T) (states int) {
	t.Helper()
	for k := 0; ; k++ {
		base := testDir(t)
		s := New(filepath.Join(base, "logs"))
		s.fs = quick{vfs.OS()}
		c.begin(t, s)
		disk, err := vfs.NewCrashing(quick{vfs.OS()}, base)
		if err != nil {
			t.Fatal(err)
		}
		disk.StopAfter(k)
		s.fs = disk
		err = c.do(s)
		finished := !disk.Stopped()
		if finished && err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(crashSeeds) {
			to := filepath.Join(testDir(t), "left")
			if err := disk.Crash(to, seed+uint64(k)*97*min(1, seed/2)); err != nil {
				t.Fatal(err)
			}
			left := New(filepath.Join(to, "logs"))
			left.fs = quick{vfs.OS()}
			c.check(t, left, finished)
			states++
			if t.Failed() {
				t.Fatalf("after operation %d, state %d, finished %v: %v", k, seed, finished, err)
			}
			os.RemoveAll(to)
		}
		os.RemoveAll(base)
		if finished {
			return states
		}
	}
}

// checkLatest checks that latest names a run that is there and can be read.
func checkLatest(t *testing.T, s *Shelf) {
	t.Helper()
	target, err := os.Readlink(filepath.Join(s.Dir(), LatestLink))
	if err != nil {
		t.Error(err)
		return
	}
	if r, err := OpenRun(filepath.Join(s.Dir(), target)); err != nil || r.Problem != nil {
		t.Errorf("latest names %s: %v", target, err)
	}
}

func TestCrashWhileCreating(t *testing.T) {
	t.Parallel()
	var older map[string]string
	n := crashCase{
		begin: func(t *testing.T, s *Shelf) {
			makeRun(t, s, "older", noon)
			older = tree(t, filepath.Join(s.Dir(), "older", "artifacts"))
		},
		do: func(s *Shelf) error {
			l, err := s.Create(CreateOptions{RunID: "new", Now: at(noon.Add(time.Hour)), Manifest: Manifest{Config: json.RawMessage(`{"a":1}`)}})
			if err == nil {
				l.Events().Close()
				err = l.Close()
			}
			return err
		},
		check: func(t *testing.T, s *Shelf, finished bool) {
			checkLatest(t, s)
			sameRun(t, filepath.Join(s.Dir(), "older", "artifacts"), older)
			r, err := s.Find("new")
			if finished && (err != nil || r.Problem != nil || r.Status != StatusCrashed) {
				t.Errorf("the new run: %+v, %v", r, err)
			}
			if _, err := s.Runs(); err != nil {
				t.Error(err)
			}
			if l, err := s.Create(CreateOptions{RunID: "next"}); err != nil {
				t.Error("no run can be made any more:", err)
			} else {
				letGo(t, l)
			}
		},
	}.afterEachOperation(t)
	reliability.Count(t, "A51", "states after a power cut while a run is created", n)
}

// The shelf itself is safe too when its first run is made.
func TestCrashWhileCreatingTheShelf(t *testing.T) {
	t.Parallel()
	crashCase{
		begin: func(*testing.T, *Shelf) {},
		do: func(s *Shelf) error {
			l, err := s.Create(CreateOptions{RunID: "first"})
			if err == nil {
				l.Events().Close()
				err = l.Close()
			}
			return err
		},
		check: func(t *testing.T, s *Shelf, finished bool) {
			if r, err := s.Find("first"); finished && (err != nil || r.Problem != nil) {
				t.Errorf("the first run: %+v, %v", r, err)
			}
		},
	}.afterEachOperation(t)
}

func TestCrashWhileUpdating(t *testing.T) {
	t.Parallel()
	n := crashCase{
		begin: func(t *testing.T, s *Shelf) { makeRun(t, s, "a", noon) },
		do:    func(s *Shelf) error { return s.Edit("a", func(m *Manifest) error { m.Name = "new"; return nil }) },
		check: func(t *testing.T, s *Shelf, finished bool) {
			r, err := s.Find("a")
			if err != nil || r.Problem != nil || r.Status != StatusCompleted || finished && r.Manifest.Name != "new" {
				t.Errorf("%+v, %v", r, err)
			}
			if v := verify(t, r); v.Verdict != VerdictIntact {
				t.Errorf("%s, %s", v.Verdict, brief(v.Faults))
			}
		},
	}.afterEachOperation(t)
	reliability.Count(t, "A51", "states after a power cut while a manifest is rewritten", n)
}

func TestCrashWhileRepairing(t *testing.T) {
	t.Parallel()
	log, long := logOf(1500), logOf(10_000)
	lines := slices.Collect(bytes.Lines(log))
	damaged := slices.Concat(lines[0], []byte("noise\n"), bytes.Join(lines[2:5], nil), []byte("\x00\x00\n"), bytes.Join(lines[7:], nil))
	reliability.Count(t, "A39", "states after a power cut while a log is repaired", crashWhileRepairing(t, log, damaged))
	reliability.Count(t, "A39", "states after a power cut while a log with many bad ranges is repaired", crashWhileRepairing(t, long, everyOtherBad(long)))
}

// crashWhileRepairing returns the number of states that were checked.
func crashWhileRepairing(t *testing.T, log, damaged []byte) int {
	t.Helper()
	want := repairedLog(t, log, damaged)
	return crashCase{
		begin: func(t *testing.T, s *Shelf) { setLog(t, closedRun(t, s, "a", log), damaged) },
		do:    func(s *Shelf) error { _, err := s.Repair("a"); return err },
		check: func(t *testing.T, s *Shelf, finished bool) {
			if finished && !verify(t, open(t, s, "a")).Verdict.Sound() {
				t.Error("the repair is lost")
			}
			done, err := s.Repair("a")
			if err != nil || !done.After.Verdict.Sound() {
				t.Errorf("%+v, %v", done, err)
				return
			}
			dir := filepath.Join(s.Dir(), "a")
			kept, err := os.ReadFile(filepath.Join(dir, EventsFile+damagedSuffix))
			if err != nil || !bytes.Equal(kept, damaged) || !bytes.Equal(readLog(t, dir), want) {
				t.Errorf("%v\n%s", err, readLog(t, dir))
			}
			checkBadRangesKept(t, dir, damaged, want)
			before := tree(t, dir)
			if again, err := s.Repair("a"); err != nil || again.Changed() || !maps.Equal(before, tree(t, dir)) {
				t.Errorf("a second repair: %+v, %v", again, err)
			}
		},
	}.afterEachOperation(t)
}

func TestCrashWhileRecoveringATail(t *testing.T) {
	t.Parallel()
	lines := slices.Collect(bytes.Lines(logOf(1500)))
	for name, log := range map[string][]byte{
		"sound": bytes.Join(lines[:2], nil), "half moved there": bytes.Join(lines, nil)[:700],
		"damaged": append(bytes.Repeat([]byte("x"), len(lines[0])-1), append(newline, lines[1]...)...),
		"cut":     lines[0],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := crashCase{
				begin: func(t *testing.T, s *Shelf) {
					tailedRun(t, s, lines, func(l *Live) { write(t, l.Path(EventsFile), string(log)) })
				},
				do: func(s *Shelf) error { _, err := s.Repair("a"); return err },
				check: func(t *testing.T, s *Shelf, _ bool) {
					done, err := s.Repair("a")
					dir := filepath.Join(s.Dir(), "a")
					if err != nil || !done.After.Verdict.Sound() || hasTail(vfs.OS(), dir) {
						t.Errorf("%+v, %v", done, err)
					}
					if now := readLog(t, dir); !bytes.HasSuffix(now, bytes.Join(lines[2:], nil)) {
						t.Errorf("the events of the tail are lost:\n%s", now)
					}
				},
			}.afterEachOperation(t)
			reliability.Count(t, "A28", "states after a power cut while the tail of a run is recovered whose log is "+name, n)
		})
	}
}

// Who comes by completes a log without a repair, which would sync the directory once more.
func TestCrashWhileCompletingALog(t *testing.T) {
	t.Parallel()
	lines := slices.Collect(bytes.Lines(logOf(1500)))
	crashCase{
		begin: func(t *testing.T, s *Shelf) {
			tailedRun(t, s, lines, func(l *Live) { write(t, l.Path(EventsFile), string(bytes.Join(lines[:2], nil))) })
		},
		do: func(s *Shelf) error { return recoverTail(s.fs, filepath.Join(s.Dir(), "a")) },
		check: func(t *testing.T, s *Shelf, finished bool) {
			dir := filepath.Join(s.Dir(), "a")
			if finished && hasTail(vfs.OS(), dir) {
				t.Error("the tail has come back")
			}
			if shown := shownOf(t, dir); shown != string(bytes.Join(lines, nil)) {
				t.Errorf("%d bytes are shown", len(shown))
			}
		},
	}.afterEachOperation(t)
}

func TestCrashWhilePruning(t *testing.T) {
	t.Parallel()
	for _, purge := range []bool{false, true} {
		t.Run(fmt.Sprint("purge ", purge), func(t *testing.T) {
			t.Parallel()
			n := crashCase{
				begin: func(t *testing.T, s *Shelf) {
					for i := range 3 {
						makeRun(t, s, fmt.Sprintf("r%d", i+1), noon.Add(time.Duration(i)*time.Minute))
					}
				},
				do: func(s *Shelf) error {
					plan, err := s.PlanPrune(Policy{Where: func(r *Run) (bool, error) { return r.ID > "r1", nil }}, noon.Add(time.Hour))
					if err == nil {
						_, err = s.Prune(plan, PruneOptions{Purge: purge})
					}
					return err
				},
				check: func(t *testing.T, s *Shelf, finished bool) {
					checkWhole(t, s, 2)
					trashed, err := s.Trash()
					if err != nil || !purge && len(list(t, s))+len(trashed) != 3 || finished && len(list(t, s)) != 1 {
						t.Errorf("%d runs, %d in the trash, %v", len(list(t, s)), len(trashed), err)
					}
					if _, _, err := s.EmptyTrash(); err != nil {
						t.Error(err)
					}
				},
			}.afterEachOperation(t)
			reliability.Count(t, "A51", "states after a power cut while runs are removed"+map[bool]string{true: " for ever"}[purge], n)
		})
	}
}

func TestCrashWhileRestoring(t *testing.T) {
	t.Parallel()
	n := crashCase{
		begin: func(t *testing.T, s *Shelf) {
			makeRun(t, s, "r1", noon)
			makeRun(t, s, "r2", noon.Add(time.Minute))
			if err := s.Remove("r2"); err != nil {
				t.Fatal(err)
			}
		},
		do: func(s *Shelf) error { return s.Restore("r2") },
		check: func(t *testing.T, s *Shelf, finished bool) {
			checkWhole(t, s, 1)
			if finished {
				open(t, s, "r2")
			}
		},
	}.afterEachOperation(t)
	reliability.Count(t, "A20", "states after a power cut while a run is restored", n)
}
