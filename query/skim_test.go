package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// padLine returns a line as a question finds it: a line end and zeros behind.
func padLine(line []byte) []byte {
	return append(append(slices.Clone(line), '\n'), make([]byte, pad)...)
}

// judge says what encoding/json thinks of a line: whether it is an object, and
// the value of a key, of which the last counts.
func judge(line []byte, key string) (value []byte, ok bool) {
	line = bytes.TrimRight(line, " \t\r")
	if len(line) == 0 || line[0] != '{' || !json.Valid(line) || bytes.IndexByte(line, '\n') >= 0 {
		return nil, false
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return nil, false
	}
	return members[key], true
}

// checkSkim reads a line with a skimmer and compares.
func checkSkim(t interface{ Fatalf(string, ...any) }, s *skimmer, line []byte, keys []string) {
	b := padLine(line)
	trimmed := len(bytes.TrimRight(line, " \t\r"))
	end, next, quick := s.quick(b, 0)
	ok := quick
	if !quick {
		end, next = trimmed, len(line)+1
		if ok = len(line) > 0 && s.exact(b, 0, trimmed); ok {
			s.learn(0, len(line))
		}
	}
	for k, key := range keys {
		want, valid := judge(line, key)
		if ok != valid || ok && (end != trimmed || next != len(line)+1) {
			t.Fatalf("%q: skimmed %t to %d, %d (quick %t), encoding/json says %t", line, ok, end, next, quick, valid)
		}
		if !ok {
			continue
		}
		if got := valueIn(b, s.values[k]); !bytes.Equal(got, want) {
			t.Fatalf("%q: %s is %q (quick %t), encoding/json says %q", line, key, got, quick, want)
		}
	}
}

var skimKeys = []string{"event_type", "a", "é", ""}

// oddLines are lines that could fool a reader in a hurry.
func oddLines() []string {
	return []string{
		`{}`, `{ }`, ` {}`, `{"a":1}`, `{"a":1,"a":{"b":2}}`, `{"a":{"event_type":"inner"},"event_type":"outer"}`,
		`{"x":"\"event_type\":\"fake\"","event_type":"true"}`, `{"event\u005ftype":"escaped"}`, `{"event_type":"a","event\u005ftype":"b"}`,
		`{"a":[{"a":1},[2]],"b":3}`, `{"a":01}`, `{"a":-}`, `{"a":1.}`, `{"a":1e+}`, `{"a":-0.5e-3,"b":0}`, `{"a":tru}`, `{"a":null,"b":false}`,
		`{"a":"\ud800"}`, `{"a":"\q"}`, `{"a":"\u12"}`, "{\"a\":\"\t\"}", "{\"a\":\"\xff\",\"\xff\":1}", `{"a":1,}`, `{"a" :1 , "b": 2}` + " \r",
		`{"a":1}{"a":2}`, `{"a":1`, `{"a":"`, `{"a":"\`, `{"a"`, `{"é":1,"":2}`, `{"\u00e9":5}`, `{"a":{}}`, `{"a":{"b":{}},"c":[]}`, `{"a":{"b":1},"a":2}`,
		`{"a":12345678}`, `{"a":123456789012345678901234567890}`, `{"a":1234567e2}`, `{"a":"12345678","b":"1234567\\"}`, `[]`, `{"a":1]`,
		strings.Repeat(`{"a":`, 9999) + "{}" + strings.Repeat("}", 9999), `{"a":` + strings.Repeat("[", 9999) + strings.Repeat("]", 9999) + `}`,
		`{"a":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`, strings.Repeat(`{"a":`, 10000) + "{}" + strings.Repeat("}", 10000),
	}
}

// TestSkimEqualsJSON reads odd lines twice with one skimmer, so that each is
// also met after its shape, and those of all others, were learnt.
func TestSkimEqualsJSON(t *testing.T) {
	s := newSkimmer(skimKeys)
	for range 2 {
		for _, line := range oddLines() {
			checkSkim(t, s, []byte(line), skimKeys)
		}
	}
}

// TestShapesAreUsed shows that lines like those read before are read by shape,
// or the tests of shapes would test nothing.
func TestShapesAreUsed(t *testing.T) {
	s := newSkimmer([]string{"a"})
	quick := 0
	for i := range 100 {
		b := padLine(fmt.Appendf(nil, `{"n":%d,"o":{"p":"%d"},"a":"x\n","l":[%d]}`, i, i, i))
		if _, _, ok := s.quick(b, 0); ok {
			quick++
		} else if end := len(b) - pad - 1; !s.exact(b, 0, end) {
			t.Fatalf("line %d is refused", i)
		} else {
			s.learn(0, end)
		}
		if got := valueIn(b, s.values[0]); string(got) != `"x\n"` {
			t.Fatalf("line %d: a is %q", i, got)
		}
	}
	if quick != 99 {
		t.Errorf("%d of 99 lines were read by shape", quick)
	}
}

// TestShapesAreBounded meets a log with ever new keys.
func TestShapesAreBounded(t *testing.T) {
	s := newSkimmer([]string{"a"})
	for i := range 20_000 {
		checkSkim(t, s, fmt.Appendf(nil, `{"k%d":1,"k%d":2,"a":%d}`, i%100, i, i), []string{"a"})
	}
	if s.shapes.steps > maxSteps || len(s.shapes.root.steps) > maxBranch {
		t.Errorf("%d steps, %d from the root", s.shapes.steps, len(s.shapes.root.steps))
	}
}

// genValue makes a JSON value of limited depth, sometimes a wrong one.
func genValue(depth int) *rapid.Generator[string] {
	simple := rapid.SampledFrom([]string{
		`1`, `0`, `-1.5e3`, `12345678901234567890`, `"x"`, `"event_type"`, `"\""`, `"a\\"`, `"éü"`, `"long enough to need two words"`, `true`, `null`, `""`, `{}`, `[]`, `tru`, `01`,
	})
	if depth == 0 {
		return simple
	}
	return rapid.OneOf(simple, rapid.Custom(func(t *rapid.T) string { return genObject(depth-1).Draw(t, "object") }),
		rapid.Custom(func(t *rapid.T) string {
			return "[" + strings.Join(rapid.SliceOfN(genValue(depth-1), 0, 3).Draw(t, "list"), ",") + "]"
		}))
}

func genObject(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for i := range rapid.IntRange(0, 4).Draw(t, "members") {
			if i > 0 {
				b.WriteString(rapid.SampledFrom([]string{",", ",", ", "}).Draw(t, "comma"))
			}
			b.WriteString(rapid.SampledFrom([]string{`"a":`, `"event_type":`, `"b":`, `"é":`, `"event\u005ftype":`, `"a" : `}).Draw(t, "key"))
			b.WriteString(genValue(depth).Draw(t, "value"))
		}
		return "{" + b.String() + "}"
	})
}

// TestSkimProperty reads many lines of similar shapes with one skimmer.
func TestSkimProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newSkimmer(skimKeys)
		for range 20 {
			line := genObject(3).Draw(rt, "line")
			if rapid.IntRange(0, 9).Draw(rt, "cut") == 0 {
				line = line[:rapid.IntRange(0, len(line)).Draw(rt, "at")]
			}
			checkSkim(rt, s, []byte(line), skimKeys)
		}
	})
}

// FuzzSkim reads a line after the shapes of two others were learnt, and any line
// as encoding/json does.
func FuzzSkim(f *testing.F) {
	for _, line := range oddLines()[:40] {
		f.Add([]byte(`{"event_type":"a","a":1,"b":[1]}`), []byte(line))
		f.Add([]byte(line), []byte(`{"event_type":"a\u0041","a":{"b":1},"b":-1}`))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := newSkimmer(skimKeys)
		for _, line := range [][]byte{first, second, first} {
			if bytes.IndexByte(line, '\n') < 0 {
				checkSkim(t, s, line, skimKeys)
			}
		}
		sameLines(t, string(bytes.Join([][]byte{first, second, first, second}, []byte("\n"))), skimKeys)
	})
}
