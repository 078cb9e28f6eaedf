package vfs

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Only a file that can be written to the disk is said to be on its way there, and it stays
// as it is.
func TestWriteOut(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("some bytes\n"); err != nil {
		t.Fatal(err)
	}
	if began := WriteOut(file); began != (runtime.GOOS == "linux" && runtime.GOARCH != "arm") {
		t.Errorf("began: %v", began)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if WriteOut(file) {
		t.Error("a closed file is written to the disk")
	}
	if got, err := os.ReadFile(file.Name()); err != nil || string(got) != "some bytes\n" {
		t.Errorf("it holds %q, %v", got, err)
	}
}
