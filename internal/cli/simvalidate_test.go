package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/runshelf/simulation/exchange"
)

// claimed is a case that measures x where theory says 1.
func claimed(name string, x float64, err error) exchange.Case {
	return exchange.Case{
		Name: name, Settings: "n=1", Source: "nobody",
		Claims:  []exchange.Claim{{Quantity: "gini", Formula: "1", Theory: 1, Tolerance: 0.1}},
		Measure: func(context.Context) ([]float64, error) { return []float64{x}, err },
	}
}

func TestValidateFailsWhenALawDoes(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var stdout bytes.Buffer
		a := newApp(nil, nil, &stdout, &bytes.Buffer{}, nil)
		err := a.simValidate(t.Context(), []exchange.Case{claimed("good", 1.05, nil), claimed("bad", 1.2, nil)}, asJSON)
		if err == nil || err.Error() != "1 of 2 laws do not hold" || exitCode(err) != exitFailed {
			t.Errorf("error %v", err)
		}
		if err := a.finish(); err != nil {
			t.Fatal(err)
		}
		text := stdout.String()
		good, bad := strings.Index(text, "good"), strings.Index(text, "bad")
		if good < 0 || bad < good || strings.Count(text, "fails") != 1 || strings.Count(text, "holds") != 1 {
			t.Errorf("printed %s", text)
		}
	}
}

func TestValidateNamesTheCaseThatBroke(t *testing.T) {
	broken := errors.New("no money")
	_, err := runLaws(t.Context(), []exchange.Case{claimed("good", 1, nil), claimed("bad", 1, broken)})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "bad: ") {
		t.Errorf("error %v", err)
	}
}

func TestValidateEndsOnASignal(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("ended")
	cancel(cause)
	a := newApp(nil, nil, &bytes.Buffer{}, &bytes.Buffer{}, nil)
	if err := a.simValidate(ctx, nil, false); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}

// The auction's law is told from a first-price auction's, which brings the mean
// of the highest bid, n/(n+1).
func TestAuctionLawTellsAuctionsApart(t *testing.T) {
	for _, bidders := range []int{3, 5} {
		law := auctionLaw(bidders)
		claim, n := law.Claims[0], float64(bidders)
		if first := n / (n + 1); first-claim.Theory < 10*claim.Tolerance {
			t.Errorf("n=%d: a tolerance of %v does not tell %v from %v", bidders, claim.Tolerance, first, claim.Theory)
		}
	}
}
