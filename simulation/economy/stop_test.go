package economy

import (
	"errors"
	"strings"
	"testing"

	"example.org/runshelf/simulation"
)

// A world that is stopped between any two turns keeps its laws, has told the
// beginning of the tick and nothing else, and has held no auction.
func TestStopBetweenTurns(t *testing.T) {
	c := configWith(simulation.Config{"mint_period": int64(5)})
	whole := history(t, 42, c, 5)
	for turns := range int64(13) {
		l := &listener{}
		w, ctx := begin(t, 42, c, l)
		steps(t, w, ctx, 4)
		ctx.SetStop(func() bool { return ctx.Turns() == turns })
		ctx.Advance()
		err := w.Step(ctx)
		if stops := turns < 12; errors.Is(err, simulation.ErrStopped) != stops {
			t.Fatalf("stopped before turn %d: %v", turns+1, err)
		}
		if err := w.CheckInvariants(); err != nil {
			t.Errorf("stopped before turn %d: %v", turns+1, err)
		}
		if !strings.HasPrefix(whole, l.text()) || (turns < 12) == (whole == l.text()) {
			t.Errorf("stopped before turn %d: other events", turns+1)
		}
	}
}
