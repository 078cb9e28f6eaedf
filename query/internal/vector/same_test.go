package vector

import (
	"bytes"
	"testing"
)

// TestSame changes each byte of texts of each length.
func TestSame(t *testing.T) {
	for _, u := range Here() {
		for size := range 300 {
			a := bytes.Repeat([]byte("abcdefg"), size/7+1)[:size]
			text := string(a)
			if !u.Same(a, text) || u.Same(a, text+"x") {
				t.Fatalf("%v: %d bytes", u, size)
			}
			for i := range a {
				a[i] ^= 1
				if u.Same(a, text) {
					t.Fatalf("%v: byte %d of %d differs", u, i, size)
				}
				a[i] ^= 1
			}
		}
	}
}
