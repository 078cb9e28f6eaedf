package compare

import "testing"

func TestPattern(t *testing.T) {
	key := func(k string) Step { return Step{key: k} }
	item := func(i int) Step { return Step{index: i, array: true} }
	at := Path{key("result"), key("events"), item(3), key("cpu_seconds")}
	dotted := Path{key("data"), key("a.b")}
	tests := []struct {
		pattern string
		path    Path
		want    bool
	}{
		{"cpu_seconds", at, true}, {"cpu_*", at, true}, {"*", at, true}, {"seconds", at, false}, {"cpu_secondss", at, false},
		{"events.cpu_seconds", at, true}, {"result.events.cpu_seconds", at, true}, {"result.cpu_seconds", at, false},
		{"events[3].cpu_seconds", at, true}, {"events[*].cpu_seconds", at, true}, {"events[2].cpu_seconds", at, false},
		{"ev*.cpu_*", at, true}, {"x.result.events.cpu_seconds", at, false}, {"[a-d]pu_seconds", at, true},
		{`["cpu_seconds"]`, at, true}, {`events[3]["cpu_seconds"]`, at, true},
		{"a.b", dotted, true}, {`["a.b"]`, dotted, true}, {`data["a.b"]`, dotted, true}, {"data.a.b", dotted, false}, {"b", dotted, false},
		{".result.events.cpu_seconds", at, true}, {".events.cpu_seconds", at, false}, {".cpu_seconds", at, false}, {".result", at[:1], true},
		{"events[3]", at[:3], true}, {"events", at[:3], false}, {"events", at[:2], true}, {"events[*]", at[:3], true},
	}
	for _, tt := range tests {
		p, err := ParsePattern(tt.pattern)
		if err != nil {
			t.Errorf("%s: %v", tt.pattern, err)
			continue
		}
		if got := p.fits(tt.path); got != tt.want {
			t.Errorf("%s fits %s: %v", tt.pattern, tt.path, got)
		}
	}
	for _, bad := range []string{"", "a.", ".", "..a", "[", "a[", `\`, "a.[b"} {
		if _, err := ParsePattern(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestPathString(t *testing.T) {
	at := Path{{key: "result"}, {key: "data"}, {key: "events"}, {index: 0, array: true}, {key: "kind"}}
	if got, want := at.String(), "result.data.events[0].kind"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	odd := Path{{key: "a.b"}, {key: "x"}, {key: "é\""}, {key: "9"}, {key: ""}}
	if got, want := odd.String(), `["a.b"].x["é\""]["9"][""]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
