package cli

import (
	"math"
	"strconv"
	"strings"

	"github.com/guptarohit/asciigraph"
	"golang.org/x/term"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// The size of a plot where nobody knows the terminal's, and its least size.
const (
	plotWidth, plotHeight = 80, 20
	leastWidth            = 20
	// axisWidth is what the numbers at the axis take.
	axisWidth = 12
)

// plotSeries draws a series as text.
func (a *app) plotSeries(run *shelf.Run, o *seriesOptions, f query.Filter) (query.Report, error) {
	width, height := a.plotSize()
	p := &plot{}
	asked := *o
	if asked.points == 0 {
		asked.points = max(fewestPoints, 4*width*len(o.y))
	}
	report, err := asked.ask(run, f, p.add)
	if err != nil {
		return report, err
	}
	if len(p.xs) == 0 {
		a.sayNoPoint(o, 0, 0)
		return report, nil
	}
	_, err = a.out().WriteString(p.draw(o, width, height, a.stdoutColor()) + "\n")
	return report, err
}

// plotSize is how many columns and rows the curve itself may take.
func (a *app) plotSize() (width, height int) {
	width, height = plotWidth, plotHeight
	if f, ok := a.stdout.(interface{ Fd() uintptr }); ok {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
			width, height = w, min(plotHeight, max(5, h-6))
		}
	}
	if n, err := strconv.Atoi(a.getenv("COLUMNS")); err == nil && n > 0 {
		width = n
	}
	return max(leastWidth, width-axisWidth), height
}

// plot collects the points of a drawing.
type plot struct {
	xs    []float64
	texts [2]string // the first and the last x as text
	ys    [][]float64
}

// column is the values of one curve that fall into one column of the drawing.
type column struct {
	min, max        float64
	minFirst, found bool // which came first, and whether there is any
}

// add takes in a point.
func (p *plot) add(point query.Point) error {
	text := storedText(point.X)
	if len(p.xs) == 0 {
		p.texts[0] = text
	}
	p.texts[1] = text
	p.xs = append(p.xs, position(text))
	row := make([]float64, len(point.Y))
	for i, y := range point.Y {
		row[i] = math.NaN()
		if v, err := strconv.ParseFloat(string(y), 64); err == nil {
			row[i] = v
		}
	}
	p.ys = append(p.ys, row)
	return nil
}

// position is where a value of x lies: a number itself, a time in seconds.
func position(text string) float64 {
	if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(v, 0) {
		return v
	}
	if t, ok := event.ParseTime(text); ok {
		return float64(t.UnixMicro()) / 1e6 // nanoseconds would reach 292 years only
	}
	return math.NaN()
}

// places returns the column of each point: by x where that never falls, else by
// the order.
func (p *plot) places(columns int) []int {
	from, to := p.xs[0], p.xs[len(p.xs)-1]
	rising := to > from
	for i := range p.xs {
		rising = rising && !math.IsNaN(p.xs[i]) && (i == 0 || p.xs[i] >= p.xs[i-1])
	}
	places := make([]int, len(p.xs))
	for i, x := range p.xs {
		share := float64(i) / float64(max(1, len(p.xs)-1))
		if rising {
			share = (x - from) / (to - from)
		}
		places[i] = min(columns-1, int(share*float64(columns)))
	}
	return places
}

// curve returns one curve, two values for each pair of columns, so that both the
// least and the largest are seen. Where no point falls the curve goes straight.
func (p *plot) curve(field, width int) []float64 {
	columns := make([]column, max(1, width/2))
	for i, at := range p.places(len(columns)) {
		columns[at].add(p.ys[i][field])
	}
	curve := make([]float64, 0, 2*len(columns))
	for _, c := range columns {
		curve = append(curve, c.pair()...)
	}
	return straight(curve)
}

// add takes in a value; NaN is none.
func (c *column) add(v float64) {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return
	case !c.found:
		*c = column{min: v, max: v, minFirst: true, found: true}
	case v < c.min:
		c.min, c.minFirst = v, false
	case v > c.max:
		c.max, c.minFirst = v, true
	}
}

// pair is the least and the largest value in the order in which they came.
func (c *column) pair() []float64 {
	switch {
	case !c.found:
		return []float64{math.NaN(), math.NaN()}
	case c.minFirst:
		return []float64{c.min, c.max}
	}
	return []float64{c.max, c.min}
}

// straight fills the gaps between known values with straight lines.
func straight(curve []float64) []float64 {
	known := -1
	for i, v := range curve {
		if math.IsNaN(v) {
			continue
		}
		for j := known + 1; known >= 0 && j < i; j++ {
			curve[j] = curve[known] + (v-curve[known])*float64(j-known)/float64(i-known)
		}
		known = i
	}
	return curve
}

// draw returns the drawing.
func (p *plot) draw(o *seriesOptions, width, height int, colored bool) string {
	curves, legends := [][]float64{}, []string{}
	for i, field := range o.y {
		if curve := p.curve(i, width); hasNumber(curve) {
			curves, legends = append(curves, curve), append(legends, safe(field))
		}
	}
	caption := safe(strings.Join(legends, ", ") + " along " + o.x + ", from " + p.texts[0] + " to " + p.texts[1])
	options := []asciigraph.Option{asciigraph.Height(height), asciigraph.Caption(caption)}
	if colored {
		colors := []asciigraph.AnsiColor{asciigraph.Blue, asciigraph.Red, asciigraph.Green, asciigraph.Yellow, asciigraph.Purple, asciigraph.Cyan}
		for len(colors) < len(curves) {
			colors = append(colors, colors...)
		}
		options = append(options, asciigraph.SeriesColors(colors[:len(curves)]...))
		if len(curves) > 1 {
			options = append(options, asciigraph.SeriesLegends(legends...))
		}
	}
	if len(curves) == 0 {
		return caption
	}
	return asciigraph.PlotMany(curves, options...)
}

// hasNumber reports whether there is anything to draw.
func hasNumber(curve []float64) bool {
	for _, v := range curve {
		if !math.IsNaN(v) {
			return true
		}
	}
	return false
}
