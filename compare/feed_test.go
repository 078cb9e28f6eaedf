package compare

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestChunks has lines that end before, at and behind the ends of the chunks that
// are read, and lines longer than several of them.
func TestChunks(t *testing.T) {
	for _, slack := range []int{-2, -1, 0, 1, 2} {
		var a, b strings.Builder
		for i, size := range []int{100, chunkSize + slack, 50, 3*chunkSize + slack, chunkSize - 60 + slack, 7} {
			pad := strings.Repeat("x", size)
			fmt.Fprintf(&a, `{"timestamp":"%d","n":%d,"pad":%q}`+"\n", i, i, pad)
			fmt.Fprintf(&b, `{"timestamp":"later %d","n":%d,"pad":%q}`+"\r\n", i, i, pad)
		}
		r, err := Events(logOf("a", a.String()), logOf("b", b.String()), Options{})
		if err != nil || !r.Same || r.Equal != 6 {
			t.Fatalf("slack %d: %+v, %v", slack, r, err)
		}
		b.WriteString(`{"n":9}`)
		if r, err = Events(logOf("a", a.String()), logOf("b", b.String()), Options{}); err != nil || r.First == nil || r.First.Index != 7 || r.Added != 1 {
			t.Fatalf("slack %d: %+v, %v", slack, r, err)
		}
	}
}

// TestManyBatches compares long logs that part far behind, with blank and broken
// lines in one of them, so that the lines of both are in other batches.
func TestManyBatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	var a, b strings.Builder
	lines, part := int64(0), int64(9000)
	for i := range int64(10_000) {
		pad := strings.Repeat("y", r.IntN(400))
		fmt.Fprintf(&a, `{"sequence":%d,"event_type":"e","n":%d,"pad":"%s"}`+"\n", i, i, pad)
		if r.IntN(50) == 0 {
			b.WriteString("\n{broken\n")
			lines += 2
		}
		n := i
		if i >= part {
			n = -i
		}
		fmt.Fprintf(&b, `{"sequence":%d,"event_type":"e","n":%d,"pad":"%s"}`+"\n", i+5, n, pad)
		if lines++; i == part {
			defer func(line int64) {
				res, err := Events(logOf("a", a.String()), logOf("b", b.String()), Options{Context: 2})
				if err != nil {
					t.Fatal(err)
				}
				d := res.First
				if d.Index != part+1 || d.A.Line != part+1 || d.B.Line != line || res.Changed != 1000 {
					t.Errorf("event %d, lines %d and %d, %d changed; want %d, %d and %d, 1000", d.Index, d.A.Line, d.B.Line, res.Changed, part+1, part+1, line)
				}
				if len(d.Before) != 2 || d.Before[1].Index != part || len(d.AfterA) != 2 || d.AfterB[1].Index != part+3 {
					t.Errorf("surroundings %+v, %+v, %+v", d.Before, d.AfterA, d.AfterB)
				}
			}(lines)
		}
	}
}

// endless is one line without an end that takes no memory.
type endless struct{ size int64 }

func (e endless) ReadAt(b []byte, offset int64) (int, error) {
	if left := e.size - offset; left < int64(len(b)) {
		clear(b[:max(0, left)])
		return int(max(0, left)), io.EOF
	}
	clear(b)
	return len(b), nil
}

// TestEndlessLine shows that a line too long to be an event is damage and is not
// read into memory.
func TestEndlessLine(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	long := NewLog("long", endless{maxLine + 3*chunkSize}, maxLine+3*chunkSize)
	r, err := Events(long, logOf("b", ""), Options{})
	runtime.ReadMemStats(&after)
	if err != nil || !r.Same || r.A.Broken != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes for a line that is not read", grown)
	}
}

// failing is a file on a bad disk, or one that becomes shorter.
type failing struct {
	io.ReaderAt
	from int64
	err  error
}

var errDisk = errors.New("bad disk")

func (f failing) ReadAt(b []byte, offset int64) (int, error) {
	if n := f.from - offset; n < int64(len(b)) {
		n, _ := f.ReaderAt.ReadAt(b[:max(0, n)], offset)
		return n, f.err
	}
	return f.ReaderAt.ReadAt(b, offset)
}

// TestReadErrors has a disk that fails at every place of either log.
func TestReadErrors(t *testing.T) {
	text := strings.Repeat(`{"event_type":"e","n":1}`+"\n", 20)
	size := int64(len(text))
	for from := int64(0); from < size; from += 7 {
		for _, o := range []Options{{}, {Only: []string{"e"}}, {Context: 2}} {
			bad := NewLog("bad", failing{strings.NewReader(text), from, errDisk}, size)
			if _, err := Events(bad, logOf("b", text), o); !errors.Is(err, errDisk) {
				t.Fatalf("A fails at %d: %v", from, err)
			}
			if _, err := Events(logOf("a", text), bad, o); !errors.Is(err, errDisk) {
				t.Fatalf("B fails at %d: %v", from, err)
			}
			if _, err := Learn(logOf("a", text), bad, o); !errors.Is(err, errDisk) {
				t.Fatalf("learning fails at %d: %v", from, err)
			}
		}
		shorter := NewLog("shorter", failing{strings.NewReader(text), from, io.EOF}, size)
		r, err := Events(logOf("a", text), shorter, Options{})
		if err != nil || r.Same || r.Equal+r.Removed != 20 {
			t.Fatalf("shorter at %d: %+v, %v", from, r, err)
		}
	}
}

// TestNoGoroutineStays shows that whatever ends a comparison ends its goroutines.
func TestNoGoroutineStays(t *testing.T) {
	text := strings.Repeat(`{"event_type":"e","pad":"`+strings.Repeat("x", 1000)+`"}`+"\n", 5000)
	before := runtime.NumGoroutine()
	for _, o := range []Options{{}, {FirstOnly: true}, {Only: []string{"e"}}} {
		if _, err := Events(logOf("a", text), logOf("b", `{"n":1}`+"\n"+text), o); err != nil {
			t.Fatal(err)
		}
	}
	c, err := NewChecker(logOf("a", text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	// One that has been waited for may still be on its last steps.
	for deadline := time.Now().Add(2 * time.Minute); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// countedReads counts the bytes that are read of a log.
type countedReads struct {
	io.ReaderAt
	bytes atomic.Int64
}

func (c *countedReads) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, off)
	c.bytes.Add(int64(n))
	return n, err
}

// A long line is measured once and read once, and held once.
func TestLongLineIsReadTwice(t *testing.T) {
	text := `{"event_type":"a","text":"` + strings.Repeat("long ", 4<<20) + "\"}\n{\"event_type\":\"b\"}\n"
	c := &countedReads{ReaderAt: strings.NewReader(text)}
	f := newFeed(c, 0, int64(len(text)), 1, func() func(*batch) { return func(*batch) {} })
	defer f.close()
	b := f.next()
	if len(b.lines) != 1 && !b.last || cap(b.buf) > len(text)+4*chunkSize {
		t.Errorf("%d lines, and %d bytes for %d", len(b.lines), cap(b.buf), len(text))
	}
	if n := c.bytes.Load(); n > int64(5*len(text)/2) {
		t.Errorf("%d bytes are read of %d", n, len(text))
	}
}
