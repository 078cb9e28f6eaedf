package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/runshelf/event"
)

const whereLine = `{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":7,"event_type":"transfer","cause":3,"tick":10,"amount":12.5,` +
	`"sender":"alpha","text":"say \"hi\" \u00e9","ok":true,"no":false,"nothing":null,"wide":12345678901234567890,"deep":{"a":{"b":[1,2,{"c":3}]},"d.e":4},` +
	`"data.level":"raw","in":1,"matches":2,"a b":3,"bids":[{"price":5},{"price":9}],"tags":["x","y"],"five":5.0,"fivee":5e0,"huge":1e999,"big":1e23,"near":9007199254740993,"text5":"5"}`

// TestWhere asks questions about one event.
func TestWhere(t *testing.T) {
	tests := map[string]bool{
		`event_type == "transfer" && amount > 10 && sender in ["alpha","beta"]`: true,
		`event_type == "transfer" and amount > 13`:                              false,
		`sender not in ["alpha"]`:                                               false,
		`not (sender in ["beta"])`:                                              true,
		`text contains "hi"`:                                                    true,
		`text matches "^say .hi"`:                                               true,
		`text endsWith "é"`:                                                     true,
		`sender startsWith "al" || amount > 100`:                                true,
		`level == "INFO"`:                                                       true,
		`level == nil`:                                                          false, `level != nil`: true, `event["level"] == nil`: false, `level in ["INFO", "WARN"]`: true, `level != "INFO"`: false,
		`cause == 3`:               true,
		`timestamp > "2026-01-15"`: true,
		// times compare as texts, moments as what they mean
		`timestamp >= "2026-01-15T12:00:00Z"`: true, `timestamp > "2026-01-15T12:00:00Z"`: true, `timestamp < "2026-01-15T12:00:01Z"`: true,
		`timestamp < "2026-01-15T12:00:00Z"`: false, `timestamp <= "2026-01-15T12:00:00Z"`: false, `timestamp >= "2026-01-15T12:00:01Z"`: false,
		`timestamp > "2026-01-15T12:00:00.123456Z"`: false, `timestamp >= "2026-01-15T13:00:00.123456+01:00"`: true, `timestamp > "2026-01-15T13:00:00+01:00"`: true,
		`timestamp <= "2026-01-15T13:00:00.2+01:00"`: true, `event["timestamp"] < "2026-01-15T13:00:00.1+01:00"`: false, `"2026-01-15T12:00:00Z" < timestamp`: true,
		`timestamp == "2026-01-15T13:00:00.123456+01:00"`: true, `timestamp != "2026-01-15T13:00:00.123456+01:00"`: false, `timestamp == "2026-01-15T12:00:00Z"`: false,
		`timestamp != "2026-01-15T12:00:00Z"`: true, `text > "2026-01-15T12:00:00Z"`: true, `source_time == "2026-01-15T12:00:00Z"`: false,
		`not (timestamp > "2026-01-15T12:00:00Z")`: false, `tick == 9 || timestamp > "2026-01-15T12:00:00Z"`: true, `timestamp > "2026-01-15T12:30"`: false,
		// what is missing is nil
		`missing == nil`: true, `missing.inner.more == nil`: true, `sender.inner == nil`: true, `nothing == nil`: true, `amount == nil`: false,
		`missing != nil`: false, `sender != nil`: true, `missing > 5`: false, `missing < 5`: false, `missing <= nil`: false, `missing contains "x"`: false,
		`missing == 0`: false, `missing != 5`: true, `missing + 1 > 0`: false, `missing in [nil]`: true, `missing matches "."`: false, `!missing`: true,
		// unlike kinds are neither equal nor ordered
		`amount > "5"`: false, `amount < "5"`: false, `sender > 5`: false, `amount == "12.5"`: false, `amount != "12.5"`: false, `text5 == 5`: false,
		`ok == 1`: false, `ok == true`: true, `ok`: true, `no`: false, `!no`: true, `sender && ok`: false, `tags > 1`: false, `deep == 1`: false, `deep > nil`: false,
		`sender + 1 == 2`: false, `upper(amount) == "X"`: false,
		// numbers by value, integers exactly
		`five == 5`: true, `five == fivee`: true, `fivee == 5.0`: true, `tick == 10.0`: true, `10 == tick`: true, `tick in [9, 10]`: true, `-tick == -10`: true, `tick > -1`: true,
		`wide == 12345678901234567890`: true, `wide == 12345678901234567891`: false, `12345678901234567889 < wide`: true, `wide in [12345678901234567890]`: true,
		`wide > 12345678901234567889`: true, `-wide == -12345678901234567890`: false, `wide != 12345678901234567891`: true,
		`near == 9007199254740993`: true, `near == 9007199254740992`: false, `near > 9007199254740992.0`: true, `big == 100000000000000000000000`: true,
		`huge > 1e308`: true, `huge == huge`: true, `huge > wide`: true,
		// any field is within reach
		`event["in"] == 1`: true, `event["matches"] == 2`: true, `event["a b"] == 3`: true, `event.tick == 10`: true, `event["deep"]["a"]["b"][0] == 1`: true,
		`deep.a.b[2].c == 3`: true, `deep.a.b[-1].c == 3`: true, `deep.a.b[9] == nil`: true, `deep?.a?.b[1] == 2`: true, `deep.d.e == 4`: true, `deep["d.e"] == 4`: true,
		`data.level == "raw"`: true, `event["data.level"] == "raw"`: true, `event["data"] == nil`: true, `event["event"] == nil`: true, `len(event) == 25`: true,
		// the rest of the language
		`any(bids, .price > 8)`: true, `all(bids, .price > 8)`: false, `count(bids, .price > 1) == 2`: true, `len(tags) == 2`: true, `"x" in tags`: true, `tags contains "y"`: true,
		`any(bids, #.price == tick - 1)`: true, `upper(sender) == "ALPHA"`: true, `tick * 2 + 1 == 21`: true, `tick % 3 == 1`: true, `tick / 4 == 2.5`: true, `2 ** 3 == 8`: true,
		`(missing ?? 5) == 5`: true, `(amount > 10 ? "big" : "small") == "big"`: true, `let x = tick; x > 9 && x < 11`: true, `tick in 5..15`: true, `sender + "!" == "alpha!"`: true,
		`len(missing) > 0`: false, `tags == ["x","y"]`: true, `deep.a == {"b": [1, 2, {"c": 3}]}`: true, `true`: true, `sum(map(bids, .price)) == 14`: true,
	}
	for source, want := range tests {
		w, err := CompileWhere(source, AboutEvents)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := w.Matcher().Match([]byte(whereLine)); got != want {
			t.Errorf("%s is %t", source, got)
		}
	}
}

// TestWhereQuickly shows which conditions need no program.
func TestWhereQuickly(t *testing.T) {
	for source, quick := range map[string]int{
		`event_type == "a" && amount > 10 && sender in ["a","b"]`: 3, `not (a == 1) and b != nil and 5 < c`: 3, `a.b["c"] matches "x"`: 1,
		`wide == 12345678901234567890`: 1, `a == -5`: 1,
	} {
		if w, err := CompileWhere(source, AboutEvents); err != nil || w.program != nil || len(w.quick) != quick {
			t.Errorf("%s: %d conditions and a program %t: %v", source, len(w.quick), w.program != nil, err)
		}
	}
	w, err := CompileWhere(`a == 1 && len(b) > 2`, AboutEvents)
	if err != nil || w.program == nil || len(w.quick) != 1 {
		t.Errorf("a mixed condition: %+v, %v", w, err)
	}
}

// TestWhereProgramAgrees asks each question also in a form that needs the
// program, and compares.
func TestWhereProgramAgrees(t *testing.T) {
	operand := rapid.SampledFrom([]string{
		"sender", "amount", "tick", "wide", "missing", "ok", "nothing", "text5", "five", "near", "tags", "deep.a", "huge", "big", "level", `event["a b"]`,
	})
	constant := rapid.SampledFrom([]string{
		`5`, `10`, `12.5`, `"alpha"`, `"5"`, `nil`, `true`, `12345678901234567890`, `9007199254740992`, `-1`, `1e23`, `[5, "alpha", nil]`, `"INFO"`, `9007199254740993.0`,
	})
	operator := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith"})
	rapid.Check(t, func(rt *rapid.T) {
		source := fmt.Sprintf("%s %s %s", operand.Draw(rt, "a"), operator.Draw(rt, "operator"), constant.Draw(rt, "b"))
		quick, err := CompileWhere(source, AboutEvents)
		if err != nil {
			rt.Fatal(err)
		}
		slow, err := CompileWhere("("+source+") == (1 == 1)", AboutEvents)
		if err != nil || slow.program == nil {
			rt.Fatal(slow, err)
		}
		if a, b := quick.Matcher().Match([]byte(whereLine)), slow.Matcher().Match([]byte(whereLine)); a != b {
			rt.Fatalf("%s is %t alone and %t in a program", source, a, b)
		}
	})
}

// TestWhereMoments compares times that are stored in each of the usual ways with moments.
func TestWhereMoments(t *testing.T) {
	holds := func(source, stored string) bool {
		w, err := CompileWhere(source, AboutRuns)
		if err != nil {
			t.Fatal(err)
		}
		return w.Matcher().Match([]byte(`{"started_at":"` + stored + `"}`))
	}
	moments := []string{"2026-01-15T12:00:00.999999Z", "2026-01-15T12:00:01Z", "2026-01-15T12:00:01.000001Z", "2026-01-15T12:00:01.5Z", "2026-01-15T13:00:02+01:00"}
	for i, written := range moments {
		for k, other := range moments {
			at, err := time.Parse(time.RFC3339Nano, other)
			if err != nil {
				t.Fatal(err)
			}
			stored := []string{at.UTC().Format(event.TimeLayout)}
			if at.Nanosecond() == 0 && !strings.Contains(written, ".") { // their order with fractions is that of their bytes
				stored = append(stored, at.UTC().Format(time.RFC3339))
			}
			for operator, want := range map[string]bool{"<": k < i, "<=": k <= i, ">": k > i, ">=": k >= i, "==": k == i, "!=": k != i} {
				for _, text := range stored {
					for _, name := range []string{"started_at", "started"} {
						if source := fmt.Sprintf("%s %s %q", name, operator, written); holds(source, text) != want {
							t.Errorf("%s is not %v of %s", source, want, text)
						}
					}
				}
			}
		}
	}
	for operator, want := range map[string]bool{"<": false, ">=": false, "==": false, "!=": true} {
		if source := fmt.Sprintf(`ended_at %s "2026-01-15T12:00:01Z"`, operator); holds(source, moments[0]) != want {
			t.Errorf("%s is not %v of a run without an end", source, want)
		}
	}
}

func TestWhereErrors(t *testing.T) {
	for source, want := range map[string]string{
		`amount >`: `amount >^`, `amount > > 5`: `amount > ^> 5`, `foo(5) == 1`: `^foo(5) == 1`, ``: `^`, `text matches "["`: `text matches ^"["`,
		`5`: `^5`, `"x"`: `^"x"`, `(a == 1`: `(a == 1^`, "é == 'x\n": "", `a = 1`: `a ^= 1`, `a == 1 b`: `a == 1 ^b`, `amount + 1`: ``, `if == 1`: ``,
	} {
		w, err := CompileWhere(source, AboutEvents)
		var wrong *WhereError
		if want == "" && err == nil {
			continue
		}
		if !errors.As(err, &wrong) {
			t.Errorf("%q compiles to %v, %v", source, w, err)
			continue
		}
		if got := wrong.Marked("^"); want != "" && got != want || strings.ContainsAny(wrong.Error()+got, "\n") {
			t.Errorf("%q: %v at %q, want %q", source, err, got, want)
		}
	}
}

// Whoever writes = is told what equal is.
func TestWhereAssigns(t *testing.T) {
	_, err := CompileWhere(`tick = 3`, AboutEvents)
	if err == nil || !strings.HasSuffix(err.Error(), "equal is written ==") {
		t.Errorf("the error is %v", err)
	}
}

// TestWhereInScan has the same expression answered by all kinds of questions.
func TestWhereInScan(t *testing.T) {
	w, err := CompileWhere(`event_type == "transfer" && tick > 5`, AboutEvents)
	if err != nil {
		t.Fatal(err)
	}
	f := Filter{Where: w}
	forward, report := scanText(t, sample(60), f)
	backward, _ := lastText(t, sample(60), f, 100)
	if len(forward) != 17 || report.Matched != 17 || strings.Join(forward, "") != strings.Join(backward, "") {
		t.Errorf("%d from the start, %d from the end", len(forward), len(backward))
	}
}

// FuzzWhere shows that no expression and no line make the language fail.
func FuzzWhere(f *testing.F) {
	f.Add(`event_type == "transfer" && amount > 10`, []byte(whereLine))
	f.Add(`any(bids, .price > 8) ?? -5 in [1,"x"]`, []byte(`{}`))
	f.Add(`99999999999999999999 < a["b"][-1]?.c`, []byte(`{"a":[1`))
	f.Fuzz(func(t *testing.T, source string, line []byte) {
		w, err := CompileWhere(source, AboutEvents)
		if err != nil {
			var wrong *WhereError
			if !errors.As(err, &wrong) {
				t.Errorf("%q: %v", source, err)
			}
			return
		}
		if w.Matcher().Match(line) && !json.Valid(line) {
			t.Errorf("%q is true of %q", source, line)
		}
	})
}

// A text is the stored one by what it means, however that is spelled.
func TestTextIs(t *testing.T) {
	for _, test := range []struct {
		inside, text string
		is           bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"", "", true}, {"é", "é", true}, {`\u00e9`, "é", true}, {`a\nb`, "a\nb", true},
		{`a\nb`, `a\nb`, false}, {"\xff", "\ufffd", true}, {"\xff", "\xff", false}, {`\ud800`, "\ufffd", true},
	} {
		if got := textIs([]byte(test.inside), test.text); got != test.is {
			t.Errorf("%q is %q: %t", test.inside, test.text, got)
		}
	}
}
