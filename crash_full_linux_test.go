package runshelf_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/runshelf"
	"example.org/runshelf/event"
	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/runshelftest"
	"example.org/runshelf/shelf"
)

// smallDisk mounts a file system of some bytes, where that is permitted.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		reliability.Skip(t, "A47", "small disk: no space for a program that logs", "no file system can be mounted here: "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmounting %s: %v", dir, err)
		}
	})
	return dir
}

func levels() []runshelf.Durability {
	return []runshelf.Durability{
		runshelf.DurabilityCrash, runshelf.DurabilityEach, runshelf.DurabilityPower, runshelf.DurabilityNone,
	}
}

// runFull lets a victim log on a disk that is too small, and wants it unharmed and
// its account of the loss the same everywhere.
func (s *stage) runFull() runshelf.CrashReport {
	s.t.Helper()
	if out, err := s.command().CombinedOutput(); err != nil {
		s.t.Fatalf("the program was harmed: %v: %.2000s", err, out)
	}
	r := s.report()
	run, err := shelf.OpenRun(s.dir())
	if err != nil || run.Status != shelf.StatusCompleted {
		s.t.Fatalf("the run: %+v, %v", run, err)
	}
	if r.Dropped == 0 || run.Manifest.Events.Dropped != r.Dropped {
		s.t.Errorf("Close says that %d events are lost, the manifest %d", r.Dropped, run.Manifest.Events.Dropped)
	}
	runshelftest.CheckRun(s.t, s.dir())
	if want := uint64(s.plan.Events + 1); r.Last != want {
		s.t.Errorf("the last event has sequence %d, want %d", r.Last, want)
	}
	s.shown = shownLog(s.t, s.dir())
	return r
}

// gaps returns the log_gap events that are shown, and how many others are.
func (s *stage) gaps() (gaps []event.Event, others int) {
	s.t.Helper()
	for line := range bytes.Lines(s.shown) {
		e, err := event.Decode(line)
		if err != nil {
			s.t.Fatalf("%v: %.100q", err, line)
		}
		if e.Type == "log_gap" {
			gaps = append(gaps, e)
		} else {
			others++
		}
	}
	return gaps, others
}

// A47 full_in_the_middle, for a program that logs.
func TestA47DiskThatIsTooSmall(t *testing.T) {
	for _, size := range []int{256 << 10, 1 << 20} {
		for _, level := range levels() {
			t.Run(fmt.Sprintf("%d_%s", size>>10, level), func(t *testing.T) {
				events := 20_000 // 4 MB
				if level == runshelf.DurabilityPower {
					events /= 2
				}
				s := newStage(t, runshelf.CrashPlan{
					Logs:  filepath.Join(smallDisk(t, size), "logs"),
					Level: level, Producers: 1, Sizes: "small", Events: events, Finish: "close",
				})
				r := s.runFull()
				if _, others := s.gaps(); uint64(others)+r.Dropped != uint64(events+1) {
					t.Errorf("%d events are there and %d are said to be lost, of %d", others, r.Dropped, events+1)
				}
			})
		}
	}
	reliability.Count(t, "A47", "small disk: no space for a program that logs, of two sizes, at each level", 2*len(levels()))
}

// A48 full_then_free: when there is space again, one log_gap stands for what was lost meanwhile.
func TestA48DiskThatIsFullForAWhile(t *testing.T) {
	for _, level := range levels() {
		t.Run(string(level), func(t *testing.T) {
			disk := smallDisk(t, 3<<20)
			filler := filepath.Join(disk, "filler")
			if err := os.WriteFile(filler, make([]byte, 2600<<10), 0o666); err != nil {
				t.Fatal(err)
			}
			s := newStage(t, runshelf.CrashPlan{
				Logs: filepath.Join(disk, "logs"), Free: filler,
				Level: level, Producers: 1, Sizes: "small", Events: 20_000, Finish: "close",
			})
			r := s.runFull()
			gaps, others := s.gaps()
			if len(gaps) != 1 || uint64(others)+r.Dropped != 20_001 {
				t.Fatalf("%d gaps; %d events are there and %d are said to be lost", len(gaps), others, r.Dropped)
			}
			reason, _ := gaps[0].Data.Get("reason")
			count, _ := gaps[0].Data.Get("dropped")
			if reason != "no space left on device" || count != json.Number(fmt.Sprint(r.Dropped)) {
				t.Errorf("the gap says %v and %v, and Close %d", reason, count, r.Dropped)
			}
			if r.DroppedErr != r.Dropped {
				t.Errorf("Err says that %d events are lost, Close %d", r.DroppedErr, r.Dropped)
			}
		})
	}
	reliability.Count(t, "A48", "small disk: no space for a while, and then space again, for a program that logs, at each level", len(levels()))
}

// One log_gap stands for all that was lost while the disk was full, also when it is
// shorter than the events: where it fits and they do not, it waits for them.
func TestA48OneGapForLongEvents(t *testing.T) {
	text := strings.Repeat("x", 400)
	for _, level := range levels() {
		t.Run(string(level), func(t *testing.T) {
			disk := smallDisk(t, 3<<20)
			filler := filepath.Join(disk, "filler")
			if err := os.WriteFile(filler, make([]byte, 1200<<10), 0o666); err != nil {
				t.Fatal(err)
			}
			l, err := runshelf.NewEventLogger(runshelf.Options{LogsDir: disk, RunID: "long", Durability: level})
			if err != nil {
				t.Fatal(err)
			}
			for range 6000 {
				l.Log("long", slog.String("text", text))
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			for range 10 {
				l.Log("behind", slog.String("text", text))
			}
			_ = l.Close()
			lines := shownLog(t, filepath.Join(disk, "long"))
			gaps, behind := bytes.Count(lines, []byte(`"event_type":"log_gap"`)), bytes.Count(lines, []byte(`"event_type":"behind"`))
			if gaps != 1 || behind != 10 {
				t.Errorf("%d gaps, and %d events behind them", gaps, behind)
			}
			runshelftest.CheckRun(t, filepath.Join(disk, "long"))
		})
	}
}

// A limit on the length of files is met as a full disk is. The signal that comes
// with it does not end the program.
func TestA47FileThatMayNotGrow(t *testing.T) {
	for _, level := range levels() {
		t.Run(string(level), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, runshelf.CrashPlan{
				Logs: filepath.Join(fastDir(t, true), "logs"), FileLimit: 600 << 10,
				Level: level, Producers: 1, Sizes: "small", Events: 12_000, Finish: "close",
			})
			r := s.runFull()
			if _, others := s.gaps(); uint64(others)+r.Dropped != 12_001 {
				t.Errorf("%d events are there and %d are said to be lost", others, r.Dropped)
			}
		})
	}
	reliability.Count(t, "A47", "limit on the length of files, met by a program that logs, at each level", len(levels()))
}
