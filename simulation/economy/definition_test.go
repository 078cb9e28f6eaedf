package economy

import (
	"slices"
	"testing"

	"example.org/runshelf/simulation"
)

func TestDefaultsAreAllowed(t *testing.T) {
	d := Definition()
	for _, p := range d.Params {
		switch v := p.Default.(type) {
		case int64:
			if p.Range == nil || float64(v) < p.Range.Min || float64(v) > p.Range.Max {
				t.Errorf("%s: default %d outside of its range", p.Name, v)
			}
		case []string:
			for _, s := range v {
				if !slices.Contains(p.Allowed, s) {
					t.Errorf("%s: default %q is not allowed", p.Name, s)
				}
			}
		default:
			t.Errorf("%s has a default of type %T", p.Name, v)
		}
	}
	if err := d.Check(d.Defaults()); err != nil {
		t.Error(err)
	}
}

func TestCheckRefusesWhatCannotWork(t *testing.T) {
	for name, changes := range map[string]simulation.Config{
		"long window": {"mint_period": int64(3), "mint_window": int64(4)},
	} {
		if Definition().Check(configWith(changes)) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestStrategiesAreDealtInTurn(t *testing.T) {
	w, _ := begin(t, 1, configWith(simulation.Config{
		"agents": int64(101), "strategies": []string{"saver", "trader", "saver"}}), nil)
	for i, want := range []string{"saver", "trader", "saver", "saver", "trader"} {
		if w.agents[i].name != want {
			t.Errorf("%s is a %s, not a %s", w.agents[i].id, w.agents[i].name, want)
		}
	}
	if first, last := w.agents[0].id, w.agents[100].id; first != "agent_001" || last != "agent_101" {
		t.Errorf("ids from %s to %s", first, last)
	}
}

func TestPoorAgentsAreAsManyAsAsked(t *testing.T) {
	for percent, want := range map[int64]int{0: 0, 25: 5, 50: 10, 99: 19, 100: 20} {
		w, _ := begin(t, 4, configWith(simulation.Config{"agents": int64(20), "poor_percent": percent}), nil)
		poor := 0
		for _, budget := range w.resources.llm {
			if budget == w.set.poorBudget {
				poor++
			}
		}
		if poor != want {
			t.Errorf("%d percent of 20: %d poor, want %d", percent, poor, want)
		}
	}
}
