package query

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// appendDirent appends an entry of a directory as the system tells it.
func appendDirent(b []byte, kind byte, name string) []byte {
	size := (19 + len(name) + 1 + 7) / 8 * 8
	entry := make([]byte, size)
	binary.NativeEndian.PutUint16(entry[16:], uint16(size))
	entry[18] = kind
	copy(entry[19:], name)
	return append(b, entry...)
}

// TestFoldersOfUnknownType reads entries of a file system that leaves the types out, as
// some do, and entries that end in the middle, as none should.
func TestFoldersOfUnknownType(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"told", "found"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("found", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	var b []byte
	for name, kind := range map[string]byte{".": syscall.DT_DIR, "..": syscall.DT_UNKNOWN, "told": syscall.DT_DIR, "a pipe": syscall.DT_FIFO} {
		b = appendDirent(b, kind, name)
	}
	for _, name := range []string{"found", "file", "link", "gone"} {
		b = appendDirent(b, syscall.DT_UNKNOWN, name)
	}
	want := []string{"found", "told"}
	for cut := range 24 {
		torn := appendDirent(slices.Clone(b), syscall.DT_DIR, "torn")
		got := appendFolders(nil, dir, string(torn[:len(torn)-24+cut]))
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Fatalf("with %d bytes of one more: got %q, want %q", cut, got, want)
		}
	}
	got, err := folders(dir)
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if _, err := folders(filepath.Join(dir, "file")); err == nil {
		t.Error("a file was read as a directory")
	}
}
