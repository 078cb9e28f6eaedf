package event

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// patternLines is what AppendPattern makes of a chunk with room for much, and how many
// bytes of it it took.
func patternLines(p *Pattern, chunk string, limit int) (string, int) {
	var s Stamp
	l := TextLines{Lines: append(make([]byte, 0, 1<<16+4*len(chunk)), "before"...), Sequence: 9, Limit: limit}
	s.HeadAt(0, 9)
	taken := s.AppendPattern(&l, p, []byte(chunk))
	if n := len(l.Ends); n > 0 && l.Ends[n-1] != len(l.Lines) || l.Sequence != 9+uint64(len(l.Ends)) {
		panic("the ends are wrong")
	}
	return strings.TrimPrefix(string(l.Lines), "before"), taken
}

// behindLines stands behind lines, so that they do not come near to the end.
var behindLines = strings.Repeat(" ", 400)

// wantedLines is what single objects become.
func wantedLines(t *testing.T, b Body, objects ...string) string {
	t.Helper()
	var s Stamp
	var dst []byte
	for i, object := range objects {
		var err error
		if dst, err = AppendObjectBody(append(dst, s.Head(time.Unix(0, 0), 9+uint64(i))...), b, []byte(object)); err != nil {
			t.Fatal(err)
		}
	}
	return string(dst)
}

func TestPattern(t *testing.T) {
	body := Body{Type: "step", Level: slog.LevelWarn, Attrs: []slog.Attr{slog.String("stream", "stdout")}}
	object := `{"event_type": "step","level":"WARN" , "x": 1, "o": {"a" : [1, 2], "b":{}, "sequence":"s"}, "sequence":7}`
	p := NewPattern([]byte(object), "\n", body, []Role{Fixed, Fixed}, nil)
	if p == nil {
		t.Fatal("no pattern")
	}
	for line, follows := range map[string]bool{
		object: true,
		`{"event_type": "step","level":"WARN" , "x": -1.5e9, "o": {"a" : null, "b":{}, "sequence":"é\n"}, "sequence":{"a": [ 1 ]}}`:        true,
		`{"event_type": "step","level":"WARN" , "x": [ "` + "\xff" + `" ], "o": {"a" : {}, "b":{}, "sequence":""}, "sequence":"1"}`:        true,
		`{"event_type": "ste_","level":"WARN" , "x": 1, "o": {"a" : [1, 2], "b":{}, "sequence":"s"}, "sequence":7}`:                        false,
		`{"event_type": "step","level":"INFO" , "x": 1, "o": {"a" : [1, 2], "b":{}, "sequence":"s"}, "sequence":7}`:                        false,
		`{"event_type": "step","level":"WARN" , "x": 1, "o": {"a" : [1, 2], "b":{"c":1}, "sequence":"s"}, "sequence":7}`:                   false,
		`{"event_type": "step","level":"WARN" , "x": 01, "o": {"a" : [1, 2], "b":{}, "sequence":"s"}, "sequence":7}`:                       false,
		`{"event_type": "step","level":"WARN" , "x": 1, "o": {"a" : [1, 2,], "b":{}, "sequence":"s"}, "sequence":7}`:                       false,
		`{"event_type": "step","level":"WARN" , "x": 1, "o": {"a" : "\q", "b":{}, "sequence":"s"}, "sequence":7}`:                          false,
		`{"event_type": "step","level":"WARN" , "x": "` + "\xff" + `", "o": {"a" : 1, "b":{}, "sequence":"s"}, "sequence":7}`:              false,
		"{\"event_type\": \"step\",\"level\":\"WARN\" , \"x\": [1,\r2], \"o\": {\"a\" : 1, \"b\":{}, \"sequence\":\"s\"}, \"sequence\":7}": false,
		"{\"event_type\": \"step\",\"level\":\"WARN\" , \"x\": [1,\n2], \"o\": {\"a\" : 1, \"b\":{}, \"sequence\":\"s\"}, \"sequence\":7}": false,
		object + " ": false,
		"":           false,
	} {
		want := wantedLines(t, body, object, object)
		if follows {
			want = wantedLines(t, body, object, object, line)
		}
		got, taken := patternLines(p, object+"\n"+object+"\n"+line+"\n"+behindLines, 1<<20)
		if got != want || (taken > 2*len(object)+2) != follows {
			t.Errorf("%s: %d bytes taken\n got %s\nwant %s", line, taken, got, want)
		}
	}
	if got, _ := patternLines(p, object+"\n"+behindLines, len(wantedLines(t, body, object))-HeadLen(9)-1); got != "" {
		t.Errorf("in spite of the limit: %s", got)
	}
	if !p.Begins([]byte(object+behindLines)) || p.Begins([]byte(`{"event_type":"step"`+behindLines)) {
		t.Error("Begins is wrong")
	}
	other := NewPattern([]byte(object), "\n", body, []Role{Fixed, Fixed, Fixed}, nil)
	if !p.Same(p) || p.Same(other) || p.Same(NewPattern([]byte(`{}`), "\n", body, nil, nil)) {
		t.Error("Same is wrong")
	}
}

// Of marked values the rest of the event is made.
func TestPatternFinish(t *testing.T) {
	body := Body{Type: "step", Attrs: []slog.Attr{slog.String("message", "one two")}}
	const object = `{"x":1,"msg":"one two","y":2}`
	finish := func(dst []byte, marked [][]byte) ([]byte, bool) {
		dst = append(append(append(dst, `,"message":`...), marked[0]...), "}\n"...)
		return dst, len(marked) == 1 && !bytes.Contains(marked[0], []byte("no"))
	}
	p := NewPattern([]byte(object), "\n", body, []Role{Free, Marked}, finish)
	if p == nil {
		t.Fatal("no pattern")
	}
	for message, follows := range map[string]bool{
		`three`: true, ``: true, `no`: false, `a\n\"b`: true, `é 世界`: true, `\u00e9`: false, `\u0061`: false, `\/`: false, "\u2028": false, "\xff": false, "\x01": false, `\x`: false,
	} {
		got, _ := patternLines(p, strings.Replace(object, "one two", message, 1)+"\n"+behindLines, 1<<20)
		if want := strings.ReplaceAll(wantedLines(t, body, object), "one two", message); (got == want) != follows || !follows && got != "" {
			t.Errorf("%s: %s", message, got)
		}
	}
	if NewPattern([]byte(object), "\n", Body{Type: "step"}, []Role{Free, Marked}, finish) != nil {
		t.Error("a pattern gives what is not wanted")
	}
}

// There are patterns of objects of plain names only, and not of too large ones.
func TestPatternBounds(t *testing.T) {
	many := `{"a":0`
	for i := range mostSteps {
		many += fmt.Sprintf(`,"b%d":1`, i)
	}
	many += "}"
	deep := strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50)
	long := `{"` + strings.Repeat("n", 300) + `":1,"b":"` + strings.Repeat("v", 1000) + `"}`
	for object, want := range map[string]bool{
		`{}`: true, `{ "a" : 1 } `: true, deep: true, long: true, `{"a":{"\u0061":1,"é":2}}`: true,
		many: false, `{"stream":1}`: false, `{"a":1,"a":2}`: false, `{"\u0061":1}`: false, "{\"a\":{\"\xff\":1}}": false, `[]`: false, `{"a":`: false,
		`{"n":"` + strings.Repeat("n", keepForeign) + `"}`: false,
	} {
		body := Body{Type: "step", Attrs: []slog.Attr{slog.String("stream", "stdout")}}
		p := NewPattern([]byte(object), "\n", body, nil, nil)
		if (p != nil) != want {
			t.Errorf("%.100s: a pattern is %v", object, p != nil)
		}
		if p == nil {
			continue
		}
		if got, _ := patternLines(p, object+"\n"+behindLines, 1<<20); got != wantedLines(t, body, object) {
			t.Errorf("%s: %s", object, got)
		}
	}
}

// A line may end as those of Windows and of terminals do.
func TestPatternReturns(t *testing.T) {
	body := Body{Type: "step", Attrs: []slog.Attr{slog.String("stream", "stdout")}}
	const object, end = `{"x":1,"a":[1,2]}`, "\r\n"
	p := NewPattern([]byte(object), end, body, nil, nil)
	got, taken := patternLines(p, object+end+object+end+object+"\n"+behindLines, 1<<20)
	if want := wantedLines(t, body, object, object); got != want || taken != 2*len(object+end) {
		t.Errorf("%d bytes taken: %s", taken, got)
	}
	if NewPattern([]byte(object), "", body, nil, nil) != nil {
		t.Error("a pattern of lines without an end")
	}
	if got, _ := patternLines(p, `{"x":1,"a":[1,`+"\r"+`2]}`+end+behindLines, 1<<20); got != "" {
		t.Error(got)
	}
}

// Where room or text ends, lines are left.
func TestPatternRoom(t *testing.T) {
	body := Body{Type: "step", Attrs: []slog.Attr{slog.String("stream", "stdout")}}
	const object = `{"x":"some text","a":[1, 2],"o":{"y":-1.5}}`
	p := NewPattern([]byte(object), "\n", body, nil, nil)
	want := wantedLines(t, body, object)
	for room := range 2 * len(want) {
		var s Stamp
		s.HeadAt(0, 9)
		l := TextLines{Lines: make([]byte, 0, room), Sequence: 9, Limit: 1 << 20}
		taken := s.AppendPattern(&l, p, []byte(object+"\n"+object+"\n"+behindLines))
		if len(l.Lines) > 0 && (string(l.Lines) != want || taken != len(object)+1) || len(l.Lines) == 0 && taken > 0 || cap(l.Lines) != room {
			t.Fatalf("room for %d: %s", room, l.Lines)
		}
	}
	for n := range len(object) + len(behindLines) {
		got, taken := patternLines(p, (object + "\n" + behindLines)[:n], 1<<20)
		if got != "" && got != want || (taken > 0) != (got != "") {
			t.Fatalf("of %d bytes: %s", n, got)
		}
	}
}

// FuzzPattern makes a pattern of one object, and holds what it makes of another one
// against what that becomes by itself.
func FuzzPattern(f *testing.F) {
	f.Add([]byte(`{"event_type":"step","x":1,"o":{"a":[1, 2]},"s":"text"}`), []byte(`{"event_type":"step","x":-2.5,"o":{"a":"\n"},"s":"é"}`), uint64(1))
	f.Add([]byte(`{ "level" : "WARN", "t" : true }`), []byte(`{ "level" : "WARN", "t" : null }`), uint64(0))
	f.Fuzz(func(t *testing.T, one, two []byte, fixed uint64) {
		body := Body{Type: "step", Level: slog.LevelWarn, Attrs: []slog.Attr{slog.String("stream", "stdout")}}
		roles := make([]Role, 64)
		n := 0
		_ = EachMember(one, func(RawMember) {
			if n < len(roles) && fixed>>n&1 > 0 {
				roles[n] = Fixed
			}
			n++
		})
		p := NewPattern(one, "\n", body, roles, nil)
		if p == nil {
			return
		}
		for _, object := range [][]byte{one, two} {
			got, taken := patternLines(p, string(object)+"\n"+behindLines, 1<<20)
			if taken == 0 || bytes.IndexByte(object, '\n') >= 0 {
				continue
			}
			if want := wantedLines(t, body, string(object)); got != want || taken != len(object)+1 {
				t.Fatalf("%s, of the pattern of %s:\n got %s\nwant %s", object, one, got, want)
			}
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	object := `{"event_type": "step", "tick": 1234, "agent": "agent-7", "x": 0.8444218515250481, "ok": true}`
	body := Body{Type: "step", Attrs: []slog.Attr{slog.String("stream", "stdout")}}
	p := NewPattern([]byte(object), "\n", body, []Role{Fixed}, nil)
	const lines = 100
	chunk := []byte(strings.Repeat(object+"\n", lines) + behindLines)
	var s Stamp
	l := TextLines{Lines: make([]byte, 0, 1<<20), Limit: 1 << 20}
	s.HeadAt(0, 0)
	b.SetBytes(int64(lines * (len(object) + 1)))
	b.ReportAllocs()
	for b.Loop() {
		l.Lines, l.Ends = l.Lines[:0], l.Ends[:0]
		if s.AppendPattern(&l, p, chunk); len(l.Ends) != lines {
			b.Fatal(len(l.Ends))
		}
	}
}
