package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"example.org/runshelf/event"
	"example.org/runshelf/query"
)

// filterOf reads the parameters that say which events: type (repeatable), where,
// level, from, to and since, as the flags of the same names.
func (s *Server) filterOf(q url.Values) (query.Filter, error) {
	f := query.Filter{Types: q["type"], CacheDir: s.o.CacheDir}
	var err error
	if f.Where, err = whereOf(q.Get("where"), query.AboutEvents); err != nil {
		return f, err
	}
	if text := q.Get("level"); text != "" {
		level, ok := event.ParseLevel(text)
		if !ok {
			return f, badf("there is no level %q", text)
		}
		f.MinLevel = &level
	}
	for _, bound := range []struct {
		name string
		to   *uint64
	}{{"from", &f.From}, {"to", &f.To}} {
		if text := q.Get(bound.name); text != "" {
			if *bound.to, err = strconv.ParseUint(text, 10, 64); err != nil {
				return f, badf("%s must be a sequence", bound.name)
			}
		}
	}
	if text := q.Get("since"); text != "" {
		var ok bool
		if f.Since, ok = event.ParseTime(text); !ok {
			return f, badf("since must be a time such as 2026-01-15T12:00:00Z")
		}
	}
	return f, f.Check()
}

// filterKey is the same for the same filter.
func filterKey(q url.Values) string {
	return fmt.Sprintf("%q %q %q %q %q %q", strings.Join(q["type"], "\x00"), q.Get("where"), q.Get("level"), q.Get("from"), q.Get("to"), q.Get("since"))
}
