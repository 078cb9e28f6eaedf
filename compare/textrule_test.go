package compare

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParseTextRule(t *testing.T) {
	for _, text := range []string{
		"text~time", "text~time+address", "a.b[*]~uuid", `text~/took (\d+)/`, "text~/a~b/", `["a~time"]~number`, "*~temp", ".text~/x/y/",
		"id~renamed", "text~uuid+address+renamed", `text~/id=(\w+)/+renamed`, "*.id[*]~renamed",
	} {
		if _, err := parseTextRule(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"text", `["a~time"]`, `x["~"].y`} {
		if _, err := parseTextRule(text); !errors.Is(err, errNoTextRule) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"~time", "text~", "text~timer", "text~time+", "text~renamed+time", "text~+renamed", "text~//", "text~/", "a~b", "a.~time"} {
		if _, err := parseTextRule(text); err == nil || !strings.Contains(err.Error(), "kinds (time, ") {
			t.Errorf("%s: %v", text, err)
		}
	}
	var wrong *PatternError
	if _, err := parseTextRule("text~/(/"); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "missing closing )") {
		t.Errorf("%v", err)
	}
}

// TestTextRules compares two events that differ in one text.
func TestTextRules(t *testing.T) {
	tests := []struct {
		a, b string // the value of "x"
		rule string
		same bool
	}{
		{`"at 12:00:01 ok"`, `"at 12:00:02 ok"`, "x~time", true},
		{`"at 12:00:01 ok"`, `"at 12:00:02 ok"`, "y~time", false},
		{`"at 12:00:01 ok"`, `"at 12:00:02 no"`, "x~time", false},
		{`"at 12:00:01 ok"`, `"at 12:00:02 ok"`, "x~duration", false},
		{`"at 12:00:01 ok"`, `"at noon ok"`, "x~time", false},
		{`"a 5 ms b"`, `"a 6 ms b"`, "*~duration+time", true},
		{`"took 5 of 7"`, `"took 6 of 7"`, `x~/took (\d+)/`, true},
		{`"took 5 of 7"`, `"took 5 of 8"`, `x~/took (\d+)/`, false},
		{`"took 5 of 7"`, `"Took 6 of 7"`, `x~/(?i)took \d+/`, true},
		{`"took 5 of 7"`, `"took 6 of 8"`, `x~/(\d+)( of )?/`, true},
		{`"n 1.5e-3!"`, `"n 2!"`, "x~number", true},
		{`"a"`, `"ab"`, `x~/b*/`, false}, // what is of no length is no part
		{`["at 12:00:01","b"]`, `["at 12:00:02","b"]`, "x~time", true},
		{`["at 12:00:01","b"]`, `["at 12:00:02","b"]`, "x[0]~time", true},
		{`["at 12:00:01","b"]`, `["at 12:00:02","b"]`, "x[1]~time", false},
		{`{"y":"at 12:00:01"}`, `{"y":"at 12:00:02"}`, "x.y~time", true},
		{`{"y":"at 12:00:01"}`, `{"y":"at 12:00:02"}`, ".y~time", false},
		{`{"y":"at 12:00:01"}`, `{"y":"at 12:00:02"}`, "x~time", false},
		{`"a\ud83d\ude00 12:00:01"`, `"a😀 12:00:02"`, "x~time", true},
		{`"5 s"`, `5`, "x~duration", false},
	}
	for _, tt := range tests {
		a, b := []byte(`{"x":`+tt.a+`}`), []byte(`{"x":`+tt.b+`}`)
		o := Options{Ignore: []string{tt.rule}}
		r, err := o.rules()
		if err != nil {
			t.Fatal(err)
		}
		d := newDigester(r, maphash.MakeSeed())
		if same := r.equal(value(a), value(b)); same != tt.same || (d.line(a) == d.line(b)) != tt.same {
			t.Errorf("%s and %s by %s: same is %v, and digests say %v", tt.a, tt.b, tt.rule, same, d.line(a) == d.line(b))
		}
		if fields := r.fieldsOf(value(a), value(b)); (len(fields) == 0) != tt.same {
			t.Errorf("%s and %s by %s: %+v", tt.a, tt.b, tt.rule, fields)
		}
	}
}

// TestTextsPart says from where on two texts differ in what counts.
func TestTextsPart(t *testing.T) {
	o := Options{Ignore: []string{"x~time"}}
	r, err := o.rules()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ a, b, restA, restB string }{
		{"at 12:00:01.5 loss 1", "at 12:00:02 loss 2", "1", "2"},
		{"at 12:00:01 loss 1", "at noon", "12:00:01 loss 1", "noon"},
		{"a", "ab", "", "b"},
		{"12:00:01", "12:00:01 x", "", " x"},
	} {
		fields := r.fieldsOf(value([]byte(`{"x":"`+tt.a+`"}`)), value([]byte(`{"x":"`+tt.b+`"}`)))
		if len(fields) != 1 || tt.a[fields[0].FromA:] != tt.restA || tt.b[fields[0].FromB:] != tt.restB {
			t.Errorf("%q and %q: %+v", tt.a, tt.b, fields)
		}
	}
}

// TestTextRulesOfADivergence is what sets aside that two events differ.
func TestTextRulesOfADivergence(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want []string
	}{
		{`{"x":"at 12:00:01 took 5 ms"}`, `{"x":"at 12:00:02 took 6 ms"}`, []string{"x~duration+time"}},
		{`{"x":"at 12:00:01 took 5 ms"}`, `{"x":"at 12:00:02 took 5 ms"}`, []string{"x~time"}},
		{`{"x":"at 12:00:01","y":{"z":["5 s"]}}`, `{"x":"at 12:00:02","y":{"z":["6 s"]}}`, []string{"x~time", "y.z[0]~duration"}},
		{`{"x":"at 12:00:01"}` + "\n" + `{"x":"5 s"}`, `{"x":"at 12:00:02"}` + "\n" + `{"x":"6 s"}`, []string{"x~duration+time"}},
		{`{"x":"at 12:00:01"}` + "\n" + `{"x":"red"}`, `{"x":"at 12:00:02"}` + "\n" + `{"x":"blue"}`, []string{"x~time"}},
		{`{"x":"at 12:00:01","y":1}`, `{"x":"at 12:00:02","y":2}`, nil},
		{`{"x":"at 12:00:01 loss 5"}`, `{"x":"at 12:00:02 loss 6"}`, nil},
		{`{"x":"at 12:00:01"}`, `{}`, nil},
		{`{"x":"at 12:00:01"}`, `{"x":"at 5 s"}`, nil},
		{`{"x":"at 12:00:01"}`, ``, nil},
	} {
		r, err := Events(logOf("a", tt.a), logOf("b", tt.b), Options{Context: 3})
		if err != nil {
			t.Fatal(err)
		}
		rules := r.First.TextRules()
		if !slices.Equal(rules, tt.want) {
			t.Errorf("%q and %q: %q, want %q", tt.a, tt.b, rules, tt.want)
		}
		if len(rules) == 0 || strings.Contains(tt.a, "red") {
			continue
		}
		if r, err = Events(logOf("a", tt.a), logOf("b", tt.b), Options{Ignore: rules}); err != nil || !r.Same {
			t.Errorf("%q and %q are not the same by %q: %v", tt.a, tt.b, rules, err)
		}
	}
}

// TestTextRulesAgree holds comparisons with rules for parts of texts against ones
// of logs in whose texts these parts have been blotted out beforehand.
func TestTextRulesAgree(t *testing.T) {
	clock := regexp.MustCompile(`\d\d:\d\d:\d\d`)
	r := rand.New(rand.NewPCG(7, 7))
	for round := range 310 {
		lines := 3 + r.IntN(40)
		if round >= 300 {
			lines = 250 // so many that their places are found ahead
		}
		var logs [2][]string
		for n := range lines {
			line := fmt.Sprintf(`{"event_type":"t%d","n":%d,"text":"%%s step %d%s","id":%d}`, r.IntN(3), r.IntN(2), n, pickOf(r, "", `\"`, `\u00e9`), r.IntN(2))
			for side := range logs {
				if r.IntN(12) == 0 {
					continue // only the other has it
				}
				at := fmt.Sprintf("%02d:%02d:%02d", r.IntN(24), r.IntN(60), r.IntN(60))
				if r.IntN(20) == 0 {
					at = "never"
				}
				logs[side] = append(logs[side], fmt.Sprintf(line, at))
			}
		}
		a, b := joined(logs[0]), joined(logs[1])
		blotted := func(log string) *Log { return logOf("x", clock.ReplaceAllString(log, "#")) }
		got, err := Events(logOf("a", a), logOf("b", b), Options{Ignore: []string{"text~time"}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Events(blotted(a), blotted(b), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Same != want.Same || got.Equal != want.Equal || got.Added != want.Added || got.Removed != want.Removed ||
			got.Changed != want.Changed || got.First != nil && got.First.Index != want.First.Index {
			t.Fatalf("%+v\nwant %+v\n%s\n%s", got, want, a, b)
		}
	}
}
