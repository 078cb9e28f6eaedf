package query

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf/shelf"
)

// growingLog is a log that grows in memory. Its size is that of the last
// Refresh, as with a file.
type growingLog struct {
	mu   sync.Mutex
	data []byte
	size int64
}

func (g *growingLog) ReadAt(b []byte, offset int64) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return bytes.NewReader(g.data).ReadAt(b, offset)
}

func (g *growingLog) Size() int64 { return g.size }

func (g *growingLog) Refresh() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.size = int64(len(g.data))
	return nil
}

func (g *growingLog) Quiet() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.size == int64(len(g.data))
}

func (g *growingLog) Peek(b []byte, offset int64) (int, error) {
	n, _ := g.ReadAt(b, offset)
	return n, nil
}

func (g *growingLog) append(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.data = append(g.data, text...)
}

// follower follows a growing log; alive is asked like a run's status.
func follower(log *growingLog, o FollowOptions, alive func() bool, fn func(*Line) error) *trail {
	return &trail{sieve: &sieve{matcher: newMatcher(Filter{}), fn: fn}, events: log, o: o, alive: alive, waker: fixedWaker(o.Poll)}
}

// TestFollowDeliversEachLineOnce writes a log in arbitrary pieces while it is
// followed: each line comes once, in order, and never in halves.
func TestFollowDeliversEachLineOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := ""
		for i := range rapid.IntRange(0, 30).Draw(rt, "lines") {
			text += fmt.Sprintf("{\"sequence\":%d,\"pad\":%q}\n", i+1, strings.Repeat("x", i*7%40))
		}
		text += rapid.SampledFrom([]string{"", "{\"torn", "{\"whole\":1}"}).Draw(rt, "tail")
		cuts := rapid.SliceOf(rapid.IntRange(0, len(text))).Draw(rt, "cuts")
		slices.Sort(cuts)
		var w watch
		if rapid.Bool().Draw(rt, "watched") {
			w = alarm{}
		}
		synctest.Test(t, func(*testing.T) { followPieces(rt, text, append(cuts, len(text)), w) })
	})
}

// alarm is a watch that has something to tell every other millisecond.
type alarm struct{}

func (alarm) wait(time.Time) bool { time.Sleep(2 * time.Millisecond); return true }
func (alarm) take() bool          { return false }
func (alarm) close()              {}

func followPieces(rt *rapid.T, text string, cuts []int, w watch) {
	log, ended := &growingLog{}, make(chan struct{})
	go func() {
		done := 0
		for _, cut := range cuts {
			log.append(text[done:cut])
			done = cut
			time.Sleep(30 * time.Millisecond)
		}
		close(ended)
	}()
	alive := func() bool {
		select {
		case <-ended:
			return false
		default:
			return true
		}
	}
	var got []string
	f := follower(log, FollowOptions{}, alive, collect(&got))
	if w != nil {
		f.waker = &waker{watch: w, tail: "/nowhere/.tail", now: time.Now}
	}
	if rapid.Bool().Draw(rt, "through") {
		f.o.Through = func(lines []byte) error {
			got = append(got, strings.Split(strings.TrimSuffix(string(lines), "\n"), "\n")...)
			return nil
		}
	}
	if err := f.follow(context.Background()); err != nil {
		rt.Fatalf("follow: %v", err)
	}
	if want := naive(text); !slices.Equal(got, want) {
		rt.Fatalf("got %q, want %q", got, want)
	}
}

func TestFollowFromLast(t *testing.T) {
	tests := []struct {
		name, before string
		last         int
		want         []string
	}{
		{"some", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", 2, []string{`{"a":2}`, `{"a":3}`, `{"later":1}`}},
		{"none", "{\"a\":1}\n", 0, []string{`{"later":1}`}},
		{"more_than_there_are", "{\"a\":1}\n", 9, []string{`{"a":1}`, `{"later":1}`}},
		{"half_a_line", "{\"a\":1}\n{\"half\":", 9, []string{`{"a":1}`, `{"half":{"later":1}}`}},
		{"empty", "", 9, []string{`{"later":1}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := &growingLog{}
			log.append(tt.before)
			_ = log.Refresh()
			var got []string
			f := follower(log, FollowOptions{Last: tt.last, FromLast: true}, func() bool { return false }, collect(&got))
			if err := f.begin(); err != nil {
				t.Fatal(err)
			}
			log.append(`{"later":1}`)
			if strings.HasSuffix(tt.before, ":") {
				log.append("}")
			}
			if err := f.follow(context.Background()); err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestFollowEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &growingLog{}
		log.append("{\"a\":1}\n")
		reason := errors.New("seen enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(reason) })
		var got []string
		f := follower(log, FollowOptions{}, func() bool { return true }, collect(&got))
		if err := f.follow(ctx); err != reason || len(got) != 1 {
			t.Errorf("%v after %q, want the cause", err, got)
		}
		stop := func() error { return ErrStop }
		f = follower(log, FollowOptions{CaughtUp: stop}, func() bool { return true }, collect(&got))
		if err := f.follow(t.Context()); !errors.Is(err, ErrStop) {
			t.Errorf("%v, want what CaughtUp returned", err)
		}
	})
}

// TestFollowPeeks shows what is handed out when something was written, before any other
// look at the run: whole lines, as much of them as is read at once.
func TestFollowPeeks(t *testing.T) {
	long := strings.Repeat("x", 100)
	many := strings.Repeat("{\"pad\":\""+long+"\"}\n", 2*peekSize/(len(long)+len("{\"pad\":\"\"}\n")))
	for _, tt := range []struct {
		name, text   string
		whole        int  // bytes of the lines handed out
		lines        int  // how many these are
		all, stopped bool // that was all, and CaughtUp was called if there was something; the following was ended
	}{
		{"nothing", "", 0, 0, true, false},
		{"half a line", `{"a":`, 0, 0, false, false},
		{"a line", "{\"a\":1}\n", 8, 1, true, false},
		{"a line and a half", "{\"a\":1}\n{\"b\":", 8, 1, false, false},
		{"a line that is none", "{\"a\":1}\nnoise\n", 14, 1, true, false},
		{"more than is read at once", many, strings.LastIndex(many[:peekSize], "\n") + 1, strings.Count(many[:peekSize], "\n"), false, false},
		{"a line longer than that", "{\"pad\":\"" + strings.Repeat(long, peekSize/len(long)+1) + "\"}\n", 0, 0, false, false},
		{"the last that is wanted", "{\"a\":1}\n{\"stop\":1}\n", 19, 2, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			testFollowPeeks(t, tt.text, false, tt.whole, tt.lines, tt.all, tt.stopped)
			testFollowPeeks(t, tt.text, true, tt.whole, tt.lines, tt.all, tt.stopped)
		})
	}
}

func testFollowPeeks(t *testing.T, text string, through bool, wantWhole, wantLines int, wantAll, wantStopped bool) {
	log, asked, lines := &growingLog{}, false, 0
	log.append(text)
	stopAt := func(text []byte) error {
		if lines += max(1, bytes.Count(text, []byte("\n"))); bytes.Contains(text, []byte("stop")) {
			return ErrStop
		}
		return nil
	}
	o := FollowOptions{CaughtUp: func() error { asked = true; return nil }}
	if through {
		o.Through = stopAt
	}
	f := follower(log, o, nil, func(l *Line) error { return stopAt(l.Bytes) })
	some, all, err := f.peek()
	if f.offset != int64(wantWhole) || lines != wantLines || some != (wantLines > 0) || all != wantAll || asked != (some && all) || errors.Is(err, ErrStop) != wantStopped {
		t.Errorf("through %t: %d bytes in %d lines, some %t, all %t, asked %t, %v", through, f.offset, lines, some, all, asked, err)
	}
}

// TestFollowSeesLastWords has a run that writes just before it ends, between a
// look at the log and the look at the status.
func TestFollowSeesLastWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &growingLog{}
		asked := 0
		alive := func() bool {
			if asked++; asked < 3 {
				return true
			}
			log.append("{\"last\":\"words\"}\n")
			return false
		}
		var got []string
		if err := follower(log, FollowOptions{}, alive, collect(&got)).follow(t.Context()); err != nil || len(got) != 1 {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestFollowIsWoken shows that the system tells of what happens to a run, and that the
// end of the context is not missed: the fallback of these followers would come an hour
// too late.
func TestFollowIsWoken(t *testing.T) {
	reason := errors.New("seen enough")
	for _, tt := range []struct {
		name   string
		happen func(dir string, cancel context.CancelCauseFunc) error
		want   error
	}{
		{"an event", func(dir string, _ context.CancelCauseFunc) error {
			f, err := os.OpenFile(filepath.Join(dir, shelf.EventsFile), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteString(sample(1))
			return err
		}, nil},
		{"a new manifest", func(dir string, _ context.CancelCauseFunc) error {
			if err := os.WriteFile(filepath.Join(dir, "new"), nil, 0o666); err != nil {
				return err
			}
			return os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, shelf.ManifestFile))
		}, nil},
		{"the end", func(_ string, cancel context.CancelCauseFunc) error {
			cancel(reason)
			return nil
		}, reason},
		{"the end of what is gone", func(dir string, cancel context.CancelCauseFunc) error {
			cancel(reason)
			return os.RemoveAll(dir)
		}, reason},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := runOf(t, sample(1))
			limited, stop := context.WithTimeout(t.Context(), 2*time.Minute)
			defer stop()
			ctx, cancel := context.WithCancelCause(limited)
			defer cancel(nil)
			w := newWaker(ctx, run.Dir, FollowOptions{Poll: time.Hour})
			defer w.close()
			if w.watch == nil {
				t.Fatal("the run directory cannot be watched")
			}
			happened := make(chan error, 1)
			go func() { happened <- tt.happen(run.Dir, cancel) }()
			_, err := w.wait(ctx, w.until())
			if err != tt.want {
				t.Errorf("it was woken with %v, want %v", err, tt.want)
			}
			if err := <-happened; err != nil {
				t.Fatal(err)
			}
			if tt.want == nil {
				return
			}
			// What the watch told of the end has been taken.
			if _, err := w.wait(ctx, w.until()); err != tt.want {
				t.Errorf("later with %v, want %v", err, tt.want)
			}
		})
	}
}

// TestWakerPauses shows how long it waits at most.
func TestWakerPauses(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	w := &waker{tail: filepath.Join(dir, shelf.TailFile), now: func() time.Time { return now }}
	if got := w.pause(); got != pollEvery {
		t.Errorf("without a watch and a tail %v", got)
	}
	if err := os.WriteFile(w.tail, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	w.grew()
	if got := w.pause(); got != pollBusy {
		t.Errorf("with a tail while events come %v", got)
	}
	now = now.Add(busyFor)
	if got := w.pause(); got != pollEvery {
		t.Errorf("with a tail and without events %v", got)
	}
	w.watch = alarm{}
	if got := w.pause(); got != pollEvery {
		t.Errorf("with a tail and a watch, without events %v", got)
	}
	now = now.Add(quietFor)
	if got := w.pause(); got != pollWoken {
		t.Errorf("with a tail and a watch, long without events %v", got)
	}
	if w.watch = nil; w.pause() != pollEvery {
		t.Error("long without events it is not looked at often enough without a watch")
	}
	if got := newWaker(t.Context(), filepath.Join(dir, "missing"), FollowOptions{}); got.watch != nil || got.pause() != pollEvery {
		t.Errorf("of a missing directory: watched %t", got.watch != nil)
	}
}

// FuzzPeek holds the quick way of following against the careful one: of any bytes the
// same lines are handed out, and the same is reported.
func FuzzPeek(f *testing.F) {
	for _, seed := range []string{
		"{\"a\":1}\n{\"b\":[{\"c\":\"d\\u00e9\"}]}\n", "\xef\xbb\xbf{\"a\":1}\r\n", "{\"a\":1}{\"b\":2}\n", "\x00\x00{\"a\":1}\n \n", "{\"a\":1} \nnoise\n{\"a\":\n", "{\"a\":-0.5e+7,\"a\":null}\n{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) >= peekSize {
			return
		}
		log := &growingLog{data: text}
		var quick, careful []string
		note := func(to *[]string) func(*Line) error {
			return func(l *Line) error {
				*to = append(*to, fmt.Sprintf("%d %d %t %s", l.Offset, l.Number, l.Broken, l.Bytes))
				return nil
			}
		}
		peeking := follower(log, FollowOptions{}, nil, note(&quick))
		if _, _, err := peeking.peek(); err != nil {
			t.Fatal(err)
		}
		var through []string
		passing := follower(log, FollowOptions{}, nil, note(&through))
		passing.o.Through = func(lines []byte) error {
			at, number := passing.offset, passing.number
			for line := range bytes.Lines(lines) {
				number++
				through = append(through, fmt.Sprintf("%d %d false %s", at, number, bytes.TrimSuffix(line, []byte("\n"))))
				at += int64(len(line))
			}
			return nil
		}
		if _, _, err := passing.peek(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(through, quick) || !reflect.DeepEqual(passing.report, peeking.report) || passing.offset != peeking.offset {
			t.Errorf("through %q, %+v up to %d; %q, %+v up to %d", through, passing.report, passing.offset, quick, peeking.report, peeking.offset)
		}
		end := int64(bytes.LastIndexByte(text, '\n') + 1)
		reading := follower(log, FollowOptions{}, nil, note(&careful))
		_ = log.Refresh()
		if err := reading.readOn(false); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(quick, careful) || !reflect.DeepEqual(peeking.report, reading.report) || peeking.offset != end {
			t.Errorf("%q, %+v up to %d; carefully %q, %+v up to %d", quick, peeking.report, peeking.offset, careful, reading.report, end)
		}
	})
}
