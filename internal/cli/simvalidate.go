package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"example.org/runshelf/runner"
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
			return a.simValidate(ctx, runner.Validate, asJSON)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON document")
	return cmd
}

// measured are the results of all laws, or why there are none.
type measured func(ctx context.Context, progress func(done, total int)) ([]exchange.LawResult, error)

// lawsProgress tells a person how many cases are done, on one line that goes.
func (a *app) lawsProgress() (show func(done, total int), wipe func()) {
	if !a.stderrTerminal() || a.getenv("TERM") == "dumb" {
		return nil, func() {}
	}
	show = func(done, total int) { fmt.Fprintf(a.stderr, "\r%d of %d cases measured", done, total) }
	return show, func() { fmt.Fprint(a.stderr, "\r\x1b[K") }
}

// simValidate prints what the cases gave, and fails when a law does not hold.
func (a *app) simValidate(ctx context.Context, measure measured, asJSON bool) error {
	show, wipe := a.lawsProgress()
	results, err := measure(ctx, show)
	wipe()
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
