package capture

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/event"
)

func TestParseParams(t *testing.T) {
	params, err := ParseParams([]string{
		"agents=20", "rate=0.50", "big=12345678901234567890", "on=true", "name=two words", "empty=",
		"null=null", "list=[1]", "blank= 1", "plus=+1", "hex=0x1", "a.b=c=d", "agents=21",
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"agents":21,"rate":0.50,"big":12345678901234567890,"on":true,"name":"two words","empty":"",` +
		`"null":"null","list":"[1]","blank":" 1","plus":"+1","hex":"0x1","a.b":"c=d"}`
	if got := string(event.AppendValue(nil, params)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, word := range []string{"", "x", "=x"} {
		if _, err := ParseParams([]string{word}); err == nil {
			t.Errorf("%q was taken", word)
		}
	}
}

func TestMetrics(t *testing.T) {
	var m metrics
	for _, object := range []string{
		`{"event_type":"metrics","gini":0.4,"tick":1,"level":30,"timestamp":5,"inner":{"x":1,"deep":{"y":2}}}`,
		`{"event_type":"metrics","gini":0.5,"name":"x","list":[1,2],"odd":"NaN","inf":"-Infinity"}`,
		`{"event_type":"metrics","tick":`,
		`[1]`,
	} {
		m.take([]byte(object))
	}
	got, _ := m.final()
	if !math.IsNaN(got["odd"]) {
		t.Errorf("odd is %v", got["odd"])
	}
	delete(got, "odd")
	want := map[string]float64{"gini": 0.5, "tick": 1, "inner.x": 1, "inner.deep.y": 2, "inf": math.Inf(-1)}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Neither many names nor deep nesting fill memory or manifest.
func TestMetricsAreBounded(t *testing.T) {
	var m metrics
	for i := range 2 * mostMetrics {
		m.take(fmt.Appendf(nil, `{"m%d":1}`, i))
	}
	m.take([]byte(`{"m0":2,"m1999":2}`))
	if got, _ := m.final(); len(got) != mostMetrics || got["m0"] != 2 {
		t.Errorf("%d metrics, m0 is %v", len(got), got["m0"])
	}
	deep := metrics{}
	deep.take([]byte(strings.Repeat(`{"a":`, 1000) + `1` + strings.Repeat(`}`, 1000)))
	if got, _ := deep.final(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestWholeRunes(t *testing.T) {
	for in, want := range map[string]string{"": "", "ab": "ab", "aé": "aé", "a\xc3": "a", "a\xe2\x82": "a", "a\xf0\x9f\x98": "a", "a\xff": "a\xff", "a\x80\x80\x80\x80": "a\x80\x80\x80\x80"} {
		if got := string(wholeRunes([]byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestEnviron(t *testing.T) {
	o := Options{Env: []string{"A=1", EnvSeed + "=9", EnvRunID + "=outer", "B=2", EnvParams + "=x"}}
	got := o.environ("id", "/d", "/d/side")
	want := []string{"A=1", "B=2", "RUNSHELF_RUN_ID=id", "RUNSHELF_DIR=/d", "RUNSHELF_EVENTS=/d/side", "RUNSHELF_PARAMS={}"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	seed := uint64(math.MaxUint64)
	o.Run.Seed = &seed
	if got := o.environ("id", "/d", "/d/side"); got[len(got)-1] != "RUNSHELF_SEED=18446744073709551615" {
		t.Errorf("got %q", got)
	}
}

// The name of a copy stays below artifacts/ and is that of no other.
func TestFreeName(t *testing.T) {
	k := keeper{names: map[string]bool{}}
	for _, tc := range []struct{ path, want string }{
		{"out.txt", "out.txt"},
		{"./a/../out.txt", "a/out.txt"},
		{"../out.txt", "out.txt.2"},
		{"/etc/passwd", "etc/passwd"},
		{"../../etc/passwd", "etc/passwd.2"},
		{"dir/out.txt", "dir/out.txt"},
	} {
		if got := k.freeName(tc.path); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.path, got, tc.want)
		}
	}
}
