package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// saved is the form of a world between two ticks. Everything else follows from
// the configuration.
type saved struct {
	Money  []int64 `json:"money"` // in grains
	Traded int64   `json:"traded"`
}

// Snapshot writes the world as one line of JSON.
func (w *world) Snapshot(out io.Writer) error {
	return json.NewEncoder(out).Encode(saved{Money: w.money, Traded: w.traded})
}

// Restore replaces an initialised world by one that Snapshot wrote with the same
// configuration. On an error the world is unchanged.
func (w *world) Restore(in io.Reader) error {
	var s saved
	if err := json.NewDecoder(in).Decode(&s); err != nil {
		return fmt.Errorf("reading a saved exchange world: %w", err)
	}
	if err := w.fits(s); err != nil {
		return fmt.Errorf("reading a saved exchange world: %w", err)
	}
	copy(w.money, s.Money)
	w.traded = s.Traded
	return nil
}

// fits reports a saved world that this configuration cannot have led to.
func (w *world) fits(s saved) error {
	if len(s.Money) != len(w.money) {
		return fmt.Errorf("it has %d agents, not %d", len(s.Money), len(w.money))
	}
	if s.Traded < 0 {
		return errors.New("its number of trades is negative")
	}
	return checkMoney(s.Money, w.total)
}
