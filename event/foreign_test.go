package event

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

// sameAsTwoPasses checks that one pass gives what two give, or leaves it to them.
func sameAsTwoPasses(t *testing.T, f *Foreign, object []byte) (done bool) {
	t.Helper()
	body := Body{Type: "step", Level: slog.LevelWarn, Attrs: []slog.Attr{slog.String("stream", "stdout"), slog.String("message", "m")}}
	var one, two []RawMember
	sameAgain(t, f, object, body)
	err := f.Read(object, func(m RawMember) { one = append(one, m) })
	if errTwo := EachMember(object, func(m RawMember) { two = append(two, m) }); (err == nil) != (errTwo == nil) {
		t.Fatalf("%s: %v, but %v", object, err, errTwo)
	}
	if err != nil {
		return false
	}
	for i := range one {
		if len(one) != len(two) || string(one[i].Key) != string(two[i].Key) || string(one[i].Value) != string(two[i].Value) ||
			one[i].Escaped != two[i].Escaped || one[i].Start != two[i].Start || one[i].End != two[i].End {
			t.Fatalf("%s: member %d is %+v, not %+v", object, i, one[i], two[i])
		}
	}
	got, done := f.AppendBody([]byte("before"), body)
	want := []byte("before")
	if done {
		if want, err = AppendObjectBody(want, body, object); err != nil {
			t.Fatalf("%s: %v", object, err)
		}
	}
	if string(got) != string(want) {
		t.Fatalf("%s:\n got %s\nwant %s", object, got, want)
	}
	if done && f.Learn() != nil {
		if !sameAgain(t, f, object, body) && utf8.Valid(object) {
			t.Fatalf("%s is not known again", object)
		}
	}
	return done
}

// sameAgain checks that what is known again becomes what it would be without, and
// reports whether it was.
func sameAgain(t *testing.T, f *Foreign, object []byte, body Body) bool {
	t.Helper()
	shape := f.Again(object)
	if shape == nil {
		return false
	}
	n := 0
	err := EachMember(object, func(m RawMember) {
		if value := f.Value(object, n); string(value) != string(m.Value) {
			t.Fatalf("%s: value %d is %s", object, n, value)
		}
		n++
	})
	if err != nil || n != f.shapes.count {
		t.Fatalf("%s is no object of %d members: %v", object, f.shapes.count, err)
	}
	for _, body := range []Body{
		body, {Type: "other", Cause: 7, Attrs: body.Attrs[:1]}, {Type: "step", Attrs: body.Attrs[:1]}, {Type: "step", Attrs: body.Attrs[:1]}, {},
		{Type: "q\"uote", Level: slog.LevelWarn, Attrs: []slog.Attr{slog.String("stream", "stderr")}}, {Type: "step", Attrs: []slog.Attr{slog.Int("stream", 1)}}, body,
	} {
		got, ok := f.AppendBody([]byte("before"), body)
		want, err := AppendObjectBody([]byte("before"), body, object)
		if ok && (err != nil || string(got) != string(want)) {
			t.Fatalf("%s, again as %v:\n got %s\nwant %s", object, body, got, want)
		}
	}
	return true
}

// An object is known again by its names and its white space, whatever its values are.
func TestForeignAgain(t *testing.T) {
	var f Foreign
	for _, object := range []string{
		`{"event_type":"step","x":1,"level":"WARN","o":{"a":1}}`, `{"event_type": "step", "x": 1}`, `{"x":1}`, `{"a":1,"b":2,"c":3}`, ` { "a" : 1 } `,
	} {
		if !sameAsTwoPasses(t, &f, []byte(object)) {
			t.Fatal(object)
		}
	}
	for object, want := range map[string]bool{
		`{"event_type":"other","x":-1.50e7,"level":30,"o":[1, 2, {"b" : "\u00e9\n"}]}`: true,
		`{"event_type":"st\u0065p","x":"é","level":"WARN","o":{}}`:                     true,
		`{"event_type": "step", "x": null}`:                                            true,
		`{"x":{"x":1}}`:                                                                true,
		`{"a":"","b":true,"c":false}`:                                                  true,
		` { "a" : "b" } `:                                                              true,
		`{ "a" : "b" }`:                                                                false,
		`{"a":1,"b":2}`:                                                                false,
		`{"a":1,"b":2,"c":3,"d":4}`:                                                    false,
		`{"x":01}`:                                                                     false,
		`{"x":tru}`:                                                                    false,
		`{"x":"\x"}`:                                                                   false,
		"{\"x\":\"\x01\"}":                                                             false,
		"{\"x\":\"\xff\"}":                                                             false,
		`{"x":[1,]}`:                                                                   false,
		`{"x":`:                                                                        false,
		`{"x"`:                                                                         false,
		``:                                                                             false,
		`{"x":1}}`:                                                                     false,
	} {
		if got := sameAgain(t, &f, []byte(object), Body{Type: "step", Level: slog.LevelWarn, Attrs: []slog.Attr{slog.String("stream", "stdout"), slog.Int("n", 1)}}); got != want {
			t.Errorf("%s: known again is %v", object, got)
		}
	}
	deep := strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1)
	for depth, want := range map[string]bool{deep: true, "[" + deep + "]": false} {
		if got := f.Again([]byte(`{"x":`+depth+`}`)) != nil; got != want {
			t.Errorf("an object %d bytes deep: known again is %v", len(depth)/2, got)
		}
	}
}

// A member under a reserved name is left out of the object for which that was asked, and
// of no other.
func TestForeignWithout(t *testing.T) {
	var f Foreign
	object := []byte(`{"timestamp": 5, "x":1,"sequence":[ 7 ],"y":{"z": 2}}`)
	if err := f.Read(object, func(RawMember) {}); err != nil || f.Learn() == nil {
		t.Fatal(err)
	}
	for _, try := range []struct {
		without []int
		want    string
	}{
		{[]int{0}, `"event_type":"step","cause":3,"x":1,"data.sequence":[7],"y":{"z":2}}` + "\n"},
		{[]int{0, 2}, `"event_type":"step","cause":3,"x":1,"y":{"z":2}}` + "\n"},
		{[]int{2}, `"event_type":"step","cause":3,"data.timestamp":5,"x":1,"y":{"z":2}}` + "\n"},
		{nil, `"event_type":"step","cause":3,"data.timestamp":5,"x":1,"data.sequence":[7],"y":{"z":2}}` + "\n"},
	} {
		if f.Again(object) == nil {
			t.Fatal("the object is not known again")
		}
		for _, i := range try.without {
			f.Without(i)
		}
		if got, ok := f.AppendBody(nil, Body{Type: "step", Cause: 3}); !ok || string(got) != try.want {
			t.Errorf("without %v:\n got %s\nwant %s", try.without, got, try.want)
		}
	}
}

// What is remembered of shapes has bounds, and an object of a new shape is then read
// as ever.
func TestForeignLearnsWithinBounds(t *testing.T) {
	var f Foreign
	for i := range 3 * mostShapeNodes {
		sameAsTwoPasses(t, &f, fmt.Appendf(nil, `{"a":1,"b%d":2,"c":{"d":3}}`, i))
		sameAsTwoPasses(t, &f, fmt.Appendf(nil, `{"a%d":1}`, i))
		sameAsTwoPasses(t, &f, fmt.Appendf(nil, `{"n":1%s}`, strings.Repeat(" ", i)))
	}
	if f.shapes.nodes > mostShapeNodes {
		t.Errorf("%d nodes", f.shapes.nodes)
	}
}

func TestForeign(t *testing.T) {
	var f Foreign
	for object, want := range map[string]bool{
		`{}`:      true,
		`{"a":1}`: true,
		` { "a" : 1.50 , "b" : [ 1, {"c":2} ] } `:               true,
		`{"event_type":"step","level":"WARN","x":1}`:            true,
		`{"x":1,"event_type":"other","level":30}`:               true,
		`{"level":"WARN"}`:                                      true,
		`{"event_type":"st\u0065p","timestamp":5,"sequence":1}`: true,
		"{\"a\":\"\xff\"}":                                      true,
		`{"stream":1}`:                                          false,
		`{"a":1,"a":2}`:                                         false,
		`{"data.level":1,"level":2}`:                            false,
		`{"\u0061":1}`:                                          false,
		`{"":1}`:                                                false,
		`{"a":`:                                                 false,
		`[1]`:                                                   false,
	} {
		if got := sameAsTwoPasses(t, &f, []byte(object)); got != want {
			t.Errorf("%s: done is %v", object, got)
		}
	}
}

func FuzzForeign(f *testing.F) {
	f.Add([]byte(`{"event_type":"step","level":30,"a":{"b":[1,2.50]},"é":"\u00e9"}`))
	f.Add([]byte(`{"a":1,"a":2}`))
	var shared Foreign
	f.Fuzz(func(t *testing.T, object []byte) {
		sameAsTwoPasses(t, &shared, object)
		sameAsTwoPasses(t, &Foreign{}, object)
	})
}

func BenchmarkForeign(b *testing.B) {
	b.Run("first", func(b *testing.B) { benchmarkForeign(b, false) })
	b.Run("again", func(b *testing.B) { benchmarkForeign(b, true) })
}

func benchmarkForeign(b *testing.B, again bool) {
	object := []byte(`{"event_type": "step", "tick": 1234, "agent": "agent-7", "x": 0.8444218515250481, "ok": true}`)
	attrs := []slog.Attr{slog.String("stream", "stdout")}
	var f Foreign
	var dst []byte
	b.SetBytes(int64(len(object)))
	b.ReportAllocs()
	for b.Loop() {
		if !again || f.Again(object) == nil {
			if err := f.Read(object, func(RawMember) {}); err != nil {
				b.Fatal(err)
			}
			f.Learn()
		}
		dst, _ = f.AppendBody(dst[:0], Body{Type: "step", Attrs: attrs})
	}
}
