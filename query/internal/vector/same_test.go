package vector

import (
	"bytes"
	"testing"

	"example.org/runshelf/internal/processor"
)

// TestSame changes each byte of texts of each length, between others.
func TestSame(t *testing.T) {
	texts := func(a []byte, text string) Texts {
		all, ok := TextsOf(a, text)
		if !ok {
			t.Fatalf("%d bytes are not as many as %d", len(a), len(text))
		}
		return all
	}
	for _, u := range processor.Here() {
		for size := range 300 {
			a := bytes.Repeat([]byte("abcdefg"), size/7+10)[:size]
			text := string(a)
			all := []Texts{texts(a[:min(size, 40)], text[:min(size, 40)]), texts(a, text), texts(a[size/2:], text[size/2:])}
			if n := Same(u, all); n != 3 {
				t.Fatalf("%v: %d of texts of %d bytes are equal, not 3", u, n, size)
			}
			if _, ok := TextsOf(a, text+"x"); ok || Same(u, nil) != 0 {
				t.Fatalf("%v: %d bytes", u, size)
			}
			for i := range a {
				a[i] ^= 1
				want := 1
				if i < 40 {
					want = 0
				}
				if n := Same(u, all); n != want {
					t.Fatalf("%v: %d of texts of %d bytes are equal although byte %d differs", u, n, size, i)
				}
				a[i] ^= 1
			}
		}
	}
}
