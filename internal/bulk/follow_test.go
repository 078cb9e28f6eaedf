package bulk

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"example.org/runshelf/internal/processor"
)

// followSlowly is what Follow means, a byte at a time.
func followSlowly(f *Following) Followed {
	for f.Step < len(f.Steps) {
		s := &f.Steps[f.Step]
		if f.At+followRoom > len(f.Text) || f.N+followRoom > len(f.Out) || !bytes.HasPrefix(f.Text[f.At:], s.Match[:s.MatchLen]) {
			return FollowedOther
		}
		f.N += copy(f.Out[f.N:], s.Write[:s.WriteLen])
		f.At += s.MatchLen
		f.Step++
		if !s.Value {
			continue
		}
		size := plainValue(f.Text[f.At:])
		if size == 0 {
			return FollowedOdd
		}
		f.Marks[s.Mark] = Span{f.At, f.At + size}
		f.N += copy(f.Out[f.N:], f.Text[f.At:f.At+size])
		f.At += size
	}
	return FollowedAll
}

// plainValue is the length of the value that a text begins with, 0 when it is not plain.
func plainValue(text []byte) int {
	if text[0] == '"' {
		for i, c := range text[1:] {
			switch {
			case c == '"':
				return i + 2
			case c < ' ', c == '\\', c >= 0x80:
				return 0
			}
		}
		return 0
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(text, []byte(word)) {
			return len(word)
		}
	}
	number := shortNumber.Find(text)
	if size := len(number); size < len(text) {
		switch c := text[size]; {
		case c-'0' <= 9, c == 'e', c == 'E', c == '.' && !bytes.Contains(number, []byte(".")):
			return 0
		}
	}
	return len(number)
}

// shortNumber is a number without an exponent.
var shortNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?`)

// someSteps returns steps, and a text that follows them up to where chance has it.
func someSteps(rnd *rand.Rand) (steps []Step, text []byte) {
	values := []string{
		`"a"`, `""`, `"a text that is longer than a word of eight bytes, and than a block"`, `"é"`, `"\n"`, "\"\x01\"", "\"\x7f\"", "1", "-1", "0", "-0", "01", "-", "1.", ".5",
		"12345678", "1234567.12345678", "0.8444218515250481", "-123456789.123456789", "123456789012345678901234567890123", "1.12345678901234567890123456789012",
		"1e5", "1.5E5", "true", "false", "null", "tru", "fals", "falsy", "nul", "{}", "[]", "x", "",
	}
	for range 1 + rnd.IntN(5) {
		var s Step
		s.MatchLen, s.WriteLen = rnd.IntN(MostLiteral+1), rnd.IntN(MostLiteral+1)
		for i := range s.MatchLen {
			s.Match[i] = ",}\" :abc"[rnd.IntN(8)]
		}
		for i := range s.WriteLen {
			s.Write[i] = "xyz"[rnd.IntN(3)]
		}
		from := len(text)
		text = append(text, s.Match[:s.MatchLen]...)
		if s.MatchLen > 0 && rnd.IntN(20) == 0 {
			text[from+rnd.IntN(s.MatchLen)] ^= 1 << rnd.IntN(8)
		}
		if s.Value = rnd.IntN(4) > 0; s.Value {
			s.Mark = rnd.IntN(MostMarks + 1)
			text = append(text, values[rnd.IntN(len(values))]...)
		}
		steps = append(steps, s)
	}
	return steps, append(text, strings.Repeat(",", rnd.IntN(3*followRoom))...)
}

// checkFollow holds Follow in Go against its meaning, and that of all units against that in
// Go. It returns what they say.
func checkFollow(t *testing.T, steps []Step, text []byte, room int) Followed {
	t.Helper()
	got := Following{Text: bytes.Clone(text), Out: make([]byte, room), Steps: steps}
	want := Following{Text: bytes.Clone(text), Out: make([]byte, room), Steps: steps}
	g, w := follow(&got), followSlowly(&want)
	// That a value is plain may be left open when it is long or comes near to an end.
	value := got.Text[got.At:]
	open := g == FollowedOdd && (plainValue(value) >= valueRoom || len(value) <= followRoom || room-got.N <= followRoom)
	if !sameFollowed(&got, &want, g, w) && !open {
		t.Fatalf("%q: %d at %d and %d, step %d, want %d:\n got %q\nwant %q", text, g, got.At, got.N, got.Step, w, got.Out[:got.N], want.Out[:want.N])
	}
	for _, u := range processor.Here() {
		also := Following{Text: bytes.Clone(text), Out: make([]byte, room), Steps: steps}
		if a := Follow(u, &also); !sameFollowed(&also, &got, a, g) || !bytes.Equal(also.Text, text) {
			t.Fatalf("%v: %q: %d at %d and %d, step %d, want %d:\n got %q\nwant %q", u, text, a, also.At, also.N, also.Step, g, also.Out[:also.N], got.Out[:got.N])
		}
	}
	return g
}

// sameFollowed reports whether two have done the same.
func sameFollowed(got, want *Following, g, w Followed) bool {
	return g == w && (g == FollowedOther ||
		got.At == want.At && got.N == want.N && got.Step == want.Step && got.Marks == want.Marks && bytes.Equal(got.Out[:got.N], want.Out[:want.N]))
}

func TestFollow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var said [3]int
	for range 20_000 {
		steps, text := someSteps(rnd)
		room := 1 << 12
		if rnd.IntN(10) == 0 {
			room = rnd.IntN(600)
		}
		said[checkFollow(t, steps, text, room)]++
	}
	for g, n := range said {
		if n < 1000 {
			t.Errorf("%d said %d times", g, n)
		}
	}
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte(`,"a": `), []byte(`{"x":`), []byte(`,"a": "b"}`+"\n"), uint16(300))
	f.Add([]byte(``), []byte(`{"x":`), []byte(`-12.5e3}`), uint16(0))
	f.Fuzz(func(t *testing.T, match, write, text []byte, room uint16) {
		s := Step{Value: true, Mark: 1}
		s.MatchLen, s.WriteLen = copy(s.Match[:], match), copy(s.Write[:], write)
		for _, behind := range []int{0, followRoom, 3 * followRoom} {
			line := append(append(bytes.Clone(s.Match[:s.MatchLen]), text...), make([]byte, behind)...)
			checkFollow(t, []Step{s, s}, line, int(room))
			checkFollow(t, []Step{s, {}}, line, int(room)+2*followRoom)
		}
	})
}

func BenchmarkFollow(b *testing.B) {
	const line = `{"event_type": "step", "tick": 123456, "agent": "agent-7", "x": 0.8444218515250481, "ok": true}` + "\n"
	var steps []Step
	for _, texts := range [][2]string{
		{`{"event_type": "step", "tick": `, `"event_type":"step","tick":`}, {`, "agent": `, `,"agent":`}, {`, "x": `, `,"x":`}, {`, "ok": `, `,"ok":`},
		{"}\n", `,"stream":"stdout"}` + "\n"},
	} {
		s := Step{Value: texts[0] != "}\n"}
		s.MatchLen, s.WriteLen = copy(s.Match[:], texts[0]), copy(s.Write[:], texts[1])
		steps = append(steps, s)
	}
	for _, u := range processor.Here() {
		b.Run(u.String(), func(b *testing.B) {
			f := Following{Text: []byte(line + strings.Repeat(" ", 2*followRoom)), Out: make([]byte, 1<<12), Steps: steps}
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				f.At, f.N, f.Step = 0, 0, 0
				if Follow(u, &f) != FollowedAll {
					b.Fatal("it is another")
				}
			}
		})
	}
}
