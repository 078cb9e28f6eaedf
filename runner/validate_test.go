package runner

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"example.org/runshelf/simulation/exchange"
)

// quick is a case that measures a given figure at once. It expects 1.
func quick(name string, figure float64, err error) exchange.Case {
	return exchange.Case{
		Name:   name,
		Claims: []exchange.Claim{{Quantity: "q", Formula: "1", Theory: 1, Tolerance: 0.1}},
		Measure: func(context.Context) ([]float64, error) {
			return []float64{figure}, err
		},
	}
}

func TestAuctionLawsHold(t *testing.T) {
	results, err := measureAll(t.Context(), auctionLaws(), nil)
	if err != nil || len(results) != 2 {
		t.Fatalf("%d results, %v", len(results), err)
	}
	for _, r := range results {
		t.Logf("%s (%s): theory %.4f, measured %.4f", r.Law, r.Settings, r.Theory, r.Measured)
		if r.Verdict != exchange.Holds {
			t.Errorf("%s fails for %s", r.Law, r.Settings)
		}
	}
}

// A first-price auction, one with another bidder, and one whose bidders shade
// their bids all fall outside the tolerance.
func TestAuctionLawRejectsWrongAuctions(t *testing.T) {
	priceOf := func(place, bidders int, shade float64) float64 {
		r := rand.New(rand.NewPCG(1, 2))
		values, sum := make([]float64, bidders), 0.0
		const rounds = 50_000
		for range rounds {
			for i := range values {
				values[i] = r.Float64() * shade
			}
			slices.Sort(values)
			sum += values[bidders-place]
		}
		return sum / rounds
	}
	law := auctionLaw(3)
	for name, c := range map[string]struct {
		revenue float64
		want    exchange.Verdict
	}{
		"second price":  {priceOf(2, 3, 1), exchange.Holds},
		"first price":   {priceOf(1, 3, 1), exchange.Fails},
		"third price":   {priceOf(3, 3, 1), exchange.Fails},
		"four bidders":  {priceOf(2, 4, 1), exchange.Fails},
		"shading by 2%": {priceOf(2, 3, 0.98), exchange.Fails},
	} {
		law.Measure = func(context.Context) ([]float64, error) { return []float64{c.revenue}, nil }
		results, err := law.Run(t.Context())
		if err != nil || results[0].Verdict != c.want {
			t.Errorf("%s: %+v, %v; want %s", name, results, err, c.want)
		}
	}
}

// The laws themselves are measured by the tests of the models and above.
func TestValidateHasAllLaws(t *testing.T) {
	count := map[string]int{}
	for _, c := range laws() {
		count[c.Name]++
	}
	want := map[string]int{
		"split": 1, "unit, scan": 2, "unit, shuffle": 1, "saving": 3, "inequality": 1, "yardsale": 1,
		"second-price auction": 2,
	}
	if !maps.Equal(count, want) {
		t.Errorf("the cases are %v, want %v", count, want)
	}
}

func TestProgressCountsTheCases(t *testing.T) {
	cases := []exchange.Case{quick("a", 1, nil), quick("b", 2, nil), quick("c", 1, nil)}
	last := 0
	_, err := measureAll(t.Context(), cases, func(done, total int) {
		if done != last+1 || total != len(cases) {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != len(cases) {
		t.Errorf("progress ended at %d, %v", last, err)
	}
}

func TestResultsKeepTheOrderOfTheTable(t *testing.T) {
	var cases []exchange.Case
	for i := range 50 {
		cases = append(cases, quick(string(rune('A'+i)), 1, nil))
	}
	cases[7].Measure = func(context.Context) ([]float64, error) { return []float64{2}, nil }
	results, err := measureAll(t.Context(), cases, nil)
	if err != nil || len(results) != 50 {
		t.Fatalf("%d results, %v", len(results), err)
	}
	for i, r := range results {
		if r.Law != cases[i].Name+": q" {
			t.Errorf("result %d is of %s", i, r.Law)
		}
		if failed := r.Verdict == exchange.Fails; failed != (i == 7) {
			t.Errorf("result %d: %s", i, r.Verdict)
		}
	}
}

func TestAnErrorStopsAllCases(t *testing.T) {
	broken := errors.New("broken")
	waits := quick("waits", 1, nil)
	waits.Measure = func(ctx context.Context) ([]float64, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	cases := []exchange.Case{quick("fine", 1, nil), quick("broken", 0, broken), waits}
	if _, err := measureAll(t.Context(), cases, nil); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

func TestValidateStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Validate(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
