package query

import (
	"strings"

	"example.org/runshelf/event"
)

// ref is a field of an object, to be found in lines that a skimmer read. A path
// with dots means a key that holds the dots itself, before a member of an object
// inside; a list of keys means these alone.
type ref struct {
	ways  []way
	keys  []string // behind the first way, when the path is a list of keys
	level bool     // the field is the level, which is INFO when there is none
	w     walker
}

// way is one way to read a path: a key of the outermost object and what of the
// path is left.
type way struct {
	key  int
	rest string
}

// newRef makes the ref of a path with dots, and adds the keys that it needs to
// the wanted ones.
func newRef(path string, keys *[]string) *ref {
	r := &ref{level: path == event.KeyLevel}
	for end := len(path); end >= 0; end = strings.LastIndexByte(path[:end], '.') {
		r.ways = append(r.ways, way{wantKey(keys, path[:end]), strings.TrimPrefix(path[end:], ".")})
		if end == 0 {
			break
		}
	}
	return r
}

// newExactRef makes the ref of a list of keys, each in the object that the one
// before leads to.
func newExactRef(path []string, keys *[]string) *ref {
	return &ref{
		ways: []way{{wantKey(keys, path[0]), ""}}, keys: path[1:],
		level: len(path) == 1 && path[0] == event.KeyLevel,
	}
}

// plain reports whether the field is the value of one key as it stands.
func (r *ref) plain() bool {
	return len(r.ways) == 1 && r.ways[0].rest == "" && len(r.keys) == 0 && !r.level
}

// storedInfo is what stands for a level that is left out.
var storedInfo = []byte(`"INFO"`)

// get returns the stored bytes of the field in the line just skimmed, nil when
// there is none.
func (r *ref) get(b []byte, values []span) []byte {
	for _, w := range r.ways {
		v := values[w.key]
		if v.found() && w.rest != "" {
			v = r.member(b, v, w.rest)
		}
		for _, key := range r.keys {
			v = r.only(b, v, key)
		}
		if v.found() {
			return b[v.lo:v.hi:v.hi]
		}
	}
	if r.level {
		return storedInfo
	}
	return nil
}

// member finds a path with dots in the object at v, the longest key first.
func (r *ref) member(b []byte, v span, path string) span {
	for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		inner := r.only(b, v, path[:end])
		if !inner.found() || end == len(path) {
			if inner.found() {
				return inner
			}
			continue
		}
		if inner = r.member(b, inner, path[end+1:]); inner.found() {
			return inner
		}
	}
	return span{}
}

// only finds a key in the object at v; nothing when there is no object.
func (r *ref) only(b []byte, v span, key string) span {
	if !v.found() || r.w.walk(b, v.lo) != v.hi {
		return span{}
	}
	for i := len(r.w.pairs) - 1; i >= 0; i-- {
		if p := r.w.pairs[i]; keyIs(b[p.key.lo:p.key.hi], key) {
			return p.value
		}
	}
	return span{}
}
