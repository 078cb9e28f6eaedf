package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/runshelf/simulation/exchange"
)

// found stands for measuring: a law that holds and one that does not.
func found(_ context.Context, progress func(done, total int)) ([]exchange.LawResult, error) {
	if progress != nil {
		progress(1, 1)
	}
	return []exchange.LawResult{
		{Law: "good", Theory: 1, Measured: 1.05, Tolerance: 0.1, Verdict: exchange.Holds},
		{Law: "bad", Theory: 1, Measured: 1.2, Tolerance: 0.1, Verdict: exchange.Fails},
	}, nil
}

func TestValidateFailsWhenALawDoes(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var stdout bytes.Buffer
		a := newApp(nil, nil, &stdout, &bytes.Buffer{}, nil)
		err := a.simValidate(t.Context(), found, asJSON)
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

func TestValidateEndsOnASignal(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("ended")
	cancel(cause)
	a := newApp(nil, nil, &bytes.Buffer{}, &bytes.Buffer{}, nil)
	if err := a.simValidate(ctx, found, false); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}
