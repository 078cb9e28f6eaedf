package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// Limits of one answer about events.
const (
	eventsAsked = 100
	maxEvents   = 5000
	maxAnswer   = 4 << 20 // bytes, beyond which no further event begins
	maxText     = 800     // bytes of one event's text in a list
)

// events answers GET /api/runs/{id}/events?where=&type=&from=&limit=&cursor=: the
// stored lines, unchanged. With one of row, at (a sequence), time and tick it
// begins at a row of the list and says which; with view=rows it gives what a list
// shows of each event, in place of the event.
func (s *Server) events(r *http.Request, run *shelf.Run) ([]byte, error) {
	q := r.URL.Query()
	f, err := s.filterOf(q)
	if err != nil {
		return nil, err
	}
	limit, err := number(r, "limit", eventsAsked, 0, maxEvents)
	if err != nil {
		return nil, err
	}
	l := &lineList{b: append(about(run), `,"events":[`...), limit: int(limit), rows: q.Get("view") == "rows"}
	for _, by := range []string{"row", "at", "time", "tick"} {
		if q.Get(by) != "" {
			return s.eventsAt(run, q, f, by, l)
		}
	}
	cursor, err := number(r, "cursor", 0, 0, 1<<62)
	if err != nil {
		return nil, err
	}
	if l.cursor = cursor; limit > 0 {
		_, err = query.ScanFrom(run, cursor, f, l.take)
	}
	return l.end(), err
}

// lineList collects events for an answer.
type lineList struct {
	b         []byte
	limit     int
	rows      bool // what a list shows, in place of the stored lines
	count     int
	cursor    int64 // behind the last event taken
	truncated bool
	text      []byte
}

// take adds an event, until there are enough.
func (l *lineList) take(line *query.Line) error {
	if l.count == l.limit || len(l.b) > maxAnswer {
		l.truncated = true
		return query.ErrStop
	}
	l.b = append(l.b, ",\n"[1-min(l.count, 1):]...)
	if l.rows {
		l.row(line)
	} else {
		l.b = append(l.b, line.Bytes...)
	}
	l.count++
	l.cursor = line.Offset + int64(len(line.Bytes))
	return nil
}

// row adds what a list shows: sequence, time, type, level, cause and text.
func (l *lineList) row(line *query.Line) {
	e, _ := line.Decode() // it was read before
	l.text = clip(event.AppendText(l.text[:0], e))
	l.b = fmt.Appendf(l.b, `[%d,`, e.Sequence)
	l.b = event.AppendValue(l.b, e.Timestamp)
	l.b = event.AppendValue(append(l.b, ','), e.Type)
	l.b = event.AppendValue(append(l.b, ','), event.LevelName(e.Level))
	l.b = fmt.Appendf(l.b, `,%d,`, e.Cause)
	l.b = append(event.AppendValue(l.b, string(l.text)), ']')
}

// clip shortens a text to what a list shows.
func clip(text []byte) []byte {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return append(text[:end:end], "…"...)
}

// end ends the document.
func (l *lineList) end() []byte {
	l.b = append(l.b, "\n"[:min(1, l.count)]...)
	return fmt.Appendf(l.b, "],\"cursor\":\"%d\",\"truncated\":%t}\n", l.cursor, l.truncated)
}

// eventsAt answers from a row on. The first rows of a log that nobody has looked
// at are there at once, without its outline and without the number of rows.
func (s *Server) eventsAt(run *shelf.Run, q url.Values, f query.Filter, by string, l *lineList) ([]byte, error) {
	key := filterKey(q)
	if by == "row" && q.Get(by) == "0" && !s.outlines.has(run, key) {
		err := query.NewOutline(f).Rows(run, 0, l.limit+1, l.take)
		b := l.end()
		return append(b[:len(b)-2], `,"row":0}`+"\n"...), err
	}
	o, err := s.outlines.get(run, key, f)
	if err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	row, err := rowOf(o, run, by, q.Get(by))
	if err == nil && l.limit > 0 {
		err = o.Rows(run, row, l.limit+1, l.take)
	}
	count := o.Count()
	if l.count > 0 {
		count = max(count, row+int64(l.count)) // the log has grown meanwhile
	}
	b := l.end()
	return fmt.Appendf(b[:len(b)-2], ",\"row\":%d,\"count\":%d}\n", row, count), err
}

// rowOf finds the row that a parameter means.
func rowOf(o *outline, run *shelf.Run, by, value string) (int64, error) {
	wrong := badf("%q is no %s", value, map[string]string{"row": "row", "at": "sequence", "time": "time", "tick": "tick"}[by])
	switch by {
	case "at":
		if n, err := strconv.ParseUint(value, 10, 64); err == nil {
			return o.RowOfSequence(run, n)
		}
	case "time":
		if t, ok := event.ParseTime(value); ok {
			return o.RowOfTime(run, t)
		}
	case "tick":
		if x, err := strconv.ParseFloat(value, 64); err == nil && !math.IsNaN(x) && !math.IsInf(x, 0) {
			return o.RowOfTick(run, x)
		}
	default:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 {
			return n, nil
		}
	}
	return 0, wrong
}

// maxBars bounds a histogram.
const maxBars = 1000

// outline answers GET /api/runs/{id}/outline?bars=&over=: how many events there
// are, of which types and levels, and how they are spread over time or ticks.
func (s *Server) outline(r *http.Request, run *shelf.Run) ([]byte, error) {
	q := r.URL.Query()
	f, err := s.filterOf(q)
	if err != nil {
		return nil, err
	}
	n, err := number(r, "bars", 120, 1, maxBars)
	if err != nil {
		return nil, err
	}
	o, err := s.outlines.get(run, filterKey(q), f)
	if err != nil {
		return nil, err
	}
	defer o.mu.Unlock()
	over, bars := "tick", o.OverTicks(int(n))
	if q.Get("over") == "time" || bars.Counts == nil || q.Get("over") != "tick" && bars.To <= bars.From {
		over, bars = "time", o.OverTime(int(n))
	}
	report := o.Report()
	b := fmt.Appendf(about(run), `,"count":%d,"lines":%d,"broken":%d,"bytes":%d,"over":"%s"`,
		o.Count(), report.Lines, report.Broken, o.End(), over)
	b = fmt.Appendf(b, `,"bars":{"from":%v,"to":%v,"counts":`, jsonFloat(bars.From), jsonFloat(bars.To))
	b = append(event.AppendValue(b, bars.Counts), '}')
	b = appendFacets(append(b, `,"types":`...), o.Types())
	b = appendFacets(append(b, `,"levels":`...), o.Levels())
	return append(b, "}\n"...), nil
}

// unknown answers GET /api/runs/{id}/unknown?where=: the names in a condition that no
// event of the run has, which are most likely slips.
func (s *Server) unknown(r *http.Request, run *shelf.Run) ([]byte, error) {
	where, err := whereOf(r.URL.Query().Get("where"), query.AboutEvents)
	if err != nil {
		return nil, err
	}
	unknown := []string{}
	if where != nil {
		names, err := where.Unknown(run, s.o.CacheDir)
		if err != nil {
			return nil, err
		}
		unknown = append(unknown, names...)
	}
	return append(event.AppendValue(append(about(run), `,"unknown":`...), unknown), "}\n"...), nil
}

// appendFacets appends values and their counts, at most a hundred.
func appendFacets(b []byte, facets []query.Facet) []byte {
	b = append(b, '[')
	for i, f := range facets[:min(100, len(facets))] {
		b = append(b, ","[:min(i, 1)]...)
		b = event.AppendValue(append(b, `{"value":`...), f.Value)
		b = fmt.Appendf(b, `,"count":%d}`, f.Count)
	}
	return append(b, ']')
}
