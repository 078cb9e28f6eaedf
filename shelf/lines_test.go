package shelf

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 3*lineChunk)
	content := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOf(rapid.SampledFrom([]string{"", "a", "bb", long})).Draw(t, "lines")
		return strings.Join(lines, "\n")
	})
	rapid.Check(t, func(t *rapid.T) {
		s, n := content.Draw(t, "content"), rapid.IntRange(-1, 5).Draw(t, "n")
		all := strings.SplitAfter(s, "\n")
		all = all[:len(all)-1]
		want := all[max(0, len(all)-max(0, n)):]
		got, err := LastLines(strings.NewReader(s), int64(len(s)), n)
		if err != nil || string(bytes.Join(got, nil)) != strings.Join(want, "") || len(got) != len(want) {
			t.Fatalf("%d lines, %v; want %d", len(got), err, len(want))
		}
		first, err := FirstLine(strings.NewReader(s), 1<<20)
		if len(all) == 0 && !errors.Is(err, io.EOF) || len(all) > 0 && (err != nil || string(first) != all[0]) {
			t.Fatalf("the first is %.10q, %v", first, err)
		}
	})
}

func TestFirstLineIsBounded(t *testing.T) {
	if line, err := FirstLine(strings.NewReader("abc\n"), 3); !errors.Is(err, io.EOF) {
		t.Errorf("%q, %v", line, err)
	}
}

type failingReader struct{}

var errReading = errors.New("reading failed")

func (failingReader) ReadAt([]byte, int64) (int, error) { return 0, errReading }

func TestLinesPassErrorsOn(t *testing.T) {
	if _, err := LastLines(failingReader{}, 1, 1); !errors.Is(err, errReading) {
		t.Error(err)
	}
	if _, err := FirstLine(failingReader{}, 1); !errors.Is(err, errReading) {
		t.Error(err)
	}
}
