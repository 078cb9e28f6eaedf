package capture

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goodValues are those that lines may have, of which some tell more in some places than in
// others, and oddValues some that are looked at more closely, or are none.
var (
	goodValues = []string{
		`"INFO"`, `"info"`, `"Warn"`, `"x"`, `"two words"`, `"é è und 世界"`, `"a\tb \"c\""`, `"Two words of a message that is not so short as others are"`, `""`, `" "`,
		"30", "5", "40", "300", "-1", "0.8444218515250481", "0", "true", "false", "null", "1768478400.25", "1768478400123", `"1768478400"`, "99999999", "100000000",
		`"2026-01-15 12:00:00,250"`, `"2026-01-15T12:00:00.5Z"`, `"2026-01-15T12:00:00.123456789+01:00"`, `"2026-01-15T12:00:00 x"`,
		`"2026-01-15T23:59:60.1234567890123-00:30"`, `{"level":"error"}`, `{"a": 1, "b":{"c":"d e"}}`, `{}`, `[1, 2,{"a":[ ]}]`,
	}
	oddValues = []string{
		`"a\u0062 c"`, `"\u00e9 è"`, "\"\u2028 x\"", "\"\xff\"", "\"a\tb\"", `"\q"`, "-0.5e7", "01", "1.", "-", "123456789012345678901234567890123", "tru", "nulll", "1768478400.5e0", "1e9",
		`"2026-02-30T12:00:00Z"`, `"0001-01-01T00:00:00Z"`, `[]`, "[1,\r2]", "{\"a\":\v1}", `{"a":1,}`, `{"a": 1, "b":{"c":"\u00e9"}}`, "", `"a`, `1,"x":2`, `1}`,
	}
	goodNames = []string{
		"time", "level", "msg", "message", "timestamp", "ts", "event", "event_type", "type", "pid", "hostname", "v", "levelname", "levelno", "asctime", "created",
		"log.level", "@timestamp", "severity", "log", "text", "record", "taskName", "sequence", "cause", "source_time", "eventName", "x", "y", "z", "é",
	}
	oddNames = []string{"stream", "data.level", `\u0061`, "", "b\xff"}
)

func oneOf(rnd *rand.Rand, from []string) string { return from[rnd.IntN(len(from))] }

// alike writes lines of a few shapes, in which most values are as those of the line of the
// shape before, or of its kind.
func alike(rnd *rand.Rand, lines int) string {
	type shape struct {
		names, values             []string
		colon, comma, close, line string
	}
	shapes := make([]shape, 1+rnd.IntN(4))
	for i := range shapes {
		s := &shapes[i]
		for _, k := range rnd.Perm(len(goodNames))[:1+rnd.IntN(7)] {
			s.names, s.values = append(s.names, goodNames[k]), append(s.values, oneOf(rnd, goodValues))
		}
		if rnd.IntN(20) == 0 {
			s.names[0] = oneOf(rnd, oddNames)
		}
		s.colon, s.comma, s.close = []string{":", ": "}[rnd.IntN(2)], []string{",", ", ", " , "}[rnd.IntN(3)], []string{"}", " }"}[rnd.IntN(2)]
		s.line = []string{"\n", "\n", "\n", "\r\n"}[rnd.IntN(4)]
	}
	var text strings.Builder
	for range lines {
		s := &shapes[rnd.IntN(len(shapes))]
		text.WriteByte('{')
		for k, name := range s.names {
			if k > 0 {
				text.WriteString(s.comma)
			}
			value := s.values[k]
			switch rnd.IntN(300) {
			case 0:
				s.values[k] = oneOf(rnd, goodValues)
			case 1, 2:
				value = oneOf(rnd, oddValues)
			case 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20:
				value = another(rnd, value)
			}
			fmt.Fprintf(&text, `"%s"%s%s`, name, s.colon, value)
		}
		text.WriteString(s.close)
		if rnd.IntN(50) == 0 {
			text.WriteByte('\r')
		}
		text.WriteString(s.line)
	}
	return text.String()
}

// another is a value that is much like one.
func another(rnd *rand.Rand, value string) string {
	b := []byte(value)
	for i, c := range b {
		switch {
		case isDigit(c) && rnd.IntN(3) == 0:
			b[i] = '0' + byte(rnd.IntN(10))
		case c-'a' < 26 && rnd.IntN(9) == 0:
			b[i] = "abcdefABC "[rnd.IntN(10)]
		}
	}
	return string(b)
}

// Whether lines follow a pattern or not, they become the same.
func TestPatternsDecideNothing(t *testing.T) {
	followed := 0
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		text := alike(rnd, 800)
		want := recorded(t, text, 1)
		size := []int{len(text) + 1, 300 + rnd.IntN(20000)}[seed%2]
		if got := recorded(t, text, size); got != want {
			differ(t, seed, got, want)
		}
		followed += following(t, text)
	}
	if followed < 5000 {
		t.Errorf("%d lines followed a pattern", followed)
	}
}

// differ tells the first line in which two recordings differ.
func differ(t *testing.T, seed uint64, got, want string) {
	t.Helper()
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("seed %d, event %d:\n got %s\nwant %s", seed, i, a[i], b[i])
		}
	}
	t.Fatalf("seed %d: %d events, not %d", seed, len(a), len(b))
}

// following counts the lines of a text that follow a pattern.
func following(t *testing.T, text string) int {
	t.Helper()
	r, log := recorderTo(t, io.Discard)
	defer log.Close()
	r.patterns.credit = mostPrice
	s := splitter{sink: r}
	s.write([]byte(text))
	return int(r.patterns.followed)
}

// The lines that the libraries write follow patterns, but those whose level stands deeper
// inside.
func TestPatternsOfDialects(t *testing.T) {
	files, _ := filepath.Glob("testdata/dialects/*.jsonl")
	if len(files) == 0 {
		t.Fatal("no dialects")
	}
	for _, name := range files {
		lines, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Repeat(string(lines), 30)
		if got, want := recorded(t, text, len(text)), recorded(t, text, 1); got != want {
			t.Error(name)
			differ(t, 0, got, want)
		}
		nested := strings.Contains(name, DialectLoguru) || strings.Contains(name, DialectOTLP)
		if n := following(t, text); (n == 0) != nested {
			t.Errorf("%s: %d of %d lines follow a pattern", name, n, strings.Count(text, "\n"))
		}
	}
}
