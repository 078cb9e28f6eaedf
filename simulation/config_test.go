package simulation

import (
	"slices"
	"strings"
	"testing"
)

func TestConfigGivesWhatItHolds(t *testing.T) {
	c := Config{"i": int64(3), "f": 2.5, "b": true, "s": "x", "l": []string{"a", "b"}}
	if c.Int("i") != 3 || c.Float("f") != 2.5 || !c.Bool("b") || c.String("s") != "x" || !slices.Equal(c.Strings("l"), []string{"a", "b"}) {
		t.Errorf("%v", c)
	}
}

func TestConfigPanicsOnABugOfTheModel(t *testing.T) {
	for name, ask := range map[string]func(Config){
		"missing":    func(c Config) { c.Int("none") },
		"wrong type": func(c Config) { c.Float("i") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "simulation: parameter") {
					t.Errorf("panic %q", text)
				}
			}()
			ask(Config{"i": int64(3)})
		})
	}
}

func TestDefaultsHoldEveryParameter(t *testing.T) {
	d := Definition{Params: []Param{{Name: "ticks", Default: int64(9)}, {Name: "rule", Default: "x"}}}
	if c := d.Defaults(); len(c) != 2 || c.Int("ticks") != 9 || c.String("rule") != "x" {
		t.Errorf("%v", c)
	}
}
