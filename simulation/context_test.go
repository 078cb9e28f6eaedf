package simulation

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// listener is a recorder that keeps what it hears, as text.
type listener struct{ lines []string }

func (l *listener) Record(cause uint64, eventType string, attrs []slog.Attr) uint64 {
	l.lines = append(l.lines, fmt.Sprint(cause, " ", eventType, " ", attrs))
	return uint64(len(l.lines))
}

// draws returns the next numbers of a stream.
func draws(c *Context, stream string, n int) []uint64 {
	numbers := make([]uint64, n)
	for i := range numbers {
		numbers[i] = c.Rand(stream).Uint64()
	}
	return numbers
}

func TestStreamFollowsFromSeedAndName(t *testing.T) {
	first := draws(NewContext(1, nil, nil), "a", 8)
	if !slices.Equal(first, draws(NewContext(1, nil, nil), "a", 8)) {
		t.Error("the same seed and name give other numbers")
	}
	if slices.Equal(first, draws(NewContext(2, nil, nil), "a", 8)) {
		t.Error("another seed gives the same numbers")
	}
	if slices.Equal(first, draws(NewContext(1, nil, nil), "b", 8)) {
		t.Error("another name gives the same numbers")
	}
}

// These numbers belong to every recorded run: when they change, no run can be
// replayed any more.
func TestStreamsStayWhatTheyAre(t *testing.T) {
	got := draws(NewContext(42, nil, nil), "order", 3)
	if want := []uint64{4224891712898010976, 9325624635681056955, 16566373963844353948}; !slices.Equal(got, want) {
		t.Errorf("%d, want %d", got, want)
	}
}

// However the streams are used side by side, each gives its own numbers.
func TestStreamsAreIndependent(t *testing.T) {
	names := []string{"a", "b", "", "a b", "agent:1"}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		c := NewContext(seed, nil, nil)
		got := map[string][]uint64{}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 40).Draw(t, "uses") {
			got[name] = append(got[name], c.Rand(name).Uint64())
		}
		for name, numbers := range got {
			if want := draws(NewContext(seed, nil, nil), name, len(numbers)); !slices.Equal(numbers, want) {
				t.Fatalf("stream %q gives %v, alone %v", name, numbers, want)
			}
		}
	})
}

func TestEmitPutsTheTickInFront(t *testing.T) {
	l := &listener{}
	c := NewContext(1, nil, l)
	first := c.Emit("start", slog.String("a", "b"))
	c.Advance()
	c.EmitCause(first, "effect", slog.Int("x", 5), slog.Int("y", 6))
	c.Emit("alone")
	want := []string{"0 start [tick=0 a=b]", "1 effect [tick=1 x=5 y=6]", "0 alone [tick=1]"}
	if first != 1 || !slices.Equal(l.lines, want) {
		t.Errorf("sequence %d, %q, want %q", first, l.lines, want)
	}
}

func TestWithoutRecorderEventsGoNowhere(t *testing.T) {
	c := NewContext(1, nil, nil)
	if n := c.Emit("lost"); n != 0 {
		t.Errorf("sequence %d", n)
	}
	l := &listener{}
	c.SetRecorder(l)
	if n := c.Emit("heard"); n != 1 || len(l.lines) != 1 {
		t.Errorf("sequence %d, %d lines", n, len(l.lines))
	}
}

func TestEmitDoesNotAllocate(t *testing.T) {
	var silent quiet
	c := NewContext(1, nil, &silent)
	c.Emit("first", slog.Int("x", 1), slog.String("y", "z"))
	if n := testing.AllocsPerRun(100, func() { c.Emit("event", slog.Int("x", 1), slog.String("y", "z")) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// quiet is a recorder that counts.
type quiet uint64

func (q *quiet) Record(uint64, string, []slog.Attr) uint64 {
	*q++
	return uint64(*q)
}

func TestTimeFollowsFromTheTick(t *testing.T) {
	c := NewContext(9, nil, nil)
	for range 90 {
		c.Advance()
	}
	want := time.Date(2000, time.January, 1, 0, 1, 30, 0, time.UTC)
	if c.Tick() != 90 || !c.Now().Equal(want) || c.Seed() != 9 {
		t.Errorf("tick %d, time %s, seed %d", c.Tick(), c.Now(), c.Seed())
	}
}

func TestIDsAreNumberedByPrefix(t *testing.T) {
	c := NewContext(1, nil, nil)
	got := []string{c.ID("a"), c.ID("a"), c.ID("b"), c.ID("a")}
	if want := []string{"a_1", "a_2", "b_1", "a_3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func BenchmarkEmit(b *testing.B) {
	var silent quiet
	c := NewContext(1, nil, &silent)
	b.ReportAllocs()
	for b.Loop() {
		c.Emit("event", slog.Int("x", 1), slog.String("y", "z"))
	}
}

// A stop is asked for between turns, which are counted anew in each tick.
func TestStopped(t *testing.T) {
	c := NewContext(1, nil, nil)
	for range 3 {
		if c.Stopped() {
			t.Fatal("stopped by nobody")
		}
	}
	stop := false
	c.SetStop(func() bool { return stop })
	if c.Stopped() || c.Turns() != 4 {
		t.Errorf("after four turns: %d", c.Turns())
	}
	stop = true
	for range 2 {
		if !c.Stopped() || c.Turns() != 4 {
			t.Errorf("stopped after four turns: %d", c.Turns())
		}
	}
	if c.Advance(); c.Turns() != 0 {
		t.Errorf("a new tick begins with turn %d", c.Turns())
	}
}
