package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/spf13/cobra"

	"example.org/runshelf/simulation/economy"
	"example.org/runshelf/simulation/exchange"
)

func newSimValidateCommand(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "compare the simulations with theory",
		Long: `Runs the exchange models, and the economy's auction, where theory knows what must come
out, and compares. Nothing is recorded. The exit code is 1 when a law does not hold.`,
		Example: `  runshelf sim validate
  runshelf sim validate --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := a.interruptible(cmd.Context())
			defer stop()
			return a.simValidate(ctx, laws(), asJSON)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON document")
	return cmd
}

// laws are all laws that the built-in models are held to.
func laws() []exchange.Case {
	return append(exchange.Laws(), auctionLaw(3), auctionLaw(5))
}

// auctionRounds is how many auctions are averaged.
const auctionRounds = 100_000

// auctionLaw says what a second-price auction among truthful bidders brings in.
// One price has a standard deviation of at most .25, so that of the mean is at
// most .0008; the tolerance is five times that.
func auctionLaw(bidders int) exchange.Case {
	n := float64(bidders)
	return exchange.Case{
		Name:     "second-price auction",
		Settings: fmt.Sprintf("n=%d", bidders),
		Source:   "Vickrey 1961",
		Claims:   []exchange.Claim{{Quantity: "revenue", Formula: "(n−1)/(n+1)", Theory: (n - 1) / (n + 1), Tolerance: 0.004}},
		Measure: func(context.Context) ([]float64, error) {
			source := rand.New(rand.NewPCG(1, uint64(bidders)))
			return []float64{economy.MeanRevenue(source, bidders, auctionRounds)}, nil
		},
	}
}

// simValidate prints what the cases gave, and fails when a law does not hold.
func (a *app) simValidate(ctx context.Context, cases []exchange.Case, asJSON bool) error {
	results, err := runLaws(ctx, cases)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		return err
	}
	if asJSON {
		err = a.lawsJSON(results)
	} else {
		err = a.lawsTable(results)
	}
	if err != nil {
		return err
	}
	failed := 0
	for _, r := range results {
		if r.Verdict != exchange.Holds {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d laws do not hold", failed, len(results))
	}
	return nil
}

// runLaws runs the cases beside each other, as many as there are cores, and
// returns their results in order.
func runLaws(ctx context.Context, cases []exchange.Case) ([]exchange.LawResult, error) {
	results, errs := make([][]exchange.LawResult, len(cases)), make([]error, len(cases))
	cores := make(chan struct{}, runtime.GOMAXPROCS(0))
	var running sync.WaitGroup
	for i, c := range cases {
		running.Go(func() {
			cores <- struct{}{}
			defer func() { <-cores }()
			results[i], errs[i] = c.Run(ctx)
		})
	}
	running.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cases[i].Name, err)
		}
	}
	return slices.Concat(results...), nil
}

// lawsTable prints a row for each law.
func (a *app) lawsTable(results []exchange.LawResult) error {
	t := table{right: map[int]bool{3: true, 4: true, 5: true}}
	t.header("law", "settings", "formula", "theory", "measured", "tolerance", "verdict", "source")
	for _, r := range results {
		color := colorGreen
		if r.Verdict != exchange.Holds {
			color = colorRed
		}
		t.add(cell{r.Law, colorBold}, cell{text: r.Settings}, cell{text: r.Formula},
			decimal(r.Theory), decimal(r.Measured), decimal(r.Tolerance),
			cell{string(r.Verdict), color}, cell{text: r.Source})
	}
	return t.write(a.out(), a.stdoutColor(), "")
}

// decimal is a figure with the digits that the laws are stated with.
func decimal(x float64) cell { return cell{text: strconv.FormatFloat(x, 'f', 4, 64)} }

// lawsJSON prints one document.
func (a *app) lawsJSON(results []exchange.LawResult) error {
	return json.NewEncoder(a.out()).Encode(struct {
		Format int                  `json:"format"`
		Laws   []exchange.LawResult `json:"laws"`
	}{1, results})
}
