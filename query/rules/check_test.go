package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// storedRun is a run with the given events, a line each, and nothing else.
func storedRun(t *testing.T, events string) *shelf.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "r")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, shelf.EventsFile), []byte(events), 0o666); err != nil {
		t.Fatal(err)
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// log makes a log of events given by their data, with sequences from 1.
func log(events ...string) string {
	var b strings.Builder
	for i, e := range events {
		b.WriteString(`{"sequence":` + string(rune('1'+i)) + `,` + e + "}\n")
	}
	return b.String()
}

func TestCheck(t *testing.T) {
	transfers := `
sums:
  money:
    - {when: event_type == "init", each: people, key: item.id, set: item.money}
    - {when: event_type == "pay", key: from, add: -n}
    - {when: event_type == "pay", key: to, add: n}
`
	init := `"event_type":"init","people":[{"id":"a","money":5},{"id":"b","money":0}]`
	tests := []struct {
		name, rules string
		log         string
		sequence    uint64 // of the violating event; 0 when none is named
		message     string // "" when all holds
	}{
		{"always holds", `rules: [{name: r, always: n > 0}]`, log(`"n":1`, `"n":2`), 0, ""},
		{"always fails", `rules: [{name: r, always: n > 0}]`, log(`"n":1`, `"n":0`), 2, "n > 0 does not hold"},
		{"a missing field does not hold", `rules: [{name: r, always: n > 0}]`, log(`"m":1`), 1, "n > 0 does not hold"},
		{"when leaves out", `rules: [{name: r, when: m == nil, always: n > 0}]`, log(`"m":1`, `"n":1`), 0, ""},
		{"never holds", `rules: [{name: r, never: n > 5}]`, log(`"n":1`), 0, ""},
		{"never fails", `rules: [{name: r, never: n > 5, message: "{n} is {n - 5} {{too much}}"}]`, log(`"n":1`, `"n":9`), 2, "9 is 4 {too much}"},
		{"eventually holds", `rules: [{name: r, eventually: n == 2}]`, log(`"n":1`, `"n":2`, `"n":3`), 0, ""},
		{"eventually fails", `rules: [{name: r, eventually: n == 4}]`, log(`"n":1`), 0, "n == 4 does not come to hold"},
		{"each of a list", `rules: [{name: r, each: xs, always: item > 0, message: "{item}"}]`, log(`"xs":[1,2]`, `"xs":[3,-4,-5]`), 2, "-4"},
		{"each of an object", `rules: [{name: r, each: o, always: item.value > 0, message: "{item.key}"}]`, log(`"o":{"b":-1,"a":1}`), 1, "b"},
		{"sums by key", transfers + `rules: [{name: r, when: event_type == "pay", always: 'sums.money[from] >= 0 && totals.money == 5', message: "{from} has {sums.money[from]}"}]`,
			log(init, `"event_type":"pay","from":"a","to":"b","n":5`, `"event_type":"pay","from":"b","to":"a","n":3`, `"event_type":"pay","from":"b","to":"a","n":3`), 4, "b has -1"},
		{"a sum without a key", `{sums: {n: {add: n}}, rules: [{name: r, always: sums.n < 5}]}`, log(`"n":2`, `"n":2`, `"n":2`), 3, "sums.n < 5 does not hold"},
		{"a sum of what is no number", `{sums: {n: {when: n != nil, add: n}}, rules: [{name: r, always: "true"}]}`, log(`"n":2`, `"x":1`, `"n":"2"`), 3, "n is 2, which is no number"},
		{"a sum without its key", `{sums: {n: {key: k, add: n}}, rules: [{name: r, always: "true"}]}`, log(`"n":2,"k":5`, `"n":1`), 2, "the key k is nil"},
		{"numbers are keys", `{sums: {n: {key: k, add: n}}, rules: [{name: r, always: 'sums.n["5"] < 3'}]}`, log(`"n":2,"k":5`, `"n":1,"k":5.0`), 2, `sums.n["5"] < 3 does not hold`},
		{"integers stay exact", `{sums: {n: {add: n}}, rules: [{name: r, when: last, always: sums.n == 9007199254740995}]}`, log(`"n":9007199254740993`, `"n":2,"last":true`), 0, ""},
		{"between", `rules: [{name: r, between: [t == "on", t == "off"], never: t == "x"}]`, log(`"t":"x"`, `"t":"on"`, `"t":"off"`, `"t":"x"`, `"t":"on"`, `"t":"x"`), 6, `t == "x" holds`},
		{"between by key", `rules: [{name: r, key: k, between: [t == "on", t == "off"], never: t == "x"}]`, log(`"t":"on","k":"a"`, `"t":"x","k":"b"`, `"t":"x"`, `"t":"x","k":"a"`), 4, `t == "x" holds`},
		{"eventually between", `rules: [{name: r, between: [t == "on", t == "off"], eventually: t == "x"}]`, log(`"t":"on"`, `"t":"x"`, `"t":"off"`, `"t":"x"`, `"t":"on"`, `"t":"off"`), 6, `t == "x" does not come to hold`},
		{"one scope ends where the next begins", `rules: [{name: r, between: [t == "|", t == "|"], eventually: t == "x"}]`, log(`"t":"|"`, `"t":"x"`, `"t":"|"`, `"t":"|"`), 4, `t == "x" does not come to hold`},
		{"after", `rules: [{name: r, key: id, after: t == "ask", eventually: t == "answer", message: "{id} is not answered"}]`,
			log(`"t":"ask","id":1`, `"t":"ask","id":2`, `"t":"ask","id":3`, `"t":"answer","id":1`, `"t":"answer","id":3`), 2, "2 is not answered"},
		{"after, all answered", `rules: [{name: r, key: id, after: t == "ask", eventually: t == "answer"}]`, log(`"t":"answer","id":1`, `"t":"ask","id":1`, `"t":"answer","id":1`), 0, ""},
		{"after, always", `rules: [{name: r, after: t == "end", never: "true"}]`, log(`"t":"x"`, `"t":"end"`, `"t":"x"`), 3, "true holds"},
		{"broken lines are not seen", `rules: [{name: r, always: n > 0}]`, `{"n":1}` + "\n{]\n" + `{"n":2}` + "\n", 0, ""},
		{"without a sequence", `rules: [{name: r, always: n > 0}]`, `{"n":1}` + "\n" + `{"n":0}` + "\n", 0, "n > 0 does not hold"},
		{"reached by its name", `{sums: {n: {add: n}}, rules: [{name: r, always: 'event["sums"].n == 1'}]}`, log(`"n":3,"sums":{"n":1}`), 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse("x.yaml", []byte(tt.rules))
			if err != nil {
				t.Fatal(err)
			}
			v, err := Check(storedRun(t, tt.log), f, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if tt.message == "" {
				if len(v.Violations) > 0 {
					t.Fatalf("violated: %+v", v.Violations)
				}
				return
			}
			if len(v.Violations) != 1 || v.Violations[0].Sequence != tt.sequence || v.Violations[0].Message != tt.message {
				t.Fatalf("%+v", v.Violations)
			}
		})
	}
}

// With All every rule is told once, where it is violated first.
func TestCheckAll(t *testing.T) {
	f, err := Parse("x.yaml", []byte(`rules:
  - {name: small, always: n < 3}
  - {name: even, always: n % 2 == 0}
  - {name: seven, eventually: n == 7}
  - {name: holds, always: n > 0}
`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := Check(storedRun(t, log(`"n":2`, `"n":4`, `"n":5`, `"n":6`)), f, Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range v.Violations {
		got = append(got, w.Rule+" "+string(rune('0'+w.Sequence)))
	}
	if strings.Join(got, ", ") != "small 2, even 3, seven 0" || v.Events != 4 {
		t.Errorf("%v after %d events", got, v.Events)
	}
}

// What a log has lost is counted, since sums cannot know it.
func TestCheckCountsLostEvents(t *testing.T) {
	f, err := Parse("x.yaml", []byte(`rules: [{name: r, always: "true"}]`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := Check(storedRun(t, log(`"event_type":"x"`, `"event_type":"log_gap","dropped":7`)), f, Options{})
	if err != nil || v.Lost != 7 {
		t.Errorf("%+v, %v", v, err)
	}
	v, err = Check(storedRun(t, log(`"event_type":"x"`, `"event_type":"log_gap","dropped":7,"stream":"stdout"`)), f, Options{})
	if err != nil || v.Lost != 0 {
		t.Errorf("a program has printed a gap: %+v, %v", v, err)
	}
}

// A rule file that is wrong is refused with the place.
func TestParseRefuses(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "x.yaml:1:1: there are no rules in it"},
		{"rules: []", "x.yaml:1:1: there are no rules in it"},
		{"a: [", "x.yaml:1:1: did not find expected node content"},
		{"- 1", "x.yaml:1:1: a rule file must be keys with values, not a list"},
		{"rule:\n", `x.yaml:1:1: a rule file has no "rule"; there are name, sums, rules`},
		{"rules: 5", `x.yaml:1:8: rules must be a list, not "5"`},
		{"rules:\n  - always: n > 0", "x.yaml:2:5: a rule needs a name"},
		{"rules:\n  - name: r", `x.yaml:2:5: the rule "r" needs always, never or eventually`},
		{"rules:\n  - name: r\n    allways: n > 0", `x.yaml:3:5: a rule has no "allways"; there are name, when, each, always, never, eventually, between, after, key, message`},
		{"rules:\n  - name: r\n    always: n >> 0", "x.yaml:3:16: "},
		{"rules:\n  - name: r\n    always: \"n >> 0\"", "x.yaml:3:17: "},
		{"rules:\n  - name: r\n    always: !frozen", "x.yaml:3:13: always begins with !, which means something else in YAML"},
		{"rules:\n  - name: r\n    always: 5", "x.yaml:3:13: this is no condition"},
		{"rules:\n  - name: r\n    always: a\n    never: b", "x.yaml:4:5: a rule has one of always, never and eventually, and this one has always and never"},
		{"rules:\n  - name: r\n    always: a\n    always: b", `x.yaml:4:5: "always" stands twice`},
		{"rules:\n  - {name: r, always: a}\n  - {name: r, always: b}", `x.yaml:3:5: a rule with the name "r" stands twice`},
		{"rules:\n  - {name: r, always: a, key: b}", `x.yaml:2:5: the rule "r" has a key, which belongs to between or after`},
		{"rules:\n  - {name: r, eventually: a, each: b}", `x.yaml:2:5: the rule "r" has each, which does not go with eventually, between or after`},
		{"rules:\n  - {name: r, always: a, between: b}", "x.yaml:2:35: between needs a list of two conditions"},
		{"rules:\n  - {name: r, always: a, between: [b, c], after: d}", "x.yaml:2:43: a rule has between or after, and not both"},
		{"rules:\n  - {name: r, always: a, message: \"{a\"}", "x.yaml:2:35: message has a brace without its other half"},
		{"rules:\n  - {name: r, always: a, message: \"ok {a >}\"}", "x.yaml:2:"},
		{"rules:\n  - {name: r, always: sums.m > 0}", `x.yaml:2:23: there is no sum "m"`},
		{"sums: {m: {key: a}}\nrules: [{name: r, always: a}]", "x.yaml:1:11: a step of a sum needs add or set"},
		{"sums: {m: {add: a, set: b}}\nrules: [{name: r, always: a}]", "x.yaml:1:20: a step adds or sets, and not both"},
		{"sums: {m: [{add: a}, {add: a, key: b}]}\nrules: [{name: r, always: a}]", "x.yaml:1:22: the sum m has a key in some steps and none in others"},
		{"sums: {m: []}\nrules: [{name: r, always: a}]", "x.yaml:1:11: the sum m says nothing"},
		{"sums: {m-n: {add: a}}\nrules: [{name: r, always: a}]", `x.yaml:1:8: a sum is called "m-n", which is no name of letters, digits and _`},
		{"rules: &a\n  - {name: r, always: a}\n  - *a\n", "x.yaml:3:5: a rule must be keys with values, not an alias"},
		{"rules: [{name: r, always: a}]\n---\n", "x.yaml:2:1: there is more than one YAML document"},
	}
	for _, tt := range tests {
		f, err := Parse("x.yaml", []byte(tt.text))
		if err == nil {
			t.Errorf("%q is taken: %+v", tt.text, f)
		} else if !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %s", tt.text, err, tt.want)
		}
	}
}

// No text makes the reader panic, and what it takes can be checked with.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"rules: [{name: r, always: a}]", "sums: {m: {key: k, add: n}}\nrules:\n  - {name: r, always: 'sums.m[k] > 0', message: \"{k}\"}", "a: &a [*a]", "rules: !x"} {
		f.Add(text)
	}
	run := []byte(`{"event_type":"x","n":1,"k":"a","a":true}`)
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("x", []byte(text))
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		c := newChecker(file, Options{All: true})
		for range 3 {
			if err := c.event(&query.Line{Bytes: run, Number: 1}); err != nil {
				return
			}
		}
		c.end(false)
	})
}
