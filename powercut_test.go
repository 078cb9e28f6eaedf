package runshelf

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"example.org/runshelf/internal/reliability"
	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// ackedRun logs events one by one on a disk that stops, and returns the sequences
// for which Log had returned by then, and whether Close had.
func ackedRun(t *testing.T, disk *vfs.Crashing, logs string, level Durability) (acked []uint64, closed bool) {
	t.Helper()
	l, err := NewEventLogger(Options{LogsDir: logs, RunID: "cut", fs: disk, Durability: level, SourceDir: logs})
	if err != nil {
		return nil, false
	}
	for i := range 5 {
		sequence := l.Log("step", slog.Int("i", i), slog.String("text", "some text"))
		if disk.Stopped() {
			break
		}
		acked = append(acked, sequence)
	}
	err = l.Close()
	return acked, err == nil && !disk.Stopped()
}

// A power cut after each operation of a whole run: what the level promises is
// there, whatever the disk has made of the rest.
func TestPowerCutAfterEachOperation(t *testing.T) {
	for _, level := range []Durability{DurabilityPower, DurabilityEach} {
		t.Run(string(level), func(t *testing.T) {
			t.Parallel()
			states := 0
			for k, closed := 0, false; !closed; k++ {
				base := t.TempDir()
				disk, err := vfs.NewCrashing(vfs.OS(), base)
				if err != nil {
					t.Fatal(err)
				}
				disk.StopAfter(k)
				var acked []uint64
				acked, closed = ackedRun(t, disk, filepath.Join(base, "logs"), level)
				if level != DurabilityPower {
					acked = nil
				}
				for seed := range uint64(5) {
					left := filepath.Join(t.TempDir(), "left")
					if err := disk.Crash(left, seed); err != nil {
						t.Fatal(err)
					}
					checkAfterPowerCut(t, filepath.Join(left, "logs"), acked, closed)
					states++
					if t.Failed() {
						t.Fatalf("after operation %d, state %d; acknowledged %v, closed %v", k, seed, acked, closed)
					}
				}
			}
			reliability.Count(t, "A54", "states after a power cut while a logger of the level "+string(level)+" is at work", states)
		})
	}
}

// checkAfterPowerCut checks that the acknowledged events are there, before and
// after a repair, and that a run that was closed is as it was closed.
func checkAfterPowerCut(t *testing.T, logs string, acked []uint64, closed bool) {
	t.Helper()
	run, err := shelf.OpenRun(filepath.Join(logs, "cut"))
	if err != nil {
		if len(acked) > 0 || closed {
			t.Error(err)
		}
		return
	}
	checkAcked(t, run.Dir, acked)
	v, err := run.Verify()
	if err != nil || closed && v.Verdict != shelf.VerdictIntact {
		t.Errorf("%+v, %v", v, err)
	}
	done, err := shelf.New(logs).Repair("cut")
	if err != nil || !done.After.Verdict.Sound() {
		t.Errorf("%+v, %v", done, err)
	}
	checkAcked(t, run.Dir, acked)
}

func checkAcked(t *testing.T, dir string, acked []uint64) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, shelf.EventsFile))
	if err != nil && len(acked) > 0 {
		t.Error(err)
	}
	for _, sequence := range acked {
		line := []byte(`"sequence":` + string('0'+rune(sequence)) + `,"event_type":"step"`)
		if !bytes.Contains(content, line) {
			t.Errorf("the acknowledged event %d is lost:\n%s", sequence, content)
		}
	}
}
