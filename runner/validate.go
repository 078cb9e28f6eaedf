package runner

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"example.org/runshelf/simulation"
	"example.org/runshelf/simulation/economy"
	"example.org/runshelf/simulation/exchange"
)

// Validate measures the built-in models against theory: the money exchange
// models, and the auction of the economy. The results stand in the order of a
// table, one for each claim of a law; a law that fails is a result and no error.
// The cases run beside each other on all processors, which changes no figure.
// Progress, which may be nil, is told how many of the cases are done; it is
// called from the goroutine of Validate.
func Validate(ctx context.Context, progress func(done, total int)) ([]exchange.LawResult, error) {
	return measureAll(ctx, laws(), progress)
}

// laws are all cases, those of the models first.
func laws() []exchange.Case { return append(exchange.Laws(), auctionLaws()...) }

// measured is what one case came to.
type measured struct {
	index   int
	results []exchange.LawResult
	err     error
}

// measureAll runs the cases beside each other. The first error stops them all.
func measureAll(ctx context.Context, cases []exchange.Case, progress func(done, total int)) ([]exchange.LawResult, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tables := make([][]exchange.LawResult, len(cases))
	var failed error
	done := 0
	for m := range measureBeside(ctx, cases) {
		if m.err != nil && failed == nil {
			failed = m.err
			cancel()
		}
		tables[m.index] = m.results
		if done++; progress != nil && failed == nil {
			progress(done, len(cases))
		}
	}
	if failed != nil {
		return nil, failed
	}
	var all []exchange.LawResult
	for _, table := range tables {
		all = append(all, table...)
	}
	return all, nil
}

// measureBeside starts a worker for each processor and sends what they find, in
// any order. The channel is closed when all cases are done.
func measureBeside(ctx context.Context, cases []exchange.Case) <-chan measured {
	todo := make(chan int, len(cases))
	for i := range cases {
		todo <- i
	}
	close(todo)
	found := make(chan measured)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(cases)) {
		workers.Go(func() {
			for i := range todo {
				results, err := cases[i].Run(ctx)
				found <- measured{i, results, err}
			}
		})
	}
	go func() {
		workers.Wait()
		close(found)
	}()
	return found
}

// auctionRounds makes the standard error of a mean revenue less than .0006. The
// tolerance is five times that.
const (
	auctionRounds    = 150_000
	auctionTolerance = 0.003
)

// auctionLaws are what theory says about the revenue of the economy's mint
// auction. They are stated here because a model may not know another one.
func auctionLaws() []exchange.Case {
	return []exchange.Case{auctionLaw(3), auctionLaw(5)}
}

// auctionLaw is about n truthful bidders with values uniform on [0,1]: the price
// is the second highest value.
func auctionLaw(n int) exchange.Case {
	return exchange.Case{
		Name:     "second-price auction",
		Settings: fmt.Sprintf("bidders=%d rounds=%d truthful, values uniform on [0,1]", n, auctionRounds),
		Source:   "Vickrey 1961",
		Claims: []exchange.Claim{{
			Quantity:  "mean revenue",
			Formula:   "(n-1)/(n+1)",
			Theory:    float64(n-1) / float64(n+1),
			Tolerance: auctionTolerance,
		}},
		Measure: func(ctx context.Context) ([]float64, error) {
			revenue, err := auctionRevenue(ctx, n)
			return []float64{revenue}, err
		},
	}
}

// auctionRevenue averages over batches, so that it can be stopped between two.
func auctionRevenue(ctx context.Context, bidders int) (float64, error) {
	const seed, batches = 1, 100
	values := simulation.NewContext(seed, nil, nil).Rand("values")
	var mean float64
	for range batches {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		mean += economy.MeanRevenue(values, bidders, auctionRounds/batches) / batches
	}
	return mean, nil
}
