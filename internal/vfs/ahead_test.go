package vfs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
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
