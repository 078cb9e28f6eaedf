package event

import (
	"log/slog"
	"testing"
	"time"
)

// Typed attributes cost no memory, at any depth.
func TestTypedPathAllocatesNothing(t *testing.T) {
	all := Body{Type: "x", Level: slog.LevelWarn, Cause: 9, Attrs: []slog.Attr{
		slog.String("s", "a \"b\" é\n"), slog.Int64("i", -1), slog.Uint64("u", 1<<63), slog.Float64("f", 1.0/3), slog.Bool("b", true),
		slog.Duration("d", time.Second), slog.Time("t", start), slog.Group("g", slog.Int("a", 1), slog.Group("h", slog.Int("b", 2))), slog.Any("nil", nil),
	}}
	for name, body := range map[string]Body{"small": small, "medium": medium, "large": large, "every kind": all} {
		var s Stamp
		var n uint64
		buf := make([]byte, 0, 32<<10)
		got := testing.AllocsPerRun(100, func() {
			n++
			if NeedsLine(body.Attrs) {
				t.Error("NeedsLine")
			}
			buf = s.AppendHead(buf[:0], start.Add(time.Duration(n)*time.Millisecond), n)
			buf = AppendBody(buf, body)
		})
		if got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

func TestMapPathAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 32<<10)
	if got := testing.AllocsPerRun(100, func() { buf = AppendMapBody(buf[:0], Body{Type: "action"}, mapData) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}
