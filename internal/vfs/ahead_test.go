package vfs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file for which space is set aside holds what was written and no more, at any time;
// also when it was cut meanwhile, and when nothing can be set aside.
func TestAhead(t *testing.T) {
	for name, off := range map[string]bool{"as the file system can": false, "not at all": true} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Create(filepath.Join(t.TempDir(), "file"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			a := Ahead{off: off}
			part, size := bytes.Repeat([]byte("0123456789abcde\n"), 12_345), int64(0)
			var all []byte
			check := func() {
				t.Helper()
				if info, err := file.Stat(); err != nil || info.Size() != size {
					t.Fatalf("%v, %v; want %d bytes", info, err, size)
				}
			}
			for i := range 60 {
				a.Grow(file, size, len(part))
				check()
				if _, err := file.WriteAt(part, size); err != nil {
					t.Fatal(err)
				}
				all, size = append(all, part...), size+int64(len(part))
				if check(); i == 40 {
					size -= 100
					if err := file.Truncate(size); err != nil {
						t.Fatal(err)
					}
					all = all[:size]
				}
			}
			a.Trim(file, size)
			check()
			if got, err := os.ReadFile(file.Name()); err != nil || !bytes.Equal(got, all) {
				t.Errorf("%d bytes, %v; they differ from the %d that were written", len(got), err, len(all))
			}
			if off && a.pieces > 0 {
				t.Error("something was set aside")
			}
			checkTrimmed(t, file, size)
		})
	}
}

// What a killed writer has left set aside is found and given back, and nothing else of
// the file changes.
func TestGiveBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text := bytes.Repeat([]byte("0123456789abcde\n"), 65_537)
	if _, err := file.Write(text); err != nil {
		t.Fatal(err)
	}
	if n, err := SetAside(OS(), path); n != 0 || err != nil {
		t.Errorf("%d bytes set aside for a file as others write it, %v", n, err)
	}
	var a Ahead
	a.Grow(file, int64(len(text)), 1)
	changed := time.Date(2026, 1, 15, 12, 0, 0, 123456789, time.UTC)
	if err := os.Chtimes(path, changed, changed); err != nil {
		t.Fatal(err)
	}
	n, err := SetAside(OS(), path)
	if err != nil || n > aheadPiece || n < aheadPiece-1<<16 && a.pieces > 0 || n > 0 && a.pieces == 0 {
		t.Errorf("%d bytes set aside in %d pieces, %v", n, a.pieces, err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if given, err := GiveBack(OS(), path); given != n || err != nil {
		t.Errorf("%d bytes of %d given back, %v", given, n, err)
	}
	checkTrimmed(t, file, int64(len(text)))
	if given, err := GiveBack(OS(), path); given != 0 || err != nil {
		t.Errorf("%d bytes given back once more, %v", given, err)
	}
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(before.ModTime()) {
		t.Errorf("the time is %v, %v; was %v", info.ModTime(), err, before.ModTime())
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes, %v; they differ from the %d that were written", len(got), err, len(text))
	}
	if a.pieces == 0 {
		t.Skip("this file system sets nothing aside")
	}
}
