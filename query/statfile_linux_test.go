package query

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
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

// TestSignatureAlone asks for what there may be in the place of a manifest, in both ways.
func TestSignatureAlone(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{file: true, link: false, dir: false, filepath.Join(dir, "none"): false} {
		seen, regular := signatureOf(name)
		ended := name + "\x00"
		if alone, same := signatureAlone(ended[:len(name)]); same != regular || alone != seen || regular != want {
			t.Errorf("%s: %v %t, and %v %t", name, seen, regular, alone, same)
		}
	}
}

// TestFolderState shows that the state of a directory is another one when a name has come,
// gone or changed, and that of a directory alone is one.
func TestFolderState(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if !folderState(dir).known() {
		t.Skip("the file system here does not tell")
	}
	steps := []struct {
		name   string
		change func() error
	}{
		{"come", func() error { return os.Mkdir(file, 0o777) }},
		{"renamed", func() error { return os.Rename(file, file+"2") }},
		{"gone", func() error { return os.Remove(file + "2") }},
		{"a file", func() error { return os.WriteFile(file+"2", nil, 0o666) }},
	}
	for _, step := range steps {
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(dir, old, old); err != nil {
			t.Fatal(err)
		}
		before := folderState(dir)
		if again := folderState(dir); again != before {
			t.Errorf("%v, and without a change %v", before, again)
		}
		if err := step.change(); err != nil {
			t.Fatal(err)
		}
		if after := folderState(dir); after == before {
			t.Errorf("%s: still %v", step.name, after)
		}
	}
	if state := folderState(file + "2"); state.known() {
		t.Errorf("a file is in the state %v of a directory", state)
	}
	if state := folderState(filepath.Join(dir, "none")); state.known() {
		t.Errorf("nothing is in the state %v of a directory", state)
	}
}
