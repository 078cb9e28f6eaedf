package event

import (
	"log/slog"
	"sync/atomic"
	"unsafe"

	"example.org/runshelf/internal/bulk"
)

// site is what events have in common that one place of a program logs: the type and the
// names, which can be written as they are. When these come again, each is told by one
// look at its bytes. See decision 013.
type site struct {
	head bulk.Head
	top  bulk.Known
}

// sites are those that are known, and missed how often another event has come in place
// of each. An event belongs in the place that the addresses of its names tell.
var (
	sites  [256]atomic.Pointer[site]
	missed [256]atomic.Uint32
)

// siteOf returns the place of events of a type and with names that lie where these do.
func siteOf(eventType string, attrs []slog.Attr) uint8 {
	kind := uintptr(unsafe.Pointer(unsafe.StringData(eventType)))
	first := uintptr(unsafe.Pointer(unsafe.StringData(attrs[0].Key)))
	last := uintptr(unsafe.Pointer(unsafe.StringData(attrs[len(attrs)-1].Key)))
	mix := uint64(kind) + uint64(first)<<7 + uint64(last)<<19 + uint64(len(attrs))
	return uint8(mix * 0x9e3779b97f4a7c15 >> 56)
}

// headRoom is what the assembly must have before it writes a type and members.
const headRoom = 2 * bulk.MemberRoom

// appendKnown is [AppendBodyNeeds] for the usual event: of a site that is known, with up
// to as many members as the assembly takes.
func appendKnown(dst []byte, b *Body) (body []byte, needsLine bool) {
	if cap(dst)-len(dst) < headRoom {
		return appendBody(dst, b)
	}
	place := siteOf(b.Type, b.Attrs)
	s := sites[place].Load()
	if s == nil {
		missedSite(place, b)
		return appendBody(dst, b)
	}
	var m bulk.Members // set one by one: made in one piece it would be copied
	m.First, m.Number = unsafe.Pointer(unsafe.SliceData(b.Attrs)), len(b.Attrs)
	m.Reserved, m.Levels, m.Known = &reservedNames, quickLevels, &s.top
	if b.Level == slog.LevelInfo && b.Cause == 0 {
		m.Head, m.Type, m.TypeLength = &s.head, unsafe.Pointer(unsafe.StringData(b.Type)), len(b.Type)
	} else {
		dst = appendEnvelope(dst, b)
	}
	write(&m, dst)
	if m.Why == bulk.AllWritten && m.Missed == 0 {
		return append(dst[:m.At], '}', '\n'), false
	}
	if m.Missed != 0 {
		missedSite(place, b)
	}
	if m.Why == bulk.OtherType {
		return appendBody(dst, b)
	}
	start := len(dst)
	if m.Head != nil {
		start += len(`"event_type":""`) + len(b.Type)
	}
	var e encoder
	dst, done := fastFrom(dst, b.Attrs, &m, quickLevels)
	dst = e.attrsFrom(dst, start, b.Attrs, done, &envelope{body: b})
	return append(dst, '}', '\n'), e.careful && NeedsLine(b.Attrs)
}

// missedSite takes an event that is not of the site in its place. Whether its own is
// learned depends on how often that has been so, as with molds.
//
//go:noinline
func missedSite(place uint8, b *Body) {
	if n := missed[place].Add(1); n&(n-1) == 0 {
		if s := newSite(b); s != nil {
			sites[place].Store(s)
		}
	}
}

// newSite returns what is known of an event, or nil when nothing can be.
func newSite(b *Body) *site {
	if b.Type == "" || len(b.Type) > bulk.MostType || !isPlain(b.Type) {
		return nil
	}
	s, groups := &site{}, mostKnownGroups
	s.head.Set(b.Type)
	learn(&s.top, b.Attrs, true, quickLevels, &groups)
	return s
}

// mostKnownGroups is of how many groups in an event the names are known.
const mostKnownGroups = 16

// nothingKnown is of groups whose names are not known.
var nothingKnown = func() *bulk.Known {
	k := &bulk.Known{}
	k.Clear()
	k.Names[0].Length = bulk.NeverName
	return k
}()

// learn makes the names of some members known, up to the first that is not as most are,
// and those of the groups in them, which may be so many more.
func learn(k *bulk.Known, attrs []slog.Attr, top bool, levels int, groups *int) {
	k.Clear()
	seen := newKeySet(top)
	for i := range attrs[:min(len(attrs), bulk.MostMembers)] {
		name := attrs[i].Key
		if len(name) > bulk.MostKnown || !isPlain(name) || seen.add(name) && clashes(attrs[:i], name, top) {
			k.Names[i].Length = bulk.NeverName
			return
		}
		k.Set(i, name, learnGroup(attrs[i].Value, levels, groups))
	}
}

// learnGroup returns what is known of the group that a value is, or nil.
func learnGroup(v slog.Value, levels int, groups *int) *bulk.Known {
	if v.Kind() != slog.KindGroup {
		return nil
	}
	if *groups == 0 || levels == 0 {
		return nothingKnown
	}
	*groups--
	k := &bulk.Known{}
	learn(k, v.Group(), false, levels-1, groups)
	return k
}
