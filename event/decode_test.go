package event

import (
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"testing"
	"time"
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name, line string
		want       Event
	}{
		{"whole", `{"timestamp":"2026-01-15T12:00:00.123456Z","sequence":18446744073709551615,"event_type":"x","level":"WARN","cause":3,"b":1,"a":[]}` + "\r\n",
			Event{"2026-01-15T12:00:00.123456Z", start, 1<<64 - 1, "x", slog.LevelWarn, 3, Object{{"b", json.Number("1")}, {"a", []any{}}}}},
		{"empty", `{}`, Event{Data: Object{}}},
		{"wrong types stay", `{"timestamp":5,"sequence":"1","event_type":null,"level":"loud","cause":-1}`,
			Event{Data: Object{{"timestamp", json.Number("5")}, {"sequence", "1"}, {"event_type", nil}, {"level", "loud"}, {"cause", json.Number("-1")}}}},
		{"a sequence with a fraction stays", `{"sequence":1.0}`, Event{Data: Object{{"sequence", json.Number("1.0")}}}},
		{"another time", `{"timestamp":"yesterday"}`, Event{Timestamp: "yesterday", Data: Object{}}},
		{"a zone", `{"timestamp":"2026-01-15T14:00:00.123456+02:00"}`, Event{Timestamp: "2026-01-15T14:00:00.123456+02:00", Time: start, Data: Object{}}},
		{"twice", `{"event_type":"a","event_type":"b","x":1,"x":2}`, Event{Type: "b", Data: Object{{"x", json.Number("1")}, {"x", json.Number("2")}}}},
		{"an escape in a key", `{"event\u005ftype":"a"}`, Event{Type: "a", Data: Object{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode([]byte(tt.line))
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("\n got %#v, %v\nwant %#v", got, err, tt.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for line, offset := range map[string]int{
		"": 0, "{": 1, `{"a":1`: 6, `{"a":1}x`: 7, `{"a":01}`: 6, `{"a":NaN}`: 5, "{\"a\":\"\n\"}": 6, `{"a":"\q"}`: 6, `{"a":tru}`: 5, `{"sequence":9,"x`: 16,
		"\x00\x00": 0, `{"a" 1}`: 5, `{1:1}`: 1, `[1 2]`: 3,
	} {
		_, err := Decode([]byte(line))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset != offset {
			t.Errorf("%q: got %v, want a fault at %d", line, err, offset)
		}
	}
	for _, line := range []string{`[]`, `1`, `"x"`, ` null `} {
		if _, err := Decode([]byte(line)); !errors.Is(err, errNotObject) {
			t.Errorf("%s: got %v", line, err)
		}
	}
}

func TestDecodeDepth(t *testing.T) {
	for _, depth := range []int{1, 9999, 10000, 10001, 100000} {
		_, err := DecodeValue([]byte(nested(depth)))
		if want := json.Valid([]byte(nested(depth))); (err == nil) != want {
			t.Errorf("depth %d: got %v, encoding/json says %v", depth, err, want)
		}
	}
}

// A decoded event does not change when the line's memory is used again.
func TestDecodeCopies(t *testing.T) {
	line := []byte(`{"event_type":"abc","k":"v"}`)
	e, err := Decode(line)
	clear(line)
	if v, _ := e.Data.Get("k"); err != nil || e.Type != "abc" || v != "v" {
		t.Errorf("got %#v, %v", e, err)
	}
}

func TestGet(t *testing.T) {
	o := Object{{"a", 1}, {"b", 2}, {"a", 3}}
	if v, ok := o.Get("a"); v != 3 || !ok {
		t.Errorf("got %v, %v", v, ok)
	}
	if v, ok := o.Get("c"); v != nil || ok {
		t.Errorf("got %v, %v", v, ok)
	}
}

// What is written comes back as it was.
func TestRoundTrip(t *testing.T) {
	b := Body{Type: "x", Level: slog.LevelError, Cause: 12, Attrs: []slog.Attr{
		slog.Uint64("big", 1<<63+1), slog.Group("g", slog.String("s", "a\"b")), slog.Float64("f", 0.1),
	}}
	got, err := Decode(AppendLine(nil, start.In(time.FixedZone("", 3600)), 13, b))
	want := Event{start.Format(TimeLayout), start, 13, "x", slog.LevelError, 12, Object{
		{"big", json.Number("9223372036854775809")}, {"g", Object{{"s", `a"b`}}}, {"f", json.Number("0.1")},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %#v, %v\nwant %#v", got, err, want)
	}
}
