package web

import (
	"net/http"
	"strconv"

	"example.org/runshelf/compare"
)

// maxContext bounds the events shown around a divergence.
const maxContext = 50

// diff answers GET /api/diff?a=&b=&ignore=&only=&tolerance=&context=&first=: the document
// of `diff --json`, and the events around the first divergence besides. With first=1 nothing behind it is
// counted.
func (s *Server) diff(r *http.Request) ([]byte, error) {
	q := r.URL.Query()
	context, err := number(r, "context", 5, 0, maxContext)
	if err != nil {
		return nil, err
	}
	o := compare.Options{Ignore: q["ignore"], Only: q["only"], Context: int(context), FirstOnly: q.Get("first") == "1"}
	if text := q.Get("tolerance"); text != "" {
		if o.Tolerance, err = strconv.ParseFloat(text, 64); err != nil || !(o.Tolerance >= 0 && o.Tolerance < 1e300) {
			return nil, badf("tolerance must be a number from 0 on")
		}
	}
	a, err := s.log(q.Get("a"))
	if err != nil {
		return nil, err
	}
	defer a.Close()
	b, err := s.log(q.Get("b"))
	if err != nil {
		return nil, err
	}
	defer b.Close()
	d, err := compare.Compare(a, b, o)
	if err != nil {
		return nil, err
	}
	doc := d.AppendJSON(nil)
	return append(appendAround(doc[:len(doc)-1], d.First), "}\n"...), nil
}

// log opens the events of a run.
func (s *Server) log(id string) (*compare.Log, error) {
	run, err := s.run(id)
	if err != nil {
		return nil, err
	}
	return compare.OpenRun(run)
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

func appendStored(b []byte, events []compare.Event) []byte {
	b = append(b, '[')
	for i := range events {
		b = append(append(b, ","[:min(i, 1)]...), events[i].Stored...)
	}
	return append(b, ']')
}
