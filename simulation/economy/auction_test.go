package economy

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestRunAuction(t *testing.T) {
	cases := []struct {
		name string
		bids []Bid
		want Outcome
	}{
		{"nobody", nil, Outcome{-1, 0}},
		{"one", []Bid{{"a", 9}}, Outcome{0, 1}},
		{"second price", []Bid{{"a", 5}, {"b", 9}, {"c", 7}}, Outcome{1, 7}},
		{"tie to the earliest", []Bid{{"a", 5}, {"b", 8}, {"c", 8}}, Outcome{1, 8}},
		{"own second bid does not count", []Bid{{"a", 9}, {"a", 8}, {"b", 3}}, Outcome{0, 3}},
		{"alone with two bids", []Bid{{"a", 4}, {"a", 9}}, Outcome{1, 1}},
		{"tie with oneself", []Bid{{"a", 6}, {"a", 6}, {"b", 2}}, Outcome{0, 2}},
		{"smallest bids", []Bid{{"a", 1}, {"b", 1}}, Outcome{0, 1}},
	}
	for _, c := range cases {
		if got := RunAuction(c.bids); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func drawBids(t *rapid.T) []Bid {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Bid {
		return Bid{rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "principal"), rapid.Int64Range(1, 9).Draw(t, "amount")}
	}), 1, 8).Draw(t, "bids")
}

func TestAuctionFollowsItsRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bids := drawBids(t)
		o := RunAuction(bids)
		won := bids[o.Winner]
		if o.Price < 1 || o.Price > won.Amount {
			t.Fatalf("%v: price %d for a bid of %d", bids, o.Price, won.Amount)
		}
		backed := o.Price == 1
		for i, b := range bids {
			if b.Amount > won.Amount || (b.Amount == won.Amount && i < o.Winner) {
				t.Fatalf("%v: %d won", bids, o.Winner)
			}
			if b.Principal != won.Principal && b.Amount > o.Price {
				t.Fatalf("%v: price %d", bids, o.Price)
			}
			backed = backed || (b.Principal != won.Principal && b.Amount == o.Price)
		}
		if !backed {
			t.Fatalf("%v: nobody else has bid the price %d", bids, o.Price)
		}
	})
}

// Bidding one's value is never worse than bidding anything else.
func TestTruthIsTheBestBid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		others := drawBids(t)
		value := rapid.Int64Range(1, 12).Draw(t, "value")
		other := rapid.Int64Range(1, 12).Draw(t, "bid")
		gain := func(amount int64) int64 {
			bids := append([]Bid{{"me", amount}}, others...)
			if o := RunAuction(bids); o.Winner == 0 {
				return value - o.Price
			}
			return 0
		}
		if gain(value) < gain(other) {
			t.Fatalf("%v: %d is better than the value %d", others, other, value)
		}
	})
}

func TestMeanRevenueFollowsTheLaw(t *testing.T) {
	const rounds = 40_000
	for _, n := range []int{2, 3, 5, 10} {
		want := float64(n-1) / float64(n+1)
		got := MeanRevenue(rand.New(rand.NewPCG(1, uint64(n))), n, rounds)
		// Four standard errors; one auction's price deviates by .25 at most.
		if tolerance := 4 * .25 / math.Sqrt(rounds); math.Abs(got-want) > tolerance {
			t.Errorf("%d bidders: revenue %.4f, in theory %.4f ± %.4f", n, got, want, tolerance)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		period, window int64
		want           string
	}{
		{4, 1, "...x...x...x"},
		{4, 2, "..xx..xx..xx"},
		{4, 4, "xxxxxxxxxxxx"},
		{1, 1, "xxxxxxxxxxxx"},
	} {
		w, ctx := begin(t, 1, configWith(map[string]any{"mint_period": c.period, "mint_window": c.window}), nil)
		got := ""
		for range 12 {
			ctx.Advance()
			w.ctx = ctx
			got += map[bool]string{true: "x", false: "."}[w.windowOpen()]
		}
		if got != c.want {
			t.Errorf("period %d, window %d: %s, want %s", c.period, c.window, got, c.want)
		}
	}
}

func ExampleRunAuction() {
	bids := []Bid{{"alpha", 5}, {"beta", 9}, {"gamma", 7}}
	o := RunAuction(bids)
	fmt.Println(bids[o.Winner].Principal, "pays", o.Price)
	// Output: beta pays 7
}
