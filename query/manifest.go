package query

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/runshelf/event"
	"example.org/runshelf/shelf"
)

// manifestKeys are what a quick look at a manifest needs.
var manifestKeys = []string{"run_id", "status", "started_at"}

// formatKeys are the keys that this version of the format knows.
var formatKeys = []string{
	"format", "run_id", "uuid", "name", "tags", "notes", "pinned", "status", "reason", "started_at", "ended_at",
	"duration_s", "kind", "program", "config", "seed", "parent", "events", "git", "host", "usage", "logger", "metrics",
}

// manifestReader reads the manifests of runs, those that are as they should be
// without decoding them. It belongs to one worker.
type manifestReader struct {
	skim    *skimmer
	stored  []byte
	compact []byte   // reused, when the manifest itself is not asked for
	brief   []*ref   // BriefFields, when only they are
	fields  [][]byte // reused
}

func newManifestReader(brief bool) *manifestReader {
	keys := slices.Clone(manifestKeys)
	r := &manifestReader{}
	if brief {
		r.brief = newBriefRefs(&keys)
	}
	r.skim = newSkimmer(keys)
	return r
}

// read returns a candidate, without an entry when it is no run.
func (r *manifestReader) read(id, dir string) listed {
	if found := r.quick(id, dir); found.entry != nil {
		return found
	}
	run, err := shelf.OpenRun(dir)
	if err != nil {
		return listed{}
	}
	b, err := run.JSON()
	if err != nil {
		return listed{}
	}
	e := &Entry{ID: id, Dir: dir, Status: run.Status, Start: run.Start, JSON: b}
	if r.brief != nil {
		e.JSON, e.Brief = nil, briefOf(b)
	}
	for key := range run.Manifest.Extra {
		e.Unknown = append(e.Unknown, key)
	}
	return listed{entry: e}
}

// quick reads a sound manifest of a run that has ended or crashed: whatever stands in it
// then, but for the status of a crashed one, is what a reader reports.
func (r *manifestReader) quick(id, dir string) listed {
	var seen signature
	var ok bool
	if r.stored, seen, ok = readSmall(filepath.Join(dir, shelf.ManifestFile), r.stored, maxCached); !ok {
		return listed{}
	}
	b := r.compact[:0]
	if r.brief == nil {
		b = make([]byte, 0, len(r.stored)+len(dir)+32+pad)
	}
	if b, ok = appendCompact(b, r.stored); !ok || len(b) < 2 || b[0] != '{' {
		return listed{}
	}
	b = append(b[:len(b)-1], `,"dir":`...)
	b = append(event.AppendValue(b, dir), '}')
	r.compact = append(b, make([]byte, pad)...)
	e := r.entry(id, dir, r.compact)
	if e == nil || e.Status == shelf.StatusRunning && !r.crash(e, seen) {
		return listed{}
	}
	if r.brief == nil {
		e.JSON = r.corrected(e)
		r.compact = nil // it is the entry's
	} else {
		e.JSON, e.Brief = nil, r.briefOf(r.compact)
	}
	return listed{entry: e, seen: seen, keep: true}
}

// appendCompact appends JSON without the white space between its parts. It is
// false for what cannot be JSON; what it appends is JSON exactly when src is.
func appendCompact(dst, src []byte) ([]byte, bool) {
	n := len(src)
	src = append(src, make([]byte, pad)...)[:n+pad]
	start := 0 // of what is not yet appended
	for i := 0; i < n; {
		switch c := src[i]; {
		case c == '"':
			if i = stringEnd(src, i+1); i < 0 || i > n {
				return dst, false
			}
		case isSpace(c):
			dst = append(dst, src[start:i]...)
			for i < n && isSpace(src[i]) {
				i++
			}
			if i < n && len(dst) > 0 && isWord(dst[len(dst)-1]) && isWord(src[i]) {
				return dst, false // two numbers or words would become one
			}
			start = i
		default:
			i++
		}
	}
	return append(dst, src[start:n]...), true
}

// isSpace reports whether c is white space between the parts of JSON.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// isWord reports whether c may stand in a number or a word.
func isWord(c byte) bool {
	return isDigit(c) || c|0x20-'a' <= 'z'-'a' || c == '-' || c == '+' || c == '.'
}

// entry makes the entry of a manifest with pad bytes behind it, nil when it takes
// more than a quick look.
func (r *manifestReader) entry(id, dir string, padded []byte) *Entry {
	b := padded[:len(padded)-pad]
	if len(b) == 0 || !r.skim.exact(padded, 0, len(b)) {
		return nil
	}
	named, _ := stringOf(valueIn(padded, r.skim.values[0]))
	status, _ := stringOf(valueIn(padded, r.skim.values[1]))
	started, _ := stringOf(valueIn(padded, r.skim.values[2]))
	start, err := time.Parse(time.RFC3339, started)
	unknown, sound := r.keys(padded)
	if named == "" || !ended(shelf.Status(status)) && status != string(shelf.StatusRunning) || err != nil || !sound {
		return nil
	}
	return &Entry{ID: id, Dir: dir, Status: shelf.Status(status), Start: start.UTC(), JSON: b, Unknown: unknown}
}

// crash makes the entry of a run that says running, as the manifest just skimmed does,
// that of a crashed one. It is false when the run is none, as far as a quick look tells.
func (r *manifestReader) crash(e *Entry, seen signature) bool {
	// A writer says its last word before it lets the lock go: so the lock is asked for
	// first, and then whether the manifest is still that which was read.
	if !shelf.Abandoned(e.Dir) {
		return false
	}
	if now, _ := signatureOf(filepath.Join(e.Dir, shelf.ManifestFile)); now != seen {
		return false
	}
	e.Status = shelf.StatusCrashed
	return true
}

// corrected returns the manifest just skimmed with what a reader reports in place of what
// is stored: the directory's name for the id, which a copied or renamed run does not have
// in its manifest, and the status of a crashed run.
func (r *manifestReader) corrected(e *Entry) []byte {
	id, status := r.skim.values[0], r.skim.values[1]
	b := e.JSON
	put := func(from, to int, text string) {
		if stored, _ := stringOf(b[from:to]); stored != text {
			b = slices.Concat(b[:from], event.AppendValue(nil, text), b[to:])
		}
	}
	if id.lo < status.lo { // the one behind first, so that the other stays where it is
		put(status.lo, status.hi, string(e.Status))
		put(id.lo, id.hi, e.ID)
	} else {
		put(id.lo, id.hi, e.ID)
		put(status.lo, status.hi, string(e.Status))
	}
	return b
}

// keys returns the keys that the format does not know. It is false when a key is
// not plain or stands twice.
func (r *manifestReader) keys(b []byte) (unknown []string, sound bool) {
	seen := 0
	for i, p := range r.skim.w.pairs {
		key := b[p.key.lo:p.key.hi]
		if !isPlainText(key) {
			return nil, false
		}
		k := slices.Index(formatKeys, string(key))
		if i == len(r.skim.w.pairs)-1 {
			break // the directory, which the manifest itself must not have
		}
		switch {
		case string(key) == "dir" || k >= 0 && seen&(1<<k) != 0 || k < 0 && slices.Contains(unknown, string(key)):
			return nil, false
		case k >= 0:
			seen |= 1 << k
		default:
			unknown = append(unknown, strings.Clone(string(key)))
		}
	}
	return unknown, true
}

// ended reports whether a status is final.
func ended(s shelf.Status) bool {
	return s == shelf.StatusCompleted || s == shelf.StatusFailed || s == shelf.StatusInterrupted
}
