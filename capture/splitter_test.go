package capture

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// lines is a sink that remembers.
type lines struct {
	got     []string
	flushed int // how many of got were there at the last flush
}

func (l *lines) line(line []byte) { l.got = append(l.got, string(line)) }

func (l *lines) long(line longLine) {
	l.got = append(l.got, fmt.Sprintf("long %d+%d %.3q", line.offset, line.length, line.preview))
}

func (l *lines) flush() { l.flushed = len(l.got) }

func (l *lines) many([]byte) int { return 0 }

// split gives a text to a splitter in pieces of the given size.
func split(text string, size int) []string {
	var l lines
	s := splitter{sink: &l}
	for len(text) > 0 {
		n := min(size, len(text))
		s.write([]byte(text[:n]))
		text = text[n:]
	}
	s.end()
	return l.got
}

func TestSplitter(t *testing.T) {
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"a", []string{"a"}},
		{"a\n", []string{"a"}},
		{"a\n\nb", []string{"a", "", "b"}},
		{"a\r\nb\r\n", []string{"a", "b"}},
		{"10%\r20%\r30%\n", []string{"30%"}},
		{"10%\r20%\r", []string{"20%"}},
		{"done\r    \r\n", []string{"done"}},
		{"\r\r\n", []string{""}},
		{" \r \n", []string{" "}},
		{"a\rb\rc\nd", []string{"c", "d"}},
		{"\x00\xff\n", []string{"\x00\xff"}},
	} {
		for size := 1; size <= len(tc.text)+1; size++ {
			if got := split(tc.text, size); !slices.Equal(got, tc.want) {
				t.Errorf("%q by %d: got %q, want %q", tc.text, size, got, tc.want)
			}
		}
	}
}

// However a stream is cut into chunks, its lines are the same.
func TestSplitterChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab \r\n{"))).Draw(t, "text")
		size := rapid.IntRange(1, 20).Draw(t, "size")
		want := split(text, len(text)+1)
		if got := split(text, size); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestSplitterLongLines(t *testing.T) {
	x := strings.Repeat("x", longestText)
	object := "{" + strings.Repeat(" ", longestJSON-2) + "}"
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"longest text", x + "\n", []string{x}},
		{"longer text", "a\n" + x + "x\nb", []string{"a", fmt.Sprintf(`long 2+%d "xxx"`, longestText+1), "b"}},
		{"longest object", object + "\n", []string{object}},
		{"longer object", object + " \nb\n", []string{fmt.Sprintf(`long 0+%d "{  "`, longestJSON+1), "b"}},
		{"no end", x + x, []string{fmt.Sprintf(`long 0+%d "xxx"`, 2*longestText)}},
		{"returns", strings.Repeat("state\r", longestText) + "last\n", []string{"last"}},
		{"two", x + "x\n" + x + "x\n", []string{fmt.Sprintf(`long 0+%d "xxx"`, longestText+1), fmt.Sprintf(`long %d+%d "xxx"`, longestText+2, longestText+1)}},
	} {
		for _, size := range []int{4096, 6000, chunkBytes, len(tc.text)} {
			if got := split(tc.text, size); !slices.Equal(got, tc.want) {
				t.Errorf("%s by %d: got %.40q", tc.name, size, got)
			}
		}
	}
}

// What came is handed on, but a line without an end waits.
func TestSplitterFlushes(t *testing.T) {
	var l lines
	s := splitter{sink: &l}
	s.write([]byte("a\nb\nc"))
	if len(l.got) != 2 || l.flushed != 2 {
		t.Errorf("%q, %d of them flushed", l.got, l.flushed)
	}
	s.end()
	if len(l.got) != 3 || l.flushed != 3 {
		t.Errorf("%q, %d of them flushed", l.got, l.flushed)
	}
}

func FuzzSplitter(f *testing.F) {
	f.Add([]byte("a\rb\r\n{\"x\":1}\nrest"), 3)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		if size < 1 || size > 1<<20 || len(text) > 1<<16 {
			t.Skip()
		}
		got := split(string(text), size)
		if want := bytes.Count(text, []byte{'\n'}); len(got) != want && len(got) != want+1 {
			t.Fatalf("%d lines, %d line ends", len(got), want)
		}
		for _, line := range got {
			if strings.ContainsAny(line, "\n") {
				t.Fatalf("a line end in %q", line)
			}
		}
	})
}
