package event

import (
	"log/slog"
	"testing"
)

// sameAsTwoPasses checks that one pass gives what two give, or leaves it to them.
func sameAsTwoPasses(t *testing.T, f *Foreign, object []byte) (done bool) {
	t.Helper()
	body := Body{Type: "step", Level: slog.LevelWarn, Attrs: []slog.Attr{slog.String("stream", "stdout"), slog.String("message", "m")}}
	var one, two []RawMember
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
	return done
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
	object := []byte(`{"event_type": "step", "tick": 1234, "agent": "agent-7", "x": 0.8444218515250481, "ok": true}`)
	attrs := []slog.Attr{slog.String("stream", "stdout")}
	var f Foreign
	var dst []byte
	b.SetBytes(int64(len(object)))
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Read(object, func(RawMember) {}); err != nil {
			b.Fatal(err)
		}
		dst, _ = f.AppendBody(dst[:0], Body{Type: "step", Attrs: attrs})
	}
}
