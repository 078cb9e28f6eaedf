package runshelf

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.org/runshelf/internal/vfs"
)

// countedFile counts the writes.
type countedFile struct {
	vfs.File
	writes int
}

func (c *countedFile) WriteAt(p []byte, off int64) (int, error) {
	c.writes++
	return c.File.WriteAt(p, off)
}

// A full disk is asked for space and not written to for each event, and when it has some
// the next event is there.
func TestFullDiskIsNotWrittenToAgainAndAgain(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("no file system can be mounted here: " + err.Error())
	}
	defer syscall.Unmount(disk, 0)
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 900<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	file, err := vfs.OS().OpenFile(filepath.Join(disk, "events.jsonl"), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	counted := &countedFile{File: file}
	o, half := newOutlet(counted, Options{NoDigest: true}), make([]byte, 256<<10)
	const tries = 10_000
	for range tries {
		if err := o.write(half, 0); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("a write to a full disk: %v", err)
		}
	}
	if counted.writes > tries/10 {
		t.Errorf("%d writes of %d were made", counted.writes, tries)
	}
	if err := o.write(make([]byte, 4<<10), 0); err != nil {
		t.Errorf("what the disk has space for: %v", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := o.write(half, o.end); err != nil {
		t.Errorf("a write when there is space again: %v", err)
	}
}
