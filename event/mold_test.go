package event

import (
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// mapOf makes a map of attributes, with groups as maps.
func mapOf(attrs []slog.Attr) map[string]any {
	m := map[string]any{}
	for _, a := range attrs {
		if a.Value.Kind() == slog.KindGroup {
			m[a.Key] = mapOf(a.Value.Group())
			continue
		}
		m[a.Key] = a.Value.Any()
	}
	return m
}

// checkMold checks that the line of a map is the same whether it fits a mold or is sorted
// and checked, and so is that of another map that comes in between.
func checkMold(t *testing.T, seed uint64) {
	t.Helper()
	g := generator{rand.New(rand.NewPCG(seed, 2))}
	one := mapOf(g.attrs(6))
	two := maps.Clone(one)
	for name := range two {
		switch g.IntN(4) {
		case 0:
			delete(two, name)
			two[name+"x"] = 1
		case 1:
			two[name] = g.value(3).Any()
		}
	}
	kind := fmt.Sprint("type ", seed)
	for i, m := range []map[string]any{one, one, two, two, one, two, two, one} {
		want, wantNeeds := []byte(nil), NeedsMapLine(m)
		without(func() { want = AppendMapBody(nil, Body{Type: kind}, m) })
		got, needs := AppendMapBodyNeeds(nil, &Body{Type: kind}, m)
		if string(got) != string(want) || needs != wantNeeds {
			t.Fatalf("seed %d, map %d:\n got %v %q\nwant %v %q", seed, i, needs, got, wantNeeds, want)
		}
	}
}

func TestMoldIsTheSame(t *testing.T) {
	for seed := range uint64(800) {
		checkMold(t, seed)
	}
}

func FuzzMold(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(checkMold)
}

// Maps of which each is another are learned seldom, and never cost more than a few molds.
func TestMoldsOfManyMaps(t *testing.T) {
	var place moldPlace
	learned := 0
	for i := range 1000 {
		before := place.mold.Load()
		place.miss(map[string]any{fmt.Sprint("name", i): i}, true)
		if place.mold.Load() != before {
			learned++
		}
	}
	if learned == 0 || learned > 10 {
		t.Errorf("learned %d molds of 1000", learned)
	}
}

// What a map holds may refer to itself, be of any depth, or be more than a mold holds.
func TestMoldOfOddMaps(t *testing.T) {
	self := map[string]any{"a": 1}
	self["self"] = self
	deep := map[string]any{"end": true}
	for i := range 12 {
		deep = map[string]any{"in": deep, "level": i}
	}
	wide := map[string]any{}
	for i := range 2 * mostMolded {
		wide[fmt.Sprint("n", i)] = i
	}
	both := map[string]any{"empty": map[string]any{}, "none": map[string]any(nil), "nil": nil, "list": []any{1, deep}, "bad": func() {}, "worse": map[string]any{"f": func() {}}}
	for name, m := range map[string]map[string]any{"self": self, "deep": deep, "wide": wide, "both": both, "reserved": {"level": 1, "x": 2}} {
		body := Body{Type: "odd " + name}
		var want []byte
		without(func() { want = AppendMapBody(nil, body, m) })
		for range 4 {
			if got := AppendMapBody(nil, body, m); string(got) != string(want) {
				t.Errorf("%s:\n got %s\nwant %s", name, got, want)
			}
		}
	}
}

// A mold is learned and used by many at once.
func TestMoldsConcurrently(t *testing.T) {
	all := []map[string]any{{"a": 1, "in": map[string]any{"x": 1}}, {"a": 1, "in": map[string]any{"y": "z"}}, {"b": 1.5, "in": map[string]any{"x": 1}}}
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			for range 500 {
				m := all[i%len(all)]
				if line := string(AppendMapBody(nil, Body{Type: "many"}, m)); !strings.Contains(line, `"in":{`) {
					t.Errorf("%v: %s", slices.Collect(maps.Keys(m)), line)
					return
				}
			}
		})
	}
	done.Wait()
}
