package compare

import (
	"encoding/json"
	"hash/maphash"
	"strings"
	"testing"
	"unicode/utf8"
)

// seedLines are lines with everything in them that a walk must get right.
func seedLines() []string {
	return []string{
		`{"timestamp":"2026-01-15T12:00:00Z","sequence":1,"event_type":"tick","n":5}`,
		`{"event_type":"tick","n":5.0,"sequence":[1,{"a":"]}\""}],"x":{"duration_ms":3,"y":[]}}`,
		`{ "n" : -0.5e+10 , "a.b" : "\u00e9\ud83d\ude00" , "stream" : "stdout" }`,
		`{"n":1,"n":2,"duration_ms":{"duration_ms":[true,false,null]}}`,
		`{}`, `{"a":NaN}`, `{"a":01}`, `{"a":1`, `{"\u0074imestamp":1}`, "{\"a\":\"\xff\"}", `{"a":"` + strings.Repeat("x", 40) + `"}`,
		strings.Repeat(`{"a":[`, 150) + "1" + strings.Repeat("]}", 150),
	}
}

// FuzzWalk holds the walk in step against decoding: what it accepts is JSON, and
// what it finds equal is equal.
func FuzzWalk(f *testing.F) {
	for _, a := range seedLines() {
		for _, b := range seedLines() {
			f.Add([]byte(a), []byte(b))
		}
	}
	rules := &rules{top: Volatile(), names: []string{"duration_ms"}}
	seed := maphash.MakeSeed()
	f.Fuzz(func(t *testing.T, a, b []byte) {
		s := newSkim(rules)
		if !s.line(a) {
			return
		}
		if !json.Valid(a) || a[0] != '{' {
			t.Fatalf("accepted %q", a)
		}
		if follows(b, a, s.spans) && (!json.Valid(b) || !rules.equal(value(a), value(b))) {
			t.Fatalf("found equal:\n%q\n%q", a, b)
		}
		if !follows(a, a, s.spans) {
			t.Fatalf("a line does not follow itself: %q", a)
		}
		if !s.line(b) {
			return
		}
		d := newDigester(rules, seed)
		same := rules.equal(value(a), value(b))
		if (d.line(a) == d.line(b)) != same {
			t.Fatalf("equal is %v, and the digests say otherwise:\n%q\n%q", same, a, b)
		}
		if same != (len(rules.fieldsOf(value(a), value(b))) == 0) {
			t.Fatalf("fields and equality disagree:\n%q\n%q", a, b)
		}
	})
}

// FuzzEvents shows that no bytes make a comparison fail, and that it agrees with
// the naive one on what it says.
func FuzzEvents(f *testing.F) {
	f.Add([]byte("{\"a\":1}\n{\"b\":2}\n"), []byte("\xef\xbb\xbf{\"a\":1.0}\r\n\x00{\"b\":3}"))
	f.Add([]byte("x\n\n{}\n"), []byte("{}\n{"))
	f.Add([]byte("{\"event_type\":\"\\u0061\"}\n{\"event_type\":\"a\"}"), []byte("{\"event_type\":\"a\"}\n{\"event_type\":\"b\"}"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if len(a)+len(b) > 4000 || hasHugeExponent(a) || hasHugeExponent(b) {
			return
		}
		checkNaive(t, "fuzz", string(a), string(b), Options{})
	})
}

// hasHugeExponent reports numbers that an exact fraction would fill the memory
// with.
func hasHugeExponent(b []byte) bool {
	digits := 0
	for i, c := range b {
		if isDigit(c) && i > 0 && strings.ContainsRune("eE+-0123456789", rune(b[i-1])) {
			digits++
			if digits > 3 && strings.ContainsAny(string(b[max(0, i-8):i]), "eE") {
				return true
			}
		} else {
			digits = 0
		}
	}
	return false
}

// FuzzPattern shows that no pattern makes trouble.
func FuzzPattern(f *testing.F) {
	for _, p := range []string{"a", "a.b", `["a.b"]`, "events[0].kind", "x[*]", "[ab]*", "a[", ".", "", `\`, `["`, "a..b"} {
		f.Add(p, "key")
	}
	f.Fuzz(func(t *testing.T, text, key string) {
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		at := Path{{key: "outer"}, {index: 2, array: true}, {key: key}}
		p.fits(at)
		if !utf8.ValidString(key) {
			return // no decoded key is like that
		}
		if exact, err := ParsePattern(at.String()); err != nil || !exact.fits(at) {
			t.Fatalf("%s does not fit itself: %v", at, err)
		}
	})
}
