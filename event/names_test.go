package event

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// The word that a name becomes while it is copied is the one it becomes else, or
// a name that stands twice would be missed.
func TestKeyWord(t *testing.T) {
	for size := range 100 {
		key := strings.Repeat("abcdefghijklmnopqrstuvwxyz", 4)[:size]
		for _, room := range []int{0, len(key) + 1, len(key) + 2, 200} {
			out, word, plain := appendPlain(make([]byte, 0, room), key)
			if string(out) != `"`+key+`"` || word != keyWord(key) || !plain {
				t.Errorf("%q: got %q, %#x and %v, want %#x", key, out, word, plain, keyWord(key))
			}
		}
	}
}

// A byte that must be escaped is noticed at every place of a text of any length.
func TestPlainAtEveryPlace(t *testing.T) {
	for size := 1; size <= 80; size++ {
		for at := range size {
			for _, c := range []byte{0, 1, 0x1f, '"', '\\', 0x80, 0xe2, 0xff} {
				s := []byte(strings.Repeat("!", size))
				s[at] = c
				_, _, plain := appendPlain(nil, string(s))
				if plain || isPlain(string(s)) || plainEnd(string(s), 0) != at {
					t.Fatalf("%q is taken as it is", s)
				}
			}
			for _, c := range []byte{' ', '!', '#', '[', ']', '~', 0x7f} {
				s := []byte(strings.Repeat("!", size))
				s[at] = c
				if _, _, plain := appendPlain(nil, string(s)); !plain || !isPlain(string(s)) || plainEnd(string(s), 0) != size {
					t.Fatalf("%q is not taken as it is", s)
				}
			}
		}
	}
}

// counts is a value whose code can tell how often it was called.
type counts struct{ calls *int }

func (c counts) LogValue() slog.Value {
	*c.calls++
	return slog.IntValue(*c.calls)
}

func (c counts) MarshalJSON() ([]byte, error) {
	*c.calls++
	return fmt.Append(nil, *c.calls), nil
}

// marshalsOnly has no LogValue.
type marshalsOnly struct{ c counts }

func (m marshalsOnly) MarshalJSON() ([]byte, error) { return m.c.MarshalJSON() }

// No code of the program is called twice, wherever a name that needs care stands.
func TestCodeIsCalledOnce(t *testing.T) {
	for _, odd := range []string{"level", "sequence", "", "a", "é", "a\n", "data.level", "d"} {
		for at := range 5 {
			calls := 0
			c := counts{&calls}
			attrs := []slog.Attr{
				slog.Int("a", 1), slog.Any("b", c), slog.Group("c", slog.Int("x", 1), slog.Any("y", marshalsOnly{c}), slog.Int("z", 1)), slog.Any("d", []any{c}),
			}
			attrs = append(attrs[:at:at], append([]slog.Attr{slog.Int(odd, 7)}, attrs[at:]...)...)
			got := body(t, attrs...)
			if calls != 3 {
				t.Errorf("%q at %d: called %d times for %s", odd, at, calls, got)
			}
		}
	}
}

// A value whose code fails is not asked again, wherever it stands.
func TestCodeThatFailsIsCalledOnce(t *testing.T) {
	for _, odd := range []string{"level", "a", "new"} {
		calls := 0
		f := faulty{&calls}
		got := body(t, slog.Int(odd, 7), slog.Any("a", f), slog.Group("g", slog.Any("b", f)))
		if calls != 2 || strings.Count(got, "LogValue panicked: no value") != 2 {
			t.Errorf("%q: called %d times for %s", odd, calls, got)
		}
	}
}

// Wherever a name that needs care stands, all members are there, in order.
func TestNamesAtEveryPlace(t *testing.T) {
	tests := []struct{ odd, want string }{
		{"level", "data.level"}, {"timestamp", "data.timestamp"}, {"", ""}, {"a", "a#2"}, {"é", "é"}, {"a\n", `a\n`}, {"new", "new"},
	}
	for _, tt := range tests {
		for at := 1; at < 4; at++ {
			attrs := []slog.Attr{slog.Int("a", 1), slog.Group("b", slog.Int("x", 1)), slog.String("c", "y")}
			members := []string{`"a":1`, `"b":{"x":1}`, `"c":"y"`}
			attrs = append(attrs[:at:at], append([]slog.Attr{slog.Int(tt.odd, 7)}, attrs[at:]...)...)
			members = append(members[:at:at], append([]string{`"` + tt.want + `":7`}, members[at:]...)...)
			if got, want := body(t, attrs...), strings.Join(members, ","); got != want {
				t.Errorf("%q at %d:\n got %s\nwant %s", tt.odd, at, got, want)
			}
		}
	}
}
