package economy

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/runshelf/simulation"
)

func TestGini(t *testing.T) {
	for _, c := range []struct {
		values []int64
		want   float64
	}{
		{[]int64{7}, 0},
		{[]int64{0, 0}, 0},
		{[]int64{5, 5, 5}, 0},
		{[]int64{0, 10}, .5},
		{[]int64{0, 0, 0, 8}, .75},
		{[]int64{3, 1}, .25},
	} {
		if got := gini(c.values); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

// The definition: half the mean absolute difference over the mean.
func TestGiniIsMeanDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 9).Draw(t, "values")
		before := slices.Clone(values)
		var sum, differences float64
		for _, x := range values {
			sum += float64(x)
			for _, y := range values {
				differences += math.Abs(float64(x - y))
			}
		}
		want := 0.0
		if sum > 0 {
			want = differences / (2 * float64(len(values)) * sum)
		}
		if got := gini(values); math.Abs(got-want) > 1e-9 || !slices.Equal(values, before) {
			t.Fatalf("%v: %v, want %v", values, got, want)
		}
	})
}

// What metrics report agrees with what the events tell.
func TestMetricsAgreeWithEvents(t *testing.T) {
	l := &listener{}
	w, ctx := begin(t, 9, Definition().Defaults(), l)
	steps(t, w, ctx, 120)
	var moved, revenue, won, lost, active float64
	for _, e := range l.entries {
		switch e.eventType {
		case "transfer":
			moved += float64(num(e, "amount"))
		case "mint_auction":
			revenue += float64(num(e, "price"))
		case "invoke_success":
			won++
		case "invoke_failure":
			lost++
		case "agent_frozen":
			active--
		case "agent_unfrozen":
			active++
		}
	}
	books, err := audit(l.entries, false)
	if err != nil {
		t.Fatal(err)
	}
	var scrip []int64
	for _, id := range books.ids {
		scrip = append(scrip, books.accounts[id].scrip)
	}
	want := map[string]float64{
		"gini": gini(scrip), "total_scrip": float64(books.total), "velocity": moved / float64(books.total) / 120,
		"active_agents": float64(len(books.ids)) + active, "artifacts": float64(len(books.artifacts)),
		"invoke_success_rate": won / (won + lost), "auction_revenue": revenue,
	}
	got := measured(w)
	if len(got) != len(want) {
		t.Errorf("metrics %v", got)
	}
	for name, v := range want {
		if math.Abs(got[name]-v) > 1e-12 {
			t.Errorf("%s is %v, should be %v", name, got[name], v)
		}
	}
}

func TestMetricsOfAnEmptyWorldAreNumbers(t *testing.T) {
	w, _ := begin(t, 1, configWith(simulation.Config{"starting_scrip": int64(0)}), nil)
	for name, v := range measured(w) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s is %v", name, v)
		}
	}
}
