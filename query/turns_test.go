package query

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// unreadable is a log of which some bytes cannot be read.
type unreadable struct {
	io.ReaderAt
	from int64
}

var errUnreadable = errors.New("unreadable")

func (f unreadable) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > f.from {
		return 0, errUnreadable
	}
	return f.ReaderAt.ReadAt(b, off)
}

// Results are delivered in the order of the file up to the first error, whoever has it, and
// are used anew.
func TestInTurns(t *testing.T) {
	var log strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&log, "%d\n", i)
	}
	all := strings.Fields(log.String())
	type result struct{ lines []string }
	made := make(chan *result, 1000)
	newWork := func() func(*block, *result) *result {
		return func(b *block, r *result) *result {
			if r == nil {
				r = &result{}
				made <- r
			}
			r.lines = r.lines[:0]
			for line := range bytes.Lines(b.text()) {
				r.lines = append(r.lines, strings.TrimSpace(string(line)))
			}
			return r
		}
	}
	for _, workers := range []int{1, 2, 5} {
		for _, each := range []int64{64, 1000, 1 << 20} {
			for _, fails := range []string{"", "read", "deliver"} {
				t.Run(fmt.Sprint(workers, each, fails), func(t *testing.T) {
					src := unreadable{strings.NewReader(log.String()), int64(log.Len()) + 1}
					if fails == "read" {
						src.from = int64(log.Len()) - 1
					}
					blocks := newBlocks(src, int64(log.Len()))
					blocks.each, blocks.workers = each, workers
					var got []string
					errFull := errors.New("full")
					err := inTurns(blocks, newWork, func(r *result) error {
						if fails == "deliver" && len(got) > 1000 {
							return errFull
						}
						got = append(got, r.lines...)
						return nil
					})
					want := map[string]error{"": nil, "read": errUnreadable, "deliver": errFull}[fails]
					if each > int64(log.Len()) && fails == "deliver" {
						want = nil // a single block
					}
					if !errors.Is(err, want) || !slices.Equal(got, all[:len(got)]) || err == nil && len(got) != len(all) {
						t.Errorf("%d lines, %v; want %v", len(got), err, want)
					}
					if n := len(made); n > placesEach*workers+workers {
						t.Errorf("%d results for %d workers", n, workers)
					}
					for len(made) > 0 {
						<-made
					}
				})
			}
		}
	}
}
