package capture

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"

	"example.org/runshelf/event"
	"example.org/runshelf/provenance"
)

// ManifestMember is the member of the manifest under which a captured run says
// how it was captured: under "executable" which file was run, under "options"
// what of [Recorded] was asked for, and then for each stream how many bytes and
// lines it brought, and in what dialect.
const ManifestMember = "capture"

// Recorded are the options that a run records so that it can be made again.
type Recorded struct {
	Events  Streams  `json:"events,omitempty"`
	Dialect string   `json:"dialect,omitempty"`
	PTY     bool     `json:"pty,omitempty"`
	Timeout string   `json:"timeout,omitempty"`
	Keep    []string `json:"keep,omitempty"`
}

// recorded returns what of the options differs from the defaults.
func (o Options) recorded() Recorded {
	r := Recorded{Dialect: o.Dialect, PTY: o.PTY, Keep: o.Keep}
	if o.Events != StreamsAll {
		r.Events = o.Events
	}
	if o.Timeout > 0 {
		r.Timeout = o.Timeout.String()
	}
	return r
}

// summary is what the manifest says of the capture.
func (r *running) summary() json.RawMessage {
	about := event.Object{{Key: "executable", Value: executable(r.program)}, {Key: "options", Value: r.recorded()}}
	if r.child != nil {
		for _, s := range r.child.streams {
			about = append(about, event.Member{Key: s.name, Value: s.summary()})
		}
		if r.side.rec.lines > 0 {
			about = append(about, event.Member{Key: streamEvents, Value: r.side.rec.summary()})
		}
	}
	return event.AppendValue(nil, about)
}

// executable tells which file is run: its path without links, size and time. That
// is as much of its version as can be told without running it.
func executable(path string) event.Object {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	about := event.Object{{Key: "path", Value: provenance.RedactText(path)}}
	if info, err := os.Stat(path); err == nil {
		about = append(about,
			event.Member{Key: "bytes", Value: info.Size()},
			event.Member{Key: "modified_at", Value: info.ModTime().UTC().Format(event.TimeLayout)})
	}
	return about
}

// summary says how much a stream brought, and what of it is not there.
func (s *stream) summary() event.Object {
	if !s.over() {
		return event.Object{{Key: "abandoned", Value: true}}
	}
	about := event.Object{{Key: "bytes", Value: s.log.size}}
	if s.rec != nil {
		about = append(about, s.rec.summary()...)
	}
	if s.log.lost > 0 {
		about = append(about, event.Member{Key: "lost_bytes", Value: s.log.lost})
	}
	if s.held {
		about = append(about, event.Member{Key: "held_open", Value: true})
	}
	return about
}

// summary says how many lines there were, and in what dialect most of them.
func (r *recorder) summary() event.Object {
	about := event.Object{{Key: "lines", Value: r.lines}}
	if r.lines == 0 {
		return about
	}
	return append(about, event.Member{Key: "dialect", Value: cmp.Or(r.detector.Dialect(), DialectPlain)})
}
