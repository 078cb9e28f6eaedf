package web

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
	"example.org/runshelf/shelf"
)

// maxFields bounds the fields that one list may be asked for.
const maxFields = 64

// lastSequence is a field that may be asked for beside those of the manifest: the
// sequence of the last event, of a run whose end was not recorded. A run that has
// ended has it in events.count how many there are.
const lastSequence = "last_sequence"

// runs answers GET /api/runs?where=&sort=&fields=&offset=&limit=: the document of
// `ls --json`, with how many runs there are besides.
func (s *Server) runs(r *http.Request) ([]byte, error) {
	q := r.URL.Query()
	where, err := whereOf(q.Get("where"), query.AboutRuns)
	if err != nil {
		return nil, err
	}
	var paths []string
	if q.Get("fields") != "" {
		paths = strings.Split(q.Get("fields"), ",")
	}
	if len(paths) > maxFields || q.Get("sort") == "-" || slices.Contains(paths, "") {
		return nil, badf("fields must be at most %d names with commas, and sort a name", maxFields)
	}
	offset, err := number(r, "offset", 0, 0, 1<<40)
	if err != nil {
		return nil, err
	}
	limit, err := number(r, "limit", 1<<40, 0, 1<<40)
	if err != nil {
		return nil, err
	}
	entries, generation, err := s.catalog.list(q.Get("where"), where, q.Get("sort"))
	if err != nil {
		return nil, err
	}
	total := int64(len(entries))
	offset = min(offset, total)
	shown := entries[offset : offset+min(limit, total-offset)]
	b, err := appendRuns(stamp("runs"), shown, paths)
	b = fmt.Appendf(b, "],\"truncated\":%t,\"total\":%d,\"generation\":%d", len(shown) < len(entries), total, generation)
	if where != nil {
		b = event.AppendValue(append(b, `,"unknown":`...), s.unknownToRuns(where))
	}
	return append(b, "}\n"...), err
}

// unknownToRuns returns the names in a condition that no run has: most likely slips.
func (s *Server) unknownToRuns(where *query.Where) []string {
	all, _, _ := s.catalog.list("", nil, "") // it was listed a moment ago
	unknown := []string{}
	for _, root := range where.Roots() {
		get := query.NewGetter(query.RunColumn(root))
		if !slices.ContainsFunc(all, func(e query.Entry) bool { return get.Get(e.JSON)[0] != nil }) {
			unknown = append(unknown, root)
		}
	}
	return unknown
}

// whereOf compiles an expression; none is nil.
func whereOf(source string, about query.Subject) (*query.Where, error) {
	if strings.TrimSpace(source) == "" {
		return nil, nil
	}
	return query.CompileWhere(source, about)
}

// appendRuns appends each run on a line of its own, whole or some fields of it.
func appendRuns(b []byte, entries []query.Entry, paths []string) ([]byte, error) {
	for i, e := range entries {
		b = append(b, ",\n"[1-min(i, 1):]...)
		if paths == nil {
			b = append(b, e.JSON...)
			continue
		}
		o, err := objectOf(e.JSON)
		if err != nil {
			return nil, fmt.Errorf("reading the manifest of %s: %w", e.ID, err)
		}
		picked := query.Pick(o, paths)
		for i := range picked {
			if picked[i].Key == lastSequence && !ended(e.Status) {
				picked[i].Value = lastSequenceOf(e)
			}
		}
		b = event.AppendValue(b, picked)
	}
	return b, nil
}

// lastSequenceOf is the sequence of the last event of a run, nil when there is none.
func lastSequenceOf(e query.Entry) any {
	run, err := shelf.OpenRun(e.Dir)
	if err != nil {
		return nil
	}
	var last any
	_, _ = query.Last(run, query.Filter{}, 1, func(l *query.Line) error {
		e, err := l.Decode()
		if err == nil {
			last = e.Sequence
		}
		return err
	}) // what cannot be read has no last event
	return last
}

// objectOf decodes a JSON object, numbers digit for digit.
func objectOf(b []byte) (event.Object, error) {
	v, err := event.DecodeValue(b)
	if err != nil {
		return nil, err
	}
	o, ok := v.(event.Object)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	return o, nil
}

// keysLookedAt is how many of the newest runs are asked for their keys.
const keysLookedAt = 500

// keys answers GET /api/keys: which members of config and metrics the newest runs
// have, for the choice of columns.
func (s *Server) keys(*http.Request) ([]byte, error) {
	entries, _, err := s.catalog.list("", nil, "")
	if err != nil {
		return nil, err
	}
	get := query.NewGetter("config", "metrics")
	found := map[string]bool{}
	for _, e := range entries[:min(keysLookedAt, len(entries))] {
		for i, stored := range get.Get(e.JSON) {
			o, _ := objectOf(stored)
			for _, m := range o {
				if len(found) < 1000 && !strings.Contains(m.Key, ",") {
					found[[]string{"config.", "metrics."}[i]+m.Key] = true
				}
			}
		}
	}
	b := event.AppendValue([]byte(`{"format":1,"keys":`), slices.Sorted(maps.Keys(found)))
	return append(b, "}\n"...), nil
}

// manifest answers GET /api/runs/{id}: the document of `show --json`.
func (s *Server) manifest(_ *http.Request, run *shelf.Run) ([]byte, error) {
	b, err := run.JSON()
	return append(b, '\n'), err
}

// rerun answers GET /api/runs/{id}/rerun: the command that would make the run
// again, and what of the manifest could not be read.
func (s *Server) rerun(_ *http.Request, run *shelf.Run) ([]byte, error) {
	b := event.AppendValue(append(about(run), `,"command":`...), s.o.Rerun(run))
	problem := ""
	if run.Problem != nil {
		problem = run.Problem.Error()
	}
	b = event.AppendValue(append(b, `,"problem":`...), problem)
	return append(b, "}\n"...), nil
}

// trash answers GET /api/trash: the removed runs, newest first.
func (s *Server) trash(*http.Request) ([]byte, error) {
	runs, err := s.o.Shelf.Trash()
	if err != nil {
		return nil, err
	}
	b := stamp("runs")
	for i, t := range runs {
		b = append(b, ",\n"[1-min(i, 1):]...)
		b = event.AppendValue(append(b, `{"run_id":`...), t.ID)
		b = event.AppendValue(append(b, `,"name":`...), t.Run.Manifest.Name)
		b = fmt.Appendf(b, `,"bytes":%d}`, t.Bytes)
	}
	return append(b, "],\"truncated\":false}\n"...), nil
}
