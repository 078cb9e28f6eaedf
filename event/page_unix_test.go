//go:build unix

package event

import (
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// Names and texts may lie anywhere: nothing is read beyond the page that they end in.
func TestQuickAtTheEndOfAPage(t *testing.T) {
	page := os.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no memory can be mapped: ", err)
	}
	defer func() { _ = syscall.Munmap(memory) }()
	copy(memory, strings.Repeat("abcdefghijklmnopqrstuvwxyz", page/26+1)[:page])
	if err := syscall.Mprotect(memory[page:], syscall.PROT_NONE); err != nil {
		t.Skip("no memory can be protected: ", err)
	}
	for size := 1; size < 200; size++ {
		for gap := range 40 {
			text := unsafe.String(&memory[page-size-gap], size)
			if size > 32 && gap > 2 {
				break
			}
			got := string(AppendBody(nil, Body{Type: "x", Attrs: []slog.Attr{slog.String(text, text)}}))
			if want := `"event_type":"x","` + text + `":"` + text + `"}` + "\n"; got != want {
				t.Fatalf("%d bytes, %d before the end: %s, want %s", size, gap, got, want)
			}
		}
	}
}
