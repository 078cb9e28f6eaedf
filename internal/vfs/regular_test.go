package vfs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadRegular(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, size := range []int{0, 1, 511, 512, 513, 100_000} {
		content := strings.Repeat("x", size)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, limit := range []int{0, 1, 512, 100_000, 1 << 20} {
			got, err := ReadRegular(OS(), path, int64(limit))
			if want := content[:min(size, limit)]; err != nil || string(got) != want {
				t.Errorf("%d bytes, limit %d: got %d bytes, %v", size, limit, len(got), err)
			}
		}
	}
}

func TestReadRegularOfAFileThatGrew(t *testing.T) {
	// The buffer was made for one byte and there are more.
	got, err := readUpTo(strings.NewReader("abcdef"), make([]byte, 0, 2), 5)
	if err != nil || string(got) != "abcde" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestOpenRegularRefuses(t *testing.T) {
	dir := t.TempDir()
	file, link, fifo := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "fifo")
	if err := errors.Join(os.WriteFile(file, nil, 0o666), os.Symlink(file, link)); err != nil {
		t.Fatal(err)
	}
	paths := []string{dir, link, os.DevNull}
	if err := makeFIFO(fifo); err == nil {
		paths = append(paths, fifo)
	}
	for _, path := range paths {
		if _, err := OpenRegular(OS(), path); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s is refused with %v", path, err)
		}
		if b, err := ReadRegular(OS(), path, 10); err == nil {
			t.Errorf("read %q from %s", b, path)
		}
	}
}
