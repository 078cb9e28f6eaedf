package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"example.org/runshelf/event"
)

func TestPick(t *testing.T) {
	const run = `{"run_id":"r","seed":18446744073709551615,"config":{"a":{"b":1},"c":2},"x.y":3,"tags":["p"],"odd":{"x.y":{"z":4}}}`
	tests := []struct{ fields, want string }{
		{"seed,run_id", `{"seed":18446744073709551615,"run_id":"r"}`},
		{"config.a.b", `{"config":{"a":{"b":1}}}`},
		{"config.a.b,config.c", `{"config":{"a":{"b":1},"c":2}}`},
		{"config.c,seed,config.a", `{"config":{"c":2,"a":{"b":1}},"seed":18446744073709551615}`},
		{"x.y", `{"x.y":3}`},
		{"none", `{"none":null}`},
		{"seed.deeper", `{"seed":{"deeper":null}}`},
		{"none.deeper", `{"none":{"deeper":null}}`},
		{"odd.x.y.z", `{"odd":{"x.y":{"z":4}}}`},
		{"tags,tags", `{"tags":["p"]}`},
	}
	o, err := decodeObject([]byte(run))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if got := string(event.AppendValue(nil, pick(o, strings.Split(tt.fields, ",")))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.fields, got, tt.want)
		}
	}
	if got := string(event.AppendValue(nil, o)); got != run {
		t.Errorf("picking changed the object: %s", got)
	}
}

func TestJSONFlagTake(t *testing.T) {
	tests := []struct {
		name, value, after string
		args               []string
		n                  int
		left, value2       string
	}{
		{"bare", allFields, "", []string{"run"}, 1, "run", allFields},
		{"run_behind", allFields, "run", []string{"run"}, 1, "run", allFields},
		{"list_behind", allFields, "a,b", []string{"run", "a,b"}, 1, "run", "a,b"},
		{"list_first", allFields, "a", []string{"a", "run"}, 1, "run", "a"},
		{"no_arguments_needed", allFields, "a", []string{"a"}, 0, "", "a"},
		{"list_by_sign", "a,b", "", []string{"run"}, 1, "run", "a,b"},
		{"one_too_many", allFields, "", []string{"run", "more"}, 1, "run more", allFields},
		{"two_too_many", allFields, "a", []string{"run", "a", "more"}, 1, "run a more", allFields},
		{"another_flag_behind", allFields, "-q", []string{"run", "more"}, 1, "run more", allFields},
		{"off", "", "a", []string{"run", "a"}, 1, "run a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := jsonFlag{value: tt.value, after: tt.after}
			for range 2 { // asking twice gives the same
				if left := strings.Join(j.take(tt.args, tt.n), " "); left != tt.left || j.value != tt.value2 {
					t.Errorf("left %q, fields %q", left, j.value)
				}
			}
		})
	}
}

// TestAppendJSONForTerminal shows that what a terminal gets is clean and, but
// for bytes that are no UTF-8, means the same.
func TestAppendJSONForTerminal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pieces := rapid.SliceOf(rapid.SampledFrom([]string{
			"a", "é", "👩‍👧", "\x7f", "\u0085", "\u009b", "\u202e", "\u2066", "\u2028", "\ufeff", "\U000e0041", `\u001b`, `\n`, `\\`,
		})).Draw(rt, "pieces")
		text := `{"k":"` + strings.Join(pieces, "") + `"}`
		shown := string(appendJSON(nil, []byte(text), true))
		if at := firstUnsafe(shown); at != "" || strings.ContainsFunc(shown, unsafeRune) {
			rt.Fatalf("%s in %q", at, shown)
		}
		var a, b map[string]string
		if json.Unmarshal([]byte(text), &a) != nil || json.Unmarshal([]byte(shown), &b) != nil || a["k"] != b["k"] {
			rt.Fatalf("%q became %q", a, b)
		}
		if string(appendJSON(nil, []byte(text), false)) != text {
			rt.Fatal("changed without a terminal")
		}
	})
}

func FuzzAppendJSON(f *testing.F) {
	f.Add([]byte("{\"a\":\"\x9b\xff\u202e\"}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		shown := appendJSON(nil, text, true)
		if !utf8.Valid(shown) || slices.ContainsFunc([]rune(string(shown)), unsafeRune) {
			t.Errorf("%q became %q", text, shown)
		}
	})
}

func TestCompareValues(t *testing.T) {
	ordered := []string{"-1", "0", "2", "10", "12345678901234567890", "12345678901234567891", "1e30", `"10"`, `"2"`, `"a"`, `true`}
	for i := range ordered {
		for j := range ordered {
			a, errA := event.DecodeValue([]byte(ordered[i]))
			b, errB := event.DecodeValue([]byte(ordered[j]))
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if got := compareValues(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("compare %s with %s: %d", ordered[i], ordered[j], got)
			}
		}
	}
}
