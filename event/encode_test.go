package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// body encodes attributes as an INFO event of type "x" and returns what follows
// the type.
func body(t *testing.T, attrs ...slog.Attr) string {
	t.Helper()
	return data(t, AppendBody(nil, Body{Type: "x", Attrs: attrs}))
}

// data checks that a body is a line of strict JSON with unique keys, and returns
// what follows its type.
func data(t *testing.T, b []byte) string {
	t.Helper()
	var s Stamp
	line := append(s.AppendHead(nil, start, 1), b...)
	checkLine(t, line)
	s1, ok := strings.CutPrefix(string(b), `"event_type":"x"`)
	if !ok {
		t.Fatalf("no type in front of %q", b)
	}
	return strings.TrimPrefix(strings.TrimSuffix(s1, "}\n"), ",")
}

type level1 struct {
	A int `json:"a"`
	level2
	*Level3
	Skipped chan int `json:"-"`
	//lint:ignore SA5008 a tag as encoding/json bears it is what this is about
	Dash   int `json:"-,"`
	hidden int
}

type level2 struct {
	A int `json:"a"`
	B int `json:",omitempty"`
	C string
}

type Level3 struct {
	C string
	D *int `json:"d,omitempty"`
	E any
}

type stringer struct{ n int }

func (s stringer) String() string { return fmt.Sprint("stringer ", s.n) }

type secret string

func (secret) LogValue() slog.Value { return slog.StringValue("hidden") }

type user struct{ name string }

// nothing stands for a group without members.
type nothing struct{}

func (nothing) LogValue() slog.Value { return slog.GroupValue() }

// faulty panics when it is asked for its value.
type faulty struct{ calls *int }

func (f faulty) LogValue() slog.Value {
	*f.calls++
	panic("no value")
}

func (u user) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", u.name), slog.Any("inner", secret("x")))
}

type marshals string

func (m marshals) MarshalJSON() ([]byte, error) { return []byte(m), nil }

type named string

func TestValuesAsJSON(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	at := time.Date(2026, 1, 15, 12, 0, 0, 123456789, zone)
	three := 3
	var nilPointer *int
	var nilTime *time.Time
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"text", "a <b> & \"c\" \\ / é", `"a <b> & \"c\" \\ / é"`},
		{"control bytes", "\x00\x01\b\f\n\r\t\x1b\x7f", "\"\\u0000\\u0001\\b\\f\\n\\r\\t\\u001b\x7f\""},
		{"line ends of scripts", "\u2028\u2029\u2027", `"\u2028\u2029` + "\u2027\""},
		{"invalid bytes", "a\xffb\xc3\x28\xed\xa0\x80", "\"a\uFFFDb\uFFFD(\uFFFD\uFFFD\uFFFD\""},
		{"replacement character itself", "\uFFFD", "\"\uFFFD\""},
		{"largest integers", []any{int64(math.MinInt64), uint64(math.MaxUint64)}, `[-9223372036854775808,18446744073709551615]`},
		{"big integer", new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil), `1000000000000000000000000000000`},
		{"number in digits", json.Number("12345678901234567890.10"), `12345678901234567890.10`},
		{"empty number", json.Number(""), `0`},
		{"floats", []float64{1, 0.1, -2.5, 1e20, 1e21, 1e-6, 1e-7, 123456789.125, 1.0 / 3}, `[1,0.1,-2.5,100000000000000000000,1e+21,0.000001,1e-7,123456789.125,0.3333333333333333]`},
		{"negative zero", math.Copysign(0, -1), `-0`},
		{"small float", []float32{0.1, 1e21, 1e-7}, `[0.1,1e+21,1e-7]`},
		{"not a number", math.NaN(), `"NaN"`},
		{"infinities", []any{math.Inf(1), math.Inf(-1)}, `["Infinity","-Infinity"]`},
		{"not a number, deep", map[string]any{"a": []any{struct{ F []float32 }{[]float32{float32(math.NaN())}}}}, `{"a":[{"F":["NaN"]}]}`},
		{"time with its zone", at, `"2026-01-15T12:00:00.123456789+02:00"`},
		{"time pointer", &at, `"2026-01-15T12:00:00.123456789+02:00"`},
		{"duration", 1500 * time.Millisecond, `1500000000`},
		{"durations", []time.Duration{1}, `[1]`},
		{"error", errors.New("no \"luck\""), `"no \"luck\""`},
		{"error, deep", map[string]any{"e": []error{errors.New("x"), nil}}, `{"e":["x",null]}`},
		{"nil", nil, `null`},
		{"nil pointer", nilPointer, `null`},
		{"nil pointer with methods", nilTime, `null`},
		{"pointer", &three, `3`},
		{"nil map and list", []any{map[string]any(nil), []any(nil), []string(nil), map[int]int(nil), []byte(nil)}, `[null,null,null,null,null]`},
		{"nil channel and function", []any{(chan int)(nil), (func())(nil)}, `[null,null]`},
		{"bytes", []byte("hello"), `"aGVsbG8="`},
		{"array of bytes", [2]byte{1, 2}, `[1,2]`},
		{"map in order", map[string]any{"b": 1, "a": true, "c": nil}, `{"a":true,"b":1,"c":null}`},
		{"map of integers", map[int]string{10: "x", 9: "y"}, `{"10":"x","9":"y"}`},
		{"map of mixed keys", map[any]any{1: "i", "1": "s", true: "b", 1.5: "f"}, `{"1":"i","1#2":"s","1.5":"f","true":"b"}`},
		{"map of text keys", map[netip.Addr]int{netip.MustParseAddr("127.0.0.1"): 1}, `{"127.0.0.1":1}`},
		{"map with like invalid keys", map[string]any{"\xff": 1, "\xfe": 2}, "{\"\uFFFD\":2,\"\uFFFD#2\":1}"},
		{"struct", level1{A: 1, level2: level2{A: 2, C: "c2"}, Level3: &Level3{C: "c3", E: math.NaN()}, Dash: 4, hidden: 5}, `{"a":1,"E":"NaN","-":4}`},
		{"stringer", stringer{3}, `{}`},
		{"log valuer", user{"ann"}, `{"name":"ann","inner":"hidden"}`},
		{"log valuer, deep", map[string]any{"k": []any{secret("x")}, "l": []secret{"y"}, "m": struct{ S secret }{"z"}}, `{"k":["hidden"],"l":["hidden"],"m":{"S":"hidden"}}`},
		{"marshaler", marshals(" {\"a\" : [ 1.50, \"\\u00e9\xff\u2028\" ]}\n"), "{\"a\":[1.50,\"é\uFFFD\\u2028\"]}"},
		{"raw message", json.RawMessage(`{"b":1,"a":12345678901234567890}`), `{"b":1,"a":12345678901234567890}`},
		{"slog value", map[string]any{"v": slog.GroupValue(slog.Int("a", 1)), "w": []slog.Attr{}}, `{"v":{"a":1},"w":{}}`},
		{"named string", named("n"), `"n"`},
		{"decoded object", Object{{"a", Object{}}, {"a", []any{json.Number("1")}}}, `{"a":{},"a":[1]}`},
		{"text marshaler", netip.MustParseAddr("::1"), `"::1"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := body(t, slog.Any("v", tt.value)), `"v":`+tt.want; got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
			if got := string(AppendValue(nil, tt.value)); got != tt.want {
				t.Errorf("AppendValue\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Whatever encoding/json can encode, we encode to the same value.
func TestStructsAsEncodingJSON(t *testing.T) {
	type embedded struct {
		X int
		Y int
	}
	type other struct {
		X int
		Z int
	}
	seven := 7
	tests := []any{
		struct {
			embedded
			other
		}{embedded{1, 2}, other{3, 4}},
		struct {
			*embedded
			Y string `json:"Y,omitempty"`
		}{},
		struct {
			A int     `json:"a,string"`
			B bool    `json:",string"`
			C string  `json:",string"`
			D *int    `json:"d,string"`
			E *int    `json:"e,string"`
			F float64 `json:",string"`
			//lint:ignore SA5008 a tag as encoding/json bears it is what this is about
			G []int `json:",string"`
		}{1, true, `q"`, &seven, nil, 1.5, []int{1}},
		struct {
			A int            `json:",omitempty"`
			B []int          `json:",omitempty"`
			C map[string]int `json:",omitempty"`
			D *int           `json:",omitempty"`
			E struct{}       `json:",omitempty"`
			F time.Time      `json:",omitzero"`
			G any            `json:",omitempty"`
			H [0]int         `json:",omitempty"`
		}{},
		struct {
			//lint:ignore SA5008 a tag as encoding/json bears it is what this is about
			A int `json:"bad\"name"`
			B int `json:"ok-name"`
			C int `json:"ü"`
			d int
			E any `json:"e"`
		}{1, 2, 3, 4, map[string]any{"z": []int8{1}, "y": uint8(2)}},
		[]struct{ P *embedded }{{nil}, {&embedded{1, 2}}},
		map[int8][]byte{-1: []byte("x")},
		struct{ level1 }{level1{A: 1}},
		[3]bool{true},
		[]any{float32(1e21), float32(1e-7), int8(-1), uint16(2), uintptr(3)},
	}
	for i, v := range tests {
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if got := AppendValue(nil, v); string(got) != string(want) {
			t.Errorf("%d: %T\n got %s\nwant %s", i, v, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	tests := []struct {
		name  string
		attrs []slog.Attr
		want  string
	}{
		{"nested", []slog.Attr{slog.Group("g", slog.Int("a", 1), slog.Group("h", slog.Bool("b", true)))}, `"g":{"a":1,"h":{"b":true}}`},
		{"empty ones leave nothing", []slog.Attr{slog.Int("a", 1), slog.Group("g"), slog.Group("h", slog.Group("i")), slog.Int("b", 2)}, `"a":1,"b":2`},
		{"without a name", []slog.Attr{slog.Group("", slog.Int("a", 1), slog.Int("b", 2)), slog.Int("c", 3)}, `"a":1,"b":2,"c":3`},
		{"without a name, inside", []slog.Attr{slog.Group("g", slog.Group("", slog.Int("a", 1)), slog.Int("a", 2))}, `"g":{"a":1,"a#2":2}`},
		{"empty attributes", []slog.Attr{{}, slog.Int("a", 1), {}}, `"a":1`},
		{"a name that is empty", []slog.Attr{slog.Int("", 1)}, `"":1`},
		{"a valuer without a name", []slog.Attr{slog.Any("", user{"ann"})}, `"name":"ann","inner":"hidden"`},
		{"reserved names inside are free", []slog.Attr{slog.Group("g", slog.Int("level", 1))}, `"g":{"level":1}`},
		{"nothing", nil, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := body(t, tt.attrs...); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNamesAreUnique(t *testing.T) {
	tests := []struct {
		name  string
		attrs []slog.Attr
		want  string
	}{
		{"twice", []slog.Attr{slog.Int("a", 1), slog.Int("b", 2), slog.Int("a", 3), slog.Int("a", 4)}, `"a":1,"b":2,"a#2":3,"a#3":4`},
		{"suffix taken", []slog.Attr{slog.Int("a#2", 1), slog.Int("a", 2), slog.Int("a", 3)}, `"a#2":1,"a":2,"a#3":3`},
		{"alike only when read", []slog.Attr{slog.Int("a\xff", 1), slog.Int("a\xfe", 2), slog.Int("a\uFFFD", 3)}, "\"a\uFFFD\":1,\"a\uFFFD#2\":2,\"a\uFFFD#3\":3"},
		{"quotes and control bytes", []slog.Attr{slog.Int("a\"\n\x00", 1), slog.Int("\\", 2)}, `"a\"\n\u0000":1,"\\":2`},
		{"the name of a reason", []slog.Attr{slog.Any("c", json.Number("x")), slog.Int("c.error", 1)}, `"c":"x","c.error#2":"not a JSON number","c.error":1`},
		{"in a group", []slog.Attr{slog.Group("g", slog.Int("a", 1), slog.Int("a", 2))}, `"g":{"a":1,"a#2":2}`},
		{"an empty group before", []slog.Attr{slog.Group("a"), slog.Int("a", 1)}, `"a":1`},
		{"an empty group behind", []slog.Attr{slog.Int("a", 1), slog.Group("a")}, `"a":1`},
		{"empty groups in a group", []slog.Attr{slog.Group("g", slog.Group("a"), slog.Group("a", slog.Group("b")), slog.Int("a", 1), slog.Int("a", 2))}, `"g":{"a":1,"a#2":2}`},
		{"a group of nothing", []slog.Attr{slog.Group("a", slog.Attr{}), slog.Group("a", slog.Group("", slog.Attr{})), slog.Int("a", 1)}, `"a":1`},
		{"what stands for an empty group", []slog.Attr{slog.Any("a", nothing{}), slog.Group("a", slog.Any("b", nothing{})), slog.Int("a", 1)}, `"a":1`},
		{"a group of which a part stands for nothing", []slog.Attr{
			slog.Group("a", slog.Any("b", nothing{}), slog.Any("c", user{"ann"}), slog.Any("", nil)), slog.Int("a", 1),
		}, `"a":{"c":{"name":"ann","inner":"hidden"}},"a#2":1`},
		{"an empty group of a reserved name", []slog.Attr{slog.Group("level"), slog.Int("level", 1)}, `"data.level":1`},
		{"an empty group with the name of a reason", []slog.Attr{slog.Any("c", json.Number("x")), slog.Group("c.error")}, `"c":"x","c.error":"not a JSON number"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := body(t, tt.attrs...); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestManyLikeNames(t *testing.T) {
	var attrs []slog.Attr
	for range 20000 {
		attrs = append(attrs, slog.Int("a", 1))
	}
	if got := body(t, attrs...); !strings.HasSuffix(got, `,"a#20000":1`) {
		t.Errorf("ends in %s", got[len(got)-40:])
	}
}

func TestA75ReservedNames(t *testing.T) {
	at := start.Format(TimeLayout)
	clash := []slog.Attr{
		slog.String("timestamp", "mine"), slog.Int("sequence", 9), slog.String("event_type", "other"),
		slog.String("level", "LOUD"), slog.Int("cause", 3), slog.Int("data.timestamp", 5), slog.String("data.level", "x"),
	}
	const clashWant = `"data.timestamp":"mine","data.sequence":9,"data.event_type":"other",` +
		`"data.level":"LOUD","data.cause":3,"data.timestamp#2":5,"data.level#2":"x"`
	same := []slog.Attr{
		slog.String("timestamp", at), slog.Uint64("sequence", 7), slog.String("event_type", "x"),
		slog.Any("level", slog.LevelWarn), slog.Int("cause", 4),
	}
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"another value", AppendLine(nil, start, 7, Body{Type: "x", Attrs: clash}), `{"timestamp":"` + at + `","sequence":7,"event_type":"x",` + clashWant},
		{"the very value", AppendLine(nil, start, 7, Body{Type: "x", Level: slog.LevelWarn, Cause: 4, Attrs: same}), `{"timestamp":"` + at + `","sequence":7,"event_type":"x","level":"WARN","cause":4`},
		{"the very value, as a map", AppendMapLine(nil, start, 7, Body{Type: "x", Cause: 4}, map[string]any{"timestamp": at, "sequence": 7, "cause": 4, "event_type": "x"}), `{"timestamp":"` + at + `","sequence":7,"event_type":"x","cause":4`},
		{"as a map", AppendMapLine(nil, start, 7, Body{Type: "x"}, map[string]any{"timestamp": 1, "data.timestamp": 2, "cause": 0, "level": "INFO"}), `{"timestamp":"` + at + `","sequence":7,"event_type":"x","data.cause":0,"data.timestamp#2":2,"data.level":"INFO","data.timestamp":1`},
		{"as a map without the head", AppendMapBody(nil, Body{Type: "x"}, map[string]any{"sequence": 7, "event_type": "x"}), `"event_type":"x","data.sequence":7`},
		{"before time and sequence are known", AppendBody(nil, Body{Type: "x", Level: slog.LevelWarn, Cause: 4, Attrs: same}), `"event_type":"x","level":"WARN","cause":4,"data.timestamp":"` + at + `","data.sequence":7`},
		{"in a group without a name", AppendBody(nil, Body{Type: "x", Attrs: []slog.Attr{slog.Group("", slog.Int("sequence", 1))}}), `"event_type":"x","data.sequence":1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if want := tt.want + "}\n"; string(tt.got) != want {
				t.Errorf("\n got %s\nwant %s", tt.got, want)
			}
		})
	}
}

func TestNeedsLine(t *testing.T) {
	tests := []struct {
		attrs []slog.Attr
		want  bool
	}{
		{nil, false},
		{[]slog.Attr{slog.Int("tick", 1), slog.Int("sequencf", 1), slog.String("level", "x"), slog.Int("timestamq", 1)}, false},
		{[]slog.Attr{slog.Int("tick", 1), slog.Int("sequence", 1)}, true},
		{[]slog.Attr{slog.Int("timestamp", 1)}, true},
		{[]slog.Attr{slog.Group("", slog.Int("timestamp", 1))}, true},
		{[]slog.Attr{slog.Group("", slog.Int("t", 1)), {}}, false},
		{[]slog.Attr{slog.Any("", user{})}, true},
		{[]slog.Attr{slog.Group("g", slog.Int("timestamp", 1))}, false},
	}
	for _, tt := range tests {
		if got := NeedsLine(tt.attrs); got != tt.want {
			t.Errorf("NeedsLine(%v) = %v", tt.attrs, got)
		}
		b := Body{Type: "x", Attrs: tt.attrs}
		if line, got := AppendBodyNeeds(nil, &b); got != tt.want || string(line) != string(AppendBody(nil, b)) {
			t.Errorf("AppendBodyNeeds(%v) = %s, %v", tt.attrs, line, got)
		}
	}
	if NeedsMapLine(map[string]any{"a": 1}) || !NeedsMapLine(map[string]any{"sequence": nil}) {
		t.Error("NeedsMapLine is wrong")
	}
}

func TestEnvelope(t *testing.T) {
	tests := []struct {
		body Body
		want string
	}{
		{Body{}, `"event_type":"log"}`},
		{Body{Type: "a\"\n\xff"}, "\"event_type\":\"a\\\"\\n\uFFFD\"}"},
		{Body{Type: "x", Level: slog.LevelDebug - 4}, `"event_type":"x","level":"DEBUG"}`},
		{Body{Type: "x", Level: slog.LevelInfo + 2}, `"event_type":"x"}`},
		{Body{Type: "x", Level: slog.LevelError + 1, Cause: math.MaxUint64}, `"event_type":"x","level":"ERROR","cause":18446744073709551615}`},
	}
	for _, tt := range tests {
		if got := string(AppendBody(nil, tt.body)); got != tt.want+"\n" {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}

func TestLevels(t *testing.T) {
	names := map[string]slog.Level{
		"debug": slog.LevelDebug, "TRACE": slog.LevelDebug, "Info": slog.LevelInfo, "warning": slog.LevelWarn, "WARN": slog.LevelWarn,
		"err": slog.LevelError, "ERROR": slog.LevelError, "fatal": slog.LevelError, "Critical": slog.LevelError, "PANIC": slog.LevelError,
	}
	for name, want := range names {
		if got, ok := ParseLevel(name); !ok || got != want {
			t.Errorf("ParseLevel(%q) = %v, %v", name, got, ok)
		}
	}
	if _, ok := ParseLevel("loud"); ok {
		t.Error("ParseLevel took a word that is no level")
	}
}
