//go:build unix

package provenance

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadGitNeverWaits puts a pipe without a writer in the place of each file:
// opening one in the plain way would wait for ever.
func TestReadGitNeverWaits(t *testing.T) {
	for _, name := range []string{".git", ".git/HEAD", ".git/commondir", ".git/config", ".git/packed-refs", ".git/refs/heads/main"} {
		t.Run(name, func(t *testing.T) {
			dir := repo(t)
			path := filepath.Join(dir, name)
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			got, ok := ReadGit(dir)
			if wantOK := name != ".git" && name != ".git/HEAD"; ok != wantOK {
				t.Errorf("ReadGit = %+v, %v; want %v", got, ok, wantOK)
			}
		})
	}
}

func TestOpenRegular(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "missing"), "/dev/null", "/dev/tty"} {
		if f, err := openRegular(path); err == nil {
			f.Close()
			t.Errorf("openRegular(%s) opened it", path)
		}
	}
}

func TestReadSmallOfLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	write(t, path, strings.Repeat("x", maxSmall+10))
	if text, err := readSmall(path); err != nil || len(text) != maxSmall {
		t.Errorf("readSmall gave %d bytes, %v; want %d", len(text), err, maxSmall)
	}
}
