package figures

import (
	"io"
	"math"
)

// Aim is one bound that is to be kept.
type Aim struct {
	What    string
	Got     float64
	Limit   float64
	AtLeast bool // the limit is a lower one
	Unit    func(float64) string
}

// Holds reports whether the bound is kept.
func (a Aim) Holds() bool {
	if a.AtLeast {
		return a.Got >= a.Limit
	}
	return a.Got <= a.Limit
}

// WriteAims compares what was measured with what is aimed at. What was not
// measured, and so is NaN, is left out.
func WriteAims(w io.Writer, aims []Aim) {
	t := NewTable("aim", "bound", "measured", "")
	for _, a := range aims {
		if math.IsNaN(a.Got) {
			continue
		}
		bound, verdict := "≤ ", "missed"
		if a.AtLeast {
			bound = "≥ "
		}
		if a.Holds() {
			verdict = "holds"
		}
		t.Add(a.What, bound+a.Unit(a.Limit), a.Unit(a.Got), verdict)
	}
	t.Write(w)
}
