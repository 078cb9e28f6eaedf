package compare

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// counted makes a test function of a predicate, which counts its questions and
// fails the test when one is asked twice, or about none or all of n.
func counted(t rapid.TB, n int, outcome func([]int) Outcome) (test func([]int) (Outcome, error), asked *int) {
	asked = new(int)
	seen := map[string]bool{}
	return func(c []int) (Outcome, error) {
		*asked++
		if key := keyOf(c); seen[key] || len(c) == 0 || len(c) == n || !slices.IsSorted(c) {
			t.Fatalf("asked about %v", c)
		}
		seen[keyOf(c)] = true
		return outcome(c), nil
	}, asked
}

// needs is the predicate that wants all of some suspects.
func needs(guilty ...int) func([]int) Outcome {
	return func(c []int) Outcome {
		for _, g := range guilty {
			if !slices.Contains(c, g) {
				return Good
			}
		}
		return Bad
	}
}

// The promise of bisect: one guilty key among twenty in at most ten runs, a guilty
// pair in at most forty, wherever they stand.
func TestBisectOneAndTwoOfTwenty(t *testing.T) {
	const n = 20
	most := map[int]int{}
	for a := range n {
		for b := a; b < n; b++ {
			guilty := slices.Compact([]int{a, b})
			test, asked := counted(t, n, needs(guilty...))
			found, err := Bisect(n, test)
			if err != nil || !slices.Equal(found, guilty) {
				t.Fatalf("guilty %v, found %v, %v", guilty, found, err)
			}
			most[len(guilty)] = max(most[len(guilty)], *asked)
		}
	}
	t.Logf("at most %d runs for one, %d for two", most[1], most[2])
	if most[1] > 10 || most[2] > 40 {
		t.Errorf("%d runs for one and %d for two are too many", most[1], most[2])
	}
}

// What is found is bad, and nothing of it can be left out, whatever the outcomes
// are: also when suspects hide each other and outcomes are not resolved.
func TestBisectIsMinimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		outcomes := rapid.SliceOfN(rapid.SampledFrom([]Outcome{Unresolved, Good, Bad}), 1<<n, 1<<n).Draw(t, "outcomes")
		outcomes[0], outcomes[1<<n-1] = Good, Bad
		outcome := func(c []int) Outcome {
			at := 0
			for _, i := range c {
				at |= 1 << i
			}
			return outcomes[at]
		}
		test, _ := counted(t, n, outcome)
		found, err := Bisect(n, test)
		if err != nil || outcome(found) != Bad {
			t.Fatalf("found %v, which is %v; %v", found, outcome(found), err)
		}
		for i := range found {
			if rest := slices.Delete(slices.Clone(found), i, i+1); outcome(rest) == Bad {
				t.Fatalf("found %v, of which %v is bad too", found, rest)
			}
		}
	})
}

// Suspects that must come together: the combinations with one of them alone cannot
// be run.
func TestBisectBearsWhatCannotBeRun(t *testing.T) {
	const n = 20
	for at := range n - 1 {
		test, asked := counted(t, n, func(c []int) Outcome {
			if slices.Contains(c, at) != slices.Contains(c, at+1) {
				return Unresolved
			}
			return needs(at, at+1)(c)
		})
		found, err := Bisect(n, test)
		if err != nil || !slices.Equal(found, []int{at, at + 1}) || *asked > 20 {
			t.Errorf("found %v after %d runs, %v", found, *asked, err)
		}
	}
}

// An error ends the search at once.
func TestBisectEndsWithAnError(t *testing.T) {
	wrong := errors.New("no more room")
	asked := 0
	_, err := Bisect(20, func([]int) (Outcome, error) { asked++; return Good, wrong })
	if !errors.Is(err, wrong) || asked != 1 {
		t.Errorf("%v after %d runs", err, asked)
	}
	if _, err := Bisect(0, nil); err == nil {
		t.Error("nothing is enough to search in")
	}
}

// Events of some types can be passed over in both logs.
func TestExcept(t *testing.T) {
	a := logOf("a", `{"event_type":"start","config":1}`+"\n"+`{"event_type":"tick","n":1}`+"\n"+`{"event_type":"end"}`+"\n")
	b := logOf("b", `{"event_type":"start","config":2}`+"\n"+`{"event_type":"tick","n":1}`+"\n")
	r, err := Events(a, b, Options{Except: []string{"st*", "end"}})
	if err != nil || !r.Same || r.Equal != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = Events(a, b, Options{Except: []string{"end"}, Only: []string{"start", "end"}}); err != nil || r.Same || r.First.Index != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	var wrong *PatternError
	if _, err := Events(a, b, Options{Except: []string{"["}}); !errors.As(err, &wrong) {
		t.Errorf("a broken pattern gives %v", err)
	}
}
