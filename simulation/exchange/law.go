package exchange

import (
	"context"
	"fmt"
	"math"
)

// Case is one arrangement whose outcome theory predicts, and the predictions. It
// is not tied to the models of this package: any mechanism can be measured.
type Case struct {
	// Name says what is tested in a few words, such as "unit, scan".
	Name string
	// Settings are those of the model or mechanism that is measured.
	Settings string
	// Source is where the law comes from.
	Source string
	// Claims are the predictions, in the order of what Measure returns.
	Claims []Claim
	// Measure runs the arrangement and returns one figure for each claim. It is
	// deterministic, shares no state with other cases and may run beside them.
	// It returns early with the context's error when that is done.
	Measure func(ctx context.Context) ([]float64, error)
}

// Claim is one figure that a law predicts.
type Claim struct {
	// Quantity names the figure, such as "gini".
	Quantity string
	// Formula is how theory writes the predicted value, in words or symbols.
	Formula string
	// Theory is the predicted value.
	Theory float64
	// Tolerance is the largest distance from it that counts as agreement.
	Tolerance float64
}

// Verdict says whether a measurement agrees with a law.
type Verdict string

// The verdicts.
const (
	Holds Verdict = "holds"
	Fails Verdict = "fails"
)

// LawResult is the outcome of one claim of a case.
type LawResult struct {
	Law       string  `json:"law"`      // name of the case and quantity
	Settings  string  `json:"settings"` // of the model that was measured
	Formula   string  `json:"formula"`  // of the predicted value
	Theory    float64 `json:"theory"`
	Measured  float64 `json:"measured"`
	Tolerance float64 `json:"tolerance"` // absolute
	Verdict   Verdict `json:"verdict"`
	Source    string  `json:"source"`
}

// Run measures the case and judges each of its claims.
func (c Case) Run(ctx context.Context) ([]LawResult, error) {
	measured, err := c.Measure(ctx)
	if err != nil {
		return nil, fmt.Errorf("measuring %q: %w", c.Name, err)
	}
	if len(measured) != len(c.Claims) {
		return nil, fmt.Errorf("measuring %q: %d figures for %d claims", c.Name, len(measured), len(c.Claims))
	}
	results := make([]LawResult, len(c.Claims))
	for i, claim := range c.Claims {
		results[i] = LawResult{
			Law:       c.Name + ": " + claim.Quantity,
			Settings:  c.Settings,
			Formula:   claim.Formula,
			Theory:    claim.Theory,
			Measured:  measured[i],
			Tolerance: claim.Tolerance,
			Verdict:   claim.judge(measured[i]),
			Source:    c.Source,
		}
	}
	return results, nil
}

// judge compares so that a figure that is not a number fails.
func (c Claim) judge(measured float64) Verdict {
	if math.Abs(measured-c.Theory) <= c.Tolerance {
		return Holds
	}
	return Fails
}
