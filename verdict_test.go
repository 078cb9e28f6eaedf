package runshelf

import (
	"log/slog"
	"strconv"
	"syscall"
	"testing"

	"example.org/runshelf/internal/vfs"
	"example.org/runshelf/shelf"
)

// A disk that is full for a while, or to the end, is no damage: what is lost is
// accounted for, and verify says so.
func TestA48VerdictAfterAFullDisk(t *testing.T) {
	for _, level := range []Durability{DurabilityCrash, DurabilityEach, DurabilityNone} {
		for _, healed := range []bool{true, false} {
			disk := vfs.NewFaulty(vfs.OS())
			l := start(t, Options{RunID: AutoRunID, fs: disk, Durability: level})
			l.Log("before")
			_ = l.Sync()
			disk.Fail(vfs.Fault{Op: vfs.OpWrite, Sticky: true, Err: syscall.ENOSPC, Short: 20})
			for i := range 5000 {
				l.Log("much", slog.Int("i", i), slog.String("text", "a text of some length, so that no memory holds them all"))
			}
			if healed {
				disk.Heal()
				l.Log("after")
			}
			_ = l.Close() // it tells of the loss
			disk.Heal()
			run, err := shelf.OpenRun(l.Dir())
			if err != nil {
				t.Fatal(err)
			}
			v, err := run.Verify()
			sound := err == nil && v.Verdict.Sound() && (!healed || v.Verdict == shelf.VerdictGap && v.Dropped > 0)
			if !sound {
				t.Errorf("%s, healed %v: %+v, %v; manifest %+v", level, healed, v, err, run.Manifest.Events)
			}
		}
	}
}

// A run of more types than are counted by name is as it was written, and verify says so.
func TestVerdictOfManyTypes(t *testing.T) {
	l := start(t, Options{RunID: AutoRunID, Durability: DurabilityNone})
	for i := range maxKinds + 100 {
		l.Log("t" + strconv.Itoa(i))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(l.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if others := run.Manifest.Events.ByType[""]; others != 100 {
		t.Errorf("%d events of other types", others)
	}
	if v, err := run.Verify(); err != nil || v.Verdict != shelf.VerdictIntact {
		t.Errorf("%+v, %v", v, err)
	}
}
