package exchange

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"example.org/runshelf/simulation"
)

// threeAgents is a world with two units each.
func threeAgents(t testing.TB) *world {
	w, _ := begin(t, 1, with(simulation.Config{"rule": ruleUnit, "agents": int64(3), "money": int64(2)}), nil)
	return w
}

func TestRestoreRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":         ``,
		"noise":           `}{`,
		"cut":             `{"money":[1,2`,
		"wrong type":      `{"money":"1"}`,
		"fractions":       `{"money":[1.5,2.5,2],"traded":0}`,
		"too few agents":  `{"money":[3,3],"traded":0}`,
		"too many agents": `{"money":[1,1,1,3],"traded":0}`,
		"made money":      `{"money":[2,2,3],"traded":0}`,
		"lost money":      `{"money":[2,2,1],"traded":0}`,
		"debts":           `{"money":[-2,4,4],"traded":0}`,
		"sums that wrap":  `{"money":[9223372036854775807,9223372036854775807,8],"traded":0}`,
		"negative trades": `{"money":[1,2,3],"traded":-1}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := threeAgents(t)
			if err := w.Restore(strings.NewReader(text)); err == nil {
				t.Error("accepted")
			}
			if !slices.Equal(w.money, []int64{2, 2, 2}) || w.traded != 0 {
				t.Errorf("the world was changed to %v", w.money)
			}
		})
	}
}

func FuzzRestore(f *testing.F) {
	f.Add([]byte(`{"money":[1,2,3],"traded":7}`))
	f.Add([]byte(`{"money":[6,0,0],"traded":0}`))
	f.Add([]byte(`{"money":[1,2`))
	f.Fuzz(func(t *testing.T, b []byte) {
		w := threeAgents(t)
		if w.Restore(bytes.NewReader(b)) != nil {
			return
		}
		if err := w.CheckInvariants(); err != nil {
			t.Fatalf("a broken world was accepted: %v", err)
		}
		var again bytes.Buffer
		if err := w.Snapshot(&again); err != nil {
			t.Fatal(err)
		}
		back := threeAgents(t)
		if err := back.Restore(&again); err != nil || !slices.Equal(back.money, w.money) || back.traded != w.traded {
			t.Fatalf("%v became %v: %v", w.money, back.money, err)
		}
	})
}
