package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// What the curves of a report show at most.
const (
	reportCurves = 6
	reportPoints = 400
	reportLines  = 8 // in one picture; there are so many colours
)

// reportCurve is one field of one run or more, in a box of 600 by 120.
type reportCurve struct {
	Name, Over, From, To, Least, Most string
	Lines                             []reportLine
	Band                              string // the polygon between the least and the largest of three runs or more
}

// reportLine is the line of one run.
type reportLine struct {
	Run, Points string
	Color       int
}

// points are those of one line, in the order of x.
type points struct{ xs, ys []float64 }

// curvesOf draws the fields of numbers that a simulation states each tick, or else
// the first ones, of some runs over each other. The first run says which.
func curvesOf(runs []*shelf.Run) ([]reportCurve, error) {
	all, err := fieldsOf(runs[0])
	if err != nil {
		return nil, err
	}
	ticks := map[string]bool{}
	for _, f := range all {
		ticks[f.eventType] = ticks[f.eventType] || f.path == query.KeyTick && f.numbers > 0
	}
	fields := slices.DeleteFunc(all, func(f *fieldSeen) bool { return f.numbers < 2 || f.path == query.KeyTick })
	if each := slices.DeleteFunc(slices.Clone(fields), func(f *fieldSeen) bool { return !eachTick(f) }); len(each) > 0 {
		fields = each
	}
	var curves []reportCurve
	for _, f := range fields[:min(reportCurves, len(fields))] {
		x := event.KeySequence
		if ticks[f.eventType] {
			x = query.KeyTick
		}
		c, err := curveOf(runs[:min(reportLines, len(runs))], f, x)
		if err != nil {
			return nil, err
		}
		if len(c.Lines) > 0 {
			curves = append(curves, c)
		}
	}
	return curves, nil
}

// eachTick reports whether a field is what a simulation states each tick.
func eachTick(f *fieldSeen) bool {
	return f.eventType == query.KeyTick && !strings.Contains(f.path, ".")
}

// curveOf draws one field of some runs.
func curveOf(runs []*shelf.Run, f *fieldSeen, x string) (reportCurve, error) {
	var lines []points
	var xs, ys []float64
	for _, run := range runs {
		p, err := pointsOf(run, f, x)
		if err != nil {
			return reportCurve{}, err
		}
		lines = append(lines, p)
		xs, ys = append(xs, p.xs...), append(ys, p.ys...)
	}
	if len(xs) < 2 {
		return reportCurve{}, nil
	}
	from, to, least, most := slices.Min(xs), slices.Max(xs), slices.Min(ys), slices.Max(ys)
	place := func(x, y float64) string {
		return fmt.Sprintf("%.1f,%.1f ", 600*share(x, from, to), 118-116*share(y, least, most))
	}
	c := reportCurve{
		Name: safeText(f.eventType + " " + f.path), Over: x,
		From: jsonFloat(from), To: jsonFloat(to), Least: jsonFloat(least), Most: jsonFloat(most), Band: band(lines, place),
	}
	for i, p := range lines {
		var b strings.Builder
		for k := range p.xs {
			b.WriteString(place(p.xs[k], p.ys[k]))
		}
		if len(p.xs) > 1 {
			c.Lines = append(c.Lines, reportLine{runs[i].ID, b.String(), i})
		}
	}
	return c, nil
}

// pointsOf reads a field of a run.
func pointsOf(run *shelf.Run, f *fieldSeen, x string) (points, error) {
	var p points
	filter := query.Filter{Types: []string{escapeGlob(f.eventType)}}
	o := query.SeriesOptions{X: x, Y: []string{f.path}, Points: reportPoints}
	_, err := query.Series(run, o, filter, func(at query.Point) error {
		x, err := strconv.ParseFloat(string(at.X), 64)
		y, err2 := strconv.ParseFloat(string(at.Y[0]), 64)
		if err == nil && err2 == nil {
			p.xs, p.ys = append(p.xs, x), append(p.ys, y)
		}
		return nil
	})
	return p, err
}

// band is the polygon between the least and the largest value at each x that all
// of three runs or more have.
func band(lines []points, place func(x, y float64) string) string {
	if len(lines) < 3 {
		return ""
	}
	type span struct {
		least, most float64
		lines       int
	}
	at := map[float64]span{}
	for n, p := range lines {
		for i, x := range p.xs {
			s, met := at[x]
			switch {
			case !met:
				s = span{p.ys[i], p.ys[i], 0}
			default:
				s.least, s.most = min(s.least, p.ys[i]), max(s.most, p.ys[i])
			}
			if s.lines == n {
				s.lines++
			}
			at[x] = s
		}
	}
	var xs []float64
	for x, s := range at {
		if s.lines == len(lines) {
			xs = append(xs, x)
		}
	}
	slices.Sort(xs)
	var b strings.Builder
	for _, x := range xs {
		b.WriteString(place(x, at[x].most))
	}
	for _, x := range slices.Backward(xs) {
		b.WriteString(place(x, at[x].least))
	}
	return b.String()
}

// share is where a number lies between two others, from 0 to 1.
func share(x, from, to float64) float64 {
	if to == from {
		return 0.5
	}
	return (x - from) / (to - from)
}
