package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.org/runshelf/compare"
	"example.org/runshelf/event"
)

// Limits of what is shown of two logs that differ.
const (
	maxContext = 50  // events around the first divergence
	maxGaps    = 500 // places
	maxMatrix  = 16  // runs, each with each
)

// diff answers GET /api/diff?a=&b=&ignore=&only=&tolerance=&strict=&context=&first=&gaps=:
// the document of `diff --json`, and besides the events around the first divergence,
// the rules for parts of texts that would set it aside, and the first so many places
// where the logs differ. With first=1 nothing behind the
// first divergence is counted.
func (s *Server) diff(r *http.Request) ([]byte, error) {
	q := r.URL.Query()
	context, err := number(r, "context", 5, 0, maxContext)
	if err != nil {
		return nil, err
	}
	gaps, err := number(r, "gaps", 0, 0, maxGaps)
	if err != nil {
		return nil, err
	}
	o, settled, err := s.compareOptions(q)
	if err != nil {
		return nil, err
	}
	o.Context, o.Gaps, o.FirstOnly = int(context), int(gaps), q.Get("first") == "1"
	if q.Get("a") == "" || q.Get("b") == "" {
		return nil, badf("a and b must be the ids of two runs")
	}
	a, err := s.log(r, q.Get("a"))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	b, err := s.log(r, q.Get("b"))
	if err != nil {
		return nil, err
	}
	defer b.Close()
	d, err := compare.Compare(a, b, o)
	if err != nil {
		return nil, err
	}
	doc := d.AppendJSON(nil)
	doc = appendSettled(doc, settled)
	doc = appendTextRules(appendAround(doc[:len(doc)-1], d.First), d.First)
	if gaps > 0 {
		doc = appendGaps(doc, d.Gaps)
	}
	return append(doc, "}\n"...), nil
}

// compareOptions reads ignore and only (repeatable), tolerance and strict=1, as the
// flags of the same names. What the settings set aside is added unless it is strict,
// and returned.
func (s *Server) compareOptions(q url.Values) (o compare.Options, settled []string, err error) {
	o = compare.Options{Ignore: q["ignore"], Only: q["only"], Strict: q.Get("strict") == "1"}
	if text := q.Get("tolerance"); text != "" {
		if o.Tolerance, err = strconv.ParseFloat(text, 64); err != nil || !(o.Tolerance >= 0 && o.Tolerance < 1e300) {
			return o, nil, badf("tolerance must be a number from 0 on")
		}
	}
	if s.o.Ignore != nil && !o.Strict {
		settled, err = s.o.Ignore()
		o.Ignore = slices.Concat(settled, o.Ignore)
	}
	return o, settled, err
}

// appendSettled puts what the settings set aside into a document that is closed.
func appendSettled(doc []byte, settled []string) []byte {
	if len(settled) == 0 {
		return doc
	}
	doc = event.AppendValue(append(doc[:len(doc)-1], `,"settled":`...), settled)
	return append(doc, '}')
}

// matrix answers GET /api/matrix?runs=a,b,c&ignore=&only=&tolerance=&strict=: the
// document of `diff --matrix --json`.
func (s *Server) matrix(r *http.Request) ([]byte, error) {
	q := r.URL.Query()
	ids := strings.Split(q.Get("runs"), ",")
	if len(ids) < 2 || len(ids) > maxMatrix || slices.Contains(ids, "") {
		return nil, badf("runs must be from 2 to %d ids with commas", maxMatrix)
	}
	o, _, err := s.compareOptions(q)
	if err != nil {
		return nil, err
	}
	logs := make([]*compare.Log, 0, len(ids))
	for _, id := range ids {
		log, err := s.log(r, id)
		if err != nil {
			return nil, err
		}
		defer log.Close()
		logs = append(logs, log)
	}
	m, err := compare.Pairwise(logs, o)
	if err != nil {
		return nil, err
	}
	return append(event.AppendValue(nil, m.Object()), '\n'), nil
}

// log opens the events of a run for as long as somebody waits for the answer.
func (s *Server) log(r *http.Request, id string) (*compare.Log, error) {
	run, err := s.run(id)
	if err != nil {
		return nil, err
	}
	return compare.OpenRun(run.WithContext(r.Context()))
}

// appendAround appends the stored events around a divergence.
func appendAround(b []byte, d *compare.Divergence) []byte {
	if d == nil {
		return b
	}
	b = appendStored(append(b, `,"around":{"before":`...), d.Before)
	b = appendStored(append(b, `,"after_a":`...), d.AfterA)
	b = appendStored(append(b, `,"after_b":`...), d.AfterB)
	return append(b, '}')
}

// appendTextRules appends the rules that would set the divergence aside, when it
// lies in parts of texts that change from run to run.
func appendTextRules(b []byte, d *compare.Divergence) []byte {
	if d == nil {
		return b
	}
	rules := d.TextRules()
	if len(rules) == 0 {
		return b
	}
	return event.AppendValue(append(b, `,"text_rules":`...), rules)
}

func appendStored(b []byte, events []compare.Event) []byte {
	b = append(b, '[')
	for i := range events {
		b = append(append(b, ","[:min(i, 1)]...), events[i].Stored...)
	}
	return append(b, ']')
}

// appendGaps appends the places where two logs differ, as long as the answer is
// not too long.
func appendGaps(b []byte, gaps []compare.Gap) []byte {
	b = append(b, `,"gaps":[`...)
	from := len(b)
	for i := range gaps {
		if len(b)-from > maxAnswer {
			break
		}
		g := &gaps[i]
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = event.AppendValue(append(b, `{"stream":`...), g.Stream)
		b = fmt.Appendf(b, `,"a_events":%d,"b_events":%d,"a":`, g.CountA, g.CountB)
		b = appendStored(b, g.A)
		b = appendStored(append(b, `,"b":`...), g.B)
		b = event.AppendValue(append(b, `,"fields":`...), compare.FieldList(g.Fields))
		b = append(b, '}')
	}
	return append(b, "]"...)
}
