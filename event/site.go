package event

import (
	"log/slog"
	"math/bits"
	"math/rand/v2"
	"sync/atomic"
	"unsafe"

	"example.org/runshelf/internal/bulk"
)

// Site is what events have in common that one place of a program logs: the type and the
// names, which can be written as they are. When these come again, each is told by one
// look at its bytes. See decision 013.
type Site struct {
	head bulk.Head
	top  bulk.Known
	odd  atomic.Bool // the last event that was to be written at once was not
}

// sitePlace is where a site is kept. Events find it by where their type, their first and
// their last name lie, and know by the tag, which is made of the same, whether it may be
// their own. What they do with it is right in any case.
type sitePlace struct {
	site   atomic.Pointer[Site] // nil when nothing is or can be known of events with the tag
	tag    atomic.Uint32
	next   atomic.Uint32 // the tag of the events whose site is learned when one more comes
	missed atomic.Uint32 // how often the site that came was another
}

var sitePlaces [512]sitePlace

// placeOf returns the place and the tag of an event.
func placeOf(b *Body) (p *sitePlace, tag uint32) {
	kind := uintptr(unsafe.Pointer(unsafe.StringData(b.Type)))
	first := uintptr(unsafe.Pointer(unsafe.StringData(b.Attrs[0].Key)))
	last := uintptr(unsafe.Pointer(unsafe.StringData(b.Attrs[len(b.Attrs)-1].Key)))
	mix := uint64(kind) + uint64(first)<<7 + uint64(last)<<19 + uint64(len(b.Attrs))
	mix *= 0x9e3779b97f4a7c15
	return &sitePlaces[mix>>55], uint32(mix >> 23)
}

// SiteOf returns the site of an event whose body [Site.AppendBody] will probably write, or
// nil.
func SiteOf(b *Body) *Site {
	if n := len(b.Attrs); !fastHere || n == 0 || n > bulk.MostMembers || b.Level != slog.LevelInfo || b.Cause >= bulk.MostCause {
		return nil
	}
	place, tag := placeOf(b)
	s := place.site.Load()
	if s == nil || place.tag.Load() != tag || s.odd.Load() && rand.Uint32()%oddAgain != 0 {
		return nil
	}
	return s
}

// oddAgain is of how many events one is tried again after one that was odd.
const oddAgain = 64

// SiteRoom is how much room there must be, in bytes, for [Site.AppendBody] to do anything.
const SiteRoom = headRoom

// AppendBody appends the body of an event whose site [SiteOf] has returned, as [AppendBody]
// does, into the room that there is behind dst, of which it may write over more than what
// it appends. It reports false, and what it appended is of no use, when there is too little
// of that, or the event is not all as usual. It runs no code of the program's and never
// panics.
func (s *Site) AppendBody(dst []byte, b *Body) (body []byte, usual bool) {
	if cap(dst)-len(dst) < SiteRoom {
		return dst, false
	}
	var m bulk.Members // set one by one: made in one piece it would be copied
	m.First, m.Number = unsafe.Pointer(unsafe.SliceData(b.Attrs)), len(b.Attrs)
	m.Reserved, m.Levels, m.Known = &reservedNames, quickLevels, &s.top
	m.Cause = b.Cause
	m.Head, m.Type, m.TypeLength = &s.head, unsafe.Pointer(unsafe.StringData(b.Type)), len(b.Type)
	write(&m, dst)
	if m.Why != bulk.AllWritten || m.Missed != 0 || m.Room-m.At < len("}\n") {
		s.odd.Store(m.Why != bulk.NoRoom)
		return dst, false
	}
	if s.odd.Load() {
		s.odd.Store(false)
	}
	return append(dst[:m.At], '}', '\n'), true
}

// often is how many misses of a place are counted one by one. Of more, one in so many is:
// processors that count together wait for each other.
const often, oneIn = 1024, 16

// miss takes an event that is not of the site in the place. When that has been so once, twice,
// four times and so on, the site of the events with its tag is learned, at once if that is the tag of
// the place, else when another with it comes: so names that come once only are not.
func (p *sitePlace) miss(tag uint32, b *Body) {
	step := uint32(1)
	if p.missed.Load() >= often {
		if step = oneIn; rand.Uint32()%oneIn != 0 {
			return
		}
	}
	n := p.missed.Add(step)
	turn := bits.Len32(n) != bits.Len32(n-step)
	switch {
	case p.next.Load() == tag || turn && p.tag.Load() == tag:
		p.site.Store(newSite(b))
		p.tag.Store(tag)
		p.next.Store(0)
	case turn:
		p.next.Store(tag)
	}
}

// headRoom is what the assembly must have before it writes a type and members.
const headRoom = 2 * bulk.MemberRoom

// appendUnknown is [AppendBodyNeeds] for an event of which nothing is known.
//
//go:noinline
func appendUnknown(dst []byte, b *Body, place *sitePlace, tag uint32) (body []byte, needsLine bool) {
	if place.tag.Load() != tag {
		place.miss(tag, b)
	}
	return appendBody(dst, b)
}

// appendStray is AppendBodyNeeds for an event that is not all as known, where the assembly has
// stopped, which has written into dst.
//
//go:noinline
func appendStray(dst []byte, b *Body, m *bulk.Members, place *sitePlace, tag uint32) (body []byte, needsLine bool) {
	if m.Missed != 0 {
		place.miss(tag, b)
	}
	if m.Why == bulk.OtherType {
		return appendBody(dst, b)
	}
	start := len(dst)
	if m.Head != nil {
		start += len(`"event_type":""`) + len(b.Type)
		if b.Cause != 0 {
			start += len(`,"cause":`) + digits(b.Cause)
		}
	}
	var e encoder
	dst, done := fastFrom(dst, b.Attrs, m, quickLevels)
	dst = e.attrsFrom(dst, start, b.Attrs, done, &envelope{body: b})
	return append(dst, '}', '\n'), e.careful && NeedsLine(b.Attrs)
}

// newSite returns what is known of an event, or nil when nothing can be.
func newSite(b *Body) *Site {
	if b.Type == "" || len(b.Type) > bulk.MostType || !isPlain(b.Type) {
		return nil
	}
	s, groups := &Site{}, mostKnownGroups
	s.head.Set(b.Type)
	learn(&s.top, b.Attrs, true, quickLevels, &groups)
	return s
}

// mostKnownGroups is of how many groups in an event the names are known.
const mostKnownGroups = 8

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
