package event

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math"
	"reflect"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzEncode checks that whatever is logged becomes one line of strict JSON with
// unique keys, from which every value comes back.
func FuzzEncode(f *testing.F) {
	f.Add("transfer", "tick", "sender", "text", "beta", int64(5), 0.5, uint64(1))
	f.Add("", "timestamp", "timestamp", "a.error", "\x00\"\\\xff\u2028", int64(math.MinInt64), math.NaN(), uint64(math.MaxUint64))
	f.Add("a b", "\xff", "\xfe", "\uFFFD", "\ud7ff\xed\xa0\x80", int64(0), math.Inf(-1), uint64(0))
	f.Add("x", "data.level", "level", "data.level#2", "0123456789abcdef0123456789abcdef\n\"é", int64(-1), 5e-324, uint64(7))
	f.Fuzz(func(t *testing.T, eventType, k1, k2, k3, text string, n int64, x float64, cause uint64) {
		attrs := []slog.Attr{
			slog.String(k1, text), slog.Int64(k2, n), slog.Float64(k3, x),
			slog.Group(k2), slog.Any(k3, nothing{}), slog.Group(k1, slog.Uint64(k2, cause), slog.String(k2, text), slog.Any(k1, nothing{})),
			slog.Any(k2, map[string]any{k1: []any{text, x}, k3: json.Number(text), k2: marshals(text)}),
			slog.Any("v", []any{text, n, x, cause, []byte(text), map[string]string{k1: k2, k3: text}}),
		}
		line := AppendLine(nil, start, cause, Body{Type: eventType, Level: slog.Level(n), Cause: cause, Attrs: attrs})
		checkLine(t, line)
		var s Stamp
		head := s.AppendHead(nil, start, cause)
		whole, needsLine := AppendBodyNeeds(head, &Body{Type: eventType, Attrs: attrs})
		checkLine(t, whole)
		if needsLine != NeedsLine(attrs) {
			t.Fatalf("needs a line: %v, for %q", needsLine, whole)
		}
		checkLine(t, AppendMapBody(head, Body{Type: eventType}, map[string]any{k1: text, k2: attrs, k3: x}))
		checkMember(t, line, "v", []any{text, n, x, cause, []byte(text), map[string]string{k1: k2, k3: text}})
	})
}

// checkMember checks that a member reads as encoding/json would have written it.
func checkMember(t *testing.T, line []byte, key string, v []any) {
	t.Helper()
	e, err := Decode(line)
	if err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	got, _ := e.Data.Get(key)
	if list, ok := got.([]any); !ok || len(list) != len(v) {
		return // a key of the fuzzer has taken the name
	}
	if x, ok := v[2].(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
		v[2] = string(bytes.Trim(appendFloat(nil, x, 64), `"`))
	}
	if m := v[5].(map[string]string); len(m) != len(got.([]any)[5].(Object)) || !allValid(m) {
		v, got = v[:5], got.([]any)[:5]
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := referenceValue(b)
	if !reflect.DeepEqual(plainValue(got), want) {
		t.Fatalf("\n got %#v\nwant %#v", plainValue(got), want)
	}
}

func allValid(m map[string]string) bool {
	for k := range m {
		if !utf8.ValidString(k) {
			return false
		}
	}
	return true
}

// FuzzString checks the string writer against encoding/json, at every offset
// within a word.
func FuzzString(f *testing.F) {
	f.Add("plain text that is longer than a few machine words, so that the quick loop runs")
	f.Add("\"\\\n\t\x00\x1f é — 日本語 🎉 \u2028\u2029 \xff\xc3 \xed\xa0\x80 \xf4\x90\x80\x80 end")
	f.Add("000000\u07c4")
	f.Add("模型说、市场今天很平静 日\u2028本\ud7ff\ue000\xe0\x80\x80\xed\xa0\x80\xe2\x80\xa9 한국")
	for _, end := range []string{"é", "日", "🎉", "\xf0\x9f\x8e", "\xe6\x97", "\xc3", "\u2028", "\"", "\x01"} {
		f.Add("sixteen bytes ok" + end)
		f.Add("a" + end + "é" + end + " and then more text " + end + end + end)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i := 0; i <= len(s) && i < 9; i++ {
			got := appendString(nil, s[i:])
			want, _ := json.Marshal(s[i:])
			var a, b string
			if err := json.Unmarshal(got, &a); err != nil {
				t.Fatalf("%v in %q", err, got)
			}
			if err := json.Unmarshal(want, &b); err != nil || a != b {
				t.Fatalf("%q: got %q, want %q", s[i:], a, b)
			}
			if !utf8.Valid(got) {
				t.Fatalf("not UTF-8: %q", got)
			}
		}
	})
}

// FuzzFloat checks the spelling of numbers against encoding/json.
func FuzzFloat(f *testing.F) {
	for _, x := range []float64{0, 1, 0.1, 1e-5, 123456.654321, 1e9, 1e15, 999999999.999999, 1e21, 1e-7, 5e-324, math.MaxFloat64} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x float64) {
		for _, x := range [...]float64{x, -x, math.Round(x*1e6) / 1e6, math.Trunc(x), math.Mod(x, 1000)} {
			want, err := json.Marshal(x)
			if err != nil {
				continue
			}
			if got := appendFloat(nil, x, 64); string(got) != string(want) {
				t.Errorf("%v: got %s, want %s", x, got, want)
			}
			want, err = json.Marshal(float32(x))
			if err == nil && string(appendFloat(nil, float64(float32(x)), 32)) != string(want) {
				t.Errorf("float32(%v): got %s, want %s", x, appendFloat(nil, float64(float32(x)), 32), want)
			}
		}
	})
}

// FuzzDecode checks that we and encoding/json take the same texts for JSON, and
// read the same values from them.
func FuzzDecode(f *testing.F) {
	for _, s := range decodeSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		want, wantErr := referenceValue(b)
		got, err := DecodeValue(b)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: got error %v, encoding/json %v", b, err, wantErr)
		}
		if err != nil {
			return
		}
		if !reflect.DeepEqual(plainValue(got), want) {
			t.Fatalf("%q\n got %#v\nwant %#v", b, plainValue(got), want)
		}
		again, err := DecodeValue(AppendValue(nil, got))
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Fatalf("%q: written and read again: %#v, %v", b, again, err)
		}
		_, isObject := got.(Object)
		if _, err := Decode(b); (err == nil) != isObject {
			t.Fatalf("%q: Decode: %v", b, err)
		}
	})
}

var decodeSeeds = []string{
	"1000000\xc9", "12345678\x80", "1234567\x8a8", "[1234567:]", "-1234567/", // what only looks like a digit among eight
	`{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":1,"event_type":"x","level":"WARN","cause":3,"a":[1,-0.5e+3,{"b":null}]}`,
	`{"a":1,"a":2,"":[]}`, " [true , false\t,\r\nnull] ", `"\ud83d\ude00\ud800\u0041\udc00\u00e9\/\b"`, "\"\xff\xed\xa0\x80\"", `"\x"`, `"\u12g4"`,
	`01`, `1.`, `.5`, `-`, `1e`, `+1`, `1e999`, `12345678901234567890`, `-0`, `NaN`, `tru`, `{"a"}`, `{"a":}`, `{,}`, `[1,]`, `{"a":1,}`, `{a:1}`,
	"\"\x00\"", "\"\n\"", `"`, `"\`, `"\u`, `"\ud800\u`, ``, ` `, `{} {}`, `[[[[`, "\u00a01", "\ufeff{}", `{"level":"loud","sequence":"x","cause":-1,"event_type":5}`,
}

// FuzzText checks that no byte that a terminal acts on reaches a line for people.
func FuzzText(f *testing.F) {
	f.Add("transfer", "sender", "\x1b]0;x\a", []byte(`{"a":"\u202e\u009b"}`))
	f.Add("log", "message", "a\nb\u2028\xff", []byte(`["x"]`))
	f.Add("\x1b[2J", "a\u2066=", "\U000e0041 \"", []byte(`{"$blob":"s","bytes":1e9,"preview":"\u200f"}`))
	for _, name := range knownTypes {
		f.Add(name, "reason", "x", []byte(`{"tick":3}`))
	}
	f.Fuzz(func(t *testing.T, eventType, key, text string, value []byte) {
		e := Event{Type: eventType, Data: Object{{key, text}, {text, key}}}
		if v, err := DecodeValue(value); err == nil {
			e.Data = append(e.Data, Member{key, v})
			if o, ok := v.(Object); ok {
				e.Data = append(e.Data, o...)
			}
		}
		checkShown(t, AppendText(nil, e))
		checkShown(t, AppendSafe(nil, text))
	})
}

// checkShown fails the test when b holds anything that a terminal might act on.
func checkShown(t *testing.T, b []byte) {
	t.Helper()
	if !utf8.Valid(b) {
		t.Fatalf("not UTF-8: %q", b)
	}
	for _, r := range string(b) {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			t.Fatalf("%U raw in %q", r, b)
		}
	}
}

// FuzzShorten checks that nothing is lost when long strings are stored apart.
func FuzzShorten(f *testing.F) {
	f.Add("some \"text\"\n", 40, 100)
	f.Add("é\xff\u2028", 300, 600)
	f.Fuzz(func(t *testing.T, text string, times, limit int) {
		if times < 0 || times*len(text) > 1<<16 || limit < 0 {
			return
		}
		long := bytes.Repeat([]byte(text), times)
		line := AppendLine(nil, start, 1, Body{Type: "x", Attrs: []slog.Attr{
			slog.String("a", string(long)), slog.Any("b", []any{string(long), text}), slog.String(text, text),
		}})
		blobs := map[string]string{}
		short, err := Shorten(line, limit, func(sum string, content []byte) error {
			blobs[sum] = string(content)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		checkLine(t, short)
		if len(short) > len(line) {
			t.Fatalf("grew from %d to %d bytes", len(line), len(short))
		}
		was, _ := DecodeValue(line)
		is, _ := DecodeValue(short)
		if !reflect.DeepEqual(restore(is, blobs), was) {
			t.Fatalf("\n got %#v\nwant %#v", restore(is, blobs), was)
		}
	})
}

// restore puts stored strings back in their places.
func restore(v any, blobs map[string]string) any {
	switch x := v.(type) {
	case Object:
		if len(x) == 3 && x[0].Key == "$blob" {
			return blobs[x[0].Value.(string)[len("sha256:"):]]
		}
		for i := range x {
			x[i].Value = restore(x[i].Value, blobs)
		}
	case []any:
		for i := range x {
			x[i] = restore(x[i], blobs)
		}
	}
	return v
}

// FuzzStamp checks the cached head against one that is formatted anew.
func FuzzStamp(f *testing.F) {
	f.Add(int64(1768478400), int64(123456789), uint64(8), int64(1000))
	f.Add(int64(-62167219158), int64(999999999), uint64(math.MaxUint64-2), int64(-1))
	f.Add(int64(253402300799), int64(999999000), uint64(99), int64(-7))
	f.Fuzz(func(t *testing.T, second, nano int64, sequence uint64, step int64) {
		at := time.Unix(second, nano)
		var s Stamp
		for range 25 {
			if y := at.UTC().Year(); y < 0 || y > 9999 {
				return
			}
			want, _ := json.Marshal(map[string]any{"timestamp": at.UTC().Format(TimeLayout), "sequence": sequence})
			got := append(bytes.TrimSuffix(s.AppendHead(nil, at, sequence), []byte(",")), '}')
			var a, b struct {
				Timestamp string
				Sequence  uint64
			}
			if json.Unmarshal(want, &a) != nil || json.Unmarshal(got, &b) != nil || a != b {
				t.Fatalf("got %s, want %s", got, want)
			}
			at, sequence = at.Add(time.Duration(step)), sequence+1
		}
	})
}
