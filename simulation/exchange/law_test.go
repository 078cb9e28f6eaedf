package exchange

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// Every law holds within its stated tolerance, measured as `sim validate` does.
func TestLawsHold(t *testing.T) {
	for _, c := range Laws() {
		t.Run(c.Name+"/"+c.Settings, func(t *testing.T) {
			t.Parallel()
			results, err := c.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				t.Logf("%s: theory %.4f ± %.4f, measured %.4f", r.Law, r.Theory, r.Tolerance, r.Measured)
				if r.Verdict != Holds {
					t.Errorf("%s fails", r.Law)
				}
			}
		})
	}
}

// Every law would notice a model that is a little wrong: at least one of its
// claims fails, within the same tolerance.
func TestLawsRejectWrongModels(t *testing.T) {
	wrong := []struct {
		name  string
		law   law
		spoil settings
	}{
		{"some saved in a split", splitLaw(), settings{ruleSaving, activationScan, 100, 0.03}},
		{"shuffled", unitLaw(1, 0.06), settings{ruleUnit, activationShuffle, 1, 0}},
		{"shuffled", unitLaw(2, 0.25), settings{ruleUnit, activationShuffle, 2, 0}},
		{"scanned", shuffledUnitLaw(), settings{ruleUnit, activationScan, 2, 0}},
		{"saves too much", savingLaw(0.2, 0.014), settings{ruleSaving, activationScan, 100, 0.22}},
		{"saves too little", savingLaw(0.5, 0.006), settings{ruleSaving, activationScan, 100, 0.48}},
		{"saves too much", savingLaw(0.8, 0.002), settings{ruleSaving, activationScan, 100, 0.82}},
		{"takes too little", inequalityLaw(0.3, 0.015), settings{ruleInequality, activationScan, 100, 0.28}},
		{"stakes too much", yardsaleLaw(), settings{ruleYardsale, activationScan, 100, 0.21}},
	}
	for _, c := range wrong {
		t.Run(c.law.name+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			c.law.settings = c.spoil
			results, err := c.law.asCase().Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if r.Verdict == Fails {
					return
				}
			}
			t.Errorf("nobody noticed: %+v", results)
		})
	}
}

func TestLawsAreStated(t *testing.T) {
	for _, c := range Laws() {
		if c.Name == "" || c.Settings == "" || c.Source == "" || len(c.Claims) == 0 {
			t.Errorf("the law %+v is incomplete", c)
		}
		for _, claim := range c.Claims {
			if claim.Quantity == "" || claim.Formula == "" || claim.Tolerance <= 0 || claim.Tolerance > 0.05*claim.Theory {
				t.Errorf("%s: the claim %+v is incomplete or tolerates too much", c.Name, claim)
			}
		}
	}
}

func TestMeasuringIsRepeatable(t *testing.T) {
	c := unitLaw(1, 0.06).asCase()
	first, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Run(t.Context())
	if err != nil || !reflect.DeepEqual(first, second) {
		t.Errorf("%+v became %+v, %v", first, second, err)
	}
}

func fixed(values ...float64) Case {
	return Case{
		Name:    "fixed",
		Claims:  []Claim{{Quantity: "q", Formula: "1/2", Theory: 0.5, Tolerance: 0.01}},
		Measure: func(context.Context) ([]float64, error) { return values, nil },
	}
}

func TestVerdict(t *testing.T) {
	for measured, want := range map[float64]Verdict{
		0.5: Holds, 0.509: Holds, 0.491: Holds, 0.511: Fails, 0.489: Fails, -0.5: Fails,
		math.NaN(): Fails, math.Inf(1): Fails,
	} {
		results, err := fixed(measured).Run(t.Context())
		if err != nil || len(results) != 1 || results[0].Verdict != want {
			t.Errorf("%v: %+v, %v; want %s", measured, results, err, want)
		}
	}
}

func TestFiguresAndClaimsMustMatch(t *testing.T) {
	for _, c := range []Case{fixed(), fixed(1, 2)} {
		if _, err := c.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "fixed") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestMeasuringStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range Laws() {
		if _, err := c.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
