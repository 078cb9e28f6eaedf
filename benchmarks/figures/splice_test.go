package figures

import (
	"strings"
	"testing"
)

func TestSplice(t *testing.T) {
	place := Place{Name: "benchmark"}
	page := "before\n" + place.Start() + "\nold\n" + place.End() + "\nafter\n"
	want := "before\n" + place.Start() + "\n\nnew\n\n" + place.End() + "\nafter\n"
	once, err := place.splice([]byte(page), []byte("new\n"))
	if err != nil || string(once) != want {
		t.Fatalf("splice = %q, %v, want %q", once, err, want)
	}
	if twice, err := place.splice(once, []byte("new\n")); err != nil || string(twice) != want {
		t.Errorf("a second splice = %q, %v, want %q", twice, err, want)
	}
}

func TestSpliceNeedsBothMarksInOrder(t *testing.T) {
	place := Place{Name: "benchmark"}
	for _, page := range []string{"", place.Start(), place.End(), place.End() + place.Start()} {
		got, err := place.splice([]byte(page), []byte("new"))
		if err == nil || !strings.Contains(err.Error(), "missing") {
			t.Errorf("splice into %q = %q, %v", page, got, err)
		}
	}
}
