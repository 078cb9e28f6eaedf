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
	buf := make([]byte, 0, 4<<10)
	for size := 1; size < 200; size++ {
		for gap := range 40 {
			text := unsafe.String(&memory[page-size-gap], size)
			if size > 32 && gap > 2 {
				break
			}
			body := Body{Type: text, Attrs: []slog.Attr{slog.String(text, text), slog.Group("Group", slog.Int(text, 1))}}
			want := `"event_type":"` + text + `","` + text + `":"` + text + `","Group":{"` + text + `":1}}` + "\n"
			other := text[:size-1] + "Z"
			for _, known := range []Body{body, {Type: other, Attrs: body.Attrs}, {Type: text, Attrs: []slog.Attr{slog.Int(other, 1)}}, {}} {
				if got := string(AppendBody(buf[:0], body)); got != want {
					t.Fatalf("%d bytes, %d before the end: %s, want %s", size, gap, got, want)
				}
				know(&known, &body)
			}
		}
	}
}
