package compare

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"example.org/runshelf/event"
)

// naiveLearn learns pair by pair from decoded events.
func naiveLearn(r *rules, pairs [][2]string) *learner {
	l := &learner{places: map[string]*place{}, names: map[string]*occurrences{}}
	d := differ{rules: r, seen: func(at Path, f *Field) {
		key, pattern := learnedPlace(at)
		l.name(key).different++
		p := l.place(key, pattern)
		x, inA := f.A.(string)
		y, inB := f.B.(string)
		if inA && inB {
			p.texts.learn(x, y)
		} else {
			p.texts.whole = true
		}
	}}
	var count func(v any)
	count = func(v any) {
		switch x := v.(type) {
		case event.Object:
			for _, m := range x {
				l.name(m.Key).all++
				count(m.Value)
			}
		case []any:
			for _, item := range x {
				count(item)
			}
		}
	}
	for _, pair := range pairs {
		x, y := value([]byte(pair[0])), value([]byte(pair[1]))
		d.values(x, y)
		count(x)
	}
	return l
}

// merged is the same by lessons of some pairs each.
func merged(r *rules, pairs [][2]string, each int) *learner {
	l := &learner{places: map[string]*place{}, names: map[string]*occurrences{}}
	for len(pairs) > 0 {
		n := min(each, len(pairs))
		taught := newLesson(r)
		for _, pair := range pairs[:n] {
			taught.pair([]byte(pair[0]), []byte(pair[1]))
		}
		l.merge(taught)
		pairs = pairs[n:]
	}
	return l
}

// checkLearned wants two learners to have learned the same.
func checkLearned(t *testing.T, got, want *learner) {
	t.Helper()
	if !reflect.DeepEqual(got.names, want.names) {
		t.Fatalf("names: %d, want %d", len(got.names), len(want.names))
	}
	if g, w := got.rules(), want.rules(); !reflect.DeepEqual(g, w) || len(got.places) != len(want.places) {
		t.Fatalf("%d places, %q\nwant %d, %q", len(got.places), g, len(want.places), w)
	}
	for pattern, p := range want.places {
		if q := got.places[pattern]; q == nil || q.key != p.key || q.texts.whole != p.texts.whole {
			t.Fatalf("at %s %+v, want %+v", pattern, q, p)
		}
	}
}

// What is learned in sheets, without decoding most of it, is what is learned pair by pair.
func TestLessonsAgree(t *testing.T) {
	sets := [][]string{nil, {"text~time"}, {"dur", "a.text"}, {"timestamp~number"}}
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 12))
		o := Options{Ignore: sets[r.IntN(len(sets))]}
		rules, err := o.rules()
		if err != nil {
			t.Fatal(err)
		}
		var pairs [][2]string
		for range 1 + r.IntN(40) {
			a := someTextLine(r)
			b := varied(r, a)
			switch r.IntN(6) {
			case 0:
				b = someTextLine(r)
			case 1:
				a = (&writer{r: r, loose: true}).event(someEvent(r), 5)
				b = (&writer{r: r}).event(someEvent(r), 5)
			}
			pairs = append(pairs, [2]string{a, b})
		}
		checkLearned(t, merged(rules, pairs, 1+r.IntN(12)), naiveLearn(rules, pairs))
	}
}

// More places and patterns than are kept are the first ones, however they are learned.
func TestLessonsBounded(t *testing.T) {
	var pairs [][2]string
	for i := range maxLearned/2 + 50 {
		line := func(n int) string {
			return fmt.Sprintf(`{"a%d":%d,"b%d":"took %d steps","c":"%s %d x"}`, i, n, i, n, strings.Repeat("w", 1+i%(2*maxLearnedTexts)), n)
		}
		pairs = append(pairs, [2]string{line(1), line(2)})
	}
	rules := &rules{}
	checkLearned(t, merged(rules, pairs, 1000), naiveLearn(rules, pairs))
}
