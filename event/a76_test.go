package event

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
)

type panics struct{ Name string }

func (panics) MarshalJSON() ([]byte, error) { panic("no JSON today") }

type panicsText struct{}

func (panicsText) MarshalText() ([]byte, error) { panic(errors.New("no text")) }

type panicsError struct{}

func (panicsError) Error() string { panic("no error text") }

type panicsValuer struct{ n int }

func (panicsValuer) LogValue() slog.Value { panic("no value") }

type pointerValuer struct{ n int }

func (p *pointerValuer) LogValue() slog.Value { return slog.IntValue(p.n) }

type forever struct{}

func (f forever) LogValue() slog.Value { return slog.AnyValue(f) }

type deeper struct{}

func (d deeper) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("a", d), slog.Any("b", d))
}

type node struct {
	Name  string
	Left  *node
	Right *node
}

type panicsEverywhere struct{ panics }

func (panicsEverywhere) String() string { panic("no text either") }

// oddValues are values that encoding/json refuses, and worse.
func oddValues() map[string]any {
	ring := &node{Name: "ring"}
	ring.Left, ring.Right = ring, ring
	selfMap := map[string]any{"a": 1}
	selfMap["self"] = selfMap
	selfList := []any{1, nil}
	selfList[1] = selfList
	typedMap := map[string]map[string]any{"x": {}}
	typedMap["x"]["y"] = typedMap
	object := Object{{"a", nil}}
	object[0].Value = object
	var deep any = 1
	for range 12000 {
		deep = []any{deep}
	}
	return map[string]any{
		"panics": panics{"p"}, "panics_text": panicsText{}, "panics_error": panicsError{}, "panics_valuer": panicsValuer{3},
		"panics_everywhere": panicsEverywhere{}, "forever": forever{}, "deeper": deeper{}, "ring": ring, "self_map": selfMap,
		"self_list": selfList, "typed_map": typedMap, "object": object, "deep": deep, "channel": make(chan int), "function": func() {},
		"complex": complex(1, 2), "bad_json": marshals(`{"a":`), "two_values": marshals(`1 2`), "no_json": marshals(""),
		"bad_raw": json.RawMessage("{\"a\": nope}\n{\"forged\":true}"), "bad_number": json.Number("0x1\"}\n{"),
	}
}

func TestA76OddValues(t *testing.T) {
	for name, value := range oddValues() {
		t.Run(name, func(t *testing.T) {
			for form, got := range map[string]string{
				"attribute":  body(t, slog.Any("v", value), slog.Int("after", 1)),
				"map":        data(t, AppendMapBody(nil, Body{Type: "x"}, map[string]any{"v": value, "w": 1})),
				"odd name":   body(t, slog.Any("\"\n\x1b", value), slog.Int("\"\n\x1b", 1)),
				"in a group": body(t, slog.Group("g", slog.Any("v", value))),
			} {
				if !strings.Contains(got, `.error":"`) {
					t.Errorf("%s: no reason beside it: %.300s", form, got)
				}
			}
			if v := AppendValue(nil, value); !json.Valid(v) {
				t.Errorf("AppendValue gave %.300s", v)
			}
		})
	}
}

func TestA76TextAndReason(t *testing.T) {
	var nilValuer *pointerValuer
	var nilPanics *panics
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"marshaler panics", panics{"p"}, `"v":"{p}","v.error":"MarshalJSON of a event.panics panicked: no JSON today"`},
		{"marshaler panics in a list", []any{1, panics{"p"}}, `"v":[1,"{p}"],"v.error":"MarshalJSON of a event.panics panicked: no JSON today"`},
		{"valuer panics", panicsValuer{3}, `"v":"{3}","v.error":"LogValue panicked: no value"`},
		{"complex", complex(1, -2), `"v":"(1-2i)","v.error":"cannot encode a complex128"`},
		{"bad number", json.Number("1e"), `"v":"1e","v.error":"not a JSON number"`},
		{"nil valuer", nilValuer, `"v":null`},
		{"nil marshaler", nilPanics, `"v":null`},
		{"nil in a struct", struct {
			P *panics
			E error
		}{}, `"v":{"P":null,"E":null}`},
		{"infinities", []float64{math.Inf(1), math.NaN()}, `"v":["Infinity","NaN"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := body(t, slog.Any("v", tt.value)); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A cycle is given up as a whole, once, and its text ends.
func TestA76Cycle(t *testing.T) {
	ring := &node{Name: "ring"}
	ring.Left, ring.Right = ring, ring
	got := body(t, slog.Any("v", ring), slog.Int("after", 1))
	if !strings.HasPrefix(got, `"v":"&{ring 0x`) || !strings.HasSuffix(got, `"v.error":"contains itself","after":1`) {
		t.Errorf("got %s", got)
	}
	self := map[string]any{"a": 1}
	self["self"] = self
	if got := body(t, slog.Any("v", self)); len(got) > describeBytes+200 || !strings.HasPrefix(got, `"v":"map[a:1 self:map[a:1 self:`) {
		t.Errorf("got %s", got)
	}
}

// A value that stands in several places without containing itself is no cycle.
func TestSharedValues(t *testing.T) {
	shared := &node{Name: "s"}
	var v any = []*node{shared, shared, {Name: "t", Left: shared, Right: shared}}
	for range 100 {
		v = []any{v, shared}
	}
	if got := body(t, slog.Any("v", v)); strings.Contains(got, "error") {
		t.Errorf("got %s", got)
	}
}
