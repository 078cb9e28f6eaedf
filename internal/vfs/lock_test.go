package vfs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// open opens a file and closes it when the test ends.
func open(t *testing.T, path string, flag int) File {
	t.Helper()
	f, err := OS().OpenFile(path, flag, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestLockExcludes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path, os.O_RDWR|os.O_CREATE), open(t, path, os.O_RDWR)
	checkHeld(t, path, false)
	if held, err := TryLock(first); !held || err != nil {
		t.Fatal(held, err)
	}
	checkHeld(t, path, true)
	if held, err := TryLock(second); held || err != nil {
		t.Fatal("held twice:", err)
	}
	if held, err := Lock(second, 20*time.Millisecond); held || err != nil {
		t.Fatal("held twice:", err)
	}
	first.Close()
	checkHeld(t, path, false)
	if held, err := TryLock(second); !held || err != nil {
		t.Fatal("not free:", err)
	}
}

func checkHeld(t *testing.T, path string, want bool) {
	t.Helper()
	if held, err := Locked(path); held != want || err != nil {
		t.Errorf("held: %v, %v; want %v", held, err, want)
	}
}

func TestLockWaitsForAReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	writer, reader := open(t, path, os.O_RDWR|os.O_CREATE), open(t, path, os.O_RDONLY)
	if shared, err := tryLock(reader.Fd(), false); !shared {
		t.Skip("no shared locks here:", err)
	}
	checkHeld(t, path, false) // another reader is nobody
	asked := make(chan struct{})
	go func() {
		<-asked
		reader.Close()
	}()
	if held, err := TryLock(writer); held || err != nil {
		t.Fatal("the reader's lock excludes nobody:", err)
	}
	close(asked)
	if held, err := Lock(writer, time.Minute); !held || err != nil {
		t.Error("the writer gave up:", err)
	}
}

func TestLockOfAClosedFileIsAnError(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "lock"), os.O_RDWR|os.O_CREATE)
	f.Close()
	if held, err := Lock(f, time.Minute); held || err == nil {
		t.Error("locked a closed file")
	}
}

func TestLockedOfNothing(t *testing.T) {
	checkHeld(t, filepath.Join(t.TempDir(), "gone"), false)
}

func TestLockedOfAnOddFile(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("lock", link); err != nil {
		t.Fatal(err)
	}
	open(t, filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE)
	for _, path := range []string{dir, link} {
		if held, err := Locked(path); held || err == nil {
			t.Errorf("%s: held %v, %v", path, held, err)
		}
	}
}

func TestLockOfADirectory(t *testing.T) {
	dir := t.TempDir()
	first, second := open(t, dir, os.O_RDONLY), open(t, dir, os.O_RDONLY)
	if held, err := TryLock(first); !held {
		t.Skip("directories cannot be locked here:", err)
	}
	if held, _ := TryLock(second); held {
		t.Error("held twice")
	}
}

func TestErrorsKeepTheirCause(t *testing.T) {
	_, err := OpenRegular(OS(), filepath.Join(t.TempDir(), "gone"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
