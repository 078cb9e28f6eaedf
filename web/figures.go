package web

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// stats answers GET /api/runs/{id}/stats?by=&of=: the document of `stats --json`.
func (s *Server) stats(r *http.Request, run *shelf.Run) ([]byte, error) {
	q := r.URL.Query()
	f, err := s.filterOf(q)
	if err != nil {
		return nil, err
	}
	limit, err := number(r, "limit", query.MaxGroups, 1, query.MaxGroups)
	if err != nil {
		return nil, err
	}
	c, _, err := query.Stats(run, q.Get("by"), f, q["of"]...)
	if err != nil {
		return nil, err
	}
	return c.AppendJSON(nil, run.ID, int(limit)), nil
}

// jsonFloat is a number as JSON, null when there is none.
func jsonFloat(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "null"
	}
	return string(event.AppendValue(nil, x))
}

// Limits of a series.
const (
	pointsAsked = 2000
	maxPoints   = 20_000
	maxCurves   = 16
)

// series answers GET /api/runs/{id}/series?x=&y=&points=: the document of
// `series -o json`, with how many points there are. More than asked for are thinned.
func (s *Server) series(r *http.Request, run *shelf.Run) ([]byte, error) {
	q := r.URL.Query()
	f, err := s.filterOf(q)
	if err != nil {
		return nil, err
	}
	points, err := number(r, "points", pointsAsked, 4, maxPoints)
	if err != nil {
		return nil, err
	}
	o := query.SeriesOptions{X: cmp.Or(q.Get("x"), event.KeySequence), Y: q["y"], Points: int(points)}
	if len(o.Y) == 0 || len(o.Y) > maxCurves || slices.Contains(o.Y, "") {
		return nil, badf("y must be given, and at most %d times", maxCurves)
	}
	b := event.AppendValue(append(about(run), `,"x":`...), o.X)
	b = event.AppendValue(append(b, `,"y":`...), o.Y)
	b = append(b, `,"points":[`...)
	first := 1
	report, err := query.Series(run, o, f, func(p query.Point) error {
		b = append(b, ",\n"[first:]...)
		first = 0
		b = p.AppendJSON(b)
		return nil
	})
	return fmt.Appendf(b, "],\"matched\":%d}\n", report.Matched), err
}

// Limits of the search for fields.
const (
	eventsSampled = 3000
	maxFound      = 400
	fieldDepth    = 3
)

// fields answers GET /api/runs/{id}/fields: which fields of numbers, and which
// texts, the events at the beginning of a log have, by type.
func (s *Server) fields(_ *http.Request, run *shelf.Run) ([]byte, error) {
	list, err := fieldsOf(run)
	b := append(about(run), `,"fields":[`...)
	for i, f := range list {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = event.AppendValue(append(b, `{"event_type":`...), f.eventType)
		b = event.AppendValue(append(b, `,"path":`...), f.path)
		b = fmt.Appendf(b, `,"numbers":%d,"texts":%d}`, f.numbers, f.texts)
	}
	return append(b, "]}\n"...), err
}

// fieldsOf finds the fields of the events at the beginning of a log.
func fieldsOf(run *shelf.Run) ([]*fieldSeen, error) {
	found := map[[2]string]*fieldSeen{}
	n := 0
	_, err := query.Scan(run, query.Filter{}, func(l *query.Line) error {
		if n++; n > eventsSampled {
			return query.ErrStop
		}
		e, err := l.Decode()
		if err == nil {
			sample(found, e.Type, "", e.Data, 1)
		}
		return nil
	})
	list := slices.SortedFunc(maps.Values(found), func(a, b *fieldSeen) int {
		return cmp.Or(strings.Compare(a.eventType, b.eventType), strings.Compare(a.path, b.path))
	})
	return list, err
}

// fieldSeen is one field of one type of events.
type fieldSeen struct {
	eventType, path string
	numbers, texts  int
}

// sample counts the fields of an object and of those inside it.
func sample(found map[[2]string]*fieldSeen, eventType, prefix string, o event.Object, depth int) {
	for _, m := range o {
		path := prefix + m.Key
		if inner, ok := m.Value.(event.Object); ok && depth < fieldDepth {
			sample(found, eventType, path+".", inner, depth+1)
			continue
		}
		f := found[[2]string{eventType, path}]
		if f == nil && len(found) < maxFound {
			f = &fieldSeen{eventType: eventType, path: path}
			found[[2]string{eventType, path}] = f
		}
		if f == nil {
			continue
		}
		switch m.Value.(type) {
		case string:
			f.texts++
		case bool, nil, []any, event.Object:
		default:
			f.numbers++
		}
	}
}
