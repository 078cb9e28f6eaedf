package query

import (
	"errors"
	"reflect"
	"testing"
)

// An evaluator answers as a filter does, however often it has met the shape of a
// line.
func TestEvaluatorAgreesWithWhere(t *testing.T) {
	sources := []string{
		`event_type == "a"`, `n > 5`, `n > 5 && event_type == "a"`, `x.y == 1 || n == nil`, `event["a b"] == 2`,
		`level == "INFO"`, `tags contains "t"`, `len(tags) == 2`, `n % 2 == 0`, `event != nil`,
	}
	lines := []string{
		`{"event_type":"a","n":6}`, `{"n":6,"event_type":"a"}`, `{"event_type":"a","n":7}`, `{"event_type":"b","n":6,"n":1}`,
		`{"event_type":"\u0061","n":6.0}`, `  {"event_type":"a","x":{"y":1}} `, `{"x.y":1}`, `{"a b":2,"tags":["t","u"]}`,
		`{}`, `{"event_type":"a","n":}`, `[1]`, ``, `{"event_type":"a","n":6}{}`, `{"level":"WARN","n":1e3}`,
	}
	var conditions []*Expression
	var matchers []*WhereMatcher
	for _, source := range sources {
		c, err := CompileCondition(source, AboutEvents, "given")
		if err != nil {
			t.Fatal(err)
		}
		w, err := CompileWhere(source, AboutEvents)
		if err != nil {
			t.Fatal(err)
		}
		conditions, matchers = append(conditions, c), append(matchers, w.Matcher())
	}
	e := NewEvaluator(conditions...)
	for round := range 3 {
		for _, line := range lines {
			isObject := e.Look([]byte(line))
			for i, source := range sources {
				want := matchers[i].Match([]byte(line))
				if got := isObject && e.Holds(conditions[i]); got != want {
					t.Errorf("round %d: %s of %q is %t, want %t", round, source, line, got, want)
				}
			}
		}
	}
}

// doubled is a given value whose members are found by a function.
type doubled struct{}

func (doubled) Member(key any) any { return key.(string) + key.(string) }

// An expression has any value, of fields and of what is given.
func TestExpressionValues(t *testing.T) {
	for source, want := range map[string]any{
		`n + 1`: 6, `-n`: -5, `given.deep[who]`: "aa", `given.n + n`: 12, `event["given"]`: true, `nothing`: nil,
		`len(nothing)`: nil, `[n, who]`: []any{5, "a"}, `keys(o)`: []any{"k"}, `given.n > n ? who : nil`: "a",
	} {
		x, err := CompileExpression(source, AboutEvents, "given")
		if err != nil {
			t.Fatal(err)
		}
		e := NewEvaluator(x)
		e.Give("given", map[string]any{"deep": doubled{}, "n": 7})
		if !e.Look([]byte(`{"n":5,"who":"a","given":true,"o":{"k":1}}`)) {
			t.Fatal("it is an object")
		}
		if got := e.Value(x); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, want %#v", source, got, want)
		}
	}
	var wrong *WhereError
	if _, err := CompileExpression("n +", AboutEvents); !errors.As(err, &wrong) || wrong.Column != 4 {
		t.Errorf("%v", err)
	}
	if _, err := CompileCondition("given.n", AboutEvents, "given"); err != nil {
		t.Errorf("a given value may be a condition: %v", err)
	}
}
