package event

import (
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"example.org/runshelf/internal/bulk"
)

// mold is what maps have in common that are logged over and over: their names, plain,
// none of them reserved, and in order. To look for these in a map takes half as long as
// to go through it, and then the names need neither be sorted nor checked: a map of as
// many members that has all of them has no others. See decision 012.
type mold struct {
	names []string
	inner []moldPlace // of the maps in such a map, one for each name
}

// moldPlace is where the mold of maps is kept that stand in one place, such as those of
// one type of event. There is one for all of them, the one learned last.
type moldPlace struct {
	mold   atomic.Pointer[mold]
	misses atomic.Uint64
}

// moldPlaces are those of the types of events. Types may share one.
var moldPlaces [256]moldPlace

func moldPlaceOf(eventType string) *moldPlace {
	return &moldPlaces[keyWord(eventType)*0x9e3779b97f4a7c15>>56]
}

// miss takes a map that does not fit. Whether its mold is learned depends on how often
// that has been so: maps of which each is another would cost memory for nothing.
func (p *moldPlace) miss(m map[string]any, top bool) {
	if n := p.misses.Add(1); n&(n-1) == 0 {
		if learned := newMold(m, top); learned != nil {
			p.mold.Store(learned)
		}
	}
}

// newMold returns the mold of a map, or nil when it needs care or is too large.
func newMold(m map[string]any, top bool) *mold {
	if len(m) > mostMolded {
		return nil
	}
	l := &mold{inner: make([]moldPlace, len(m))}
	for name := range m {
		if !isPlain(name) || name == "" || top && isReserved(name) {
			return nil
		}
		l.names = append(l.names, strings.Clone(name))
	}
	slices.Sort(l.names)
	return l
}

// mostMolded is how many members a map and those in it may have together.
const mostMolded = 32

// molded are the members of a map and of those in it.
type molded struct {
	attrs [mostMolded]slog.Attr
	used  int
}

// fill adds the members of a map and reports whether it fits the mold in a place. Maps
// in it become groups as far as they fit theirs, down to so many levels. What is no
// simple value is left in it as it is.
func (f *molded) fill(m map[string]any, place *moldPlace, levels int) (members []slog.Attr, ok bool) {
	l := place.mold.Load()
	if l == nil || len(l.names) != len(m) || len(m) > len(f.attrs)-f.used {
		return nil, false
	}
	members = f.attrs[f.used : f.used+len(m)]
	f.used += len(m)
	for i, name := range l.names {
		v, there := m[name]
		if !there {
			return nil, false
		}
		a := &members[i]
		a.Key = name
		switch x := v.(type) {
		case string:
			a.Value = slog.StringValue(x)
		case int:
			a.Value = slog.Int64Value(int64(x))
		case int64:
			a.Value = slog.Int64Value(x)
		case float64:
			a.Value = slog.Float64Value(x)
		case bool:
			a.Value = slog.BoolValue(x)
		case uint64:
			a.Value = slog.Uint64Value(x)
		case time.Duration:
			a.Value = slog.DurationValue(x)
		case map[string]any:
			f.fillGroup(&a.Value, x, &l.inner[i], levels)
		default:
			a.Value = slog.Value{}
		}
	}
	return members, true
}

// fillGroup makes a group of a map, or nothing.
func (f *molded) fillGroup(to *slog.Value, m map[string]any, place *moldPlace, levels int) {
	*to = slog.Value{}
	if len(m) == 0 || levels == 0 {
		return
	}
	used := f.used
	members, ok := f.fill(m, place, levels-1)
	if !ok {
		f.used = used
		place.miss(m, false)
		return
	}
	// The members lie beside the group, so it keeps nothing that would not last.
	group := peek(to)
	group.number, group.form, group.data = uint64(len(members)), groupForm, unhold(unsafe.Pointer(&members[0]))
}

// unhold returns a pointer of which the compiler does not know where it comes from, so
// that what it points to need not outlive the function that has it.
//
//go:nosplit
func unhold(p unsafe.Pointer) unsafe.Pointer {
	at := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&at))
}

// molded appends a map as members of the line's own object, and reports whether it could:
// whether the map fits the mold of its place. If not, nothing has been appended.
func (e *encoder) molded(dst []byte, data map[string]any, place *moldPlace) ([]byte, bool) {
	var f molded
	members, ok := f.fill(data, place, quickLevels)
	if !ok {
		place.miss(data, true)
		return dst, false
	}
	var taken names
	for len(members) > 0 {
		var done int
		dst, done = fast(dst, members, &noNames, quickLevels)
		members = members[done:]
		if done == bulk.MostMembers || len(members) == 0 {
			continue
		}
		name := members[0].Key
		members = members[1:]
		dst = appendPairName(dst, name, true)
		value := len(dst)
		if dst = e.any(dst, data[name]); e.problem == "" {
			continue
		}
		if taken == nil {
			taken = names{}
			for name := range data {
				taken.take(name)
			}
		}
		dst = e.settle(dst, value, name, slog.AnyValue(data[name]), taken)
	}
	return dst, true
}
