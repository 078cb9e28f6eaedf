package event

import (
	"bytes"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// On the Go that this is built with, values lie as peeked says; if a new one lays them
// otherwise, all works as before and this test says why it has become slower.
func TestPeeksRight(t *testing.T) {
	if !peeksRight() {
		t.Error("values of log/slog lie otherwise than they did, so they are asked by their methods")
	}
}

// without does something as if values could not be looked into.
func without(do func()) {
	defer func(quick, fast bool) { quickHere, fastHere = quick, fast }(quickHere, fastHere)
	quickHere, fastHere = false, false
	do()
}

// generator makes attributes of every kind from random numbers.
type generator struct{ *rand.Rand }

func (g generator) text() string {
	const letters = "abcdefghijklmnopqrstuvwxyz_"
	n := g.IntN(1 + g.IntN(1+g.IntN(120)))
	var b strings.Builder
	for range n {
		b.WriteByte(letters[g.IntN(len(letters))])
	}
	s := b.String()
	if g.IntN(12) == 0 {
		odd := []string{"\"", "\\", "\n", "\x00", "é", "日", "\xff", "\u2028", "\x7f"}
		at := g.IntN(n + 1)
		s = s[:at] + odd[g.IntN(len(odd))] + s[at:]
	}
	return s
}

func (g generator) name() string {
	if g.IntN(40) == 0 {
		return []string{"", KeyTimestamp, KeySequence, KeyLevel, KeyCause, KeyType}[g.IntN(6)]
	}
	return g.text()
}

// decimal is a number of few digits, some before the point and some behind it.
func (g generator) decimal() float64 {
	return float64(g.Int64()>>g.IntN(64)) / math.Pow10(g.IntN(10))
}

func (g generator) value(depth int) slog.Value {
	switch g.IntN(18) {
	case 0:
		return slog.AnyValue([]any{g.text(), g.IntN(10)})
	case 1:
		return slog.TimeValue(time.Unix(g.Int64N(1e9), 5))
	case 2:
		return slog.AnyValue(nil)
	case 3, 4, 5:
		if depth > 0 {
			return slog.GroupValue(g.attrs(depth - 1)...)
		}
	case 6, 7:
		return slog.Float64Value([]float64{0.25, -1, 1e300, math.NaN(), g.Float64(), 103.5, g.decimal(), g.decimal()}[g.IntN(8)])
	case 8, 9:
		return slog.BoolValue(g.IntN(2) == 0)
	case 10, 11, 12:
		return slog.Int64Value(int64(g.Uint64()) >> g.IntN(64))
	case 13:
		return slog.Uint64Value(g.Uint64() >> g.IntN(64))
	case 14:
		return slog.DurationValue(time.Duration(g.Uint64()) >> g.IntN(64))
	}
	return slog.StringValue(g.text())
}

func (g generator) attrs(depth int) []slog.Attr {
	attrs := make([]slog.Attr, g.IntN(9))
	if g.IntN(20) == 0 {
		attrs = make([]slog.Attr, 12+g.IntN(12)) // more than assembly takes at once
	}
	for i := range attrs {
		attrs[i] = slog.Attr{Key: g.name(), Value: g.value(depth)}
	}
	return attrs
}

// checkQuick checks that a line is the same when its values are not looked into,
// whatever room there is for it.
func checkQuick(t *testing.T, seed uint64) {
	t.Helper()
	attrs := generator{rand.New(rand.NewPCG(seed, 1))}.attrs(7)
	body := Body{Type: "x", Attrs: attrs}
	var want []byte
	without(func() { want = AppendBody(nil, body) })
	checkLine(t, append([]byte(`{"HEAD":1,`), want...))
	for _, room := range []int{0, len(want) / 2, len(want), len(want) + 100} {
		memory := bytes.Repeat([]byte{'#'}, room+8)
		if got := AppendBody(memory[:0:room], body); string(got) != string(want) {
			t.Fatalf("seed %d, in %d bytes:\n got %q\nwant %q", seed, room, got, want)
		}
		if string(memory[room:]) != "########" {
			t.Fatalf("seed %d: written beyond %d bytes", seed, room)
		}
	}
}

func TestQuickIsTheSame(t *testing.T) {
	for seed := range uint64(800) {
		checkQuick(t, seed)
	}
}

func FuzzQuick(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(checkQuick)
}

// Groups in groups are written once and not again for each level, even where quick
// meets what it must leave.
func TestQuickLeavesDeepGroups(t *testing.T) {
	calls := 0
	inner := slog.Any("v", marshalsOnly{counts{&calls}})
	for range 500 {
		inner = slog.Group("g", slog.Int("a", 1), inner)
	}
	line := append([]byte(`{"HEAD":1,`), AppendBody(nil, Body{Type: "x", Attrs: []slog.Attr{inner}})...)
	checkLine(t, line)
	if calls != 1 {
		t.Errorf("called %d times", calls)
	}
}
