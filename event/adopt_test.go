package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// adopted encodes an object as an INFO event of type "x" and returns what follows
// the type.
func adopted(t *testing.T, b Body, object string) string {
	t.Helper()
	b.Type = "x"
	line, err := AppendObjectBody(nil, b, []byte(object))
	if err != nil {
		t.Fatal(err)
	}
	return data(t, line)
}

func TestObjectsStayAsTheyAre(t *testing.T) {
	tests := []struct{ name, object, want string }{
		{"nothing", `{}`, ``},
		{"spaces only", " \t{ \n} \r", ``},
		{"numbers digit for digit", `{"a":12345678901234567890,"b":1.50,"c":-0,"d":1e999,"e":5E+0}`, `"a":12345678901234567890,"b":1.50,"c":-0,"d":1e999,"e":5E+0`},
		{"strings as spelled", `{"a":"\u00e9\/\ud800 é","é":"\\\"\b"}`, `"a":"\u00e9\/\ud800 é","é":"\\\"\b"`},
		{"spaces between", " { \"a\" : [ 1 , { \"b c\" : \" x  y \" } ] ,\n\t\"d\" : null , \"e\":true }\n", `"a":[1,{"b c":" x  y "}],"d":null,"e":true`},
		{"empty inside", `{"a":{ },"b":[ ]}`, `"a":{},"b":[]`},
		{"bytes that are no text", "{\"a\":\"x\xffy\xed\xa0\x80\",\"b\":[\"\xc3\", {\"\xfe\":1}]}", "\"a\":\"x\uFFFDy\uFFFD\uFFFD\uFFFD\",\"b\":[\"\uFFFD\",{\"\uFFFD\":1}]"},
		{"keys that are no text", "{\"a\xff\":1,\"a\xfe\":2}", "\"a\uFFFD\":1,\"a\uFFFD#2\":2"},
		{"twice", `{"a":1,"b":2,"a":3,"a#2":4}`, `"a":1,"b":2,"a#2":3,"a#2#2":4`},
		{"twice by an escape", `{"a":1,"\u0061":2}`, `"a":1,"a#2":2`},
		{"twice inside stays", `{"o":{"a":1,"a":2}}`, `"o":{"a":1,"a":2}`},
		{"an empty key", `{"":1}`, `"":1`},
		{"reserved", `{"timestamp":"t","sequence":3,"event_type":"y","level":"INFO","cause":null}`, `"data.timestamp":"t","data.sequence":3,"data.event_type":"y","data.level":"INFO","data.cause":null`},
		{"reserved by an escape", `{"l\u0065vel":"y"}`, `"data.level":"y"`},
		{"reserved inside is free", `{"o":{"level":1}}`, `"o":{"level":1}`},
		{"a place taken", `{"data.level":1,"level":2}`, `"data.level#2":1,"data.level":2`},
		{"the envelope's own type", `{"event_type":"x","a":1}`, `"a":1`},
		{"the same, spelled otherwise", `{"a":1,"event_type":"\u0078"}`, `"a":1`},
		{"the same, with care", `{"a":1,"a":2,"event_type":"\u0078"}`, `"a":1,"a#2":2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := adopted(t, Body{}, tt.object); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestObjectsWithAttributes(t *testing.T) {
	tests := []struct {
		name, object string
		attrs        []slog.Attr
		want         string
	}{
		{"after them", `{"a":1}`, []slog.Attr{slog.String("stream", "stdout")}, `"a":1,"stream":"stdout"`},
		{"alone", `{}`, []slog.Attr{slog.String("stream", "stdout")}, `"stream":"stdout"`},
		{"a name taken", `{"stream":1,"a":2}`, []slog.Attr{slog.String("stream", "stdout")}, `"data.stream":1,"a":2,"stream":"stdout"`},
		{"a name taken twice", `{"stream":1,"data.stream":2}`, []slog.Attr{slog.String("stream", "stdout")}, `"data.stream":1,"data.stream#2":2,"stream":"stdout"`},
		{"a name and its value", `{"stream":"\u0073tdout"}`, []slog.Attr{slog.String("stream", "stdout")}, `"stream":"stdout"`},
		{"a reserved name", `{"a":1,"level":3}`, []slog.Attr{slog.Int("level", 4)}, `"a":1,"data.level":3,"data.level#2":4`},
		{"twice", `{}`, []slog.Attr{slog.Int("a", 1), slog.Int("a", 2)}, `"a":1,"a#2":2`},
		{"a reason", `{"c.error":1}`, []slog.Attr{slog.Any("c", json.Number("x"))}, `"c.error":1,"c":"x","c.error#2":"not a JSON number"`},
		{"an empty group", `{"a":1}`, []slog.Attr{slog.Group("a"), slog.Any("a", nothing{})}, `"a":1`},
		{"a group", `{"a":1}`, []slog.Attr{slog.Group("", slog.Int("a", 2)), slog.Group("g", slog.Int("a", 3))}, `"a":1,"a#2":2,"g":{"a":3}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := adopted(t, Body{Attrs: tt.attrs}, tt.object); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestObjectsEnvelope(t *testing.T) {
	b := Body{Type: "y", Level: slog.LevelWarn, Cause: 7}
	got, err := AppendObjectBody([]byte("head "), b, []byte(`{"level":"WARN","cause":7,"n":1}`))
	if want := "head \"event_type\":\"y\",\"level\":\"WARN\",\"cause\":7,\"n\":1}\n"; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestNoObjects(t *testing.T) {
	tests := []string{
		``, `null`, `[]`, `"{}"`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{a:1}`, `{"a" 1}`, `{"a":1}x`, `{"a":1}{}`,
		`{"a":01}`, `{"a":.5}`, `{"a":1.}`, `{"a":NaN}`, `{"a":Infinity}`, `{"a":'x'}`, `{"a":"\x"}`, `{"a":"\u12g4"}`, "{\"a\":\"\n\"}", `{"a":"x`,
		`{"a":tru}`, `{"a":nul`, `{"a":[1,]}`, `{"a":[1}`, `{"a":{]}`, `{"\x":1}`, "\ufeff{}", "{\"a\":1\x00}",
		`{"a":` + nested(10000) + `}`,
	}
	for _, object := range tests {
		got, err := AppendObjectBody([]byte("head"), Body{Type: "x"}, []byte(object))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || string(got) != "head" {
			t.Errorf("%.40q: got %.40q, %v", object, got, err)
		}
		if err := EachMember([]byte(object), func(RawMember) {}); !errors.As(err, &syntax) {
			t.Errorf("%.40q: members: %v", object, err)
		}
	}
	if _, err := AppendObjectBody(nil, Body{}, []byte(`{"a":`+nested(9999)+`}`)); err != nil {
		t.Error("the deepest object that is allowed:", err)
	}
}

func TestManyMembers(t *testing.T) {
	object := `{"k":0` + strings.Repeat(`,"k":1`, 20000) + `}`
	if got := adopted(t, Body{}, object); !strings.HasSuffix(got, `,"k#20001":1`) {
		t.Errorf("ends in %s", got[len(got)-40:])
	}
}

func TestEachMember(t *testing.T) {
	object := []byte(` { "a" : [ 1, 2 ] , "b\n":"x"}`)
	var got []string
	err := EachMember(object, func(m RawMember) {
		got = append(got, string(m.Key), string(m.Value), string(object[m.Start:m.End]))
		if m.Escaped != bytes.ContainsRune(m.Key, '\\') {
			t.Errorf("%s: escaped is %v", m.Key, m.Escaped)
		}
	})
	want := []string{"a", "[ 1, 2 ]", `"a" : [ 1, 2 ]`, `b\n`, `"x"`, `"b\n":"x"`}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDecodeString(t *testing.T) {
	tests := []struct {
		value, want string
		ok          bool
	}{{`"a\u00e9"`, "aé", true}, {`""`, "", true}, {`1`, "", false}, {``, "", false}, {`"a`, "", false}, {`"a"b`, "a", false}}
	for _, tt := range tests {
		if got, ok := DecodeString([]byte(tt.value)); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: got %q, %v", tt.value, got, ok)
		}
	}
}

// FuzzObjectBody checks against encoding/json what is an object, and against
// Decode and AppendLine that an object and its decoded members make the same
// event.
func FuzzObjectBody(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"level":"warn","a":2}`, ` {"timestamp" : "x" , "é":"\u00e9", "o":{"a":[1,2.50,null,true,{}]}}`, `{"data.level":1,"level":2,"":0}`,
		"{\"\xff\":\"\xff\",\"\xfe\":1}", `{"event_type":"\u0078","cause":3}`, `{"\u0061":1,"a":2}`, `{"a":"\ud83c\udf89\ud800"}`, `[{}]`, `{"stream":1,"stream#2":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, object []byte) {
		b := Body{Type: "x", Cause: 3, Attrs: []slog.Attr{slog.String("stream", "stdout")}}
		kept := bytes.Clone(object)
		got, err := AppendObjectBody(nil, b, object)
		if !bytes.Equal(kept, object) {
			t.Fatal("the object was changed")
		}
		want, wantErr := referenceValue(object)
		if _, isObject := want.(map[string]any); (wantErr == nil && isObject) != (err == nil) {
			t.Fatalf("%v, encoding/json: %v, %T", err, wantErr, want)
		}
		if err != nil {
			return
		}
		decoded, err := DecodeValue(object)
		if err != nil {
			t.Fatal(err)
		}
		attrs := make([]slog.Attr, 0, 8)
		for _, m := range decoded.(Object) {
			if m.Key == "" {
				return // as an attribute it may be dropped
			}
			if m.Key == "stream" {
				if m.Value == any("stdout") {
					continue
				}
				m.Key = "data.stream"
			}
			attrs = append(attrs, slog.Any(m.Key, m.Value))
		}
		b.Attrs = append(attrs, b.Attrs...)
		var s Stamp
		head := s.AppendHead(nil, start, 1)
		line := append(bytes.Clone(head), got...)
		checkLine(t, line)
		sameEvent(t, line, AppendBody(head, b))
	})
}

// sameEvent fails unless two lines decode to the same members in the same order.
func sameEvent(t *testing.T, a, b []byte) {
	t.Helper()
	x, err := Decode(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(x, y) {
		t.Fatalf("\n got %s\nwant %s", a, b)
	}
}

func BenchmarkObjectBody(b *testing.B) {
	objects := map[string]string{
		"usual": `{"level":"info","ts":1768478400.123456,"caller":"app/main.go:42","msg":"order filled","order":"a-17","amount":12.5,"tags":["x","y"]}`,
		"long":  `{"text":"` + strings.Repeat("plain text without end, ", 40000) + `"}`,
	}
	for name, object := range objects {
		b.Run(name, func(b *testing.B) {
			text, dst := []byte(object), make([]byte, 0, 2*len(object))
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = AppendObjectBody(dst, Body{Type: "log"}, text)
			}
		})
	}
}

func TestObjectBodyCostsNoMemory(t *testing.T) {
	object, dst := []byte(`{"level":"info", "n":1.5,"msg":"a b","o":{"a":[1,2,{"b":null}]}}`), make([]byte, 0, 1024)
	b := Body{Type: "log", Attrs: []slog.Attr{slog.String("stream", "stdout")}}
	n := testing.AllocsPerRun(100, func() {
		if _, err := AppendObjectBody(dst, b, object); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
