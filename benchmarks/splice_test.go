package main

import (
	"strings"
	"testing"
)

func TestSplice(t *testing.T) {
	page := "before\n" + markStart + "\nold\n" + markEnd + "\nafter\n"
	want := "before\n" + markStart + "\n\nnew\n\n" + markEnd + "\nafter\n"
	once, err := splice([]byte(page), []byte("new\n"))
	if err != nil || string(once) != want {
		t.Fatalf("splice = %q, %v, want %q", once, err, want)
	}
	if twice, err := splice(once, []byte("new\n")); err != nil || string(twice) != want {
		t.Errorf("a second splice = %q, %v, want %q", twice, err, want)
	}
}

func TestSpliceNeedsBothMarksInOrder(t *testing.T) {
	for _, page := range []string{"", markStart, markEnd, markEnd + markStart} {
		got, err := splice([]byte(page), []byte("new"))
		if err == nil || !strings.Contains(err.Error(), "missing") {
			t.Errorf("splice into %q = %q, %v", page, got, err)
		}
	}
}
