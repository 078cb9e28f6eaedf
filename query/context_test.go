package query

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/runshelf/shelf"
)

// countdown is a context that ends when it has been asked so many times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func newCountdown(n int) *countdown {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := &countdown{Context: ctx}
	c.left.Store(int64(n))
	return c
}

// Err implements [context.Context].
func (c *countdown) Err() error {
	if c.left.Add(-1) >= 0 {
		return nil
	}
	return context.Canceled
}

// questions are all questions about a run, and what they answer.
var questions = map[string]func(*shelf.Run, func() error) (string, error){
	"scan": func(run *shelf.Run, each func() error) (string, error) {
		r, err := Scan(run, Filter{}, func(*Line) error { return each() })
		return fmt.Sprint(r), err
	},
	"scan for a text": func(run *shelf.Run, each func() error) (string, error) {
		r, err := Scan(run, Filter{Types: []string{"bid"}}, func(*Line) error { return each() })
		r.Lines = 0 // how many are read when a text is sought is not said
		return fmt.Sprint(r), err
	},
	"scan from": func(run *shelf.Run, each func() error) (string, error) {
		r, err := ScanFrom(run, 0, Filter{}, func(*Line) error { return each() })
		return fmt.Sprint(r), err
	},
	"last": func(run *shelf.Run, each func() error) (string, error) {
		r, err := Last(run, Filter{}, 100_000, func(*Line) error { return each() })
		return fmt.Sprint(r), err
	},
	"series": func(run *shelf.Run, each func() error) (string, error) {
		r, err := Series(run, SeriesOptions{Y: []string{"tick"}}, Filter{}, func(Point) error { return each() })
		return fmt.Sprint(r), err
	},
	"thin series": func(run *shelf.Run, each func() error) (string, error) {
		r, err := Series(run, SeriesOptions{Y: []string{"tick"}, Points: 8}, Filter{}, func(Point) error { return each() })
		return fmt.Sprint(r), err
	},
	"count": func(run *shelf.Run, _ func() error) (string, error) {
		n, r, err := Count(run, Filter{From: 2})
		return fmt.Sprint(n, r), err
	},
	"stats": func(run *shelf.Run, _ func() error) (string, error) {
		c, r, err := Stats(run, "", Filter{})
		return fmt.Sprint(summary(c), r), err
	},
	"stats of numbers": func(run *shelf.Run, _ func() error) (string, error) {
		c, r, err := Stats(run, "level", Filter{}, "tick")
		return fmt.Sprint(summary(c), r), err
	},
}

// Wherever the context of a run ends, a question about the run gives its whole answer or
// says that it does not.
func TestContextEnds(t *testing.T) {
	run := runOf(t, ticking(20_000)) // 1.7 MB, seven blocks
	for name, ask := range questions {
		t.Run(name, func(t *testing.T) {
			want, err := ask(run, func() error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			for n := 0; ; n = n*3/2 + 1 {
				got, err := ask(run.WithContext(newCountdown(n)), func() error { return nil })
				if err == nil {
					if got != want {
						t.Fatalf("after %d looks: %s, want %s", n, got, want)
					}
					return
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("after %d looks: %v", n, err)
				}
			}
		})
	}
}

// Nothing is handed out once the context has ended, whatever was read ahead, and the error
// has its cause.
func TestContextEndsInTheMiddle(t *testing.T) {
	run := runOf(t, ticking(40_000))
	reason := errors.New("enough")
	for name, ask := range questions {
		ctx, end := context.WithCancelCause(t.Context())
		calls := 0
		_, err := ask(run.WithContext(ctx), func() error {
			if calls++; calls == 3 {
				end(reason)
			}
			return nil
		})
		switch {
		case calls == 0 && err == nil: // it hands out nothing
		case calls != 3 || !errors.Is(err, reason):
			t.Errorf("%s: %d calls, %v", name, calls, err)
		}
		end(reason)
		if _, err := ask(run.WithContext(ctx), func() error { return nil }); !errors.Is(err, reason) {
			t.Errorf("%s: of an ended context: %v", name, err)
		}
	}
}

// An outline whose reading was ended goes on from there and has everything once.
func TestContextEndsOutline(t *testing.T) {
	run := runOf(t, ticking(9_000)+strings.Repeat("x", 3*blockSize)+"\n"+ticking(9_000)+"torn")
	show := func(o *Outline) string {
		r := o.Report()
		return fmt.Sprint(o.Count(), o.End(), o.Types(), o.Levels(), r, o.OverTime(7), rowsOf(t, o, run, o.Count()-3, 3))
	}
	whole := NewOutline(Filter{})
	if err := whole.Extend(run); err != nil {
		t.Fatal(err)
	}
	want := show(whole)
	tries, progress := 0, false
	for _, n := range []int{0, 2, 5, 9} {
		o := NewOutline(Filter{})
		for n := n; ; n++ {
			tries++
			err := o.Extend(run.WithContext(newCountdown(n)))
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			progress = progress || o.End() > 0
		}
		if got := show(o); got != want {
			t.Fatalf("from %d on:\n%s, want\n%s", n, got, want)
		}
	}
	if !progress || tries < 8 {
		t.Errorf("%d tries; any of them kept what was read: %t", tries, progress)
	}
}

// An index that is being written is not there when its question was ended, and nothing
// else of it is.
func TestContextEndsKeptIndex(t *testing.T) {
	needsChangeTimes(t)
	run := runOf(t, strings.ReplaceAll(ticking(20_000), "broken\n", ""))
	for _, n := range []int{5, 40, 1 << 30} {
		cache := t.TempDir()
		events, err := run.WithContext(newCountdown(n)).OpenEvents()
		if err != nil {
			t.Fatal(err)
		}
		place, _ := keptIndexOf(cache, run, events, 0)
		blocks := newBlocks(events, events.Size())
		blocks.each, blocks.keep = 16<<10, newKeeper(&place, events, time.Now().Add(time.Hour))
		_, _, err = stats(blocks, "", Filter{}, nil)
		events.Close()
		whole := n == 1<<30
		left, _ := os.ReadDir(filepath.Dir(place.path))
		if err == nil != whole || len(left) > 0 != whole || whole && left[0].Name() != filepath.Base(place.path) {
			t.Errorf("after %d looks: %v, and %v", n, err, left)
		}
	}
}

// A statement ends in the middle of a log, also where there are no lines.
func TestContextEndsSQL(t *testing.T) {
	run := runOf(t, ticking(100))
	if err := os.Truncate(filepath.Join(run.Dir, shelf.EventsFile), 256<<30); err != nil {
		t.Skipf("no file can have such a hole: %v", err)
	}
	before, _ := shelf.Reading()
	ctx, end := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	ended := make(chan error, 1)
	go func() {
		_, err := SQL(ctx, shelf.New(filepath.Dir(run.Dir)), "SELECT sum(tick) FROM events WHERE tick > 1", SQLOptions{Timeout: time.Hour}, &sqlAnswer{})
		ended <- err
	}()
	for read := before; read < before+(64<<20); read, _ = shelf.Reading() {
		time.Sleep(time.Millisecond)
	}
	end(reason)
	if err := <-ended; !errors.Is(err, reason) {
		t.Error(err)
	}
	if read, _ := shelf.Reading(); read-before >= 256<<30 {
		t.Errorf("%d bytes were read", read-before)
	}
}

// What is told of a part of a log has places in the whole.
func TestScanFromReportsPlaces(t *testing.T) {
	log := "\xef\xbb\xbf{\"event_type\":\"a\"}\nbroken\n{\"event_type\":\"b\"}\nwrong\n{\"event_type\":\"c\"}\n"
	run := runOf(t, log)
	from := int64(strings.Index(log, "\n{\"event_type\":\"b\"}"))
	var at []int64
	r, err := ScanFrom(run, from, Filter{}, func(l *Line) error { at = append(at, l.Offset); return nil })
	wrong, third := strings.Index(log, "wrong"), strings.Index(log, `{"event_type":"c"}`)
	if err != nil || fmt.Sprint(r.BrokenAt) != fmt.Sprint([]int{wrong}) || fmt.Sprint(at) != fmt.Sprint([]int64{from + 1, int64(third)}) {
		t.Errorf("events at %v, broken at %v, %v", at, r.BrokenAt, err)
	}
}
